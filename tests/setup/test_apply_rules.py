"""Rules from a set-up file: conditions, whom they name, and their order."""

import json

import pytest

from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError
from tests.setup.conftest import Apply, Export, Rows
from tests.support.venue import Venue


def _rule(slug: str, *lines: str, subscriber: str = "mar") -> str:
    return "\n".join([f'[[rule]]\nsubscriber = "{subscriber}"\nslug = "{slug}"', *lines]) + "\n"


def _conditions(rows: Rows, slug: str) -> dict[str, object]:
    ((text,),) = rows("SELECT conditions FROM rules WHERE slug = ?", slug)
    found: dict[str, object] = json.loads(text)
    return found


def _order(rows: Rows) -> list[str]:
    found = rows(
        "SELECT r.slug FROM rules r JOIN subscribers s ON s.id = r.subscriber_id"
        " WHERE s.slug = 'mar' ORDER BY r.position, r.slug"
    )
    return [slug for (slug,) in found]


# Conditions -------------------------------------------------------------------------------------


def test_conditions_are_kept_as_the_matcher_reads_them(
    apply: Apply, rows: Rows, venue: Venue
) -> None:
    apply(
        _rule(
            "late",
            'when.areas = "reception"',
            'when.hours = "22:00-6:30"',
            'when.words = ["noise", "-traffic noise"]',
            "when.holidays = false",
            "when.kinds = []",
            'notify = ["desk"]',
        )
    )

    assert _conditions(rows, "late") == {
        "areas": [venue.reception_id],
        "hours": ["22:00-06:30"],
        "words": ["noise", "-traffic noise"],
        "holidays": False,
    }


def test_a_when_replaces_all_conditions_and_a_short_form_only_its_own(
    apply: Apply, rows: Rows, venue: Venue
) -> None:
    apply(_rule("reception", 'when.hours = "08:00-20:00"', 'when.areas = ["reception"]'))
    changes = apply(_rule("reception", 'areas = ["restaurant"]'))
    assert changes == [Change("rule", "mar/reception", False, ("areas",))]
    assert set(_conditions(rows, "reception")) == {"hours", "areas"}

    changes = apply(_rule("reception", 'when.weekdays = ["mon"]'))
    assert changes[0].keys == ("when.areas", "when.hours", "when.weekdays")
    assert _conditions(rows, "reception") == {"weekdays": ["mon"]}


def test_a_short_form_and_a_when_may_stand_side_by_side(
    apply: Apply, rows: Rows, venue: Venue
) -> None:
    apply(_rule("reception", 'areas = ["restaurant"]', 'when.hours = "08:00-20:00"'))

    assert _conditions(rows, "reception") == {
        "areas": [venue.restaurant_id],
        "hours": ["08:00-20:00"],
    }


def test_a_rule_that_says_nothing_of_its_conditions_keeps_them(apply: Apply, rows: Rows) -> None:
    before = _conditions(rows, "reception")
    apply(_rule("reception", "stop = true"))

    assert _conditions(rows, "reception") == before
    assert rows("SELECT is_stop FROM rules WHERE slug = 'reception'") == [(True,)]


def test_an_empty_when_makes_a_rule_for_everything(apply: Apply, rows: Rows) -> None:
    apply(_rule("reception", "when = {}"))

    assert _conditions(rows, "reception") == {}


def test_a_rule_may_only_leave_somebody_out(apply: Apply, rows: Rows) -> None:
    apply(_rule("about-anna", 'when.words = "anna"', 'leave_out = ["boss"]'))

    assert rows(
        "SELECT c.slug FROM rule_left_out l JOIN rules r ON r.id = l.rule_id"
        " JOIN recipients c ON c.id = l.recipient_id WHERE r.slug = 'about-anna'"
    ) == [("boss",)]


def test_a_rule_may_only_say_what_a_case_is(apply: Apply, rows: Rows) -> None:
    apply(_rule("fire", 'when.words = "fire"', "safety = true"))

    assert rows("SELECT is_safety FROM rules WHERE slug = 'fire'") == [(True,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_rule("x"), r'^rule\[1\]\.notify: is missing, and "mar/x" does nothing else'),
        (_rule("x", "stop = true"), r"^rule\[1\]\.notify: is missing"),
        (_rule("reception", "notify = []"), r"^rule\[1\]\.notify: must not be empty"),
        (
            _rule("x", 'areas = ["reception"]', 'when.areas = "reception"', 'notify = ["desk"]'),
            r"^rule\[1\]\.areas: stands in when\.areas too",
        ),
        (
            _rule("x", 'when.areas = "attic"', 'notify = ["desk"]'),
            r'^rule\[1\]\.when\.areas: there is no area "attic"',
        ),
        (
            _rule("x", 'when.access_points = "B-1"', 'notify = ["desk"]'),
            r'^rule\[1\]\.when\.access_points: there is no access point "B-1"',
        ),
        (
            _rule("x", 'leave_out = ["somebody"]'),
            r'^rule\[1\]\.leave_out: there is no recipient "somebody"',
        ),
        (
            _rule("x", 'notify = ["desk"]', subscriber="otto"),
            r'^rule\[1\]\.notify: there is no recipient "desk"',
        ),
        (
            '[[establishment]]\nslug = "mar-2"\nsubscriber = "mar"\nname = "Mar 2"\n'
            + _rule("x", 'establishment = "mar-2"', 'when.areas = "reception"'),
            r'^rule\[1\]\.when\.areas: there is no area "reception"',
        ),
        (
            '[[establishment]]\nslug = "bar-otto"\nfallback = ["desk"]\n',
            r'^establishment\[1\]\.fallback: there is no recipient "desk"',
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_and_nothing_is_stored(
    apply: Apply, export: Export, text: str, message: str
) -> None:
    before = export()
    with pytest.raises(SetupError, match=message):
        apply(text)

    assert export() == before


# Order ------------------------------------------------------------------------------------------


def _rules(*slugs: str) -> str:
    return "".join(_rule(slug, 'notify = ["desk"]') for slug in slugs)


def test_new_rules_come_last_in_the_order_of_the_file(apply: Apply, rows: Rows) -> None:
    apply(_rules("z", "a"))

    assert _order(rows) == ["everything", "reception", "z", "a"]


def test_rules_named_in_a_file_change_places_among_themselves(apply: Apply, rows: Rows) -> None:
    apply(_rules("a", "b", "c"))
    changes = apply(_rules("c", "everything", "a"))

    assert _order(rows) == ["c", "reception", "everything", "b", "a"]
    assert {change.name: change.keys[-1] for change in changes} == {
        "mar/c": "order",
        "mar/everything": "order",
        "mar/a": "order",
    }
    assert apply(_rules("c", "everything", "a")) == []


def test_a_new_rule_goes_before_those_that_stand_after_it_in_the_file(
    apply: Apply, rows: Rows
) -> None:
    apply(_rules("new", "everything", "reception"))

    assert _order(rows) == ["new", "everything", "reception"]


def test_a_file_with_one_rule_moves_nothing(apply: Apply, rows: Rows) -> None:
    apply(_rules("a", "b"))
    before = rows("SELECT id, position FROM rules")
    apply(_rule("a", "stop = true"))

    assert rows("SELECT id, position FROM rules") == before


# The house --------------------------------------------------------------------------------------


def test_a_house_may_name_recipients_that_come_later_in_the_file(apply: Apply, rows: Rows) -> None:
    text = (
        '[[establishment]]\nslug = "hotel-mar"\nfallback = ["night", "desk"]\n'
        'report_to = ["boss"]\ndigest_to = ["night"]\n'
        '[[recipient]]\nsubscriber = "mar"\nslug = "night"\nname = "Night"\n'
    )
    changes = apply(text)

    assert changes[0].keys == ("fallback", "report_to", "digest_to")
    assert rows(
        "SELECT l.purpose, r.slug FROM establishment_recipients l"
        " JOIN recipients r ON r.id = l.recipient_id ORDER BY l.id"
    ) == [("fallback", "night"), ("fallback", "desk"), ("report", "boss"), ("digest", "night")]
    assert apply(text) == []


def test_each_list_of_a_house_is_replaced_by_itself(apply: Apply, rows: Rows) -> None:
    house = '[[establishment]]\nslug = "hotel-mar"\n'
    apply(house + 'fallback = ["desk"]\nreport_to = ["boss"]\n')
    apply(house + "fallback = []\n")

    assert rows("SELECT purpose FROM establishment_recipients") == [("report",)]


def test_holidays_are_kept_as_days_and_ranges(apply: Apply, rows: Rows) -> None:
    apply(
        '[[establishment]]\nslug = "hotel-mar"\nholiday_region = "ES-GA"\n'
        'holidays = [2026-08-16, "2026-12-24..2026-12-26"]\n'
    )

    assert rows("SELECT holiday_region, holidays FROM establishments WHERE slug = 'hotel-mar'") == [
        ("ES-GA", '["2026-08-16","2026-12-24..2026-12-26"]')
    ]
