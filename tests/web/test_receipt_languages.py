"""Answers in the guest's language, the original beside them; and the language put right."""

import re
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases.languages import find_language
from sosbox.cases.rules import TranslationState
from sosbox.cases.tables import Case, Message, MessageTranslation
from sosbox.cases.translations import Finding, load_waiting, note_pairs, record_translations
from sosbox.db import DB, Transaction
from sosbox.dispatch.intake import send_answer
from sosbox.ledger.tables import LedgerEntry
from sosbox.lib.clock import FrozenClock
from sosbox.translation.contract import Detected
from tests.support.guest_pages import offer_every_language, read_page
from tests.support.venue import NOON, ROOM_TOKEN, Venue

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"
ANSWER = "El fontanero va de camino."
GERMAN = "Der Klempner ist unterwegs."


class Sure:
    """A detector that always finds the same."""

    def __init__(self, language: str, confidence: float = 1.0) -> None:
        self._found = Detected(language, confidence)

    def detect(self, text: str, *, page_language: str = "") -> Detected:
        return self._found


@pytest.fixture
async def receipt(phone: Phone) -> str:
    """The address of Dora's receipt; she has written on the German page."""
    await DB.write(offer_every_language)
    await DB.write(note_pairs, ["es-de", "es-gl"])
    answer = await phone.post(PAGE, data={"text": "Der Hahn tropft", "lang": "de"})
    return str(answer.headers["location"])


async def _find_language(detector: Sure) -> None:
    message = await Message.select().order_by(Message.id).first()
    assert message is not None

    def find(tx: Transaction) -> None:
        find_language(
            tx,
            detector,
            message_id=message["id"],
            case_id=message["case_id"],
            text=message["text"],
            page="de",
        )

    await DB.write(find)


async def _answer(box: Box, venue: Venue, text: str = ANSWER, language: str = "es") -> None:
    case = await Case.select().first()
    assert case is not None
    await DB.write(
        send_answer,
        box.keys,
        now=box.clock.now(),
        viewer=venue.boris,
        case_id=case["id"],
        text=text,
        seen_version=case["version"],
        language=language,
    )


async def _translate(box: Box, state: TranslationState, text: str = "", engine: str = "") -> None:
    waiting = await DB.read(load_waiting)
    findings = [Finding(one, state, text, engine) for one in waiting]
    assert findings
    await DB.write(record_translations, box.keys, now=box.clock.now(), findings=findings)


async def _texts(phone: Phone, address: str) -> list[str]:
    return read_page((await phone.get(address)).text).texts


async def test_the_translation_stands_first_and_the_original_below_both_marked(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)
    await _translate(box, TranslationState.DONE, GERMAN, "argos, en")

    texts = await _texts(phone, f"{receipt}?lang=en")
    assert texts.index("Machine translation (argos, over English)") + 1 == texts.index(GERMAN)
    assert texts.index("As the house wrote it, in Spanish") + 1 == texts.index(ANSWER)
    assert texts.index(GERMAN) < texts.index(ANSWER)


async def test_each_text_says_its_language_and_direction(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)
    await _translate(box, TranslationState.DONE, GERMAN, "argos")

    page = (await phone.get(receipt)).text
    assert re.search(rf'<p class="[^"]*" lang="de" dir="auto">{GERMAN}<', page)
    assert re.search(rf'<p class="[^"]*" lang="es" dir="auto">{ANSWER}<', page)
    # Nobody has looked yet which language this is.
    assert '<p class="text" lang="de" dir="auto">Der Hahn tropft<' in page


async def test_what_runs_from_right_to_left_is_shown_so_on_any_page(phone: Phone) -> None:
    await DB.write(offer_every_language)
    text = "Wi-Fi لا يعمل، هاتفي +34 600 123 456"
    answer = await phone.post(PAGE, data={"text": text, "lang": "ar"})
    await _find_language(Sure("ar"))

    page = (await phone.get(f"{answer.headers['location']}?lang=en")).text
    assert '<p class="text" lang="ar" dir="rtl">Wi-Fi لا' in page
    assert '<bdi dir="ltr">+34 600 123 456</bdi>' in page


async def test_an_answer_in_the_guests_language_stands_alone(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue, GERMAN, "de")

    texts = await _texts(phone, f"{receipt}?lang=en")
    assert GERMAN in texts
    assert not [text for text in texts if "translat" in text or "As the house" in text]


async def test_while_it_is_translated_the_original_is_there(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)

    html = (await phone.get(f"{receipt}?lang=en")).text
    assert ANSWER in html
    assert "It is being translated." in html
    assert html.count("data-waiting") == 1


async def test_what_was_translated_in_part_says_so(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)
    await _translate(box, TranslationState.PARTIAL, GERMAN, "argos")

    texts = await _texts(phone, f"{receipt}?lang=en")
    label = "Machine translation (argos). Some sentences stand as written."
    assert texts.index(label) + 1 == texts.index(GERMAN)


@pytest.mark.parametrize("state", [TranslationState.FAILED, TranslationState.UNAVAILABLE])
async def test_what_could_not_be_translated_is_shown_as_it_is_with_a_word(
    phone: Phone, receipt: str, box: Box, venue: Venue, state: TranslationState
) -> None:
    await _answer(box, venue)
    await _translate(box, state)

    texts = await _texts(phone, f"{receipt}?lang=en")
    label = "The answer is in Spanish; it could not be translated."
    assert texts.index(label) + 1 == texts.index(ANSWER)
    assert not [text for text in texts if "Machine" in text or "being translated" in text]


async def test_who_reads_a_page_in_the_language_of_the_answer_needs_no_word(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)
    await _translate(box, TranslationState.UNAVAILABLE)

    page = (await phone.get(f"{receipt}?lang=es")).text
    assert ANSWER in page
    assert "data-waiting" not in page
    assert 'class="small quiet original"' not in page


async def test_the_language_that_the_guest_writes_counts_more_than_that_of_the_page(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _find_language(Sure("gl"))
    await _answer(box, venue)
    await _translate(box, TranslationState.DONE, "O fontaneiro vai de camiño.", "apertium")

    assert "O fontaneiro vai de camiño." in await _texts(phone, receipt)


async def test_what_stands_in_a_translation_is_escaped(
    phone: Phone, receipt: str, box: Box, venue: Venue
) -> None:
    await _answer(box, venue)
    await _translate(box, TranslationState.DONE, "<script>alert(1)</script>", '"><b>')

    page = (await phone.get(receipt)).text
    assert "<script>alert" not in page
    assert '"><b>' not in page


async def test_nobody_is_asked_about_the_language_before_somebody_has_looked(
    phone: Phone, receipt: str
) -> None:
    assert "We read this as" not in (await phone.get(f"{receipt}?lang=en")).text

    await _find_language(Sure("gl"))
    assert "We read this as Galician" in await _texts(phone, f"{receipt}?lang=en")


async def test_the_guest_says_in_which_language_they_wrote(phone: Phone, receipt: str) -> None:
    await _find_language(Sure("gl"))
    form = {"message": "1", "language": "pt", "lang": "en"}
    answer = await phone.post(f"{receipt}/language", data=form)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{receipt}?lang=en#thread"
    stored = await Message.select(Message.language, Message.language_by).first()
    assert stored == {"language": "pt", "language_by": "guest"}
    assert "We read this as Portuguese" in await _texts(phone, f"{receipt}?lang=en")
    assert "language_changed" in await LedgerEntry.select(LedgerEntry.event).output(as_list=True)


async def test_put_right_it_is_translated_again(phone: Phone, receipt: str) -> None:
    await _find_language(Sure("gl"))
    await DB.write(note_pairs, ["pt-es"])
    await phone.post(f"{receipt}/language", data={"message": "1", "language": "pt"})

    rows = await MessageTranslation.select(MessageTranslation.language, MessageTranslation.state)
    assert rows == [{"language": "es", "state": "waiting"}]


async def test_a_program_that_corrects_gets_json(phone: Phone, receipt: str) -> None:
    form = {"message": "1", "language": "pt"}
    headers = {"Accept": "application/json"}
    answer = await phone.post(f"{receipt}/language", data=form, headers=headers)
    assert (answer.status_code, set(answer.json())) == (201, {"reference"})

    refused = await phone.post(f"{receipt}/language", data={"message": "1"}, headers=headers)
    assert (refused.status_code, set(refused.json())) == (422, {"error"})


@pytest.mark.parametrize("language", ["", "tlh", "EN", "en ", "pt;--"])
async def test_what_is_no_language_is_refused_beside_the_field(
    phone: Phone, receipt: str, language: str
) -> None:
    await _find_language(Sure("gl"))
    form = {"message": "1", "language": language, "lang": "en"}
    answer = await phone.post(f"{receipt}/language", data=form)

    assert answer.status_code == 422
    assert "Please choose one of the languages." in answer.text
    assert 'id="language-problem"' in answer.text
    assert (await Message.select(Message.language).first()) == {"language": "gl"}


@pytest.mark.parametrize(
    "number", ["", "0", "-1", "2", "3", "9" * 30, "1.0", "١", "one", "%00", "1 OR 1=1"]
)
async def test_only_what_the_guest_wrote_can_be_corrected(
    phone: Phone, receipt: str, box: Box, venue: Venue, number: str
) -> None:
    await _answer(box, venue)
    form = {"message": number, "language": "pt"}
    answer = await phone.post(f"{receipt}/language", data=form)

    assert answer.status_code == 404
    assert "pt" not in await Message.select(Message.language).output(as_list=True)


async def test_nobody_corrects_with_an_invented_link(phone: Phone, receipt: str) -> None:
    for token in ("nothing", receipt.removeprefix("/t/")[:-1]):
        answer = await phone.post(f"/t/{token}/language", data={"message": "1", "language": "pt"})
        assert answer.status_code == 404


async def test_the_address_of_the_form_alone_cannot_be_opened(phone: Phone, receipt: str) -> None:
    assert (await phone.get(f"{receipt}/language")).status_code == 405


async def test_the_links_of_a_refused_correction_lead_back_to_the_receipt(
    phone: Phone, receipt: str
) -> None:
    answer = await phone.post(f"{receipt}/language", data={"message": "1", "lang": "en"})

    assert answer.status_code == 422
    assert f'href="{receipt}?lang=gl"' in answer.text
    assert f'action="{receipt}?lang=en"' in answer.text


async def test_the_outcome_is_translated_like_an_answer(
    phone: Phone, receipt: str, box: Box, venue: Venue, clock: FrozenClock
) -> None:
    clock.set(NOON + timedelta(hours=1))
    await _answer(box, venue)
    await DB.write(lambda tx: tx.sql("UPDATE messages SET is_outcome = 1 WHERE id = 2"))
    await _translate(box, TranslationState.DONE, GERMAN, "argos")

    texts = await _texts(phone, f"{receipt}?lang=en")
    assert "Outcome ·" in " ".join(texts)
    assert GERMAN in texts
