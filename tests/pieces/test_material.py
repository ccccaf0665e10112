"""What the press is handed for a run."""

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError
from sosbox.pieces.material import load_run_job
from sosbox.pieces.rules import RunOptions
from sosbox.pieces.runs import RunRequest, load_run, request_run
from sosbox.printing.layout import PrintJob
from tests.support.venue import NOON, Venue

pytestmark = pytest.mark.anyio


async def run_job(box: Box, venue: Venue, template: str, points: tuple[int, ...]) -> PrintJob:
    request = RunRequest(venue.house_id, template, points, RunOptions(), "pdf")
    run_id = await DB.write(request_run, now=NOON, viewer=venue.anna, request=request)
    return await DB.read(
        lambda connection: load_run_job(connection, box.config, load_run(connection, run_id))
    )


async def test_a_notice_without_a_code_needs_no_address_of_the_box(box: Box, venue: Venue) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET base_url = ''"))

    job = await run_job(box, venue, "sheets-a4", ())
    assert [piece.url for piece in job.pieces] == [""]
    with pytest.raises(ConflictError, match="base_url"):
        await run_job(box, venue, "code", (venue.room_id,))
