"""Every page of the console against everybody who must not get in, walked route by route."""

import pytest
from litestar import Litestar

from sosbox.admin import case_forms, inbox_page
from sosbox.box import Box
from sosbox.cases.tables import Case, Message, Note, TranslationRequest
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.errors import UnavailableError
from tests.admin.conftest import Staff
from tests.support.console import Browser, console_routes, filled
from tests.support.filing import file_case

# What each form may hold; every post of the walks sends all of it.
FIELDS = {
    "answer": "We are on our way",
    "note": "Ask Paco",
    "outcome": "Mended",
    "state": "in_progress",
    "assignee": "",
    "version": "1",
    "language": "gl",
    "message": "1",
    "do": "release",
    "sensitive": "0",
}


async def _delivery_id(case_id: int) -> int:
    await DB.write(lambda tx: tx.sql("UPDATE deliveries SET state = 'failed'"))
    row = await Delivery.select(Delivery.id).where(Delivery.case_id == case_id).first()
    assert row is not None
    return int(row["id"])


async def _traces() -> tuple[object, ...]:
    """What would show that somebody has changed something."""
    failed = await Delivery.count().where(Delivery.state == "failed")
    return (
        await Message.select(Message.id, Message.language, Message.hold),
        await Note.count(),
        await TranslationRequest.count(),
        await Case.select(Case.version, Case.state, Case.is_unread, Case.is_sensitive),
        failed,
    )


async def test_without_a_session_no_page_says_anything(
    app: Litestar, browser: Browser, case_id: int
) -> None:
    for method, path, _is_own, is_login in console_routes(app):
        if is_login:
            continue
        address = filled(path, case_id=case_id, delivery_id=1, session_id=1, rest="x")
        answer = await browser.client.request(method, address, data=FIELDS)
        assert answer.status_code in {303, 401}, (method, path)
        assert "drips" not in answer.text


async def test_no_form_is_taken_without_the_token_of_the_session(
    app: Litestar, staff: Staff, case_id: int
) -> None:
    delivery_id = await _delivery_id(case_id)
    before = await _traces()
    posts = [path for method, path, _, is_login in console_routes(app) if method == "POST"]
    assert len(posts) > 10
    for path in set(posts) - {"/admin/login"}:
        address = filled(path, case_id=case_id, delivery_id=delivery_id, session_id=1)
        for token in ("", staff.anna.csrf, "é"):
            answer = await staff.boris.client.post(address, data={**FIELDS, "csrf": token})
            assert answer.status_code == 403, path
    assert await _traces() == before


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_another_area_and_another_subscriber_get_404_on_every_page_of_a_case(
    app: Litestar, staff: Staff, case_id: int, who: str
) -> None:
    await _finds_nothing_of(app, getattr(staff, who), case_id)


async def test_whoever_is_responsible_gets_404_on_every_page_of_a_sensitive_case(
    app: Litestar, staff: Staff, case_id: int
) -> None:
    assert (await staff.boris.get(f"/admin/cases/{case_id}")).status_code == 200
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))
    await _finds_nothing_of(app, staff.boris, case_id)
    assert (await staff.dario.get(f"/admin/cases/{case_id}")).status_code == 404
    assert (await staff.anna.get(f"/admin/cases/{case_id}")).status_code == 200


async def _finds_nothing_of(app: Litestar, stranger: Browser, case_id: int) -> None:
    """Every page of the case says the same as that of a case that is not there."""
    delivery_id = await _delivery_id(case_id)
    before = await _traces()
    walked = 0
    for method, path, _, _ in console_routes(app):
        if "{case_id" not in path and "{delivery_id" not in path:
            continue
        walked += 1
        address = filled(path, case_id=case_id, delivery_id=delivery_id)
        nowhere = filled(path, case_id=999_999, delivery_id=delivery_id)
        for fields in (FIELDS, {}):
            data = {**fields, "csrf": stranger.csrf}
            answer = await stranger.client.request(method, address, data=data)
            missing = await stranger.client.request(method, nowhere, data=data)
            assert answer.status_code == 404, (method, path)
            assert answer.text == missing.text
    assert walked >= 7
    assert (await stranger.get(f"/admin/events?case={case_id}")).status_code == 404
    assert await _traces() == before


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_the_inbox_of_another_area_and_subscriber_does_not_show_the_case(
    staff: Staff, case_id: int, who: str
) -> None:
    stranger: Browser = getattr(staff, who)
    for address in (
        "/admin",
        "/admin?q=tap",
        "/admin?q=R-204",
        "/admin?area=1",
        "/admin/list",
        "/admin/list?late=1",
        f"/admin/list?open={case_id}",
    ):
        answer = await stranger.get(address)
        assert answer.status_code == 200
        assert "drips" not in answer.text
        assert "Habitación" not in answer.text
        assert 'data-new=""' in answer.text


async def test_a_notice_of_another_case_is_not_reached_through_an_own_one(
    box: Box, staff: Staff, case_id: int
) -> None:
    other = await file_case(box, "The soup is cold", submission_id="two")
    delivery_id = await _delivery_id(other.case_id)
    answer = await staff.boris.post(f"/admin/cases/{case_id}/deliveries/{delivery_id}/retry")
    assert answer.status_code == 404


async def test_an_auditor_changes_nothing(app: Litestar, staff: Staff, case_id: int) -> None:
    delivery_id = await _delivery_id(case_id)
    before = await _traces()
    for method, path, is_own, is_login in console_routes(app):
        if method != "POST" or is_own or is_login:
            continue
        address = filled(path, case_id=case_id, delivery_id=delivery_id)
        answer = await staff.dario.post(address, **FIELDS)
        assert answer.status_code == 403, path
    assert await _traces() == before


async def test_an_auditor_reads_without_a_trace_and_sees_no_form(
    staff: Staff, case_id: int
) -> None:
    before = await _traces()
    answer = await staff.dario.get(f"/admin/cases/{case_id}")
    assert answer.status_code == 200
    assert "The tap drips" in answer.text
    assert f'action="/admin/cases/{case_id}' not in answer.text
    assert await _traces() == before


async def test_somebody_elses_session_is_not_ended(staff: Staff) -> None:
    sessions = await DB.read(
        lambda connection: connection.execute(
            "SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id"
            " WHERE a.name = 'Boris'"
        ).fetchone()
    )
    answer = await staff.anna.post(f"/admin/sessions/{sessions[0]}/end")
    assert answer.status_code == 404
    assert (await staff.boris.get("/admin")).status_code == 200


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "x", "1.0", "9" * 18, "9" * 19, "9" * 400, "%00", "1%00", "٣", "1e3", "%F0"],
)
async def test_a_number_that_no_case_has_is_404(staff: Staff, number: str) -> None:
    for address in (f"/admin/cases/{number}", f"/admin/events?case={number}"):
        assert (await staff.anna.get(address)).status_code == 404
    forms = ("answer", "answer/preview", "note", "assign", "state", "resolve", "resolve/preview")
    for form in (*forms, "language", "deliveries/1/retry"):
        answer = await staff.anna.post(f"/admin/cases/{number}/{form}", **FIELDS)
        assert answer.status_code == 404
    assert (await staff.anna.post(f"/admin/sessions/{number}/end")).status_code == 404


async def test_pages_that_are_not_there_look_like_the_console(staff: Staff) -> None:
    answer = await staff.anna.get("/admin/nothing/here")
    assert answer.status_code == 404
    assert "To the inbox" in answer.text


async def test_every_page_forbids_inline_scripts_frames_and_caches(
    staff: Staff, browser: Browser, case_id: int
) -> None:
    for shown in (
        await staff.anna.get("/admin"),
        await staff.anna.get("/admin/list"),
        await staff.anna.get(f"/admin/cases/{case_id}"),
        await staff.anna.get("/admin/sessions"),
        await staff.anna.get("/admin/cases/999"),
        await browser.get("/admin/login"),
    ):
        policy = shown.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert shown.headers["cache-control"] == "no-store"
        assert " style=" not in shown.text
        assert "<script>" not in shown.text
        assert " onclick=" not in shown.text


async def test_a_form_that_is_too_large_is_refused(staff: Staff, case_id: int) -> None:
    answer = await staff.boris.post(f"/admin/cases/{case_id}/note", note="x" * 300_000)
    assert answer.status_code == 413
    assert "To the inbox" in answer.text


async def test_a_page_that_fails_says_so_in_the_look_of_the_console_and_logs_no_text(
    staff: Staff, case_id: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(inbox_page, "inbox_page", fail)
    answer = await staff.boris.get("/admin?q=secret")
    assert answer.status_code == 500
    assert "This did not work" in answer.text
    assert "To the inbox" in answer.text
    assert "on purpose" not in answer.text
    assert "secret" not in caplog.text


async def test_when_the_disk_is_full_what_was_typed_comes_back(
    staff: Staff, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The box cannot store this just now. Please try again.")

    monkeypatch.setattr(case_forms, "add_note", fail)
    answer = await staff.boris.post(f"/admin/cases/{case_id}/note", note="Ask Paco")
    assert answer.status_code == 503
    assert "The box cannot store this just now." in answer.text
    assert "Ask Paco" in answer.text
