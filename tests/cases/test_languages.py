"""Which language a message is in: found, put right by the guest or the staff, and what follows."""

import pytest

from sosbox.box import Box
from sosbox.cases.languages import correct_language, correct_own_language, find_language
from sosbox.cases.rules import LanguageBy, TranslationState
from sosbox.cases.tables import Case, Message
from sosbox.cases.translations import want_translation
from sosbox.db import DB
from sosbox.dispatch.intake import send_answer
from sosbox.errors import ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.ledger.tables import LedgerEntry
from sosbox.staff.rules import Viewer
from sosbox.translation.contract import Detected
from tests.support.filing import file_case
from tests.support.translating import record, set_pairs, shown, waiting_texts
from tests.support.venue import NOON, ROOM_TOKEN, Venue


class Oracle:
    """A detector that says what it is told to."""

    def __init__(self, language: str, confidence: float) -> None:
        self.answer = Detected(language, confidence)

    def detect(self, text: str, *, page_language: str = "") -> Detected:
        return self.answer


async def file(
    box: Box, text: str = "A sopa está fría", token: str = ROOM_TOKEN
) -> tuple[int, int]:
    filed = await file_case(box, text, token=token, has_worker=False)
    assert filed.message_id is not None
    return filed.case_id, filed.message_id


async def find(case_id: int, message_id: int, oracle: Oracle) -> str:
    return await DB.write(
        find_language,
        oracle,
        message_id=message_id,
        case_id=case_id,
        text="A sopa está fría",
        page="en",
    )


async def stored(case_id: int, message_id: int) -> tuple[str, str, str, str]:
    message = await Message.objects().get(Message.id == message_id)
    case = await Case.objects().get(Case.id == case_id)
    assert message is not None
    assert case is not None
    return message.language, message.language_by, case.language, case.guest_language


async def correct(box: Box, viewer: Viewer, message_id: int, language: str) -> None:
    await DB.write(
        correct_language,
        box.keys,
        now=NOON,
        viewer=viewer,
        message_id=message_id,
        language=language,
    )


async def test_a_detector_that_is_sure_is_believed(box: Box) -> None:
    case_id, message_id = await file(box)
    assert await find(case_id, message_id, Oracle("gl", 0.9)) == "gl"
    assert await stored(case_id, message_id) == ("gl", LanguageBy.DETECTOR, "en", "gl")


@pytest.mark.parametrize(("language", "confidence"), [("gl", 0.69), ("gl", 0.0), ("xx", 1.0)])
async def test_one_that_is_not_leaves_the_language_of_the_page(
    box: Box, language: str, confidence: float
) -> None:
    case_id, message_id = await file(box)
    assert await find(case_id, message_id, Oracle(language, confidence)) == "en"
    assert await stored(case_id, message_id) == ("en", LanguageBy.PAGE, "en", "")


async def test_a_guest_puts_their_language_right_and_it_is_translated_again(box: Box) -> None:
    await set_pairs("en-es", "gl-es", "en-gl")
    case_id, message_id = await file(box)
    await DB.write(want_translation, now=NOON, message_id=message_id, language="es")
    await record(box, "Nonsense")

    await DB.write(
        correct_own_language,
        box.keys,
        now=NOON,
        case_id=case_id,
        message_id=message_id,
        language="gl",
    )
    assert await stored(case_id, message_id) == ("gl", LanguageBy.GUEST, "en", "gl")
    (item,) = await waiting_texts()
    assert (item.source, item.target) == ("gl", "es")
    message = await Message.objects().get(Message.id == message_id)
    case = await Case.objects().get(Case.id == case_id)
    assert message is not None
    assert case is not None
    assert "nonsense" not in message.search_text
    assert case.translated_excerpt == ""

    await record(box, "La sopa está fría")
    assert [item.text for item in await shown(case_id)] == ["La sopa está fría"]


async def test_a_colleague_puts_it_right_and_the_ledger_has_it(box: Box, venue: Venue) -> None:
    case_id, message_id = await file(box)
    await correct(box, venue.boris, message_id, "gl")

    assert (await stored(case_id, message_id))[:2] == ("gl", LanguageBy.STAFF)
    entry = await LedgerEntry.objects().order_by(LedgerEntry.id, ascending=False).first()
    assert entry is not None
    assert (entry.event, entry.actor) == ("language_changed", f"account:{venue.boris.account_id}")


async def test_saying_what_is_known_changes_nothing(box: Box, venue: Venue) -> None:
    await set_pairs("en-es")
    case_id, message_id = await file(box)
    await DB.write(want_translation, now=NOON, message_id=message_id, language="es")
    await record(box, "La sopa")
    before = await LedgerEntry.count()
    await correct(box, venue.boris, message_id, "en")

    assert [item.state for item in await shown(case_id)] == [TranslationState.DONE]
    assert await LedgerEntry.count() == before


@pytest.mark.parametrize("language", ["", "xx", "spanish", "es'; --"])
async def test_what_is_no_language_is_refused(box: Box, venue: Venue, language: str) -> None:
    case_id, message_id = await file(box)
    with pytest.raises(InvalidFieldsError) as caught:
        await correct(box, venue.boris, message_id, language)
    assert set(caught.value.fields) == {"language"}
    assert (await stored(case_id, message_id))[0] == "en"


async def test_who_may_not_see_a_case_may_not_put_it_right(box: Box, venue: Venue) -> None:
    _, message_id = await file(box)
    for stranger in (venue.clara, venue.otto):
        with pytest.raises(NotFoundError):
            await correct(box, stranger, message_id, "gl")
    with pytest.raises(ForbiddenError):
        await correct(box, venue.dario, message_id, "gl")


async def test_a_guest_puts_nothing_right_but_their_own_words(box: Box) -> None:
    case_id, message_id = await file(box)
    for wrong_case, wrong_message in ((case_id, message_id + 1), (case_id + 1, message_id)):
        with pytest.raises(NotFoundError):
            await DB.write(
                correct_own_language,
                box.keys,
                now=NOON,
                case_id=wrong_case,
                message_id=wrong_message,
                language="gl",
            )


async def test_answers_so_far_are_translated_for_whoever_puts_their_language_right(
    box: Box, venue: Venue
) -> None:
    await set_pairs("es-en", "es-gl", "en-es", "gl-es")
    case_id, message_id = await file(box)
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=case_id,
        text="Ya va el técnico",
        seen_version=1,
        language="es",
    )
    await record(box, "Somebody is on the way")
    await correct(box, venue.boris, message_id, "gl")
    waiting = {(item.text, item.target) for item in await waiting_texts()}
    assert ("Ya va el técnico", "gl") in waiting
