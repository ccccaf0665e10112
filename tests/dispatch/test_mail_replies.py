"""What is made of answers by e-mail."""

from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.cases.tables import Case, Message
from sosbox.channels.mailbox.mail import ONLY_QUOTES
from sosbox.db import DB
from sosbox.dispatch.intake import close_case
from sosbox.dispatch.replies import HOLDS_NOTICE, NO_NOTICE, NO_WORDS, OTHER_SENDER
from sosbox.ledger.tables import LedgerEntry
from tests.support.filing import file_case
from tests.support.replies import LATER, add_marta, notice_to, receive, send_all, trust_replies
from tests.support.venue import NOON, ROOM_TOKEN, Venue


@pytest.fixture
def marta(box: Box, venue: Venue) -> int:
    return DB.write_sync(lambda tx: add_marta(tx, venue))


@pytest.fixture
async def case_id(box: Box, marta: int) -> int:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN, email="dora@guest.example")
    await send_all()
    return filed.case_id


async def _answer(
    box: Box, text: str, *, sender: str = "marta@mar.example", **columns: Any
) -> dict[str, Any]:
    """An answer to the notice that went to Marta."""
    delivery_id = (await notice_to("marta@mar.example"))["id"]
    values = {"channel": "email", "delivery_id": delivery_id, **columns}
    return await receive(box, text, sender=sender, **values)


async def _num_answers() -> int:
    return await Message.count().where(Message.direction == "to_guest")


async def test_an_answer_waits_until_somebody_confirms_it(
    box: Box, venue: Venue, marta: int, case_id: int
) -> None:
    row = await _answer(box, "Paco is on his way")

    assert (row["state"], row["reason"]) == ("to_confirm", "")
    assert (row["case_id"], row["recipient_id"]) == (case_id, marta)
    assert row["subscriber_id"] == venue.subscriber_id
    assert await _num_answers() == 0


async def test_a_house_that_trusts_replies_sends_it_at_once(
    box: Box, marta: int, case_id: int
) -> None:
    await trust_replies()
    row = await _answer(box, "Paco is on his way", sender="MARTA@mar.example")

    assert row["state"] == "taken"
    message = await Message.select().where(Message.direction == "to_guest").first()
    assert message is not None
    assert (message["text"], message["account_id"]) == ("Paco is on his way", None)
    assert (message["recipient_id"], message["language"]) == (marta, "en")
    assert (await notice_to("dora@guest.example"))["message_id"] == message["id"]


@pytest.mark.parametrize("sender", ["boris@mar.example", "marta@mar.example.org", ""])
async def test_from_another_address_it_is_never_sent_by_itself(
    box: Box, case_id: int, sender: str
) -> None:
    await trust_replies()
    row = await _answer(box, "Paco is on his way", sender=sender)

    assert (row["state"], row["reason"]) == ("to_confirm", OTHER_SENDER)
    assert row["recipient_id"] is None
    assert await _num_answers() == 0
    entry = await LedgerEntry.select().where(LedgerEntry.event == "replied").first()
    assert entry is not None
    assert entry["actor"] == "system"


async def test_somebody_who_was_taken_from_the_list_is_not_trusted_any_more(
    box: Box, case_id: int
) -> None:
    await trust_replies()
    await DB.write(lambda tx: tx.sql("DELETE FROM recipient_addresses WHERE channel = 'email'"))
    row = await _answer(box, "Your wifi password is 1234")

    assert (row["state"], row["reason"]) == ("to_confirm", OTHER_SENDER)


async def test_what_is_not_cut_off_of_the_notice_does_not_go_to_the_guest(
    box: Box, case_id: int
) -> None:
    await trust_replies()
    case = await Case.select().where(Case.id == case_id).first()
    assert case is not None
    row = await _answer(box, f"Coming!\n\nHotel Mar tells: drip\nReference: {case['reference']}")

    assert (row["state"], row["reason"]) == ("to_confirm", HOLDS_NOTICE)


async def test_what_looks_quoted_as_a_whole_is_not_trusted(box: Box, case_id: int) -> None:
    await trust_replies()
    row = await _answer(box, "> Coming!", reason=ONLY_QUOTES)

    assert (row["state"], row["reason"]) == ("to_confirm", ONLY_QUOTES)


@pytest.mark.parametrize("text", ["OK", "Vale!", "\U0001f44d"])
async def test_a_mere_ok_says_that_marta_takes_care_of_it(
    box: Box, marta: int, case_id: int, text: str
) -> None:
    await trust_replies()
    row = await _answer(box, text)

    assert row["state"] == "taken"
    assert await _num_answers() == 0
    case = await Case.select().where(Case.id == case_id).first()
    assert case is not None
    assert case["acknowledged_at"] == LATER


async def test_a_mere_ok_from_elsewhere_takes_care_of_nothing(box: Box, case_id: int) -> None:
    row = await _answer(box, "OK", sender="boris@mar.example")

    assert row["state"] == "to_confirm"
    case = await Case.select().where(Case.id == case_id).first()
    assert case is not None
    assert case["acknowledged_at"] is None


async def test_an_ok_to_a_notice_that_asks_for_nothing_is_looked_at(box: Box, case_id: int) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE deliveries SET event = 'legal_missed'"))

    assert (await _answer(box, "OK"))["state"] == "to_confirm"


async def test_an_answer_after_the_outcome_is_not_sent_by_itself(
    box: Box, venue: Venue, case_id: int
) -> None:
    await trust_replies()
    await DB.write(
        close_case,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=case_id,
        outcome="Done",
        seen_version=1,
        language="en",
    )

    assert (await _answer(box, "Paco is on his way"))["state"] == "to_confirm"


@pytest.mark.parametrize("delivery_id", [None, 999_999])
async def test_an_answer_to_nothing_stays_with_the_company_of_its_sender(
    box: Box, venue: Venue, case_id: int, delivery_id: int | None
) -> None:
    row = await _answer(box, "Paco is on his way", delivery_id=delivery_id)

    assert (row["state"], row["reason"]) == ("unassigned", NO_NOTICE)
    assert row["subscriber_id"] == venue.subscriber_id


async def test_an_answer_to_nothing_from_nobody_is_of_no_company(box: Box, case_id: int) -> None:
    row = await _answer(box, "Cheap watches", delivery_id=None, sender="x@spam.example")

    assert (row["state"], row["subscriber_id"]) == ("unassigned", None)


async def test_a_sender_whom_two_companies_know_is_of_neither(
    box: Box, venue: Venue, case_id: int
) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "UPDATE accounts SET email = 'marta@mar.example' WHERE email = 'otto@otto.example'"
        )
    )
    row = await _answer(box, "Paco is on his way", delivery_id=None)

    assert row["subscriber_id"] is None


async def test_the_guest_who_got_an_answer_has_no_address_to_answer_to(
    box: Box, case_id: int
) -> None:
    await trust_replies()
    await _answer(box, "Paco is on his way")
    delivery_id = (await notice_to("dora@guest.example"))["id"]
    row = await receive(
        box, "Thanks", sender="dora@guest.example", channel="email", delivery_id=delivery_id
    )

    assert (row["state"], row["reason"]) == ("unassigned", NO_NOTICE)


async def test_a_notice_by_sms_is_not_answered_by_mail(box: Box, case_id: int) -> None:
    delivery_id = (await notice_to("+34600123456"))["id"]
    row = await _answer(box, "Paco is on his way", delivery_id=delivery_id)

    assert row["reason"] == NO_NOTICE


async def test_a_mail_without_words_is_dropped(box: Box, case_id: int) -> None:
    row = await _answer(box, "\u200b")

    assert (row["state"], row["reason"]) == ("dropped", NO_WORDS)


async def test_what_a_program_has_sent_is_kept_and_nothing_is_made_of_it(
    box: Box, case_id: int
) -> None:
    await trust_replies()
    row = await _answer(box, "I am away", reason="It is automatic", is_dropped=True)

    assert (row["state"], row["reason"]) == ("dropped", "It is automatic")
    assert await _num_answers() == 0


async def test_an_answer_does_not_grow_too_old_to_be_read(box: Box, case_id: int) -> None:
    await DB.write(
        lambda tx: tx.sql("UPDATE deliveries SET created_at = ?", NOON - timedelta(days=40))
    )

    assert (await _answer(box, "Paco is on his way"))["state"] == "to_confirm"
