"""Routing waits a moment for the language of the house, and notices for that of their readers."""

import logging
from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.rules import TranslationState
from sosbox.cases.tables import Message
from sosbox.db import DB, Transaction
from sosbox.deliveries.rules import LONGEST_TRANSLATION_WAIT
from sosbox.deliveries.tables import Delivery
from sosbox.deliveries.translations import longest_awaiting, release_translated
from sosbox.dispatch.intake import send_answer
from sosbox.dispatch.waiting import Reading, next_route_by, route_waiting
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook
from sosbox.translation.contract import Detected
from tests.support.filing import file_case
from tests.support.routing import add_recipient, add_rule, told
from tests.support.translating import record, set_pairs, waiting_texts
from tests.support.venue import NOON, ROOM_TOKEN, Venue

WAIT = timedelta(seconds=5)
SECOND = timedelta(seconds=1)


class Oracle:
    """A detector that says what it is told to."""

    def __init__(self, language: str) -> None:
        self.language = language

    def detect(self, text: str, *, page_language: str = "") -> Detected:
        return Detected(self.language, 1.0)


class Broken:
    def detect(self, text: str, *, page_language: str = "") -> Detected:
        raise ValueError("a secret text")


async def route(box: Box, *, after: timedelta = timedelta(), language: str = "en") -> int:
    """A round of the worker, so long after noon."""
    return await DB.write(
        route_waiting,
        box.keys,
        RuleBook(),
        FilterBook(),
        now=NOON + after,
        limit=100,
        reading=Reading(Oracle(language), WAIT),
    )


async def release(after: timedelta = timedelta()) -> int:
    return await DB.write(release_translated, now=NOON + after, wait=WAIT)


async def due(after: timedelta = timedelta()) -> set[str]:
    """The addresses of the notices that may leave, so long after noon."""
    rows = await Delivery.select(Delivery.address).where(Delivery.next_attempt_at <= NOON + after)
    return {row["address"] for row in rows}


async def test_routing_waits_for_the_language_of_the_house(box: Box) -> None:
    await set_pairs("en-es")
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    await route(box)
    assert await told("filed") == []
    assert await DB.read(next_route_by) == NOON + WAIT

    await record(box, "La sopa está fría")
    await route(box, after=SECOND)
    assert await told("filed") == ["anna@mar.example", "desk@mar.example"]
    assert await due(SECOND) == {"anna@mar.example", "desk@mar.example"}


async def test_routing_waits_no_longer_than_it_may(box: Box) -> None:
    await set_pairs("en-es")
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    await route(box)
    await route(box, after=WAIT - SECOND)
    assert await told("filed") == []
    await route(box, after=WAIT)
    assert await told("filed") == ["anna@mar.example", "desk@mar.example"]

    await release(WAIT)
    assert await due(WAIT) == {"anna@mar.example", "desk@mar.example"}


async def test_nobody_waits_where_nothing_translates(box: Box) -> None:
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    await route(box)
    assert await due() == {"anna@mar.example", "desk@mar.example"}
    assert await DB.read(longest_awaiting) is None


async def test_nobody_waits_for_what_is_in_the_language_of_the_house(box: Box) -> None:
    await set_pairs("es-en")
    await file_case(box, "La sopa está fría", token=ROOM_TOKEN, has_worker=False)
    await route(box, language="es")
    # Anna reads English, and her notice waits for it.
    assert await due() == {"desk@mar.example"}


async def test_a_notice_waits_for_the_language_of_its_reader(box: Box) -> None:
    await set_pairs("gl-es", "gl-en")
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    await route(box, language="gl")
    await record(box, "La sopa está fría")
    await route(box, after=SECOND, language="gl")
    assert await due(SECOND) == {"desk@mar.example"}
    assert await release(SECOND) == 0

    (item,) = await waiting_texts()
    assert item.target == "en"
    await record(box, "The soup is cold")
    assert await release(SECOND) == 1
    assert await due(SECOND) == {"anna@mar.example", "desk@mar.example"}


async def test_what_routing_has_waited_counts_for_the_notices(box: Box) -> None:
    await set_pairs("gl-es", "gl-en")
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    await route(box, language="gl")
    await record(box, "La sopa está fría")
    await route(box, after=WAIT - SECOND, language="gl")
    assert await release(WAIT - SECOND) == 0
    assert await release(WAIT) == 1


@pytest.mark.parametrize("state", [TranslationState.FAILED, TranslationState.UNAVAILABLE])
async def test_a_translation_that_will_not_come_is_waited_for_no_longer(
    box: Box, state: TranslationState
) -> None:
    await set_pairs("es-en")
    await file_case(box, "La sopa", token=ROOM_TOKEN, has_worker=False)
    await route(box, language="es")
    await record(box, "", state=state)
    assert await release() == 1
    assert await due() == {"anna@mar.example", "desk@mar.example"}


async def test_a_notice_that_nobody_lets_go_leaves_by_itself(box: Box) -> None:
    await set_pairs("es-en")
    await file_case(box, "La sopa", token=ROOM_TOKEN, has_worker=False)
    await route(box, language="es")
    assert "anna@mar.example" in await due(LONGEST_TRANSLATION_WAIT)


async def test_a_rule_finds_its_words_in_the_translation(box: Box, venue: Venue) -> None:
    await set_pairs("ja-es")

    def arrange(tx: Transaction) -> None:
        plumber = add_recipient(tx, venue, "plumber", email="plumber@mar.example")
        add_rule(tx, venue, "water", plumber, words=["ducha"])

    DB.write_sync(arrange)
    await file_case(box, "シャワーのお湯が出ません", token=ROOM_TOKEN, has_worker=False)
    await route(box, language="ja")
    await record(box, "La ducha no tiene agua caliente")
    await route(box, after=SECOND, language="ja")
    assert "plumber@mar.example" in await told("filed")


async def test_a_rule_for_a_language_looks_at_what_was_written_and_not_at_the_page(
    box: Box, venue: Venue
) -> None:
    def arrange(tx: Transaction) -> None:
        keiko = add_recipient(tx, venue, "keiko", email="keiko@mar.example")
        add_rule(tx, venue, "japanese", keiko, languages=["ja"])

    DB.write_sync(arrange)
    await file_case(box, "シャワー", token=ROOM_TOKEN, has_worker=False)
    await route(box, language="ja")
    assert "keiko@mar.example" in await told("filed")


async def test_a_detector_that_breaks_holds_nothing_up(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    await file_case(box, token=ROOM_TOKEN, has_worker=False)
    with caplog.at_level(logging.ERROR):
        await DB.write(
            route_waiting,
            box.keys,
            RuleBook(),
            FilterBook(),
            now=NOON,
            limit=10,
            reading=Reading(Broken(), WAIT),
        )
    assert await told("filed") == ["anna@mar.example", "desk@mar.example"]
    assert "trouble with finding a language: ValueError" in caplog.text
    assert "secret" not in caplog.text
    message = await Message.objects().first()
    assert message is not None
    assert (message.language, message.language_by) == ("en", "page")


async def test_many_that_wait_do_not_keep_the_others_from_being_looked_at(box: Box) -> None:
    await set_pairs("en-es")
    for number in range(3):
        await file_case(box, submission_id=str(number), has_worker=False)
    reading = Reading(Oracle("en"), WAIT)
    nums = [
        await DB.write(
            route_waiting, box.keys, RuleBook(), FilterBook(), now=NOON, limit=2, reading=reading
        )
        for _ in range(3)
    ]
    assert nums == [2, 1, 0]
    assert len(await waiting_texts()) == 3


async def test_an_answer_is_translated_for_the_guest_and_their_mail_waits_for_it(
    box: Box, venue: Venue
) -> None:
    await set_pairs("es-ja")
    filed = await file_case(box, token=ROOM_TOKEN, email="dora@home.example", has_worker=False)
    await route(box, language="ja")
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=filed.case_id,
        text="Ya va el técnico",
        seen_version=1,
        language="es",
    )
    (item,) = await waiting_texts()
    assert (item.source, item.target) == ("es", "ja")
    assert "dora@home.example" not in await due()

    await record(box, "技術者が向かっています")
    await release()
    assert "dora@home.example" in await due()
    delivery = await Delivery.objects().get(Delivery.address == "dora@home.example")
    assert delivery is not None
    assert delivery.language == "ja"


async def test_an_answer_in_the_language_of_the_guest_leaves_at_once(
    box: Box, venue: Venue
) -> None:
    await set_pairs("es-en", "en-es")
    filed = await file_case(box, token=ROOM_TOKEN, email="dora@home.example")
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=filed.case_id,
        text="On our way",
        seen_version=1,
        language="en",
    )
    assert "dora@home.example" in await due()
