"""What is posted to a webhook, how it is signed, and where it may go."""

import json

import pytest

from sosbox.channels.base import NoticeEvent
from sosbox.channels.webhook.address import MAX_LENGTH, webhook_problem
from sosbox.channels.webhook.payload import build_payload
from sosbox.channels.webhook.signature import signed_headers
from tests.docs.pages import DOCS, Docs
from tests.support.notices import notice
from tests.support.venue import NOON


def test_signatures_are_those_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    now = NOON.fromtimestamp(1614265330, NOON.tzinfo)
    message_id = "msg_p5jXN8AQM9LWM0D4loKWxJek"

    assert signed_headers(secret, message_id, b'{"test": 2432232314}', now=now) == {
        "webhook-id": message_id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_page_of_the_documentation_shows_what_is_posted() -> None:
    (shown,) = Docs(DOCS / "webhooks.md").blocks("json")

    assert json.loads(shown) == json.loads(build_payload(notice(), now=NOON))


def test_the_page_of_the_documentation_explains_every_event_and_field() -> None:
    words = Docs(DOCS / "webhooks.md").code()
    payload = json.loads(build_payload(notice(), now=NOON))
    fields = {"type", "timestamp", *payload["data"], "kind", "remedy", "contact"}

    assert {f"notice.{event}" for event in NoticeEvent} <= set(words)
    assert fields <= set(words)


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/sosbox?token=a",
        "https://hooks.example:8443",
        "http://192.168.1.20:8123/api/webhook/sosbox",
        "http://10.0.0.4/",
        "http://[fd00::4]/",
        "http://127.0.0.1:1880/",
        "http://homeassistant/x",
        "http://nodered.local/x",
    ],
)
def test_what_can_be_the_address_of_a_webhook(url: str) -> None:
    assert webhook_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "must look like"),
        ("hooks.example", "must look like"),
        ("ftp://hooks.example/", "must look like"),
        ("file:///etc/passwd", "must look like"),
        ("https:///x", "must look like"),
        ("https://hooks.example:0/", "must look like"),
        ("https://hooks.example:99999/", "no web address"),
        ("https://[::1", "no web address"),
        ("http://hooks.example/", "https://"),
        ("http://8.8.8.8/", "https://"),
        ("https://anna:secret@hooks.example/", "password"),
        ("https://hooks.example/#x", "#"),
        ("https://hooks.example/a b", "spaces"),
        ("https://hooks.example/\r\nX: y", "spaces"),
        ("https://höks.example/", "ASCII"),
        ("https://hooks.example/" + "x" * MAX_LENGTH, "longer"),
    ],
)
def test_what_cannot(url: str, problem: str) -> None:
    assert problem in webhook_problem(url)
