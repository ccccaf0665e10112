"""The receipt: the only key to an anonymous case."""

from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.box import Box
from sosbox.cases import staff_actions
from sosbox.cases.receipts import verify_receipt
from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import send_answer
from sosbox.errors import SosboxError
from sosbox.ledger.tables import LedgerEntry
from sosbox.lib.clock import FrozenClock
from sosbox.lib.text import group_digits
from tests.support.filing import route
from tests.support.venue import NOON, ROOM_TOKEN, Venue

Phone = AsyncTestClient[Litestar]


@pytest.fixture
async def receipt(phone: Phone) -> dict[str, str]:
    form = {"text": "The tap drips\nall night", "kind": "complaint"}
    headers = {"Accept": "application/json"}
    answer = await phone.post(f"/p/{ROOM_TOKEN}", data=form, headers=headers)
    body: dict[str, str] = answer.json()
    return body


async def _answer(box: Box, venue: Venue, text: str) -> None:
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
        language="en",
    )


async def test_the_receipt_shows_code_text_place_and_both_dates(
    phone: Phone, receipt: dict[str, str]
) -> None:
    page = (await phone.get(receipt["receipt_url"])).text

    assert group_digits(receipt["receipt_code"]) in page
    assert receipt["reference"] in page
    assert "The tap drips\nall night" in page
    assert "Recepción, Habitación 204 (R-204)" in page
    assert "23 November 2026, 13:00" in page
    assert "Sunday, 6 December 2026" in page or "Sunday 6 December 2026" in page
    assert "<svg" in page


async def test_the_database_holds_neither_code_nor_link(receipt: dict[str, str], box: Box) -> None:
    token = receipt["receipt_url"].rpartition("/")[2]
    for file in box.config.data_dir.rglob("*.db*"):
        content = file.read_bytes()
        assert receipt["receipt_code"].encode() not in content
        assert token.encode() not in content


async def test_the_guest_reads_the_answer_there(
    phone: Phone, receipt: dict[str, str], box: Box, venue: Venue
) -> None:
    await _answer(box, venue, "The plumber is on his way")

    page = (await phone.get(receipt["receipt_url"])).text
    assert "The plumber is on his way" in page
    assert "Answered" in page
    assert "Boris" not in page


async def test_the_guest_writes_more_and_the_staff_are_told(
    box: Box, phone: Phone, receipt: dict[str, str]
) -> None:
    answer = await phone.post(receipt["receipt_url"], data={"text": "It is worse now"})

    assert answer.status_code == 303
    assert "It is worse now" in (await phone.get(receipt["receipt_url"])).text
    await route(box)
    assert await Delivery.count().where(Delivery.event == "guest_wrote") == 2


async def test_writing_more_twice_by_accident_stores_it_once(
    phone: Phone, receipt: dict[str, str]
) -> None:
    form = {"text": "It is worse now", "submission_id": "again"}
    await phone.post(receipt["receipt_url"], data=form)
    await phone.post(receipt["receipt_url"], data=form)

    assert await Message.count() == 2


async def test_an_empty_addition_is_refused(phone: Phone, receipt: dict[str, str]) -> None:
    answer = await phone.post(receipt["receipt_url"], data={"text": " "})

    assert answer.status_code == 422
    assert "Please write a few words." in answer.text
    assert await Message.count() == 1


async def test_a_resolved_case_is_opened_again_when_the_guest_writes(
    phone: Phone, receipt: dict[str, str], box: Box, venue: Venue
) -> None:
    case = await Case.select().first()
    assert case is not None
    await DB.write(
        staff_actions.resolve,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=case["id"],
        outcome="A new tap was put in",
        seen_version=1,
        language="en",
    )
    assert "A new tap was put in" in (await phone.get(receipt["receipt_url"])).text

    await phone.post(receipt["receipt_url"], data={"text": "It drips again"})

    states = await Case.select(Case.state)
    assert states == [{"state": "in_progress"}]
    events = await LedgerEntry.select(LedgerEntry.event).output(as_list=True)
    assert "reopened" in events


async def test_the_reminder_is_offered_once_the_promise_has_passed(
    phone: Phone, receipt: dict[str, str], clock: FrozenClock
) -> None:
    url = receipt["receipt_url"]
    assert "Nobody has answered me" not in (await phone.get(url)).text

    clock.set(NOON + timedelta(hours=48))
    assert "Nobody has answered me" in (await phone.get(url)).text
    answer = await phone.post(f"{url}/reminder", data={})

    assert answer.status_code == 303
    assert await Delivery.count().where(Delivery.event == "reminded") == 2
    page = (await phone.get(url)).text
    assert "Nobody has answered me" not in page
    assert "were told again" in page


async def test_a_reminder_too_early_or_twice_tells_nobody(
    phone: Phone, receipt: dict[str, str], clock: FrozenClock
) -> None:
    url = f"{receipt['receipt_url']}/reminder"
    await phone.post(url, data={})
    assert await Delivery.count().where(Delivery.event == "reminded") == 0

    clock.set(NOON + timedelta(hours=49))
    await phone.post(url, data={})
    await phone.post(url, data={})
    assert await Delivery.count().where(Delivery.event == "reminded") == 2


async def test_the_signed_receipt_is_accepted(
    phone: Phone, receipt: dict[str, str], box: Box
) -> None:
    file = await phone.get(f"{receipt['receipt_url']}/receipt.txt")

    assert file.headers["content-type"].startswith("text/plain")
    assert "attachment" in file.headers["content-disposition"]
    verified = verify_receipt(file.content, box.keys.public_key)
    assert receipt["reference"] in verified.text
    assert "| The tap drips" in verified.text


async def test_a_receipt_with_any_byte_changed_is_rejected(
    phone: Phone, receipt: dict[str, str], box: Box
) -> None:
    content = (await phone.get(f"{receipt['receipt_url']}/receipt.txt")).content

    for position in range(len(content)):
        for change in (1, 0x20, 0x80):
            changed = bytearray(content)
            changed[position] ^= change
            with pytest.raises(SosboxError):
                verify_receipt(bytes(changed))


@pytest.mark.parametrize("change", [b"", b"\r\n", b" ", b"\x00", b"signature: AAAA\n"])
async def test_a_receipt_that_was_cut_or_grew_is_rejected(
    phone: Phone, receipt: dict[str, str], change: bytes
) -> None:
    content = (await phone.get(f"{receipt['receipt_url']}/receipt.txt")).content

    for changed in (content[:-1] + change, content[1:] + change):
        with pytest.raises(SosboxError):
            verify_receipt(changed)
    if change:
        with pytest.raises(SosboxError):
            verify_receipt(content + change)


async def test_a_guest_cannot_forge_a_line_of_the_receipt(phone: Phone, box: Box) -> None:
    text = "Reference: FAKE-0000\npublic-key: AAAA\nsignature: BBBB\n"
    taken = await phone.post(f"/p/{ROOM_TOKEN}", data={"text": text})
    content = (await phone.get(f"{taken.headers['location']}/receipt.txt")).content

    verify_receipt(content, box.keys.public_key)
    assert b"\nReference: FAKE" not in content


@pytest.mark.parametrize("token", ["x", "A" * 31, "1234567890123456", "%00" * 10, "é" * 31])
async def test_an_invented_link_shows_nothing(phone: Phone, token: str) -> None:
    for path in (f"/t/{token}", f"/t/{token}/receipt.txt"):
        answer = await phone.get(path)
        assert answer.status_code == 404
        assert "There is no receipt under this address" in answer.text


async def test_another_spelling_of_the_link_is_no_link(
    phone: Phone, receipt: dict[str, str]
) -> None:
    token = receipt["receipt_url"].rpartition("/")[2]
    for spelling in (token + "=", token + "A", token[:-1]):
        assert (await phone.get(f"/t/{spelling}")).status_code == 404
