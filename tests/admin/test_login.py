"""Coming in: who is refused, for how long, and what a session is worth."""

from datetime import timedelta

import pytest
from litestar import Litestar

from sosbox.admin.access import SESSION_COOKIE, local_path
from sosbox.box import Box
from sosbox.db import DB
from sosbox.lib.clock import FrozenClock
from sosbox.staff.tables import Account, LoginThrottle, Session
from tests.admin.conftest import Staff
from tests.support.console import Browser, field_of
from tests.support.venue import NOON, PASSWORD, Venue

BORIS = "boris@mar.example"


async def test_without_a_session_the_login_is_shown_and_leads_back(browser: Browser) -> None:
    answer = await browser.get("/admin/cases/7?state=new")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/login?next=/admin/cases/7%3Fstate%3Dnew"

    shown = await browser.get(answer.headers["location"])
    assert field_of(shown.text, "next") == "/admin/cases/7?state=new"


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    browser: Browser,
) -> None:
    wrong = await browser.log_in(BORIS, "not the password")
    unknown = await browser.log_in("nobody@mar.example", "not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(BORIS, "") == unknown.text.replace("nobody@mar.example", "")
    assert SESSION_COOKIE not in browser.client.cookies


async def test_the_address_is_kept_and_the_password_is_not(browser: Browser) -> None:
    answer = await browser.log_in(BORIS, "not the password")
    assert BORIS in answer.text
    assert "not the password" not in answer.text


@pytest.mark.parametrize("email", [BORIS, "nobody@mar.example"])
async def test_after_five_failures_an_address_has_to_wait(
    browser: Browser, clock: FrozenClock, email: str
) -> None:
    for _ in range(5):
        assert (await browser.log_in(email, "not the password")).status_code == 401

    refused = await browser.log_in(email, PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "15"
    assert email in refused.text

    clock.set(NOON + timedelta(seconds=16))
    assert (await browser.log_in(email, "not the password")).status_code == 401
    assert (await browser.log_in(email, PASSWORD)).headers["retry-after"] == "30"


async def test_pauses_end_at_a_quarter_of_an_hour(
    browser: Browser, box: Box, clock: FrozenClock
) -> None:
    await browser.log_in(BORIS, "not the password")
    await DB.write(lambda tx: tx.run(LoginThrottle.update({"num_failures": 500}, force=True)))
    await browser.log_in(BORIS, "not the password")
    assert (await browser.log_in(BORIS, PASSWORD)).headers["retry-after"] == "900"


async def test_a_right_password_forgives_earlier_failures(browser: Browser) -> None:
    for _ in range(4):
        await browser.log_in(BORIS, "not the password")
    assert (await browser.log_in(BORIS, PASSWORD)).status_code == 303
    assert await LoginThrottle.count() == 0


async def test_no_address_is_stored_of_those_who_fail(browser: Browser) -> None:
    await browser.log_in("nobody@mar.example", "not the password")
    stored = await DB.read(lambda connection: list(connection.iterdump()))
    assert "nobody@mar.example" not in "".join(stored)


async def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    answer = await browser.post(
        "/admin/login", has_csrf=False, email=BORIS, password=PASSWORD, csrf="guessed"
    )
    assert answer.status_code == 403
    assert SESSION_COOKIE not in browser.client.cookies


@pytest.mark.parametrize("column", ["disabled_at", "password_hash"])
async def test_a_disabled_account_and_one_without_password_let_nobody_in(
    browser: Browser, column: str
) -> None:
    value = NOON if column == "disabled_at" else ""
    await DB.write(
        lambda tx: tx.sql(f"UPDATE accounts SET {column} = ? WHERE email = ?", value, BORIS)
    )
    assert (await browser.log_in(BORIS, PASSWORD)).status_code == 401
    assert (await browser.log_in(BORIS, "")).status_code == 401


async def test_a_login_in_capitals_leads_to_the_page_that_was_wanted(browser: Browser) -> None:
    answer = await browser.log_in("Boris@Mar.Example", PASSWORD, wish="/admin?state=new")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin?state=new"
    assert (await browser.get("/admin")).status_code == 200
    assert (await browser.get("/admin/login")).status_code == 303


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: Litestar, browser: Browser
) -> None:
    cookie = (await browser.log_in(BORIS, PASSWORD)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/admin" in cookie
    assert "Secure" not in cookie

    encrypted = Browser(app, "https://mar.example")
    assert "Secure" in (await encrypted.log_in(BORIS, PASSWORD)).headers["set-cookie"]


async def test_the_database_does_not_hold_the_token(browser: Browser, box: Box) -> None:
    await browser.log_in(BORIS, PASSWORD)
    token = browser.client.cookies[SESSION_COOKIE]
    stored = await Session.select(Session.token_hash).first()
    assert stored is not None
    assert stored["token_hash"] == box.keys.staff_hash(token)
    dump = await DB.read(lambda connection: "".join(connection.iterdump()))
    assert token not in dump


@pytest.mark.parametrize(
    "wish",
    [
        "https://evil.example/admin",
        "//evil.example/admin",
        "/admin//evil.example",
        "/admin/../t",
        "/administrator",
        "/t",
        "javascript:alert(1)",
        "/admin\\@evil.example",
        "/admin/\r\nSet-Cookie: a=b",
        "/admin/é",
        "//[admin",
        "/admin/" + "x" * 600,
    ],
)
def test_a_login_leads_nowhere_but_into_the_console(wish: str) -> None:
    assert local_path(wish) == "/admin"


async def test_an_unused_session_ends(staff: Staff, clock: FrozenClock) -> None:
    clock.set(NOON + timedelta(hours=11, minutes=59))
    assert (await staff.boris.get("/admin")).status_code == 200
    clock.set(NOON + timedelta(hours=24))
    answer = await staff.boris.get("/admin")
    assert answer.status_code == 303
    assert "ended=1" in answer.headers["location"]
    assert "Your session has ended" in (await staff.boris.get(answer.headers["location"])).text


async def test_what_a_page_fetches_by_itself_does_not_keep_a_session_alive(
    staff: Staff, clock: FrozenClock
) -> None:
    clock.set(NOON + timedelta(hours=11))
    assert (await staff.boris.get("/admin/list")).status_code == 200
    clock.set(NOON + timedelta(hours=13))
    assert (await staff.boris.get("/admin/list")).status_code == 401


async def test_a_session_ends_after_a_week_however_busy(staff: Staff, clock: FrozenClock) -> None:
    for hours in range(0, 24 * 7, 8):
        clock.set(NOON + timedelta(hours=hours))
        assert (await staff.boris.get("/admin")).status_code == 200
    clock.set(NOON + timedelta(days=7))
    assert (await staff.boris.get("/admin")).status_code == 303


async def test_a_disabled_account_is_out_at_once(staff: Staff, venue: Venue) -> None:
    assert (await staff.boris.get("/admin")).status_code == 200
    await DB.write(
        lambda tx: tx.run(
            Account.update({Account.disabled_at: NOON}).where(Account.id == venue.boris.account_id)
        )
    )
    assert (await staff.boris.get("/admin")).status_code == 303


async def test_after_logging_out_the_cookie_is_worth_nothing(staff: Staff) -> None:
    token = staff.boris.client.cookies[SESSION_COOKIE]
    assert (await staff.boris.post("/admin/logout")).status_code == 303
    staff.boris.client.cookies.set(SESSION_COOKIE, token)
    assert (await staff.boris.get("/admin")).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 5000, "\x7f"])
async def test_a_made_up_cookie_is_no_session(browser: Browser, token: str) -> None:
    answer = await browser.get("/admin", headers={"Cookie": f"{SESSION_COOKIE}={token}".encode()})
    assert answer.status_code == 303
