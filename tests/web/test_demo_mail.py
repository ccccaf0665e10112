"""The caught mail of the demonstration, and nothing of it elsewhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.config import load_config
from sosbox.web.demo_mail import CAUGHT_MAIL_FOLDER, MAX_LISTED


def _catch(data_dir: Path, name: int, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"] = "Hotel Mar <sosbox@mar.example>"
    message["To"] = "desk@mar.example"
    message["Subject"] = subject
    message.set_content(text)
    message.add_alternative("<script>alert(1)</script>", subtype="html")
    folder = data_dir / CAUGHT_MAIL_FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


@pytest.fixture
async def browser(box: Box) -> AsyncIterator[AsyncTestClient[Litestar]]:
    config = load_config(box.config.data_dir, {"SOSBOX_DEMO": "1"})
    demo = Box(config=config, keys=box.keys, clock=box.clock)
    async with AsyncTestClient(create_app(demo)) as client:
        client.headers["Accept-Language"] = "en"
        yield client


async def test_caught_mail_is_listed_the_newest_first(
    browser: AsyncTestClient[Litestar], data_dir: Path
) -> None:
    _catch(data_dir, 1795297570000000000, "Older", "…")
    _catch(data_dir, 1795297580000000000, "Newer", "…")

    page = (await browser.get("/demo/mail")).text
    assert 0 < page.index("Newer") < page.index("Older")


async def test_a_mail_is_shown_as_text_with_links_and_without_markup(
    browser: AsyncTestClient[Litestar], data_dir: Path
) -> None:
    _catch(data_dir, 17, "Grifo <b>", "<i>gotea</i>\nhttp://mar.example/admin/cases/1\n")

    page = (await browser.get("/demo/mail/17")).text
    assert "Grifo &lt;b&gt;" in page
    assert "&lt;i&gt;gotea&lt;/i&gt;" in page
    assert '<a href="http://mar.example/admin/cases/1"' in page
    assert "<script>" not in page


async def test_its_moment_is_in_the_words_of_the_reader_and_by_the_clock_of_the_house(
    browser: AsyncTestClient[Litestar], data_dir: Path
) -> None:
    caught_at = datetime(2026, 11, 21, 21, 46, tzinfo=UTC)
    name = int(caught_at.timestamp()) * 10**9
    _catch(data_dir, name, "Grifo", "gotea")

    assert "November 2026" in (page := (await browser.get(f"/demo/mail/{name}")).text)
    assert "GMT" not in page
    assert "+0000" not in page


async def test_without_mail_the_page_says_what_to_do(browser: AsyncTestClient[Litestar]) -> None:
    answer = await browser.get("/demo/mail")

    assert answer.status_code == 200
    assert "No mail yet" in answer.text


async def test_not_everything_is_listed_for_ever(
    browser: AsyncTestClient[Litestar], data_dir: Path
) -> None:
    for number in range(MAX_LISTED + 5):
        _catch(data_dir, 10**18 + number, f"Mail {number}", "…")

    page = (await browser.get("/demo/mail")).text
    assert page.count("<article") == MAX_LISTED


async def test_a_mail_that_is_damaged_breaks_no_page(
    browser: AsyncTestClient[Litestar], data_dir: Path
) -> None:
    folder = data_dir / CAUGHT_MAIL_FOLDER
    folder.mkdir()
    (folder / "5.eml").write_bytes(
        b"Subject: =?utf-8?b?!!!?=\nDate: never\nContent-Type: text/plain; charset=x-none\n\n\xff"
    )
    (folder / "6.eml").write_bytes(b"\x00\xff\n\n")

    assert (await browser.get("/demo/mail")).status_code == 200
    assert (await browser.get("/demo/mail/5")).status_code == 200
    assert (await browser.get("/demo/mail/6")).status_code == 200


@pytest.mark.parametrize("name", ["99", "..%2Fsosbox", "x", "1.eml"])
async def test_a_mail_that_is_not_there_is_not_found(
    browser: AsyncTestClient[Litestar], name: str
) -> None:
    assert (await browser.get(f"/demo/mail/{name}")).status_code == 404


@pytest.mark.parametrize("path", ["/demo/mail", "/demo/mail/17"])
async def test_a_real_box_shows_no_mail(box: Box, data_dir: Path, path: str) -> None:
    _catch(data_dir, 17, "Grifo", "…")

    async with AsyncTestClient(create_app(box)) as client:
        assert (await client.get(path)).status_code == 404
