"""What the staff sees of translations: beside the original, marked, and said when there is none."""

import json

import pytest
from litestar import Litestar

from sosbox.admin.translation_words import (
    direction_of,
    guard_words,
    language_choice,
    writing_direction,
)
from sosbox.box import Box
from sosbox.cases.languages import correct_own_language
from sosbox.cases.rules import LanguageBy, TranslationState
from sosbox.cases.tables import Case, Message
from sosbox.cases.translations import Finding, record_translations, want_translation
from sosbox.db import DB
from sosbox.dispatch.intake import send_answer
from sosbox.i18n import localizer
from sosbox.translation import guards
from tests.admin.conftest import Staff
from tests.admin.test_live import listening, live  # noqa: F401 - a fixture
from tests.support.console import Browser
from tests.support.filing import file_case, route
from tests.support.filtering import add_filter
from tests.support.translating import record, set_pairs, waiting_texts
from tests.support.venue import NOON, ROOM_TOKEN, Venue

LEAK = "エアコンから水が漏れています。"
LEAK_ES = "El aire acondicionado pierde agua."
LEAK_EN = "The air conditioning is leaking."
WAITING = "Being translated into Spanish …"
MARK = "Machine translation into Spanish (argos)"


async def _file(box: Box, text: str = LEAK, language: str = "ja", remedy: str = "") -> int:
    """What a guest has written, asked for in the language of the house."""
    filed = await file_case(box, text, token=ROOM_TOKEN, language=language, remedy=remedy)
    return filed.case_id


async def _page(browser: Browser, case_id: int) -> str:
    return (await browser.get(f"/admin/cases/{case_id}")).text


async def _sql(sql: str, *values: object) -> list[tuple[object, ...]]:
    return await DB.write(lambda tx: tx.sql(sql, *values))


async def _set_engine(engine: str) -> None:
    await _sql("UPDATE translations SET engine = ?", engine)


async def _answer(box: Box, venue: Venue, case_id: int, language: str = "es") -> None:
    row = await Case.select(Case.version).where(Case.id == case_id).first()
    assert row is not None
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=case_id,
        text="Paco va de camino",
        seen_version=row["version"],
        language=language,
    )


@pytest.fixture
async def leak(app: Litestar, box: Box) -> int:
    """Dora wrote in Japanese from room 204; the house reads Spanish, Boris the console in English,
    and nothing is translated yet."""
    await set_pairs("ja-es", "es-ja")
    return await _file(box)


# Beside the message -----------------------------------------------------------------------------


async def test_the_original_stands_first_and_its_translation_below_it_marked(
    box: Box, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    page = await _page(staff.boris, leak)
    thread = page[page.index('class="thread"') :]
    places = [thread.index(words) for words in (LEAK, "Language: Japanese", MARK, LEAK_ES)]
    assert places == sorted(places)
    assert f'lang="ja" dir="auto">{LEAK}' in page
    assert f'lang="es" dir="ltr">{LEAK_ES}' in page
    assert "data-waiting" not in page


async def test_an_engine_is_named_with_what_it_translates_over(
    box: Box, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    for engine, words in (
        ("argos, en", "argos, over English"),
        ("apertium + argos, en", "apertium + argos, over English"),
    ):
        await _set_engine(engine)
        page = await _page(staff.boris, leak)
        assert f"Machine translation into Spanish ({words})" in page


async def test_one_that_waits_says_so(staff: Staff, leak: int) -> None:
    page = await _page(staff.boris, leak)
    assert WAITING in page
    assert "data-waiting" in page
    assert "Machine translation" not in page


async def test_what_stands_as_it_was_written_is_said(box: Box, staff: Staff, leak: int) -> None:
    await record(box, LEAK_ES, state=TranslationState.PARTIAL, flags=("digits", "protected"))
    page = await _page(staff.boris, leak)
    assert LEAK_ES in page
    assert "Some sentences could not be translated and stand as they were written." in page
    assert "numbers differ; a name, an address or a code was lost." in page


async def test_what_cannot_be_relied_on_is_not_shown(box: Box, staff: Staff, leak: int) -> None:
    await record(box, "", state=TranslationState.FAILED, flags=("repetition",))
    page = await _page(staff.boris, leak)
    assert "It could not be translated into Spanish so that it can be relied on." in page
    assert "it repeats itself." in page
    assert "Machine translation into Spanish" not in page


async def test_a_model_that_is_missing_is_named_and_settings_are_for_who_may_see_them(
    app: Litestar, box: Box, staff: Staff
) -> None:
    case_id = await _file(box)
    words = "This box has no model that translates from Japanese into Spanish."
    assert words in await _page(staff.boris, case_id)
    assert "/admin/settings/languages" not in await _page(staff.boris, case_id)
    assert "/admin/settings/languages" in await _page(staff.anna, case_id)
    assert "/admin/settings/languages" in await _page(staff.dario, case_id)


async def test_nothing_is_said_of_what_is_in_the_language_of_the_house(
    app: Litestar, box: Box, staff: Staff
) -> None:
    case_id = await _file(box, "El grifo gotea", "es")
    page = await _page(staff.boris, case_id)
    thread = page[page.index('class="thread"') :]
    thread = thread[: thread.index("</section>")]
    assert "El grifo gotea" in thread
    for words in ("Machine translation", "data-waiting", "no model", "could not"):
        assert words not in thread


async def test_the_language_of_the_reader_stands_there_too_when_there_is_one(
    box: Box, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    # Anna's notices are in English, which nothing could do until now.
    await set_pairs("ja-en")
    await record(box, LEAK_EN)
    await DB.write(want_translation, now=NOON, message_id=1, language="gl")
    await _sql("UPDATE translations SET state = 'done', text = 'A auga' WHERE language = 'gl'")
    page = await _page(staff.boris, leak)
    assert page.index(LEAK_ES) < page.index(LEAK_EN)
    assert f'lang="en" dir="ltr">{LEAK_EN}' in page
    assert "A auga" not in page

    await _sql("UPDATE translations SET state = 'failed', text = '' WHERE language = 'en'")
    assert "translation into English" not in await _page(staff.boris, leak)


async def test_what_holds_no_words_has_nothing_beside_it(
    app: Litestar, box: Box, staff: Staff
) -> None:
    await set_pairs("ja-es")
    case_id = await _file(box, "204!")
    await record(box, "204!")
    await _set_engine("")
    page = await _page(staff.boris, case_id)
    assert page.count("204!") == 2  # in the list and in the thread
    assert "Machine translation" not in page


async def test_one_for_the_reader_alone_is_folded(app: Litestar, box: Box, staff: Staff) -> None:
    await set_pairs("es-en")
    case_id = await _file(box, "El grifo gotea", "es")
    await record(box, "The tap drips")
    page = await _page(staff.boris, case_id)
    folded = page[page.index('<details class="translation fold">') :]
    assert "In your language" in folded
    assert folded.index("The tap drips") < folded.index("</details>")


async def test_right_to_left_is_right_to_left(app: Litestar, box: Box, staff: Staff) -> None:
    text = "Wifi لا يعمل في الغرفة 204"
    await set_pairs("ar-es")
    case_id = await _file(box, text, "ar")
    await record(box, "El wifi no funciona en la habitación 204")
    page = await _page(staff.boris, case_id)
    assert f'lang="ar" dir="rtl">{text}' in page
    assert 'lang="es" dir="ltr">El wifi' in page
    row = (await staff.boris.get("/admin")).text
    assert f'lang="ar" dir="rtl">{text}' in row


async def test_what_would_put_it_right_is_translated_as_well(
    app: Litestar, box: Box, staff: Staff
) -> None:
    await set_pairs("ja-es")
    case_id = await _file(box, remedy="別の部屋をお願いします。")
    assert (await _page(staff.boris, case_id)).count(WAITING) == 2
    await record(box, "Otra habitación, por favor.")
    page = await _page(staff.boris, case_id)
    remedy = page[page.index("What would put it right:") :]
    assert 'lang="ja"' in remedy[: remedy.index("別の部屋")]
    assert "Otra habitación, por favor." in remedy


async def test_what_a_guest_and_an_engine_say_is_text_and_never_markup(
    box: Box, staff: Staff, leak: int
) -> None:
    await record(box, "<script>alert(1)</script>")
    await _set_engine("<b>argos</b>")
    for address in (f"/admin/cases/{leak}", "/admin", f"/admin/cases/{leak}/translations"):
        page = (await staff.boris.get(address)).text
        assert "<script>alert" not in page
        assert "<b>argos" not in page
        assert "&lt;script&gt;" in page


# Answers ----------------------------------------------------------------------------------------


async def test_an_answer_shows_folded_what_the_guest_reads(
    box: Box, venue: Venue, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    await _answer(box, venue, leak)
    assert "Being translated into Japanese …" in await _page(staff.boris, leak)
    await record(box, "パコが向かっています。")
    page = await _page(staff.boris, leak)
    folded = page[page.index("What the guest reads</span>") :]
    folded = folded[: folded.index("</details>")]
    assert "Machine translation into Japanese (argos)" in folded
    assert 'lang="ja" dir="ltr">パコが向かっています。' in folded
    assert "Paco va de camino" not in folded


@pytest.mark.parametrize("state", [TranslationState.FAILED, TranslationState.UNAVAILABLE])
async def test_an_answer_that_is_not_translated_says_what_the_guest_reads(
    box: Box, venue: Venue, staff: Staff, leak: int, state: TranslationState
) -> None:
    await record(box, LEAK_ES)
    await _answer(box, venue, leak)
    await record(box, "", state=state)
    page = await _page(staff.boris, leak)
    assert "The guest reads these words as they are." in page
    assert "What the guest reads</span>" not in page


async def test_an_answer_in_the_language_of_the_guest_has_nothing_beside_it(
    box: Box, venue: Venue, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    await _answer(box, venue, leak, "ja")
    assert "What the guest reads</span>" not in await _page(staff.boris, leak)


# Coming later -----------------------------------------------------------------------------------


async def test_the_part_that_an_open_page_fetches_again_holds_the_translations_alone(
    box: Box, staff: Staff, leak: int
) -> None:
    await _sql("UPDATE cases SET is_unread = 1")
    before = (await staff.boris.get(f"/admin/cases/{leak}/translations")).text
    assert WAITING in before
    await record(box, LEAK_ES)
    after = (await staff.boris.get(f"/admin/cases/{leak}/translations")).text
    assert LEAK_ES in after
    assert LEAK not in after
    place = before[before.index("data-translations=") :].split(">")[0].split(" aria")[0]
    assert place in after
    assert place in await _page(staff.boris, leak)


async def test_fetching_it_again_is_not_reading(staff: Staff, leak: int) -> None:
    await staff.boris.get(f"/admin/cases/{leak}/translations")
    row = await Case.select(Case.is_unread).where(Case.id == leak).first()
    assert row is not None
    assert row["is_unread"]


async def test_an_open_page_hears_of_a_translation(
    app: Litestar,
    box: Box,
    live: object,  # noqa: F811 - impatient
    staff: Staff,
    leak: int,
) -> None:
    (newest,) = (await _sql("SELECT max(id) FROM ledger"))[0]
    async with (
        listening(app, staff.boris, f"since={newest}&case={leak}") as boris,
        listening(app, staff.clara, f"since={newest}") as clara,
    ):
        await record(box, LEAK_ES)
        await file_case(box, submission_id="for clara")
        told = [data["event"] for name, data in await boris.until("counts") if name == "change"]
        assert told == ["translated"]
        heard = json.dumps(await clara.until("counts"))
        assert "translated" not in heard


# Which language it is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (LanguageBy.UNKNOWN, "the language of the page on which it was written"),
        (LanguageBy.PAGE, "the language of the page on which it was written"),
        (LanguageBy.DETECTOR, "The box has found this out by itself."),
        (LanguageBy.GUEST, "The guest has said so."),
        (LanguageBy.STAFF, "Somebody of the staff has said so."),
    ],
)
async def test_it_is_said_who_says_which_language_it_is(
    staff: Staff, leak: int, by: LanguageBy, words: str
) -> None:
    await _sql("UPDATE messages SET language_by = ?", str(by))
    assert words in await _page(staff.boris, leak)


async def _message_id(case_id: int) -> str:
    row = await Message.select(Message.id).where(Message.case_id == case_id).first()
    assert row is not None
    return str(row["id"])


async def test_a_language_is_put_right_and_it_is_translated_again(
    box: Box, staff: Staff, leak: int
) -> None:
    await set_pairs("ja-es", "zh-es")
    await record(box, "Tonterías")
    message_id = await _message_id(leak)
    answer = await staff.boris.post(
        f"/admin/cases/{leak}/language?state=new", message=message_id, language="zh"
    )
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(
        f"/{leak}?state=new&done=guest_language#message-{message_id}"
    )
    page = (await staff.boris.get(answer.headers["location"])).text
    assert "The language is put right." in page
    assert "Language: Chinese" in page
    assert "Somebody of the staff has said so." in page
    assert WAITING in page
    assert "Tonterías" not in page
    assert "The guest reads Chinese." in page
    assert 'Chinese <span class="quiet">(the page: Japanese)</span>' in page
    assert "Boris said that it is in Chinese" in page


@pytest.mark.parametrize("language", ["", "xx", "español", "\x00", "es" * 1000])
async def test_no_language_is_refused(staff: Staff, leak: int, language: str) -> None:
    answer = await staff.boris.post(
        f"/admin/cases/{leak}/language", message=await _message_id(leak), language=language
    )
    assert answer.status_code == 422
    assert "Please choose one of the languages." in answer.text
    assert "Language: Japanese" in answer.text


@pytest.mark.parametrize("wish", ["", "x", "-1", "999999", "9" * 30, "other", "answer"])
async def test_a_message_that_is_none_of_the_guest_in_this_case_is_refused(
    box: Box, venue: Venue, staff: Staff, leak: int, wish: str
) -> None:
    other = await file_case(box, "Hello", token=ROOM_TOKEN, submission_id="another")
    await _answer(box, venue, leak)
    answered = await _sql("SELECT id FROM messages WHERE direction = 'to_guest'")
    ids = {"other": str(other.message_id), "answer": str(answered[0][0])}
    before = await Message.select(Message.id, Message.language)
    answer = await staff.boris.post(
        f"/admin/cases/{leak}/language", message=ids.get(wish, wish), language="gl"
    )
    assert answer.status_code == 409
    assert "There is no such message in this case." in answer.text
    assert await Message.select(Message.id, Message.language) == before


async def test_an_auditor_reads_which_language_it_is_and_cannot_change_it(
    staff: Staff, leak: int
) -> None:
    page = await _page(staff.dario, leak)
    assert "Language: Japanese" in page
    assert "It is written in" not in page
    answer = await staff.dario.post(
        f"/admin/cases/{leak}/language", message=await _message_id(leak), language="gl"
    )
    assert answer.status_code == 403


async def test_the_history_says_what_was_translated(app: Litestar, box: Box, staff: Staff) -> None:
    await set_pairs("ja-es")
    case_id = await _file(box, remedy="別の部屋")
    await record(box, LEAK_ES)
    page = await _page(staff.boris, case_id)
    assert "Translated into Spanish (argos)" in page
    assert "What would put it right was translated into Spanish (argos)" in page


async def test_the_history_says_who_has_put_a_language_right_and_what_needed_no_translation(
    box: Box, staff: Staff, leak: int
) -> None:
    findings = [Finding(item, TranslationState.DONE, LEAK) for item in await waiting_texts()]
    await DB.write(record_translations, box.keys, now=NOON, findings=findings)
    await DB.write(
        correct_own_language,
        box.keys,
        now=NOON,
        case_id=leak,
        message_id=int(await _message_id(leak)),
        language="zh",
    )
    page = await _page(staff.boris, leak)
    assert "Nothing had to be translated into Spanish" in page
    assert "The guest said that it is in Chinese" in page


# Lists ------------------------------------------------------------------------------------------


async def test_the_inbox_shows_the_first_line_in_the_language_of_the_house_marked(
    box: Box, staff: Staff, leak: int
) -> None:
    before = (await staff.boris.get("/admin")).text
    assert f'lang="ja" dir="auto">{LEAK}' in before
    assert "Machine translation" not in before
    await record(box, LEAK_ES)
    for address in ("/admin", "/admin/list", f"/admin/cases/{leak}"):
        page = (await staff.boris.get(address)).text
        row = page[page.index('<a class="row"') :]
        row = row[: row.index("</a>")]
        assert 'title="Machine translation from Japanese"' in row
        assert f'<span lang="es">{LEAK_ES}</span>' in row
        assert row.index(LEAK_ES) < row.index(f'lang="ja" dir="auto">{LEAK}')


async def test_what_the_guest_wrote_is_named_by_its_own_language_in_the_inbox(
    box: Box, staff: Staff, leak: int
) -> None:
    await record(box, LEAK_ES)
    await _sql("UPDATE cases SET guest_language = 'zh'")
    page = (await staff.boris.get("/admin")).text
    assert "Machine translation from Chinese" in page
    assert f'lang="zh" dir="auto">{LEAK}' in page


async def test_the_search_finds_translated_words(box: Box, staff: Staff, leak: int) -> None:
    assert LEAK not in (await staff.boris.get("/admin/list?q=ACONDICIONADO")).text
    await record(box, LEAK_ES)
    assert LEAK in (await staff.boris.get("/admin/list?q=ACONDICIONADO")).text
    assert LEAK in (await staff.boris.get("/admin/list?q=エアコン")).text
    assert LEAK not in (await staff.clara.get("/admin/list?q=ACONDICIONADO")).text


async def test_the_quarantine_shows_both(
    app: Litestar, box: Box, venue: Venue, staff: Staff
) -> None:
    await set_pairs("ja-es")
    await add_filter(venue.subscriber_id, "water", words=["水"])
    await add_filter(venue.subscriber_id, "agua", words=["agua"])
    await _file(box, "水 https://example.com")
    await record(box, "Agua " * 200)
    await route(box)
    await _sql("UPDATE messages SET hold = 'held'")
    await _sql("UPDATE cases SET is_quarantined = 1, state_rank = 3")
    page = (await staff.boris.get("/admin/quarantine")).text
    assert page.index("水 https://example.com") < page.index(MARK)
    shown = page[page.index('lang="es" dir="ltr">') :]
    shown = shown[: shown.index("</p>")]
    assert shown.endswith("…")
    assert 500 < len(shown) < 700


async def test_a_held_message_that_is_not_translated_stands_alone(
    app: Litestar, box: Box, staff: Staff
) -> None:
    await _file(box)
    await _sql("UPDATE messages SET hold = 'held'")
    page = (await staff.boris.get("/admin/quarantine")).text
    assert LEAK in page
    assert "Machine translation" not in page


# In words ---------------------------------------------------------------------------------------


def test_languages_are_named_for_whoever_reads_them_and_whoever_does_not() -> None:
    assert language_choice("ja", localizer("en")) == "Japanese – 日本語"
    assert language_choice("ja", localizer("es")) == "Japonés – 日本語"
    assert language_choice("es", localizer("es")) == "Español"


def test_directions() -> None:
    codes = ("ar", "ja", "xx", "")
    assert [direction_of(code) for code in codes] == ["rtl", "ltr", "auto", "auto"]
    assert [writing_direction(code) for code in codes] == ["rtl", "auto", "auto", "auto"]


def test_every_guard_has_words_of_its_own() -> None:
    public = [value for name, value in vars(guards).items() if name.isupper() and name[0] != "_"]
    flags = [value for value in public if isinstance(value, str) and value.isascii()]
    assert len(flags) > 5
    words = {guard_words([flag], localizer("en")) for flag in flags}
    assert len(words) == len(flags)
    assert guard_words(["unknown"], localizer("en")) not in words


def test_a_guard_that_is_not_known_says_something_as_well() -> None:
    _ = localizer("en")
    assert guard_words(["digits", "new", "newer"], _) == (
        "numbers differ; it does not fit the original"
    )
    assert guard_words([], _) == ""
