"""Your account: language, password, sessions."""

import httpx
import pytest
from litestar import Litestar

from sosbox.box import Box
from sosbox.db import DB
from sosbox.staff.tables import Account, Session
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.venue import PASSWORD, Venue

NEW = "another long password"


async def _change(
    browser: Browser, current: str, new: str, again: str | None = None
) -> httpx.Response:
    return await browser.post(
        "/admin/sessions/password",
        current_password=current,
        new_password=new,
        new_password_again=new if again is None else again,
    )


async def test_a_new_password_ends_the_other_sessions_and_lets_in(
    app: Litestar, box: Box, staff: Staff, venue: Venue
) -> None:
    other = await Browser(app).enter(box, venue.boris)
    assert (await _change(staff.boris, PASSWORD, NEW)).status_code == 303
    assert (await staff.boris.get("/admin")).status_code == 200
    assert (await other.get("/admin")).status_code == 303
    assert (await staff.anna.get("/admin")).status_code == 200
    assert (await other.log_in("boris@mar.example", PASSWORD)).status_code == 401
    assert (await other.log_in("boris@mar.example", NEW)).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        ("not the password", NEW, NEW, "This is not your current password."),
        (PASSWORD, "short", "short", "A password has 10 to 200 characters."),
        (PASSWORD, "x" * 201, "x" * 201, "A password has 10 to 200 characters."),
        (PASSWORD, NEW, NEW + "!", "The two new passwords are not the same."),
        ("", "", "", "A password has 10 to 200 characters."),
    ],
)
async def test_a_password_is_not_changed_when_something_is_wrong(
    staff: Staff, current: str, new: str, again: str, words: str
) -> None:
    before = await Account.select(Account.password_hash)
    answer = await _change(staff.boris, current, new, again)
    assert answer.status_code == 422
    assert words in answer.text
    assert NEW not in answer.text
    assert await Account.select(Account.password_hash) == before


async def test_guessing_the_current_password_is_throttled_like_a_login(staff: Staff) -> None:
    for _ in range(5):
        assert (await _change(staff.boris, "not the password", NEW)).status_code == 422
    answer = await _change(staff.boris, PASSWORD, NEW)
    assert answer.status_code == 429


async def test_the_language_is_kept_and_nonsense_means_as_the_browser_asks(staff: Staff) -> None:
    for given, kept in (("en", "en"), ("xx", ""), ("\x00", "")):
        await staff.boris.post("/admin/sessions/language", language=given)
        stored = (
            await Account.select(Account.language)
            .where(Account.email == "boris@mar.example")
            .first()
        )
        assert stored == {"language": kept}


async def test_sessions_are_listed_and_ended_one_by_one_or_all(
    app: Litestar, box: Box, staff: Staff, venue: Venue
) -> None:
    others = [await Browser(app).enter(box, venue.boris) for _ in range(3)]
    page = (await staff.boris.get("/admin/sessions")).text
    assert page.count("Another browser") == 3
    newest = await Session.select(Session.id).order_by(Session.id, ascending=False).first()
    assert newest is not None
    answer = await staff.boris.post(f"/admin/sessions/{newest['id']}/end")
    assert answer.status_code == 303
    assert (await others[2].get("/admin")).status_code == 303
    assert (await others[1].get("/admin")).status_code == 200

    await staff.boris.post("/admin/sessions/end-others")
    assert (await others[0].get("/admin")).status_code == 303
    assert (await others[1].get("/admin")).status_code == 303
    assert (await staff.boris.get("/admin")).status_code == 200
    assert (await staff.anna.get("/admin")).status_code == 200


async def test_a_session_that_has_ended_cannot_be_ended_again(staff: Staff, box: Box) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE sessions SET ended_at = created_at WHERE id = 1"))
    assert (await staff.anna.post("/admin/sessions/1/end")).status_code in {303, 404}


async def test_an_auditor_has_an_account_like_everybody(staff: Staff) -> None:
    assert (await staff.dario.get("/admin/sessions")).status_code == 200
    assert (await staff.dario.post("/admin/sessions/language", language="en")).status_code == 303
    assert (await staff.dario.post("/admin/sessions/end-others")).status_code == 303
    assert (await staff.dario.post("/admin/logout")).status_code == 303
