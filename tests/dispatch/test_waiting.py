"""Routing what guests have written, whatever one of the messages does to it."""

import logging
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.dispatch import waiting
from sosbox.ledger.verify import verify_ledger
from tests.support.filing import file_case, route
from tests.support.routing import told
from tests.support.venue import ROOM_TOKEN


async def test_a_message_that_cannot_be_routed_reaches_the_owner_and_holds_up_no_other(
    box: Box, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = await file_case(box, "a secret text", token=ROOM_TOKEN, has_worker=False)
    await file_case(box, "The tap drips", token=ROOM_TOKEN, submission_id="2", has_worker=False)
    real = waiting.start_clocks

    def start_clocks(*args: Any, case_id: int, **kwargs: Any) -> None:
        if case_id == first.case_id:
            raise KeyError("a secret text")
        real(*args, case_id=case_id, **kwargs)

    monkeypatch.setattr(waiting, "start_clocks", start_clocks)
    with caplog.at_level(logging.ERROR):
        await route(box)

    # Anna as the owner of the first; she and the desk by the rules of the second.
    assert await told("filed") == ["anna@mar.example", "anna@mar.example", "desk@mar.example"]
    assert "trouble with routing a message: KeyError" in caplog.text
    assert "secret" not in caplog.text
    verdict = await DB.read(lambda connection: verify_ledger(connection, box.keys.public_key))
    assert verdict.is_whole
