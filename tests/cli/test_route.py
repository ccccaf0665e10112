"""`sosbox route`, as somebody types it who wants to know who would be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, Outcome

SET_UP = """
[[subscriber]]
slug = "sol"
name = "Sol"

[[establishment]]
slug = "hotel-sol"
subscriber = "sol"
name = "Hotel Sol"
fallback = ["elena"]

[[area]]
establishment = "hotel-sol"
slug = "rooms"
name = "Rooms"

[[access_point]]
establishment = "hotel-sol"
area = "rooms"
code = "HAB-204"
label = "Room 204"

[[access_point]]
establishment = "hotel-sol"
area = "rooms"
code = "HAB-1"
retired = true

[[establishment]]
slug = "bar-sol"
subscriber = "sol"
name = "Bar Sol"
timezone = "Atlantic/Canary"

[[area]]
establishment = "bar-sol"
slug = "bar"
name = "Bar"

[[access_point]]
establishment = "bar-sol"
area = "bar"
code = "HAB-204"

[[access_point]]
establishment = "bar-sol"
area = "bar"
code = "T-1"

[[recipient]]
subscriber = "sol"
slug = "duty"
name = "Duty manager"

[[recipient]]
subscriber = "sol"
slug = "leo"
name = "Leo"
email = ["leo@sol.example"]
sms = ["+34600000001"]
channels = ["sms", "email"]
next_channel_minutes = 10

[[recipient]]
subscriber = "sol"
slug = "elena"
name = "Elena"
email = ["elena@sol.example"]

[[rota]]
subscriber = "sol"
recipient = "duty"
hours = "22:00-08:00"
who = "leo"

[[rule]]
subscriber = "sol"
slug = "noise"
establishment = "hotel-sol"
when.words = ["noise", "ruido"]
when.hours = "22:00-08:00"
notify = ["duty"]

[[rule]]
subscriber = "sol"
slug = "anonymous-kiosk"
when.origins = "kiosk"
when.languages = "en"
when.kinds = "complaint"
when.anonymous = false
notify = ["elena"]

[[filter]]
subscriber = "sol"
slug = "advertising"
action = "quarantine"
when.words = "casino"

[[filter]]
subscriber = "sol"
slug = "chatter"
action = "digest"
when.words = "hello"

[[filter]]
subscriber = "sol"
slug = "rude"
action = "mark"
when.words = "idiots"

[[escalation]]
establishment = "hotel-sol"
after_minutes = 150
notify = ["elena"]
repeat_minutes = 30
max_times = 3
"""


@pytest.fixture
def route(sosbox: Command, tmp_path: Path) -> Command:
    data_dir = tmp_path / "data"
    (tmp_path / "setup.toml").write_text(SET_UP)
    assert sosbox("apply", tmp_path / "setup.toml", "--data", data_dir).code == 0

    def run(*words: str) -> Outcome:
        return sosbox("route", "--data", data_dir, *words)

    return run


NIGHT = ("--access-point", "hotel-sol/HAB-204", "--at", "2026-12-24 23:30", "--text", "Such NOISE")


def _json(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def test_it_reads_like_a_letter(route: Command) -> None:
    assert route(*NIGHT).out == (
        "Hotel Sol, Room 204 (HAB-204), Thursday, 24 December 2026, 23:30\n"
        "\n"
        "Told at once:\n"
        "  Leo (Duty manager): SMS to +34600000001\n"
        "If nobody has opened it after 10 minutes:\n"
        "  Leo (Duty manager): e-mail to leo@sol.example\n"
        "\n"
        "If nobody has answered it after 2 hours and 30 minutes, at 02:00 on 2026-12-25:\n"
        "  Elena: e-mail to elena@sol.example\n"
        "  Again every 30 minutes, 3 times in all.\n"
        "\n"
        "Rules that match:\n"
        "  noise\n"
        "Rules that do not:\n"
        "  anonymous-kiosk: it is for messages of another kind; it is for other languages;"
        " it is for anonymous guests only, or for all others;"
        " it is for messages that come another way\n"
    )


def test_programs_get_rules_and_recipients_in_the_order_of_the_minutes(route: Command) -> None:
    found = _json(route(*NIGHT, "--json"))

    assert found["matched"] == ["noise"]
    assert found["recipients"] == [
        {"slug": "leo", "channel": "sms", "address": "+34600000001", "after_minutes": 0},
        {"slug": "leo", "channel": "email", "address": "leo@sol.example", "after_minutes": 10},
        {"slug": "elena", "channel": "email", "address": "elena@sol.example", "after_minutes": 150},
    ]


def test_without_a_rule_it_says_who_is_the_fallback(route: Command) -> None:
    outcome = route("--access-point", "HAB-204", "--establishment", "hotel-sol", "--text", "Soup")

    assert "No rule finds anybody: it goes to the fallback of the establishment." in outcome.out
    assert "No rule matches." in outcome.out
    assert "noise: none of its words stands in the text" in outcome.out


def test_when_nobody_is_told_it_says_so(route: Command) -> None:
    outcome = route("--access-point", "T-1")

    assert outcome.code == 0
    assert "Nobody is told." in outcome.out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Visit our casino", "Nobody is told now: it is put into quarantine (advertising)."),
        ("Hello", "It is told of in the daily digest alone (chatter)."),
    ],
)
def test_what_a_filter_holds_back_reaches_nobody_now(route: Command, text: str, line: str) -> None:
    words = ("--access-point", "hotel-sol/HAB-204", "--text", text)

    assert line in route(*words).out
    found = _json(route(*words, "--json"))
    assert found["recipients"] == []
    assert len(found["filters"]) == 1


def test_what_a_filter_only_marks_is_told_as_usual(route: Command) -> None:
    words = ("--access-point", "hotel-sol/HAB-204", "--text", "You idiots")

    assert "It is marked by a filter (rude)." in route(*words).out
    assert [one["slug"] for one in _json(route(*words, "--json"))["recipients"]] == [
        "elena",
        "elena",
    ]


def test_every_fact_of_a_case_can_be_named(route: Command) -> None:
    facts = ["--origin", "kiosk", "--language", "en", "--kind", "complaint", "--anonymous", "no"]
    found = _json(route("--access-point", "T-1", *facts, "--json"))

    assert found["matched"] == ["anonymous-kiosk"]


def test_the_time_is_that_of_the_house(route: Command) -> None:
    """Half past eight in the evening in UTC is half past nine in Madrid."""
    text = ("--access-point", "hotel-sol/HAB-204", "--text", "noise", "--json")

    assert _json(route(*text, "--at", "2026-12-24 21:59"))["matched"] == []
    assert _json(route(*text, "--at", "2026-12-24T22:00"))["matched"] == ["noise"]
    assert _json(route(*text, "--at", "2026-12-24T21:00:00+00:00"))["matched"] == ["noise"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--access-point", "HAB-9"], 'there is no access point "HAB-9"'),
        (["--access-point", "HAB-204"], 'there are 2 access points "HAB-204": add --establishment'),
        (["--access-point", "HAB-1"], '"HAB-1" is retired'),
        (["--access-point", "T-1", "--establishment", "hotel-sol"], 'no access point "T-1"'),
        (["--access-point", "T-1", "--at", "tomorrow"], 'not "tomorrow"'),
        (["--access-point", "T-1", "--kind", "rant"], "invalid choice: 'rant'"),
        (["--access-point", "T-1", "--anonymous", "perhaps"], "invalid choice: 'perhaps'"),
        ([], "--access-point"),
    ],
)
def test_a_wrong_call_is_refused_with_2(route: Command, words: list[str], message: str) -> None:
    outcome = route(*words)

    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""


def test_asking_leaves_no_trace(route: Command, tmp_path: Path) -> None:
    before = (tmp_path / "data" / "sosbox.db").read_bytes()
    route(*NIGHT)

    assert (tmp_path / "data" / "sosbox.db").read_bytes() == before
