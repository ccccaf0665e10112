"""What is posted to a webhook, how it is signed, and where it may go."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sosbox.channels.base import Notice, NoticeEvent, TranslationState
from sosbox.channels.webhook.address import MAX_LENGTH, webhook_problem
from sosbox.channels.webhook.payload import build_payload
from sosbox.channels.webhook.signature import signed_headers
from tests.docs.pages import DOCS, Docs
from tests.support.notices import TRANSLATIONS, WITHOUT, foreign, notice
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


# In the order in which version 1 began; programs rely on each of them.
_FIRST_FIELDS = [
    "version",
    "delivery",
    "is_possible_duplicate",
    "recipient",
    "company",
    "establishment",
    "timezone",
    "headline",
    "text",
    "text_language",
    "url",
    "acknowledge_url",
    "is_safety",
    "case",
]


def _data(sent: Notice) -> dict[str, Any]:
    data = json.loads(build_payload(sent, now=NOON))["data"]
    assert isinstance(data, dict)
    return data


def test_the_page_of_the_documentation_shows_what_is_posted() -> None:
    (shown,) = Docs(DOCS / "webhooks.md").blocks("json")
    made = {"engine": "argos", "state": TranslationState.DONE}
    sent = notice(
        headline="Der Hahn tropft",
        text="Der Hahn tropft\nseit gestern",
        text_language="de",
        remedy="Ein neuer Hahn",
        remedy_language="de",
        headline_translation="The tap drips",
        translation="The tap drips\nsince yesterday",
        remedy_translation="A new tap",
        **{f"translation_{name}": value for name, value in made.items()},
        **{f"remedy_{name}": value for name, value in made.items()},
    )

    assert json.loads(shown) == json.loads(build_payload(sent, now=NOON))


def test_the_page_of_the_documentation_explains_every_event_field_and_state() -> None:
    words = set(Docs(DOCS / "webhooks.md").code())
    payload = json.loads(build_payload(foreign(), now=NOON))
    case = {"kind", "remedy", "remedy_language", "remedy_translation", "contact"}
    fields = {"type", "timestamp", *payload["data"], *payload["data"]["translation"], *case}
    states = {str(state) for state in TranslationState if state}

    assert {f"notice.{event}" for event in NoticeEvent} <= words
    assert fields | states <= words


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", [TranslationState.DONE, TranslationState.PARTIAL])
def test_a_translation_comes_beside_the_original(language: str, state: TranslationState) -> None:
    data = _data(foreign(language, state))
    text, headline, remedy = TRANSLATIONS[language]
    made = {"language": language, "engine": "argos, en", "state": str(state)}

    assert (data["text"], data["text_language"]) == ("蛇口から水が漏れています\n昨日からです", "ja")
    assert data["headline"] == "蛇口から水が漏れています"
    assert data["translation"] == {"text": text, **made}
    assert data["headline_translation"] == headline
    assert (data["case"]["remedy"], data["case"]["remedy_language"]) == ("新しい蛇口", "ja")
    assert data["case"]["remedy_translation"] == {"text": remedy, **made}


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", [state for state in WITHOUT if state])
def test_where_there_is_none_the_state_says_why(language: str, state: TranslationState) -> None:
    data = _data(foreign(language, state))
    none = {"text": None, "language": language, "engine": None, "state": str(state)}

    assert data["translation"] == data["case"]["remedy_translation"] == none
    assert data["headline_translation"] is None
    assert data["text"] == "蛇口から水が漏れています\n昨日からです"


@pytest.mark.parametrize("sent", [notice(), notice(event=NoticeEvent.DIGEST, reference="")])
def test_what_needs_no_translation_has_none(sent: Notice) -> None:
    data = _data(sent)

    assert data["translation"] is None
    assert data["headline_translation"] is None
    if data["case"]:
        assert data["case"]["remedy_translation"] is None
        assert data["case"]["remedy_language"] is None


@pytest.mark.parametrize("state", TranslationState)
def test_what_programs_know_since_the_first_version_stays_as_it_was(
    state: TranslationState,
) -> None:
    data = _data(foreign(state=state))
    plain = _data(replace(foreign(state=state), **_UNTRANSLATED))

    assert data["version"] == 1
    for field in _FIRST_FIELDS[:-1]:
        assert data[field] == plain[field]
    for field, value in plain["case"].items():
        if field != "remedy_translation":
            assert data["case"][field] == value


_UNTRANSLATED: dict[str, Any] = {
    "translation": "",
    "translation_engine": "",
    "translation_state": TranslationState.NONE,
    "headline_translation": "",
    "remedy_translation": "",
    "remedy_engine": "",
    "remedy_state": TranslationState.NONE,
}


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
