"""The digest in the language of its reader."""

import json
import sqlite3

import pytest

from sosbox.box import Box
from sosbox.cases.rules import TranslationState
from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.sms.parts import cost_of
from sosbox.channels.sms.text import sms_text
from sosbox.db import DB, Transaction
from sosbox.deliveries.digests import MAX_LINES, load_digest
from sosbox.deliveries.queries import load_notice
from sosbox.i18n import localizer
from tests.support.filing import file_case
from tests.support.translating import record
from tests.support.venue import NOON, ROOM_TOKEN, Venue

EXPLANATION = "{mark}: translated by a machine. The console shows what was written."


def _set_pairs(*pairs: str) -> None:
    DB.write_sync(
        lambda tx: tx.sql("UPDATE box SET translation_pairs = ?", json.dumps(list(pairs)))
    )


async def _digest(box: Box, venue: Venue, language: str) -> Notice:
    def add(tx: Transaction) -> int:
        tx.sql(
            "INSERT INTO deliveries (establishment_id, event, channel, address, name, language,"
            " state, created_at, next_attempt_at)"
            " VALUES (?, 'digest', 'email', 'x@mar.example', 'X', ?, 'pending', ?, ?)",
            venue.house_id,
            language,
            NOON,
            NOON,
        )
        return int(tx.sql("SELECT last_insert_rowid()")[0][0])

    notice = await load_notice(await DB.write(add), box.config, box.keys)
    assert notice is not None
    return notice


def _first_line(notice: Notice) -> str:
    return notice.text.splitlines()[0]


@pytest.mark.parametrize("language", ["es", "ar"])
async def test_what_was_written_first_is_in_the_language_of_the_reader(
    box: Box, venue: Venue, language: str
) -> None:
    _set_pairs("en-es", "en-ar")
    DB.write_sync(
        lambda tx: tx.sql("UPDATE recipients SET language = ? WHERE slug = 'desk'", language)
    )
    await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await record(box, "\nGoteo / تقطير\nsegunda línea")
    notice = await _digest(box, venue, language)
    _ = localizer(language)

    assert notice.event is NoticeEvent.DIGEST
    assert "R-204" in _first_line(notice)
    assert _("(auto)") in _first_line(notice)
    assert "Goteo / تقطير" in _first_line(notice)
    assert "drips" not in notice.text
    assert "segunda" not in notice.text
    assert notice.text.splitlines()[-1] == _(EXPLANATION, mark=_("(auto)"))


@pytest.mark.parametrize(
    "state", [TranslationState.FAILED, TranslationState.UNAVAILABLE, TranslationState.WAITING]
)
async def test_without_a_translation_it_says_what_was_written_and_nothing_of_machines(
    box: Box, venue: Venue, state: TranslationState
) -> None:
    await file_case(box, "The tap drips", token=ROOM_TOKEN)
    DB.write_sync(lambda tx: tx.sql("UPDATE translations SET state = ?, text = 'x'", str(state)))
    notice = await _digest(box, venue, "es")

    assert _first_line(notice).endswith(": The tap drips")
    assert len(notice.text.splitlines()) == 1


async def test_whoever_reads_a_third_language_gets_what_was_written(box: Box, venue: Venue) -> None:
    _set_pairs("en-es")
    await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await record(box, "El grifo gotea")

    assert _first_line(await _digest(box, venue, "de")).endswith(": The tap drips")
    assert _first_line(await _digest(box, venue, "en")).endswith(": The tap drips")
    assert _first_line(await _digest(box, venue, "es")).endswith("El grifo gotea")


async def test_the_first_line_that_the_inbox_shows_serves_where_the_rest_is_gone(
    box: Box, venue: Venue
) -> None:
    _set_pairs("en-es")
    await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await record(box, "El grifo gotea")
    DB.write_sync(lambda tx: tx.sql("DELETE FROM translations"))

    assert "El grifo gotea" in _first_line(await _digest(box, venue, "es"))
    assert "The tap drips" in _first_line(await _digest(box, venue, "gl"))


async def test_what_is_the_same_in_both_languages_is_not_marked(box: Box, venue: Venue) -> None:
    _set_pairs("en-es")
    await file_case(box, "WiFi 204", token=ROOM_TOKEN)
    await record(box, "WiFi 204")
    notice = await _digest(box, venue, "es")

    assert notice.text.endswith(": WiFi 204")
    assert localizer("es")("(auto)") not in notice.text


async def test_one_question_brings_all_of_it(box: Box, venue: Venue) -> None:
    _set_pairs("en-es")
    for number in range(MAX_LINES + 2):
        await file_case(box, f"Number {number}", submission_id=str(number), token=ROOM_TOKEN)
        await record(box, f"El número {number}")
    delivery_id = (await _digest(box, venue, "es")).delivery_id
    asked: list[str] = []

    def fetch(connection: sqlite3.Connection) -> Notice | None:
        connection.set_trace_callback(asked.append)
        try:
            return load_digest(connection, delivery_id, box.config)
        finally:
            connection.set_trace_callback(None)

    notice = await DB.read(fetch)
    assert notice is not None
    lines = notice.text.splitlines()
    assert [line.partition("El número ")[2] for line in lines[:MAX_LINES]] == [
        str(number) for number in range(MAX_LINES)
    ]
    assert len(lines) == MAX_LINES + 3
    # Another one is for whom it goes to.
    assert len(asked) == 2


async def test_by_sms_it_stays_within_its_parts_and_leads_to_the_rest(
    box: Box, venue: Venue
) -> None:
    _set_pairs("en-es")
    for number in range(20):
        await file_case(box, f"Number {number}", submission_id=str(number), token=ROOM_TOKEN)
        await record(box, f"El grifo gotea {number}")
    text = sms_text(await _digest(box, venue, "es"), 3)

    assert cost_of(text).num_parts <= 3
    assert "(auto) El grifo gotea 0" in text
    assert text.endswith("http://mar.example/admin")
