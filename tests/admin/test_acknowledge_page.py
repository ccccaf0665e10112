"""The page behind the link in a notice: one button, without logging in."""

import asyncio
from datetime import timedelta

import pytest
from litestar import Litestar

from sosbox.box import Box
from sosbox.cases.rules import TranslationState
from sosbox.channels.words import language_name
from sosbox.db import DB
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Delivery
from sosbox.i18n import LANGUAGES, localizer
from sosbox.ledger.tables import LedgerEntry
from sosbox.lib.clock import FrozenClock
from sosbox.ui.limits import BURST
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.translating import record, set_pairs
from tests.support.venue import NOON, ROOM_TOKEN


@pytest.fixture
async def link(box: Box, case_id: int) -> str:
    """Where the notice to the desk leads, which reads Spanish."""
    return await _link(box, "desk@mar.example")


async def _link(box: Box, address: str) -> str:
    row = await Delivery.select(Delivery.id).where(Delivery.address == address).first()
    assert row is not None
    notice = await load_notice(row["id"], box.config, box.keys)
    assert notice is not None
    return notice.acknowledge_url


async def _num_acknowledged() -> int:
    entries = await LedgerEntry.count().where(LedgerEntry.event == "acknowledged")
    notices = await Delivery.count().where(Delivery.acknowledged_at.is_not_null())
    assert entries == notices
    return entries


async def test_the_link_shows_what_it_is_about_and_one_button(browser: Browser, link: str) -> None:
    answer = await browser.get(link)

    assert answer.status_code == 200
    assert "The tap drips" in answer.text
    assert "Habitación 204" in answer.text
    assert answer.text.count("<button") == 1


async def test_looking_takes_care_of_nothing(browser: Browser, link: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        await browser.client.request(method, link)

    assert await _num_acknowledged() == 0


async def test_the_page_speaks_the_language_of_whom_the_notice_went_to(
    box: Box, browser: Browser, link: str
) -> None:
    assert 'lang="es"' in (await browser.get(link)).text
    assert 'lang="en"' in (await browser.get(await _link(box, "anna@mar.example"))).text


async def test_the_button_takes_care_of_it(
    browser: Browser, staff: Staff, case_id: int, link: str
) -> None:
    answer = await browser.post(link, has_csrf=False)

    assert answer.status_code == 200
    assert f'href="/admin/cases/{case_id}"' in answer.text
    assert "<button" not in answer.text
    assert await _num_acknowledged() == 1
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert "Recepción takes care of it" in page


async def test_it_needs_no_session_and_gives_none(browser: Browser, link: str) -> None:
    answer = await browser.post(link, has_csrf=False)

    assert "set-cookie" not in answer.headers
    assert (await browser.get("/admin")).status_code == 303


async def test_somebody_else_who_takes_care_is_named(box: Box, browser: Browser, link: str) -> None:
    await browser.post(link, has_csrf=False)
    answer = await browser.get(await _link(box, "anna@mar.example"))

    assert answer.status_code == 200
    assert "Recepción has said so already." in answer.text


async def test_a_link_that_was_used_says_by_whom_and_when(browser: Browser, link: str) -> None:
    await browser.post(link, has_csrf=False)
    for again in (await browser.post(link, has_csrf=False), await browser.get(link)):
        assert again.status_code == 409
        assert "Recepción" in again.text
        assert "13:00" in again.text
        assert "<button" not in again.text
    assert await _num_acknowledged() == 1


async def test_of_two_who_press_at_once_one_is_told_that_it_was_done(
    browser: Browser, link: str
) -> None:
    answers = await asyncio.gather(*(browser.post(link, has_csrf=False) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await _num_acknowledged() == 1


async def test_a_resolved_case_is_said_to_be_so(
    browser: Browser, staff: Staff, case_id: int, link: str
) -> None:
    await staff.boris.post(f"/admin/cases/{case_id}/resolve", outcome="Mended", version="1")
    for answer in (await browser.get(link), await browser.post(link, has_csrf=False)):
        assert answer.status_code == 409
        assert "<button" not in answer.text
    assert await _num_acknowledged() == 0


async def test_after_a_week_the_link_has_gone(
    box: Box, browser: Browser, clock: FrozenClock, link: str
) -> None:
    english = await _link(box, "anna@mar.example")
    clock.set(NOON + timedelta(days=7, seconds=1))
    for answer in (await browser.get(english), await browser.post(english, has_csrf=False)):
        assert answer.status_code == 410
        assert "This link is too old" in answer.text
        assert "drips" not in answer.text
    assert await _num_acknowledged() == 0


async def test_a_link_of_nobody_any_more_shows_nothing(
    box: Box, browser: Browser, link: str
) -> None:
    english = await _link(box, "anna@mar.example")
    await DB.write(lambda tx: tx.sql("DELETE FROM recipient_addresses"))
    answer = await browser.get(english)

    assert answer.status_code == 410
    assert "drips" not in answer.text
    assert "Habitación" not in answer.text


async def test_the_text_of_a_sensitive_case_is_not_shown(
    box: Box, browser: Browser, link: str
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))
    for answer in (await browser.get(link), await browser.post(link, has_csrf=False)):
        assert answer.status_code == 200
        assert "drips" not in answer.text
    assert await _num_acknowledged() == 1


@pytest.mark.parametrize(
    "token", ["x", "0", "A" * 31, "A" * 40, "%00", "%F0%9F%8D%95", "a" * 500, "%2e%2e"]
)
async def test_a_wrong_link_is_not_found(browser: Browser, link: str, token: str) -> None:
    for method in ("GET", "POST"):
        answer = await browser.client.request(method, f"/a/{token}")
        assert answer.status_code == 404
    assert await _num_acknowledged() == 0


async def test_a_link_that_was_made_for_something_else_is_wrong_here(
    box: Box, browser: Browser, link: str
) -> None:
    right = box.keys.delivery_from_acknowledge_token(link.rpartition("/")[2])
    assert right is not None
    for token in (box.keys.receipt_token(f"{right:016d}"), box.keys.reply_token(right)):
        assert (await browser.post(f"/a/{token}", has_csrf=False)).status_code == 404


async def test_a_link_to_a_notice_that_is_not_there_looks_like_any_wrong_one(
    box: Box, browser: Browser, link: str
) -> None:
    missing = await browser.get(f"/a/{box.keys.acknowledge_token(999_999)}")
    made_up = await browser.get("/a/" + "A" * 31)

    assert (missing.status_code, missing.text) == (made_up.status_code, made_up.text)


async def test_many_wrong_links_are_slowed_down_and_right_ones_are_not(
    browser: Browser, link: str
) -> None:
    for _ in range(BURST):
        assert (await browser.get("/a/wrong")).status_code == 404
    slowed = await browser.get("/a/wrong")

    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert (await browser.post(link, has_csrf=False)).status_code == 200


async def test_wrong_links_do_not_keep_guests_from_their_receipts(browser: Browser) -> None:
    for _ in range(BURST + 1):
        await browser.get("/a/wrong")
    answer = await browser.client.post("/t", data={"code": "1" * 16})

    assert answer.status_code == 404


async def test_the_page_is_not_kept_framed_or_told_to_other_sites(
    browser: Browser, link: str
) -> None:
    for answer in (await browser.get(link), await browser.get("/a/wrong")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_what_the_guest_wrote_is_text_and_never_markup(
    app: Litestar, box: Box, browser: Browser
) -> None:
    await file_case(box, "<script>alert(1)</script>", token=ROOM_TOKEN, submission_id="s")
    page = (await browser.get(await _link(box, "desk@mar.example"))).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# In the language of whom the notice went to ------------------------------------------------------


async def _set_language(language: str) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "UPDATE deliveries SET language = ? WHERE address = 'desk@mar.example'", language
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_there_in_every_language(
    browser: Browser, link: str, language: str
) -> None:
    await _set_language(language)
    _ = localizer(language)

    page = (await browser.get(link)).text
    assert f'<html lang="{language}" dir="{_.direction}">' in page
    assert _("Do you take care of this?") in page
    assert "Habitación 204" in page
    done = (await browser.post(link, has_csrf=False)).text
    assert f'<html lang="{language}" dir="{_.direction}">' in done
    assert _("You take care of it") in done
    assert await _num_acknowledged() == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wrong_link_is_answered_in_the_language_that_is_asked_for(
    browser: Browser, language: str
) -> None:
    answer = await browser.client.get("/a/wrong", headers={"Accept-Language": language})

    assert answer.status_code == 404
    assert localizer(language)("There is nothing here") in answer.text
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize("language", ["es", "ar"])
@pytest.mark.parametrize("state", [TranslationState.DONE, TranslationState.PARTIAL])
async def test_what_was_written_is_there_as_its_reader_reads_it_and_as_it_was_written(
    box: Box, browser: Browser, language: str, state: TranslationState
) -> None:
    await set_pairs("en-es", "en-ar")
    await DB.write(
        lambda tx: tx.sql("UPDATE recipients SET language = ? WHERE slug = 'desk'", language)
    )
    await file_case(box, "The bath leaks\nsecretly", token=ROOM_TOKEN, submission_id="t")
    await record(box, "Goteo <b>تقطير</b>\nen secreto", state=state)
    row = (
        await Delivery.select(Delivery.id)
        .where(Delivery.address == "desk@mar.example")
        .order_by(Delivery.id, ascending=False)
        .first()
    )
    assert row is not None
    page = (await browser.get(f"/a/{box.keys.acknowledge_token(row['id'])}")).text
    _ = localizer(language)

    translation = page.index("Goteo &lt;b&gt;تقطير&lt;/b&gt;")
    assert page.index("argos") < translation < page.index("The bath leaks")
    assert _("As written, in {language}", language=language_name("en", _)) in page
    direction = "rtl" if language == "ar" else "auto"
    assert f'lang="{language}" dir="{direction}">Goteo' in page
    assert "secret" not in page


@pytest.mark.parametrize(
    "state", [TranslationState.FAILED, TranslationState.UNAVAILABLE, TranslationState.WAITING]
)
async def test_without_a_translation_the_page_says_why(
    browser: Browser, link: str, state: TranslationState
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE translations SET state = ?", str(state)))
    page = (await browser.get(link)).text

    assert "The tap drips" in page
    assert language_name("en", localizer("es")) in page
    assert "argos" not in page


async def test_the_translation_of_a_sensitive_case_is_not_shown_either(
    box: Box, browser: Browser
) -> None:
    await set_pairs("en-es")
    await file_case(box, "The bath leaks", token=ROOM_TOKEN, submission_id="t")
    await record(box, "La bañera gotea")
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))
    row = await Delivery.select(Delivery.id).where(Delivery.address == "desk@mar.example").first()
    assert row is not None
    page = (await browser.get(f"/a/{box.keys.acknowledge_token(row['id'])}")).text

    assert "bañera" not in page
    assert "leaks" not in page
