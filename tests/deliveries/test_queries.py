"""The notice behind a delivery, and the deliveries of a case."""

from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.tables import Case
from sosbox.channels.base import Notice, NoticeEvent, RefusedError
from sosbox.config import load_config
from sosbox.db import DB, Transaction
from sosbox.deliveries.outbox import claim_due, record_failed
from sosbox.deliveries.queries import deliveries_of_case, load_notice, next_due
from sosbox.deliveries.rules import DeliveryState
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import send_answer, take_in_more, take_in_reminder
from sosbox.places.addresses import own_address
from sosbox.routing.queries import RuleBook
from tests.support.filing import file_case, route
from tests.support.venue import NOON, ROOM_TOKEN, Venue


async def _last_notice(box: Box) -> Notice:
    row = await Delivery.select(Delivery.id).order_by(Delivery.id, ascending=False).first()
    assert row is not None
    notice = await load_notice(row["id"], box.config, box.keys)
    assert notice is not None
    return notice


async def test_a_notice_says_all_about_a_new_case(box: Box, venue: Venue) -> None:
    filed = await file_case(
        box, "The soup is cold\nagain", email="dora@guest.example", remedy="A hot one"
    )
    notice = await _last_notice(box)

    assert notice.event is NoticeEvent.FILED
    assert (notice.address, notice.name, notice.language) == ("anna@mar.example", "Anna", "en")
    assert (notice.reference, notice.headline) == (filed.reference, "The soup is cold")
    assert notice.text == "The soup is cold\nagain"
    assert (notice.establishment, notice.area) == ("Hotel Mar", "Restaurante")
    assert (notice.place_code, notice.place_label) == ("T-7", "Mesa 7")
    assert notice.written_at == NOON
    assert notice.promise_due_at == NOON + timedelta(hours=48)
    assert notice.zone.key == "Europe/Madrid"
    assert (notice.contact_email, notice.remedy) == ("dora@guest.example", "A hot one")
    assert notice.legal_name == "Grupo Mar S.L."
    assert notice.case_url == f"http://mar.example/admin/cases/{filed.case_id}"
    assert not notice.is_anonymous
    assert not notice.is_possible_duplicate


async def test_what_a_guest_adds_is_told_under_the_same_headline(box: Box) -> None:
    filed = await file_case(box)
    await DB.write(
        take_in_more,
        box.keys,
        now=NOON,
        case_id=filed.case_id,
        text="And so is the fish",
        language="en",
        submission=b"two",
    )
    await route(box)
    notice = await _last_notice(box)

    assert notice.event is NoticeEvent.GUEST_WROTE
    assert notice.text == "And so is the fish"
    assert notice.headline == "The soup is cold"


async def test_a_reminder_shows_what_was_written_first(box: Box) -> None:
    filed = await file_case(box)
    await DB.write(
        take_in_more,
        box.keys,
        now=NOON,
        case_id=filed.case_id,
        text="And so is the fish",
        language="en",
        submission=b"two",
    )
    later = NOON + timedelta(hours=49)
    assert await DB.write(take_in_reminder, box.keys, RuleBook(), now=later, case_id=filed.case_id)
    notice = await _last_notice(box)

    assert notice.event is NoticeEvent.REMINDED
    assert notice.text == "The soup is cold"


async def test_an_answer_leads_the_guest_to_the_receipt_and_not_to_the_console(
    box: Box, venue: Venue
) -> None:
    filed = await file_case(box, email="dora@guest.example")
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        text="We bring a hot one.",
        seen_version=1,
        language="en",
    )
    notice = await _last_notice(box)

    assert notice.event is NoticeEvent.ANSWERED
    assert (notice.address, notice.text) == ("dora@guest.example", "We bring a hot one.")
    assert notice.case_url == "http://mar.example/t"


async def test_a_delivery_that_is_not_there_has_no_notice(box: Box) -> None:
    assert await load_notice(999, box.config, box.keys) is None


@pytest.mark.parametrize(
    ("environ", "establishment", "address"),
    [
        ({"SOSBOX_BASE_URL": "http://box/"}, "http://mar.example/", "http://mar.example"),
        ({"SOSBOX_BASE_URL": "http://box/"}, "", "http://box"),
        ({"SOSBOX_HOST": "192.0.2.1", "SOSBOX_PORT": "80"}, "", "http://192.0.2.1:80"),
        ({"SOSBOX_HOST": "2001:db8::1"}, "", "http://[2001:db8::1]:8080"),
    ],
)
def test_links_start_with_the_best_address_there_is(
    box: Box, environ: dict[str, str], establishment: str, address: str
) -> None:
    assert own_address(load_config(box.config.data_dir, environ), establishment) == address


def test_links_never_start_with_every_address(box: Box) -> None:
    config = load_config(box.config.data_dir, {"SOSBOX_HOST": "0.0.0.0"})

    assert "0.0.0.0" not in own_address(config)


async def test_the_staff_sees_how_each_delivery_went(box: Box) -> None:
    filed = await file_case(box, token=ROOM_TOKEN)
    (claimed,) = await DB.write(claim_due, now=NOON, channel="email", limit=1)
    error = RefusedError("The mail server refuses this address.", detail="550 nobody")
    await DB.write(record_failed, box.keys, now=NOON, delivery=claimed, error=error)
    failed, waiting = await deliveries_of_case(filed.case_id)

    assert (failed.state, waiting.state) == (DeliveryState.FAILED, DeliveryState.PENDING)
    assert (failed.error, failed.error_detail) == (error.message, "550 nobody")
    assert (failed.num_attempts, failed.last_attempt_at, failed.sent_at) == (1, NOON, None)
    assert {failed.address, waiting.address} == {"anna@mar.example", "desk@mar.example"}
    assert not failed.is_to_guest
    assert await deliveries_of_case(filed.case_id + 1) == []


async def test_the_next_delivery_is_known_by_its_time(box: Box) -> None:
    def postpone(tx: Transaction) -> None:
        tx.sql("UPDATE deliveries SET next_attempt_at = ?", NOON + timedelta(seconds=5))

    assert await next_due("email") is None
    await file_case(box)
    await DB.write(postpone)

    assert await next_due("email") == NOON + timedelta(seconds=5)
    assert await next_due("sms") is None
    assert await Case.count() == 1
