"""Rules and steps in words, and that every word of them can be translated."""

import ast
from pathlib import Path
from typing import Any

import pytest

from sosbox.admin import house_words, rota_view, rule_sentences, time_words
from sosbox.admin.rota_view import gap_words
from sosbox.admin.rule_sentences import KIND_PHRASES, ORIGIN_PHRASES, STEP_PATTERNS, RuleSentences
from sosbox.admin.time_words import (
    date_words,
    hour_words,
    minutes_words,
    short_day_name,
    weekday_words,
)
from sosbox.cases.rules import Kind, Origin
from sosbox.i18n import CONSOLE_LANGUAGES, localizer
from sosbox.i18n.extraction import extract
from sosbox.routing.hours import MINUTES_A_DAY
from sosbox.routing.rota import Gap
from sosbox.routing.settings import (
    AreaSettings,
    HouseSettings,
    PointSettings,
    RecipientSettings,
    RuleSettings,
    Settings,
    StepSettings,
)

EN = localizer("en")
PACKAGE = Path(rule_sentences.__file__).parent.parent


def _house(number: int, name: str) -> HouseSettings:
    return HouseSettings(
        number, name.lower(), name, "es", "Europe/Madrid", 48, "", (), 240, 3, "", False
    )


def _settings(*houses: HouseSettings) -> Settings:
    names = {1: "Night reception", 2: "Duty manager", 3: "Cook"}
    return Settings(
        subscriber_id=1,
        houses={house.id: house for house in houses or (_house(1, "Mar"),)},
        areas={1: AreaSettings(1, 1, "Floor 2"), 2: AreaSettings(2, 1, "Spa")},
        points={5: PointSettings(5, 1, 1, "R-204", "Room 204", "qr", is_retired=False)},
        recipients={
            number: RecipientSettings(number, name.lower(), name, "en")
            for number, name in names.items()
        },
        rules={},
        shifts={},
        steps={},
    )


def _rule(*recipients: int, when: dict[str, Any] | None = None, **more: Any) -> RuleSettings:
    plain: dict[str, Any] = {
        "house_id": None,
        "is_disabled": False,
        "is_stop": False,
        "is_safety": False,
        "is_sensitive": False,
        "left_out": (),
    }
    return RuleSettings(
        id=1, slug="rule", conditions=when or {}, recipients=recipients, **{**plain, **more}
    )


def _say(rule: RuleSettings, settings: Settings | None = None, language: str = "en") -> str:
    return RuleSentences(settings or _settings(), localizer(language)).rule(rule)


def test_the_rule_of_the_night_is_one_sentence() -> None:
    rule = _rule(
        1,
        2,
        when={
            "areas": [1, 2],
            "words": ["ruido", "música"],
            "weekdays": ["mon", "tue", "wed", "thu", "fri"],
            "hours": ["22:00-06:30"],
        },
        is_stop=True,
    )
    assert _say(rule) == (
        "When a message comes from Floor 2 or Spa, says “ruido” or “música” and is written from"
        " Monday to Friday, between 22:00 and 06:30, tell Night reception and Duty manager, and"
        " stop there."
    )


@pytest.mark.parametrize(
    ("when", "clause"),
    [
        ({"areas": [1]}, "comes from Floor 2"),
        ({"access_points": [5]}, "is written at Room 204"),
        ({"kinds": ["complaint", "thanks"]}, "is a complaint or a word of thanks"),
        ({"words": ["noise", "-live music"]}, "says “noise” and does not say “live music”"),
        ({"without_words": ["joke"]}, "does not say “joke”"),
        ({"languages": ["gl", "en"]}, "is written in Galician or English"),
        ({"weekdays": ["mon"]}, "is written on Mondays"),
        ({"weekdays": ["fri", "sat", "sun", "mon"]}, "is written from Friday to Monday"),
        ({"holidays": True}, "is written on public holidays"),
        ({"holidays": False}, "is written on days that are no public holidays"),
        ({"anonymous": True}, "is anonymous"),
        ({"anonymous": False}, "says who wrote it"),
        ({"origins": ["phone"]}, "comes through the telephone"),
        ({"areas": [1, 99]}, "comes from Floor 2"),
    ],
)
def test_each_condition_is_a_clause(when: dict[str, Any], clause: str) -> None:
    assert _say(_rule(1, when=when)) == f"When a message {clause}, tell Night reception."


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (_rule(1), "For every message, tell Night reception."),
        (_rule(1, is_stop=True), "For every message, tell Night reception, and stop there."),
        (_rule(is_stop=True), "For every message, follow no later rule."),
        (_rule(), "For every message, do nothing."),
        (
            _rule(1, left_out=(2, 3)),
            "For every message, tell Night reception and do not tell Duty manager or Cook.",
        ),
        (
            _rule(1, is_sensitive=True),
            "For every message, tell Night reception and show the case to the owner and the"
            " manager alone.",
        ),
        (_rule(is_safety=True), "For every message, treat it as a danger to somebody."),
    ],
)
def test_what_is_done_is_told_with_it(rule: RuleSettings, sentence: str) -> None:
    assert _say(rule) == sentence


def test_houses_are_named_where_there_are_several() -> None:
    two = _settings(_house(1, "Mar"), _house(2, "Monte"))
    assert _say(_rule(1, house_id=2), two) == "When a message is for Monte, tell Night reception."
    assert "comes from Spa (Mar)," in _say(_rule(1, when={"areas": [2]}), two)
    assert "comes from Spa and" not in _say(_rule(1, when={"areas": [2]}, house_id=1), two)
    assert _say(_rule(1, house_id=1)) == "For every message, tell Night reception."


def test_a_step_says_after_what_whom_how_often_and_when() -> None:
    step = StepSettings(1, 1, None, 90, "opened", 5, 3, ("08:00-22:00",), (1,))
    assert RuleSentences(_settings(), EN).step(step) == (
        "If nobody has opened the case after 1 hour and 30 minutes, tell Night reception. Again"
        " every 5 minutes, 3 times in all. Only between 08:00 and 22:00, but at any hour when"
        " somebody could be hurt."
    )


def test_days_and_hours_are_told_as_people_do() -> None:
    assert weekday_words(["sat", "sun"], EN) == "on Saturdays or on Sundays"
    assert weekday_words(["mon", "wed", "fri"], EN) == "on Mondays, on Wednesdays or on Fridays"
    assert weekday_words(["mon", "tue", "wed", "sun"], EN) == "from Sunday to Wednesday"
    assert weekday_words([], EN) == "every day"
    assert hour_words(["20:00-24:00"], EN) == "between 20:00 and 00:00"
    assert date_words(["2026-12-24", "2026-12-31..2027-01-06"], EN) == (
        "on 24 Dec 2026 or between 31 Dec 2026 and 6 Jan 2027"
    )
    assert minutes_words(0, EN) == "0 minutes"
    assert minutes_words(1501, EN) == "1 day, 1 hour and 1 minute"
    # Babel lacks the plain unit in Galician.
    assert minutes_words(3 * 1440, localizer("gl")) == "3 días"
    assert [short_day_name(day, localizer("es")) for day in ("mon", "sun")] == ["lun", "dom"]


def test_gaps_of_the_same_hours_are_told_together() -> None:
    day = MINUTES_A_DAY
    gaps = [Gap(number * day + 390, number * day + 420) for number in range(5)]
    assert gap_words(gaps, EN) == ["from Monday to Friday, between 06:30 and 07:00"]
    assert gap_words([Gap(0, 7 * day)], EN) == ["at any time"]
    assert gap_words([Gap(6 * day, 7 * day)], EN) == ["on Sundays"]
    assert gap_words([Gap(5 * day + 1380, 6 * day + 60)], EN) == [
        "on Saturdays, between 23:00 and 01:00"
    ]
    assert gap_words([Gap(5 * day + 1200, 7 * day + 480)], EN) == [
        "from Saturday, 20:00, to Monday, 08:00"
    ]
    assert gap_words([Gap(600, 600 + day)], EN) == ["from Monday, 10:00, to Tuesday, 10:00"]


def test_there_are_words_for_every_kind_origin_and_end_of_a_step() -> None:
    assert set(KIND_PHRASES) == set(Kind)
    assert set(ORIGIN_PHRASES) == set(Origin)
    assert set(STEP_PATTERNS) == {"opened", "answered", "resolved"}


@pytest.mark.parametrize("language", CONSOLE_LANGUAGES)
def test_lists_days_and_lengths_are_put_together_as_the_language_does_it(language: str) -> None:
    _ = localizer(language)
    rule = _rule(1, 2, when={"areas": [1, 2], "weekdays": ["mon"], "languages": ["en"]})
    sentence = _say(rule, language=language)
    conjunction = {"es": "o", "gl": "ou", "en": "or"}[language]
    assert f"Floor 2 {conjunction} Spa" in sentence
    assert _.all_of(["Night reception", "Duty manager"]) in sentence
    assert {"es": "inglés", "gl": "inglés", "en": "English"}[language] in sentence
    assert minutes_words(90, _).startswith({"es": "1 hora y", "gl": "1 hora e"}.get(language, "1"))


@pytest.mark.parametrize("module", [rule_sentences, time_words, rota_view, house_words])
def test_every_part_of_a_sentence_is_a_message_of_the_catalogues(module: Any) -> None:
    """Whatever reads like a sentence in these modules goes through the catalogues."""
    messages = {
        text
        for message in extract(PACKAGE)
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    parts_of_f_strings = {
        value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for value in node.values
        if isinstance(value, ast.Constant)
    }
    readable = {text for text in texts - docs - parts_of_f_strings if " " in text.strip()}
    assert len(readable) > 3
    assert readable <= messages
