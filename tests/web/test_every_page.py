"""Every page that a guest can see, in every language, in usual and in easy words."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from string import Formatter
from typing import Any

import httpx
import pytest
from babel.messages.pofile import read_po
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases.tables import Case
from sosbox.cases.translations import note_pairs
from sosbox.db import DB, Transaction
from sosbox.dispatch.intake import send_answer
from sosbox.i18n import LANGUAGES, localizer
from sosbox.i18n.catalogues import po_path
from sosbox.ui.limits import BURST
from sosbox.web.bursts import Bursts
from tests.support.guest_pages import ReadPage, offer_every_language, read_page
from tests.support.puzzles import challenge_in
from tests.support.venue import NOON, RETIRED_TOKEN, ROOM_TOKEN, Venue

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"
# In no language: what is left of English is the program's.
WRITTEN = "Ŝŭtĕ 204"
NOBODYS = 10**15
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
NUMBERS = (1, 2, 3, 5, 11, 48)
PUZZLE = "form with a puzzle"
NUM_PAGES = 32
# Shorter ones could stand in any text by chance.
MIN_TELLING = 15


class Reader:
    """Dora's phone in one language and manner, going through all pages."""

    def __init__(self, phone: Phone, box: Box, venue: Venue, language: str, *, is_easy: bool):
        self._phone = phone
        self._box = box
        self._venue = venue
        self.language = language
        self._choice = f"?lang={language}" + ("&easy=1" if is_easy else "")

    async def pages(self) -> AsyncIterator[tuple[str, int, str]]:
        """Each page: what it shows, its status, its HTML."""
        async for name, answer in self._forms():
            yield name, answer.status_code, answer.text
        async for name, answer in self._receipts():
            yield name, answer.status_code, answer.text
        async for name, answer in self._elsewhere():
            yield name, answer.status_code, answer.text

    async def _forms(self) -> AsyncIterator[tuple[str, httpx.Response]]:
        yield "form", await self._get(PAGE)
        wrong: dict[str, dict[str, str]] = {
            "nothing written": {"text": " "},
            "too much written": {"text": "x" * 5_001},
            "no address": {"text": WRITTEN, "email": "dora"},
            "no number": {"text": WRITTEN, "phone": "call me"},
            "no kind": {"text": WRITTEN, "kind": "praise"},
            "too long a wish": {"text": WRITTEN, "remedy": "x" * 1_001},
            "too long a name": {"text": WRITTEN, "name": "x" * 121},
            "everything wrong": {"email": "x", "phone": "x", "kind": "x", "remedy": "x" * 1_001},
        }
        for name, form in wrong.items():
            yield f"form, {name}", await self._post(PAGE, form)

    async def _receipts(self) -> AsyncIterator[tuple[str, httpx.Response]]:
        form = {
            "text": WRITTEN,
            "kind": "complaint",
            "remedy": WRITTEN,
            "name": "Dora",
            "email": "dora@example.com",
            "phone": "+34 600 123 456",
            "lang": self.language,
        }
        self._phone.app.state.bursts = Bursts(2)
        receipt = (await self._post(PAGE, form)).headers["location"].partition("?")[0]
        yield PUZZLE, await self._get(PAGE)
        yield "receipt, new", await self._get(receipt)
        await self._sql("UPDATE cases SET read_at = ?, state = 'in_progress'", NOON)
        await self._sql("UPDATE messages SET language_by = 'detector'")
        yield "receipt, looked at", await self._get(receipt)
        yield "receipt, nothing more", await self._post(receipt, {"text": ""})
        no_language = {"message": "1", "language": "tlh"}
        yield "receipt, no language", await self._post(f"{receipt}/language", no_language)
        await self._answer()
        for state in ("waiting", "failed", "unavailable", "partial", "done"):
            await self._sql(
                "UPDATE translations SET state = ?, engine = 'argos, en', text = ?", state, WRITTEN
            )
            yield f"receipt, translation {state}", await self._get(receipt)
        await self._sql("DELETE FROM translations")
        yield "receipt, no translation", await self._get(receipt)
        await self._sql("UPDATE messages SET is_outcome = 1 WHERE direction = 'to_guest'")
        await self._sql("UPDATE cases SET state = 'resolved', resolved_at = ?", NOON)
        yield "receipt, resolved", await self._get(receipt)
        await self._sql(
            "UPDATE cases SET state = 'new', answered_at = NULL, promise_due_at = ?",
            NOON - timedelta(hours=1),
        )
        yield "receipt, late", await self._get(receipt)
        await self._sql("UPDATE cases SET reminded_at = ?", NOON)
        yield "receipt, reminded", await self._get(receipt)

    async def _elsewhere(self) -> AsyncIterator[tuple[str, httpx.Response]]:
        yield "code", await self._get("/t")
        yield "code, too short", await self._post("/t", {"code": "123"})
        yield "code, unknown", await self._post("/t", {"code": str(NOBODYS)})
        for number in range(BURST):
            await self._post("/t", {"code": str(NOBODYS + number)})
        yield "code, too many", await self._post("/t", {"code": str(NOBODYS)})
        yield "retired place", await self._get(f"/p/{RETIRED_TOKEN}")
        yield "no receipt", await self._get("/t/nothing")
        yield "nothing there", await self._get("/nothing")
        yield "nothing to open", await self._get("/t/nothing/reminder")
        yield "too large", await self._post(PAGE, {"text": "x" * 1_100_000})

    async def _get(self, address: str) -> httpx.Response:
        return await self._phone.get(address + self._choice)

    async def _post(self, address: str, form: dict[str, str]) -> httpx.Response:
        return await self._phone.post(address + self._choice, data=form)

    async def _sql(self, statement: str, *arguments: Any) -> None:
        def run(tx: Transaction) -> None:
            tx.sql(statement, *arguments)

        await DB.write(run)

    async def _answer(self) -> None:
        case = await Case.select().first()
        assert case is not None
        # In a language that is foreign to every reader.
        await DB.write(note_pairs, [f"eo-{self.language}"])
        await DB.write(
            send_answer,
            self._box.keys,
            now=NOON,
            viewer=self._venue.boris,
            case_id=case["id"],
            text=WRITTEN,
            seen_version=case["version"],
            language="eo",
        )


STATUSES = {
    "code, too short": 422,
    "code, unknown": 404,
    "code, too many": 429,
    "retired place": 404,
    "no receipt": 404,
    "nothing there": 404,
    "nothing to open": 405,
    "too large": 413,
    "receipt, nothing more": 422,
    "receipt, no language": 422,
}


@pytest.fixture
async def reader(phone: Phone, box: Box, venue: Venue) -> Callable[..., Reader]:
    await DB.write(offer_every_language)
    # The choice stands in the address; what the phone would like must not matter.
    phone.headers["Accept-Language"] = "en"

    def read(language: str, *, is_easy: bool) -> Reader:
        return Reader(phone, box, venue, language, is_easy=is_easy)

    return read


def english_left_in(page: ReadPage, language: str) -> list[str]:
    """What stands in English on a page although the language has words for it."""
    whole = set(page.texts)
    return [
        piece
        for piece in _translated(language)
        if (piece in page.text if len(piece) >= MIN_TELLING else piece in whole)
    ]


def _translated(language: str) -> set[str]:
    """The English texts, cut at their placeholders, for which a language has other ones."""
    with po_path(language).open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    pairs = [(_several(message.id), _several(message.string)) for message in messages]
    said = {text for _, texts in pairs for text in texts}
    pieces = {
        literal.strip()
        for ids, texts in pairs
        if all(texts) and ids[0] != texts[0]
        for source in ids
        for literal, name, _, _ in Formatter().parse(source)
        if name is None or len(literal.strip()) >= MIN_TELLING
    }
    return {piece for piece in pieces if piece and not any(piece in text for text in said)}


def _several(texts: object) -> tuple[str, ...]:
    return texts if isinstance(texts, tuple) else (str(texts),)


@pytest.mark.parametrize("is_easy", [False, True], ids=["usual", "easy"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_its_language_and_no_other(
    reader: Callable[..., Reader], language: str, is_easy: bool
) -> None:
    direction = localizer(language).direction
    seen = set()
    async for name, status, html in reader(language, is_easy=is_easy).pages():
        page = read_page(html)
        expected = 422 if name.startswith("form, ") else STATUSES.get(name, 200)
        assert status == expected, name
        assert page.attributes == {"lang": language, "dir": direction}, name
        assert "{" not in page.text, name
        assert "}" not in page.text, name
        if language != "en":
            assert english_left_in(page, language) == [], name
        assert bool(challenge_in(html)) is (name == PUZZLE), name
        seen.add(name)
    assert len(seen) == NUM_PAGES


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_box_that_cannot_store_says_so_in_the_guests_language(
    reader: Callable[..., Reader], phone: Phone, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert reader
    monkeypatch.setattr("sosbox.db.engine.run_group", full)
    answer = await phone.post(f"{PAGE}?lang={language}", data={"text": WRITTEN})

    page = read_page(answer.text)
    assert answer.status_code == 503
    assert page.attributes["lang"] == language
    assert WRITTEN in page.texts
    if language != "en":
        assert english_left_in(page, language) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
async def test_a_page_that_fails_says_so_in_the_guests_language(
    reader: Callable[..., Reader], phone: Phone, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    assert reader
    monkeypatch.setattr("sosbox.web.write_page.guest_page", fail)
    phone.raise_server_exceptions = False
    answer = await phone.get(f"{PAGE}?lang={language}")

    page = read_page(answer.text)
    assert answer.status_code == 500
    assert page.attributes["lang"] == language
    assert english_left_in(page, language) == []


@pytest.mark.parametrize("num_hours", NUMBERS)
async def test_every_language_counts_hours_as_its_readers_do(
    reader: Callable[..., Reader], phone: Phone, num_hours: int
) -> None:
    assert reader
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET promise_hours = ?", num_hours))
    await DB.write(offer_every_language)
    forms = {
        "": ("An answer within {num} hour.", "An answer within {num} hours."),
        "&easy=1": (
            "You get an answer within {num} hour.",
            "You get an answer within {num} hours.",
        ),
    }
    for language in LANGUAGES:
        _ = localizer(language)
        for words, (singular, plural) in forms.items():
            html = (await phone.get(f"{PAGE}?lang={language}{words}")).text
            expected = _.plural(singular, plural, num_hours)
            assert expected in read_page(html).text
            assert str(num_hours) in expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_of_one_grammatical_kind_share_a_form(language: str) -> None:
    _ = localizer(language)
    forms: dict[str, set[str]] = {}
    for num in NUMBERS:
        said = _.plural("An answer within {num} hour.", "An answer within {num} hours.", num)
        kind = _.locale.plural_form(num)
        forms.setdefault(kind, set()).add(said.replace(str(num), "#", 1))
    assert {kind: len(texts) for kind, texts in forms.items()} == dict.fromkeys(forms, 1)


def test_english_that_is_left_is_found() -> None:
    page = ReadPage(texts=["Enviar", "What would you like to tell us?", "Kind", "Kindly"])

    assert set(english_left_in(page, "gl")) == {"What would you like to tell us?", "Kind"}
