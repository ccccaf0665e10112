"""Codes that carry the number of a ticket or an invoice, behind `?r=`."""

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from sosbox.box import Box
from sosbox.cases.rules import MAX_TICKET, read_ticket
from sosbox.cases.tables import Case
from sosbox.channels.email.message import MailSender, build_message
from sosbox.channels.printer.slip import build_slip
from sosbox.channels.sms.text import sms_text
from sosbox.channels.webhook.payload import build_payload
from sosbox.db import DB
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Delivery
from tests.support.console import Browser
from tests.support.filing import route
from tests.support.guest_pages import offer_every_language, read_page
from tests.support.notices import notice
from tests.support.venue import NOON, ROOM_TOKEN, Venue
from tests.web.test_write_page import Phone, _first_load

PAGE = f"/p/{ROOM_TOKEN}"
LABEL = "Ticket or invoice number"


def number_on(page: str) -> str | None:
    """What stands in the field; None when there is no field."""
    found = re.search(r'<input id="ticket"[^>]* value="([^"]*)"', page)
    return unescape(found[1]) if found else None


def links_of(page: str) -> list[str]:
    """The addresses of the same page in other languages and words."""
    return [unescape(found) for found in re.findall(r'href="(\?lang=[^"]*)"', page)]


async def stored() -> str:
    row = await Case.select(Case.ticket).first()
    assert row is not None
    return str(row["ticket"])


async def test_the_number_stands_in_a_field_that_the_guest_sees(phone: Phone) -> None:
    for words in ("", "&easy=1"):
        page = (await phone.get(f"{PAGE}?r=FS-2026%2F118{words}")).text
        assert number_on(page) == "FS-2026/118"
        assert LABEL in read_page(page).text


async def test_without_a_number_there_is_no_field(phone: Phone) -> None:
    for address in (PAGE, f"{PAGE}?easy=1", f"{PAGE}?r=", f"{PAGE}?r=%20%0A", f"{PAGE}?p=7k"):
        page = (await phone.get(address)).text
        assert number_on(page) is None
        assert LABEL not in page


async def test_the_number_of_a_piece_is_not_asked_about_and_not_stored(phone: Phone) -> None:
    page = (await phone.get(f"{PAGE}?p=7k")).text
    assert "7k" not in page
    await phone.post(f"{PAGE}?p=7k", data={"text": "The tap drips"})
    row = await Case.select().first()
    assert row is not None
    assert "7k" not in {value for name, value in row.items() if "hash" not in name}


async def test_what_the_guest_leaves_in_the_field_is_kept_with_the_case(phone: Phone) -> None:
    await phone.post(f"{PAGE}?r=118", data={"text": "Too salty", "ticket": " 119 "})
    assert await stored() == "119"


async def test_a_guest_who_empties_the_field_says_nothing_of_it(phone: Phone) -> None:
    await phone.post(f"{PAGE}?r=118", data={"text": "Too salty", "ticket": ""})
    assert await stored() == ""


async def test_the_number_makes_nobody_known(box: Box, phone: Phone) -> None:
    await phone.post(f"{PAGE}?r=118", data={"text": "Too salty", "ticket": "118"})
    row = await Case.select().first()
    assert row is not None
    assert (row["contact_name"], row["contact_email"], row["contact_phone"]) == ("", "", "")


async def test_a_form_with_a_mistake_keeps_the_number(phone: Phone) -> None:
    for words in ("", "1"):
        answer = await phone.post(
            f"{PAGE}?r=118", data={"text": "", "ticket": "119", "easy": words}
        )
        assert answer.status_code == 422
        assert number_on(answer.text) == "119"
        assert all("r=119" in link for link in links_of(answer.text))


async def test_a_field_that_was_emptied_stays_to_be_filled(phone: Phone) -> None:
    answer = await phone.post(f"{PAGE}?r=118", data={"text": "", "ticket": ""})
    assert number_on(answer.text) == ""


async def test_another_language_and_easy_words_keep_the_number(phone: Phone) -> None:
    page = (await phone.get(f"{PAGE}?r=A%26B%20%C3%B1")).text
    links = links_of(page)
    assert len(links) > 3
    for link in links:
        assert number_on((await phone.get(PAGE + link)).text) == "A&B ñ"


async def test_links_of_a_page_without_a_number_carry_none(phone: Phone) -> None:
    assert not [link for link in links_of((await phone.get(PAGE)).text) if "r=" in link]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("FS 118", "FS 118"),
        ("  a\r\n b\tc ", "a b c"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("x" * 100, "x" * MAX_TICKET),
        ("x" * 39 + " y", "x" * 39),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_a_number_is_one_line_and_not_too_long(typed: str, kept: str) -> None:
    assert read_ticket(typed) == kept


async def test_a_number_that_is_too_long_is_cut(phone: Phone) -> None:
    page = (await phone.get(f"{PAGE}?r={'9' * 500}")).text
    assert number_on(page) == "9" * MAX_TICKET
    await phone.post(PAGE, data={"text": "Too salty", "ticket": "8" * 500})
    assert await stored() == "8" * MAX_TICKET


@pytest.mark.parametrize("number", ['"><script>alert(1)</script>', "{{ 7*7 }}", "&lt;b&gt;"])
async def test_what_a_code_carries_stays_text(phone: Phone, number: str) -> None:
    page = (await phone.get(f"{PAGE}?r={quote(number)}")).text
    assert number_on(page) == number[:MAX_TICKET]
    assert "<script>alert" not in page


async def test_whoever_is_told_reads_the_number(box: Box, phone: Phone) -> None:
    await phone.post(PAGE, data={"text": "Too salty", "ticket": "FS-118"})
    await route(box)
    row = await Delivery.select(Delivery.id).first()
    assert row is not None
    notice = await load_notice(row["id"], box.config, box.keys)
    assert notice is not None
    assert notice.ticket == "FS-118"
    assert notice.is_anonymous


async def test_a_page_with_a_number_loads_as_fast(phone: Phone) -> None:
    await DB.write(offer_every_language)
    assert await _first_load(phone, f"{PAGE}?r={'9' * MAX_TICKET}") < 14 * 1024
    assert await _first_load(phone, f"{PAGE}?easy=1&r={'9' * MAX_TICKET}") < 14 * 1024


# Whoever is told, and the console ----------------------------------------------------------------


def test_mail_paper_and_programs_are_told_and_messages_that_cost_by_the_letter_are_not() -> None:
    sent, without = notice(ticket="FS-118"), notice()
    mail = build_message(sent, MailSender("", "box@mar.example"), now=NOON)
    assert "Ticket or invoice number: FS-118" in str(mail.get_body(("plain",)))
    assert any(fact.value == "FS-118" for fact in build_slip(sent).facts)
    assert json.loads(build_payload(sent, now=NOON))["data"]["case"]["ticket"] == "FS-118"
    assert "FS-118" not in sms_text(sent, 10)

    mail = build_message(without, MailSender("", "box@mar.example"), now=NOON)
    assert LABEL not in str(mail.get_body(("plain",)))
    assert not any(fact.label == LABEL for fact in build_slip(without).facts)


async def test_the_staff_sees_and_finds_the_number(box: Box, phone: Phone, venue: Venue) -> None:
    await phone.post(PAGE, data={"text": "Too salty", "ticket": "FS-118"})
    await phone.post(PAGE, data={"text": "All was well"})
    await route(box)
    boris = await Browser(phone.app, origin="http://mar.example").enter(box, venue.boris)

    found = (await boris.get("/admin?q=fs-11")).text
    assert "Too salty" in found
    assert "All was well" not in found
    row = await Case.select(Case.id).where(Case.ticket == "FS-118").first()
    assert row is not None
    page = (await boris.get(f"/admin/cases/{row['id']}")).text
    assert '<bdi class="ticket">FS-118</bdi>' in page
    assert "Anonymous" in page
