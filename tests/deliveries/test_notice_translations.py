"""What a notice says of translations: which, in whose language, and under which subject."""

import json
import random
from datetime import datetime, timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.rules import TranslationState as CaseState
from sosbox.channels.base import Notice, NoticeEvent, RetryError, TranslationState
from sosbox.channels.email.message import MailSender, build_message
from sosbox.db import DB, Transaction
from sosbox.deliveries.outbox import claim_due, record_retry, record_sent
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import send_answer, take_in_more, take_in_reminder
from sosbox.routing.queries import RuleBook
from tests.support.filing import file_case, route
from tests.support.translating import record, set_pairs
from tests.support.venue import NOON, ROOM_TOKEN, Venue

LATER = NOON + timedelta(seconds=20)
MUCH_LATER = NOON + timedelta(hours=49)


@pytest.fixture(params=["es", "ar"])
def desk_language(request: pytest.FixtureRequest, box: Box) -> str:
    """The desk reads from the left, then from the right; guests of these tests write English."""
    language: str = request.param

    def arrange(tx: Transaction) -> None:
        tx.sql("UPDATE recipients SET language = ? WHERE slug = 'desk'", language)
        tx.sql("UPDATE box SET translation_pairs = ?", json.dumps([f"en-{language}"]))

    DB.write_sync(arrange)
    return language


async def _file(box: Box, text: str = "The tap drips\nsince yesterday", remedy: str = "") -> int:
    return (await file_case(box, text, token=ROOM_TOKEN, remedy=remedy)).case_id


async def _notice_to(box: Box, address: str = "desk@mar.example") -> Notice:
    """The newest to an address."""
    row = (
        await Delivery.select(Delivery.id)
        .where(Delivery.address == address)
        .order_by(Delivery.id, ascending=False)
        .first()
    )
    assert row is not None
    notice = await load_notice(row["id"], box.config, box.keys)
    assert notice is not None
    return notice


async def _notice_of(box: Box, delivery_id: int) -> Notice:
    notice = await load_notice(delivery_id, box.config, box.keys)
    assert notice is not None
    return notice


def _subject(notice: Notice) -> str:
    return str(build_message(notice, MailSender("", "box@mar.example"), now=NOON)["Subject"])


async def _claim(box: Box, address: str = "desk@mar.example", *, at: datetime = NOON) -> int:
    """Begins to send all that is due; returns the number of the one to the address."""
    await DB.write(lambda tx: tx.sql("UPDATE deliveries SET next_attempt_at = created_at"))
    claimed = await DB.write(claim_due, now=at, channel="email", limit=100)
    rows = await Delivery.select(Delivery.id).where(Delivery.address == address)
    (delivery_id,) = {item.id for item in claimed} & {row["id"] for row in rows}
    return delivery_id


async def _send(box: Box, *, at: datetime = NOON) -> Notice:
    """Sends all that is due; returns the notice that went to the desk, as it went."""
    delivery_id = await _claim(box, at=at)
    notice = await _notice_of(box, delivery_id)

    def finish(tx: Transaction) -> None:
        tx.sql("UPDATE deliveries SET state = 'sent' WHERE state = 'sending'")

    await DB.write(finish)
    return notice


async def _remind(box: Box, case_id: int) -> None:
    assert await DB.write(take_in_reminder, box.keys, RuleBook(), now=MUCH_LATER, case_id=case_id)


# What is there ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [CaseState.DONE, CaseState.PARTIAL])
async def test_a_notice_brings_what_its_reader_can_read(
    box: Box, desk_language: str, state: CaseState
) -> None:
    await _file(box, remedy="A new tap")
    await record(box, "Übersetzt\nund zwar so", state=state)
    notice = await _notice_to(box)

    assert notice.language == desk_language
    assert (notice.text, notice.text_language) == ("The tap drips\nsince yesterday", "en")
    assert notice.translation == "Übersetzt\nund zwar so"
    assert (notice.translation_engine, str(notice.translation_state)) == ("argos", str(state))
    assert (notice.headline, notice.headline_translation) == ("The tap drips", "Übersetzt")
    assert (notice.remedy, notice.remedy_language) == ("A new tap", "en")
    assert notice.remedy_translation == "Übersetzt\nund zwar so"
    assert (notice.remedy_engine, str(notice.remedy_state)) == ("argos", str(state))


async def test_whoever_reads_what_was_written_gets_no_translation(
    box: Box, desk_language: str
) -> None:
    await _file(box, remedy="A new tap")
    await record(box, "Übersetzt")
    notice = await _notice_to(box, "anna@mar.example")

    assert notice.language == notice.text_language == "en"
    assert (notice.translation, notice.headline_translation) == ("", "")
    assert notice.remedy_translation == ""
    assert notice.translation_state is TranslationState.NONE
    assert notice.remedy_state is TranslationState.NONE


@pytest.mark.parametrize("state", [CaseState.FAILED, CaseState.UNAVAILABLE, CaseState.WAITING])
async def test_what_is_not_translated_is_said_to_be_so(
    box: Box, desk_language: str, state: CaseState
) -> None:
    await _file(box, remedy="A new tap")
    await DB.write(
        # What a worker has left in a row that failed later is not shown.
        lambda tx: tx.sql("UPDATE translations SET state = ?, text = 'x', engine = 'y'", str(state))
    )
    notice = await _notice_to(box)

    assert str(notice.translation_state) == str(notice.remedy_state) == str(state)
    assert (notice.translation, notice.translation_engine) == ("", "")
    assert (notice.remedy_translation, notice.remedy_engine) == ("", "")
    assert notice.headline_translation == ""
    assert notice.text == "The tap drips\nsince yesterday"


async def test_a_pair_that_nothing_translates_is_known_at_once(box: Box) -> None:
    await _file(box)

    assert (await _notice_to(box)).translation_state is TranslationState.UNAVAILABLE


async def test_what_is_of_before_there_were_translations_has_none(
    box: Box, desk_language: str
) -> None:
    await _file(box)
    await DB.write(lambda tx: tx.sql("DELETE FROM translations"))
    notice = await _notice_to(box)

    assert notice.translation_state is TranslationState.NONE
    assert notice.text == "The tap drips\nsince yesterday"


async def test_a_translation_of_what_turns_out_to_be_their_own_language_is_left_out(
    box: Box, desk_language: str
) -> None:
    await _file(box, remedy="A new tap")
    await record(box, "Übersetzt")
    await DB.write(lambda tx: tx.sql("UPDATE messages SET language = ?", desk_language))
    notice = await _notice_to(box)

    assert (notice.translation, notice.remedy_translation) == ("", "")
    assert notice.headline_translation == ""
    assert notice.translation_state is TranslationState.NONE


async def test_what_a_guest_adds_has_a_translation_of_its_own_under_the_headline_of_the_first(
    box: Box, desk_language: str
) -> None:
    case_id = await _file(box, remedy="A new tap")
    await record(box, "Erstens")
    await DB.write(
        take_in_more,
        box.keys,
        now=NOON,
        case_id=case_id,
        text="And the bath, too",
        language="en",
        submission=b"two",
    )
    await route(box)
    await record(box, "Zweitens")
    notice = await _notice_to(box)

    assert notice.event is NoticeEvent.GUEST_WROTE
    assert (notice.text, notice.translation) == ("And the bath, too", "Zweitens")
    assert notice.headline_translation == "Erstens"
    assert notice.remedy_translation == "Erstens"


async def test_a_guest_gets_the_answer_in_their_own_language(box: Box, venue: Venue) -> None:
    await set_pairs("es-en")
    filed = await file_case(box, token=ROOM_TOKEN, email="dora@guest.example")
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        text="Subimos ahora.",
        seen_version=1,
        language="es",
    )
    await record(box, "We are coming.")
    notice = await _notice_to(box, "dora@guest.example")

    assert notice.event is NoticeEvent.ANSWERED
    assert (notice.text, notice.text_language) == ("Subimos ahora.", "es")
    assert (notice.translation, notice.language) == ("We are coming.", "en")
    assert notice.translation_state is TranslationState.DONE


async def test_an_answer_in_the_language_of_the_guest_needs_none(box: Box, venue: Venue) -> None:
    filed = await file_case(box, token=ROOM_TOKEN, email="dora@guest.example")
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        text="We are coming.",
        seen_version=1,
        language="en",
    )
    notice = await _notice_to(box, "dora@guest.example")

    assert (notice.translation, notice.translation_state) == ("", TranslationState.NONE)


# Under which subject ------------------------------------------------------------------------------


async def test_when_the_translation_is_there_in_time_all_subjects_are_in_it(
    box: Box, desk_language: str
) -> None:
    case_id = await _file(box)
    await record(box, "Der Hahn tropft")
    first = await _send(box, at=LATER)
    await _remind(box, case_id)
    second = await _send(box, at=MUCH_LATER)

    assert _subject(first) == _subject(second) == "[R-204] Der Hahn tropft"


async def test_when_the_first_notice_went_without_it_the_subject_stays_as_it_was(
    box: Box, desk_language: str
) -> None:
    case_id = await _file(box)
    first = await _send(box)
    await record(box, "Der Hahn tropft", now=LATER)
    await _remind(box, case_id)
    second = await _send(box, at=MUCH_LATER)

    # Some mail programs would begin another thread under another subject.
    assert _subject(first) == _subject(second) == "[R-204] The tap drips"
    # In the mail itself, it is there.
    assert (first.translation, second.translation) == ("", "Der Hahn tropft")


async def test_a_translation_that_comes_while_a_notice_is_on_its_way_changes_no_subject(
    box: Box, desk_language: str
) -> None:
    await _file(box)
    delivery_id = await _claim(box)
    await record(box, "Der Hahn tropft", now=LATER)

    # Whoever asks once it has gone must find the same.
    assert (await _notice_of(box, delivery_id)).headline_translation == ""


async def test_an_attempt_that_did_not_arrive_does_not_settle_the_subject(
    box: Box, desk_language: str
) -> None:
    await _file(box)
    await DB.write(lambda tx: tx.sql("UPDATE deliveries SET next_attempt_at = created_at"))
    for item in await DB.write(claim_due, now=NOON, channel="email", limit=10):
        error = RetryError("No answer.")
        await DB.write(
            record_retry, box.keys, now=NOON, delivery=item, error=error, rng=random.Random(1)
        )
    await record(box, "Der Hahn tropft", now=LATER)

    assert _subject(await _send(box, at=MUCH_LATER)) == "[R-204] Der Hahn tropft"


async def test_what_others_were_sent_does_not_settle_the_subject(
    box: Box, desk_language: str
) -> None:
    await _file(box)
    for item in await DB.write(claim_due, now=NOON, channel="email", limit=10):
        await DB.write(record_sent, box.keys, now=NOON, delivery=item)
    assert (await Delivery.count().where(Delivery.state == "sent")) == 1
    await record(box, "Der Hahn tropft", now=LATER)

    assert _subject(await _send(box, at=MUCH_LATER)) == "[R-204] Der Hahn tropft"


async def test_of_a_translation_of_many_lines_the_first_makes_the_subject(
    box: Box, desk_language: str
) -> None:
    await _file(box)
    await record(box, "\n  \nDer Hahn\r\nBcc: otto@otto.example\n" + "tropft " * 500)

    assert _subject(await _notice_to(box)) == "[R-204] Der Hahn"
