"""The pages in easy words: the same forms, the same handlers, short sentences, pictures."""

import re

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases.rules import Kind
from sosbox.cases.tables import Case
from sosbox.db import DB
from tests.support.guest_pages import read_page
from tests.support.venue import ROOM_TOKEN

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"
EASY = f"{PAGE}?easy=1"
MAX_WORDS = 12


@pytest.fixture
async def receipt(phone: Phone) -> str:
    answer = await phone.post(PAGE, data={"text": "The tap drips", "kind": "complaint"})
    return str(answer.headers["location"])


def _link(html: str, name: str) -> str:
    found = re.search(rf'<a class="words[^"]*" href="([^"]*)">.*?{name}</a>', html)
    assert found is not None, name
    return found[1].replace("&amp;", "&")


async def test_easy_words_are_one_tap_away_and_the_usual_ones_too(
    phone: Phone, receipt: str
) -> None:
    for address in (PAGE, "/t", receipt):
        usual = await phone.get(f"{address}?lang=gl")
        assert 'class="easy"' not in usual.text
        to_easy = str(phone.base_url.join(address).join(_link(usual.text, ".*")))
        easy = await phone.get(to_easy)
        assert 'class="easy"' in easy.text, address
        assert read_page(easy.text).attributes["lang"] == "gl"
        back = await phone.get(str(phone.base_url.join(address).join(_link(easy.text, ".*"))))
        assert 'class="easy"' not in back.text
        assert read_page(back.text).attributes["lang"] == "gl"


async def test_a_message_written_in_easy_words_is_a_message(phone: Phone) -> None:
    form = {"text": "The tap drips", "kind": "thanks", "remedy": "Mend it", "name": "Dora"}
    answer = await phone.post(PAGE, data={**form, "easy": "1"})

    assert answer.status_code == 303
    case = await Case.select(Case.kind, Case.remedy, Case.contact_name).first()
    assert case == {"kind": "thanks", "remedy": "Mend it", "contact_name": "Dora"}


async def test_easy_words_travel_from_the_form_to_the_receipt_and_on(phone: Phone) -> None:
    answer = await phone.post(PAGE, data={"text": "The tap drips", "easy": "1"})
    receipt = answer.headers["location"]
    assert receipt.endswith("?easy=1")
    html = (await phone.get(receipt)).text
    assert "This is your code." in html
    assert html.count('name="easy" value="1"') == 1

    more = await phone.post(receipt, data={"text": "And more", "easy": "1", "lang": "en"})
    assert more.headers["location"].endswith("?lang=en&easy=1#thread")


async def test_a_script_is_sent_to_the_easy_receipt_as_well(phone: Phone) -> None:
    headers = {"Accept": "application/json"}
    answer = await phone.post(EASY, data={"text": "The tap drips"}, headers=headers)

    assert answer.json()["receipt_url"].endswith("?easy=1")


async def test_the_code_leads_to_the_easy_receipt(phone: Phone) -> None:
    filed = await phone.post(
        PAGE, data={"text": "The tap drips"}, headers={"Accept": "application/json"}
    )
    form = {"code": filed.json()["receipt_code"]}
    answer = await phone.post("/t?lang=en&easy=1", data=form)

    assert answer.headers["location"].endswith("?easy=1")


async def test_a_refused_form_stays_easy_and_keeps_what_was_written(phone: Phone) -> None:
    form = {"text": "", "remedy": "Mend it", "kind": "suggestion", "easy": "1"}
    answer = await phone.post(PAGE, data=form)

    assert answer.status_code == 422
    assert 'class="easy"' in answer.text
    assert "Please write a few words." in answer.text
    assert ">Mend it</textarea>" in answer.text
    assert re.search(r'value="suggestion" checked', answer.text)


@pytest.mark.parametrize("wish", ["0", "", "2", "true", "1 ", "&#49;"])
async def test_only_who_asks_for_easy_words_gets_them(phone: Phone, wish: str) -> None:
    assert 'class="easy"' not in (await phone.get(PAGE, params={"easy": wish})).text
    refused = await phone.post(PAGE, data={"text": "", "easy": wish})
    assert 'class="easy"' not in refused.text


async def test_the_kinds_are_those_of_the_usual_page_each_with_a_picture(phone: Phone) -> None:
    usual, easy = (await phone.get(PAGE)).text, (await phone.get(EASY)).text

    values = r'name="kind" value="(\w+)"'
    assert re.findall(values, easy) == re.findall(values, usual)
    assert set(re.findall(values, easy)) == {str(kind) for kind in Kind} - {"unspecified"}
    choices = easy.partition('class="pictures"')[2].partition("</fieldset>")[0]
    assert choices.count('class="pictogram') == len(Kind) - 1


async def test_each_step_has_a_picture(phone: Phone) -> None:
    steps = (await phone.get(EASY)).text.partition('<ol class="steps">')[2].partition("</ol>")[0]

    assert len(re.findall(r'<div class="step"><svg class="pictogram', steps)) == 4


async def test_what_the_law_asks_is_said_in_easy_words_and_in_full(phone: Phone) -> None:
    page = read_page((await phone.get(EASY)).text)

    for duty in (
        "In easy words:",
        "There are official complaint sheets here.",
        "You get an answer within 48 hours.",
        "The law gives us 15 days at most.",
        "+34 986 000 000",
        "Responsible: Grupo Mar S.L., Rúa do Porto 1, Vigo",
        "Official complaint sheets are available here (Galicia).",
        "No address of your phone is stored.",
    ):
        assert duty in page.text, duty


async def test_the_sentences_are_short(phone: Phone, receipt: str, box: Box) -> None:
    for address in (EASY, f"{receipt}?easy=1", "/t?easy=1"):
        html = (await phone.get(address)).text
        # What is folded is the full text.
        shown = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
        for text in read_page(shown.partition("<main")[2]).texts:
            for sentence in re.split(r"[.:?!] ", text):
                assert len(sentence.split()) <= MAX_WORDS, sentence


async def test_each_state_is_said_in_easy_words(phone: Phone, receipt: str) -> None:
    said = {
        "new": "The people who can help know about it.",
        "in_progress": "Somebody is taking care of it.",
        "waiting": "You have an answer.",
        "resolved": "We have finished.",
    }
    for state, sentence in said.items():
        await DB.write(lambda tx, state=state: tx.sql("UPDATE cases SET state = ?", state))
        assert sentence in read_page((await phone.get(f"{receipt}?easy=1")).text).texts
