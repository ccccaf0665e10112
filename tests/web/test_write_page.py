"""The page behind an access point."""

import gzip
import re

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.i18n import LANGUAGES
from sosbox.ui.assets import ASSETS
from tests.support.filing import route
from tests.support.guest_pages import offer_every_language, read_page
from tests.support.venue import RETIRED_TOKEN, ROOM_TOKEN

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"
JSON = {"Accept": "application/json"}


async def test_the_page_names_house_and_place_and_asks_for_the_text(phone: Phone) -> None:
    page = (await phone.get(PAGE)).text

    assert "Hotel Mar" in page
    assert "Habitación 204" in page
    assert "R-204" in page
    assert page.count("required") == 1
    assert 'name="text"' in page


async def test_the_page_says_what_the_law_asks(phone: Phone) -> None:
    page = read_page((await phone.get(PAGE)).text).text

    for duty in (
        "Grupo Mar S.L.",
        "Rúa do Porto 1, Vigo",
        "+34 986 000 000",
        "info@mar.example",
        "Official complaint sheets are available here (Galicia).",
        "within 15 days",
        "within 48 hours",
        "data protection",
    ):
        assert duty in page, duty


async def test_a_message_leads_to_its_receipt(phone: Phone) -> None:
    answer = await phone.post(PAGE, data={"text": "The tap drips"})

    assert answer.status_code == 303
    receipt = await phone.get(answer.headers["location"])
    assert receipt.status_code == 200
    assert "The tap drips" in receipt.text


async def test_a_program_gets_json_with_the_receipt(phone: Phone) -> None:
    answer = await phone.post(PAGE, data={"text": "The tap drips"}, headers=JSON)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"reference", "receipt_code", "receipt_url"}
    assert re.fullmatch(r"\d{16}", body["receipt_code"])
    assert body["receipt_url"].startswith("http://mar.example/t/")
    assert (await phone.get(body["receipt_url"])).status_code == 200


async def test_the_same_submission_again_gives_the_same_receipt(box: Box, phone: Phone) -> None:
    form = {"text": "The tap drips", "submission_id": "from-this-phone"}

    first = (await phone.post(PAGE, data=form, headers=JSON)).json()
    again = (await phone.post(PAGE, data=form, headers=JSON)).json()

    assert again == first
    assert await Case.count() == 1
    await route(box)
    assert await Delivery.count() == 2


async def test_the_same_submission_id_at_another_place_is_another_case(
    phone: Phone,
) -> None:
    form = {"text": "The tap drips", "submission_id": "1"}

    first = (await phone.post(PAGE, data=form, headers=JSON)).json()
    other = (await phone.post("/p/table7token2", data=form, headers=JSON)).json()

    assert other["receipt_code"] != first["receipt_code"]


async def test_everything_optional_is_kept(phone: Phone) -> None:
    form = {
        "text": "The tap drips",
        "kind": "complaint",
        "remedy": "Mend it",
        "name": "Dora",
        "email": "dora@example.com",
        "phone": "+34 600 123 456",
        "lang": "gl",
    }
    await phone.post(PAGE, data=form)

    case = await Case.select().first()
    assert case is not None
    assert (case["kind"], case["remedy"], case["language"]) == ("complaint", "Mend it", "gl")
    assert (case["contact_name"], case["contact_email"]) == ("Dora", "dora@example.com")
    assert case["contact_phone"] == "+34 600 123 456"


@pytest.mark.parametrize(
    "text",
    [
        "早く直してください",
        "لا يوجد ماء ساخن",
        "Ж" * 5_000,
        "👩‍👩‍👧‍👦 🚿!",
        "a\r\nb",
        "<b>&amp;'\"",
    ],
)
async def test_any_script_arrives_as_it_was_typed(phone: Phone, text: str) -> None:
    answer = await phone.post(PAGE, data={"text": text})

    assert answer.status_code == 303
    stored = await Message.select(Message.text).first()
    assert stored is not None
    assert stored["text"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u200d\ufeff"])
async def test_a_text_that_says_nothing_is_refused_and_nothing_stored(
    phone: Phone, text: str
) -> None:
    answer = await phone.post(PAGE, data={"text": text, "remedy": "Mend it"})

    assert answer.status_code == 422
    assert "Please write a few words." in answer.text
    assert "Mend it" in answer.text
    assert await Case.count() == 0


async def test_a_text_that_is_too_long_comes_back_whole(phone: Phone) -> None:
    text = "x" * 5_001
    answer = await phone.post(PAGE, data={"text": text})

    assert answer.status_code == 422
    assert text in answer.text
    assert "5001 characters long; 5000 fit" in answer.text


@pytest.mark.parametrize("email", ["dora", "dora@", "@example.com", "a b@example.com", "a@b\nc.d"])
async def test_a_wrong_address_is_refused_beside_its_field(phone: Phone, email: str) -> None:
    answer = await phone.post(PAGE, data={"text": "The tap drips", "email": email})

    assert answer.status_code == 422
    assert 'id="email-problem"' in answer.text
    assert "The tap drips" in answer.text
    assert await Case.count() == 0


async def test_a_program_is_told_which_field_is_wrong(phone: Phone) -> None:
    form = {"text": "", "email": "dora"}
    answer = await phone.post(PAGE, data=form, headers=JSON)

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"text", "email"}


@pytest.mark.parametrize("token", ["nonsense", RETIRED_TOKEN, "R-204", "%00", "x" * 500])
async def test_an_unknown_or_retired_code_says_what_to_do(phone: Phone, token: str) -> None:
    for answer in (await phone.get(f"/p/{token}"), await phone.post(f"/p/{token}", data={})):
        assert answer.status_code == 404
        assert "scan another code nearby" in answer.text


async def test_a_body_that_is_too_large_is_refused(phone: Phone) -> None:
    answer = await phone.post(PAGE, data={"text": "x" * 2_000_000})

    assert answer.status_code == 413
    assert await Case.count() == 0


async def test_a_full_disk_gives_the_text_back(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sosbox.db.engine.run_group", full)
    answer = await phone.post(PAGE, data={"text": "The tap drips"})

    assert answer.status_code == 503
    assert "The tap drips" in answer.text
    assert "cannot store this just now" in answer.text


async def test_what_a_guest_writes_is_escaped(phone: Phone) -> None:
    attack = "</textarea><script>alert(1)</script>"
    refused = await phone.post(PAGE, data={"text": attack, "email": '"><script>'})
    taken = await phone.post(PAGE, data={"text": attack})
    receipt = await phone.get(taken.headers["location"])

    for answer in (refused, receipt):
        assert "<script>alert" not in answer.text
        assert '"><script>' not in answer.text
        assert "&lt;/textarea&gt;" in answer.text


async def test_guests_get_no_cookie_and_a_strict_policy(phone: Phone) -> None:
    taken = await phone.post(PAGE, data={"text": "The tap drips"})
    for path in (PAGE, taken.headers["location"], "/t", "/p/none"):
        answer = await phone.get(path)
        assert "set-cookie" not in answer.headers
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(
            r"\sstyle=|\son\w+=|<style|<script(?! type=\"module\" src)", answer.text
        )


async def test_nothing_that_identifies_the_phone_is_stored(phone: Phone, box: Box) -> None:
    headers = {"User-Agent": "VerySpecialPhone/1", "X-Forwarded-For": "203.0.113.77"}
    await phone.post(PAGE, data={"text": "The tap drips"}, headers=headers)
    for file in box.config.data_dir.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"VerySpecialPhone" not in content, file
            assert b"203.0.113.77" not in content, file


@pytest.mark.parametrize(
    ("accept", "query", "language"),
    [
        ("gl-ES,gl;q=0.9,en;q=0.5", "", "gl"),
        ("es-MX", "", "es"),
        ("ja,fr;q=0.8", "", "es"),
        ("", "", "es"),
        ("en", "?lang=gl", "gl"),
        ("en", "?lang=xx", "en"),
        (";;;q=,,=", "", "es"),
    ],
)
async def test_the_page_speaks_the_language_of_the_phone_or_the_chosen_one(
    phone: Phone, accept: str, query: str, language: str
) -> None:
    page = await phone.get(PAGE + query, headers={"Accept-Language": accept})

    assert f'<html lang="{language}"' in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_first_load_fits_into_fourteen_kilobytes(phone: Phone, language: str) -> None:
    await DB.write(offer_every_language)
    assert await _first_load(phone, f"{PAGE}?lang={language}") < 14 * 1024


async def test_so_does_that_in_easy_words(phone: Phone) -> None:
    assert await _first_load(phone, f"{PAGE}?easy=1") < 14 * 1024


async def _first_load(phone: Phone, address: str) -> int:
    answer = await phone.get(address, headers={"Accept-Encoding": "gzip"})
    total = len(gzip.compress(answer.content, 6)) + _header_bytes(answer.headers)
    for url in set(re.findall(r'"(/(?:static|logo)/[^"]+)"', answer.text)):
        asset = await phone.get(url, headers={"Accept-Encoding": "gzip"})
        known = ASSETS.by_url(url)
        body = known.gzipped or known.plain if known else asset.content
        total += len(body) + _header_bytes(asset.headers)
    return total


def _header_bytes(headers: object) -> int:
    return len(str(headers))


async def test_a_code_that_another_guest_has_shows_nothing_of_that_guest(
    phone: Phone, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(box.keys), "receipt_code", lambda *_: "1234567890123456")
        await phone.post(PAGE, data={"text": "Mine alone", "submission_id": "one"})
        refused = await phone.post(PAGE, data={"text": "Another", "submission_id": "two"})

    assert refused.status_code == 409
    assert "Please send it once more." in refused.text
    assert "Another" in refused.text
    assert 'value="two"' not in refused.text
    assert await Message.count() == 1
