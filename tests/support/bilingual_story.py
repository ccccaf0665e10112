"""A guest writes in English, the house reads and answers in Spanish, the guest reads it in English.

`python -m tests.support.bilingual_story DATA_FOLDER MODEL_FILE…` adds the models from where they
lie, serves, plays both sides, and prints what each of them has seen as JSON.
"""

import html
import json
import re
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import httpx

from sosbox.channels.catcher import CaughtMail, MailCatcher
from tests.support.console import field_of
from tests.support.server import RunningBox, set_up, sosbox
from tests.support.venue import PASSWORD

DEADLINE_S = 60.0
WRITTEN = "The shower in room 204 does not work. Can you bring us clean towels?"
ANSWERED = "Lo sentimos. El técnico viene a las 10:30."
TRANSLATED = "The technician comes at 10:30."


def play(data_dir: Path, models: list[str]) -> dict[str, str]:
    """What reception found in its mail and in the console, and the guest on the receipt."""
    set_up(data_dir)
    sosbox("models", "add", *models, "--data", str(data_dir))
    catcher = MailCatcher()
    catcher.start()
    box = RunningBox(data_dir, catcher.port)
    box.start()
    try:
        receipt = _write(box)
        notice = _notice_to("desk@mar.example", catcher)
        with httpx.Client(base_url=box.url, headers={"Accept-Language": "es"}) as staff:
            case = _answer(staff)
            seen = _when(lambda: words(httpx.get(receipt).text), TRANSLATED)
            return {"notice": notice, "console": case, "receipt": seen}
    finally:
        box.kill()
        catcher.stop()


def _write(box: RunningBox) -> str:
    """The guest's message, from an English page; returns the address of its receipt."""
    form = {"text": WRITTEN, "kind": "complaint", "lang": "en"}
    answer = httpx.post(box.page_of("R-204"), data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["receipt_url"]
    return url


def _notice_to(address: str, catcher: MailCatcher) -> str:
    """Both recipients are told; one of them reads Spanish."""
    mails = catcher.wait_for(2, DEADLINE_S)
    return next(_text(mail) for mail in mails if address in mail.recipients)


def _text(mail: CaughtMail) -> str:
    body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def _answer(staff: httpx.Client) -> str:
    """Reception answers in its own language; returns what the console showed of the case."""
    login = {"email": "anna@mar.example", "password": PASSWORD, "next": ""}
    login["csrf"] = field_of(staff.get("/admin/login").text, "csrf")
    assert staff.post("/admin/login", data=login).status_code == 303
    page = staff.get("/admin/cases/1").text
    fields = {name: field_of(page, name) for name in ("csrf", "version")}
    answer = staff.post("/admin/cases/1/answer", data={**fields, "answer": ANSWERED})
    assert answer.status_code == 303, words(answer.text)
    return words(page)


def _when(ask: Callable[[], str], expected: str) -> str:
    """What is said once it has what is expected in it, or at the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while expected not in (said := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return said


def words(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


if __name__ == "__main__":
    print(json.dumps(play(Path(sys.argv[1]), sys.argv[2:])))
