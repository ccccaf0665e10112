"""Each condition of a rule by itself."""

import pytest

from sosbox.routing.conditions import CONDITION_NAMES, compile_conditions
from sosbox.routing.hours import HouseMoment
from sosbox.setup.tables import TABLES
from tests.routing.kit import FLOOR, POOL, RECEPTION, ROOM, case, moment

NOON = moment("2026-11-21 12:00")  # a Saturday


def _holds(
    when: dict[str, object], text: str = "", at: HouseMoment = NOON, **facts: object
) -> bool:
    conditions = compile_conditions(when)
    return all(condition.holds(case(text, **facts), at) for condition in conditions)


def test_the_set_up_file_and_the_matcher_know_the_same_conditions() -> None:
    (rules,) = [table for table in TABLES if table.name == "rule"]
    (when,) = [key for key in rules.keys if key.name == "when"]

    assert tuple(key.name for key in when.keys) == CONDITION_NAMES


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"areas": [RECEPTION, FLOOR]}, {}, True),
        ({"areas": [RECEPTION]}, {}, False),
        ({"areas": []}, {}, True),
        ({"access_points": [ROOM]}, {}, True),
        ({"access_points": [POOL]}, {}, False),
        ({"kinds": ["complaint", "suggestion"]}, {"kind": "complaint"}, True),
        ({"kinds": ["complaint"]}, {"kind": "unspecified"}, False),
        ({"languages": ["en", "gl"]}, {"language": "gl"}, True),
        ({"languages": ["en"]}, {"language": "es"}, False),
        ({"anonymous": True}, {"is_anonymous": True}, True),
        ({"anonymous": True}, {"is_anonymous": False}, False),
        ({"anonymous": False}, {"is_anonymous": False}, True),
        ({"anonymous": False}, {"is_anonymous": True}, False),
        ({"origins": ["kiosk", "web"]}, {"origin": "kiosk"}, True),
        ({"origins": ["phone"]}, {"origin": "qr"}, False),
    ],
)
def test_facts_of_the_case(
    when: dict[str, object], facts: dict[str, object], expected: bool
) -> None:
    assert _holds(when, **facts) is expected


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["noise"], "Such NOISE!", True),
        (["noise"], "How noisy", False),
        (["ruido"], "¡Qué ruído!", True),
        (["alergia"], "Teño alerxia", False),
        (["habitación"], "la habitacion 204", True),
        (["air conditioning"], "The air-conditioning drips", True),
        (["air conditioning"], "The air is cold, no conditioning", False),
        (["hot water"], "It is hot. Water!", True),
        (["straße"], "Die STRASSE ist laut", True),
        (["шум"], "Очень сильный шум ночью", True),
        (["шум"], "Очень шумно", False),
        (["θόρυβος"], "ΠΟΛΎΣ ΘΌΡΥΒΟΣ", True),
        (["ضوضاء"], "هناك ضوضاء كبيرة", True),
        (["רעש"], "יש הרבה רעש", True),
        (["शोर"], "बहुत शोर है", True),
        (["噪音"], "房间里噪音很大", True),
        (["うるさい"], "となりがうるさいです", True),
        (["เสียงดัง"], "ห้องข้างๆเสียงดังมาก", True),
        (["시끄러워요"], "옆방이 너무 시끄러워요", True),
        (["204"], "Room 204, please", True),
        (["20"], "Room 204, please", False),
        (["wi-fi"], "no wi fi here", True),
        (["noise", "smell"], "Such a smell", True),
        (["noise", "smell"], "Such a view", False),
    ],
)
def test_one_of_the_words_must_stand_in_the_text(
    words: list[str], text: str, expected: bool
) -> None:
    assert _holds({"words": words}, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Such noise from the bar", True),
        ("Such noise from the street", False),
        ("The street is lovely", False),
    ],
)
def test_a_word_with_a_hyphen_before_it_must_not_stand_there(text: str, expected: bool) -> None:
    assert _holds({"words": ["noise", "-street"]}, text) is expected


def test_with_excluded_words_alone_everything_else_matches() -> None:
    assert _holds({"words": ["-street"]}, "The soup is cold")
    assert not _holds({"words": ["-street"]}, "The street is loud")
    assert not _holds({"without_words": ["street"]}, "The street is loud")
    assert _holds({"without_words": ["street"]}, "")


# Time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        ("08:00-22:00", "2026-11-21 07:59", False),
        ("08:00-22:00", "2026-11-21 08:00", True),
        ("08:00-22:00", "2026-11-21 21:59", True),
        ("08:00-22:00", "2026-11-21 22:00", False),
        ("22:00-06:30", "2026-11-21 21:59", False),
        ("22:00-06:30", "2026-11-21 22:00", True),
        ("22:00-06:30", "2026-11-21 00:00", True),
        ("22:00-06:30", "2026-11-21 06:29", True),
        ("22:00-06:30", "2026-11-21 06:30", False),
        ("00:00-24:00", "2026-11-21 23:59", True),
        ("20:00-24:00", "2026-11-22 00:00", False),
        # The night in which the clocks go back, and the one in which they go forward.
        ("22:00-06:30", "2026-10-25 02:30", True),
        ("22:00-06:30", "2026-03-29 03:30", True),
    ],
)
def test_hours_may_reach_over_midnight(hours: str, at: str, expected: bool) -> None:
    assert _holds({"hours": [hours]}, at=moment(at)) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20 21:59", False),  # Friday
        ("2026-11-20 22:00", True),
        ("2026-11-21 06:29", True),  # the end of Friday's night
        ("2026-11-21 06:30", False),
        ("2026-11-21 22:00", False),  # Saturday
        ("2026-11-20 03:00", False),  # Thursday's night
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(at: str, expected: bool) -> None:
    when = {"weekdays": ["fri"], "hours": ["22:00-06:30"]}

    assert _holds(when, at=moment(at)) is expected


def test_weekdays_without_hours_are_whole_days() -> None:
    assert _holds({"weekdays": ["sat"]}, at=moment("2026-11-21 00:00"))
    assert _holds({"weekdays": ["sat"]}, at=moment("2026-11-21 23:59"))
    assert not _holds({"weekdays": ["sat"]}, at=moment("2026-11-22 00:00"))


def test_dates_are_days_and_ranges_with_both_ends() -> None:
    when = {"dates": ["2026-12-24..2027-01-06", "2026-11-21"]}

    days = ["2026-11-20", "2026-11-21", "2026-12-23", "2026-12-24", "2027-01-06", "2027-01-07"]
    held = [day for day in days if _holds(when, at=moment(f"{day} 12:00"))]
    assert held == ["2026-11-21", "2026-12-24", "2027-01-06"]


def test_the_last_night_of_a_range_reaches_into_the_day_after() -> None:
    when = {"dates": ["2026-12-24"], "hours": ["22:00-06:30"]}

    assert _holds(when, at=moment("2026-12-25 06:00"))
    assert not _holds(when, at=moment("2026-12-24 06:00"))


def test_holidays_are_those_of_the_house() -> None:
    closed = frozenset({moment("2026-11-21 12:00").day})
    holiday = moment("2026-11-21 12:00")._replace(is_holiday=closed.__contains__)
    other = moment("2026-11-22 12:00")._replace(is_holiday=closed.__contains__)

    assert _holds({"holidays": True}, at=holiday)
    assert not _holds({"holidays": True}, at=other)
    assert _holds({"holidays": False}, at=other)
    assert not _holds({"holidays": False}, at=holiday)


def test_the_night_of_a_holiday_is_the_one_that_begins_on_it() -> None:
    closed = frozenset({moment("2026-11-21 12:00").day})
    when = {"holidays": True, "hours": ["22:00-06:30"]}

    def holds(at: str) -> bool:
        return _holds(when, at=moment(at)._replace(is_holiday=closed.__contains__))

    assert holds("2026-11-22 03:00")
    assert not holds("2026-11-21 03:00")


def test_it_must_be_one_day_for_which_all_of_them_hold() -> None:
    """At three on Saturday it is Friday's night or Saturday's morning, not half of each."""
    when = {"hours": ["22:00-06:30"], "weekdays": ["sat"], "dates": ["2026-11-20"]}

    assert not _holds(when, at=moment("2026-11-21 03:00"))
