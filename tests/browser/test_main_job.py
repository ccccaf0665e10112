"""The main job, from the guest's hand to the answer, with everything real."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from sosbox.channels.catcher import MailCatcher
from tests.support.server import RunningBox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
DESK = {"width": 1280, "height": 800}


def test_a_guest_writes_boris_answers_and_the_guest_reads_it(
    running: RunningBox, catcher: MailCatcher, open_page: Open
) -> None:
    guest = open_page(running.page_of("R-204"))
    guest.get_by_label("What would you like to tell us?").fill("The shower stays cold")
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_role("heading", name="We have your message")).to_be_visible()

    notices = _notices_about(catcher, "The shower stays cold", num=2)
    assert {notice["To"] for notice in notices} == {"desk@mar.example", "anna@mar.example"}
    body = notices[0].get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert content.index("The shower stays cold") < content.index("R-204")
    link = re.search(r"https?://\S+(/admin/cases/\d+)", content)
    assert link is not None

    boris = open_page(running.url + link.group(1), viewport=DESK)
    boris.get_by_label("E-mail").fill("boris@mar.example")
    boris.get_by_label("Password").fill(PASSWORD)
    boris.get_by_role("button", name="Log in").click()
    expect(boris.get_by_text("The shower stays cold").last).to_be_visible()
    boris.get_by_label("Answer to the guest").fill("The boiler is being mended")
    boris.get_by_role("button", name="Send to the guest").click()
    expect(boris.get_by_text("The boiler is being mended")).to_be_visible()

    guest.reload()
    expect(guest.get_by_role("heading", name="Answered")).to_be_visible()
    expect(guest.get_by_text("The boiler is being mended")).to_be_visible()


def test_a_guest_with_an_address_gets_the_answer_by_mail_too(
    running: RunningBox, catcher: MailCatcher, open_page: Open
) -> None:
    guest = open_page(running.page_of("R-204"))
    guest.get_by_label("What would you like to tell us?").fill("May I have a late check-out?")
    guest.get_by_text("Add more, if you like").click()
    guest.get_by_label("E-mail").fill("dora@example.com")
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_role("heading", name="We have your message")).to_be_visible()

    boris = log_in(running, open_page, "boris@mar.example")
    boris.get_by_text("May I have a late check-out?").first.click()
    boris.get_by_label("Answer to the guest").fill("Until two o'clock, with pleasure")
    boris.get_by_role("button", name="Send to the guest").click()
    expect(boris.get_by_text("Until two o'clock, with pleasure")).to_be_visible()

    (mail,) = _notices_about(catcher, "Until two o'clock, with pleasure", num=1)
    assert mail["To"] == "dora@example.com"


def log_in(running: RunningBox, open_page: Open, email: str, **options: object) -> Page:
    page = open_page(f"{running.url}/admin", **{"viewport": DESK, **options})
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_title(re.compile("Inbox"))
    return page


def _notices_about(catcher: MailCatcher, text: str, num: int) -> list[EmailMessage]:
    """The mails with this text, as soon as there are `num` of them."""
    while True:
        num_seen = catcher.num_caught
        found = []
        for caught in catcher.messages:
            message = message_from_bytes(caught.content, policy=policy.default)
            body = message.get_body(("plain",))
            if body is not None and text in body.get_content():
                found.append(message)
        if len(found) >= num:
            return found
        catcher.wait_for(num_seen + 1, timeout=10)
