"""Whether somebody hears of what guests write, at every place and every hour."""

from pathlib import Path

import pytest

from sosbox.doctor.finding import Severity
from tests.doctor.conftest import apply_text, examine_box, ids_of, run_sql
from tests.support.venue import NOON

RECIPIENT = '[[recipient]]\nsubscriber = "mar"\nslug = "{0}"\nname = "{0}"\n'
SHIFT = '[[rota]]\nsubscriber = "mar"\nrecipient = "duty"\nwho = "boss"\n'


def _without_fallback(data_dir: Path, house: str = "hotel-mar") -> None:
    apply_text(data_dir, f'[[establishment]]\nslug = "{house}"\nfallback = []\n')


def _rule(slug: str, *lines: str) -> str:
    return "\n".join([f'[[rule]]\nsubscriber = "mar"\nslug = "{slug}"', *lines]) + "\n"


# Who is told ------------------------------------------------------------------------------------


def test_a_house_without_a_fallback_is_a_warning(healthy: Path, mail_port: int) -> None:
    _without_fallback(healthy)
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("routing.no-fallback", Severity.WARNING)
    assert "hotel-mar" in finding.message
    assert "bar-otto" not in finding.message


def test_places_that_no_rule_covers_are_named(healthy: Path, mail_port: int) -> None:
    _without_fallback(healthy)
    run_sql(healthy, "UPDATE rules SET disabled_at = ? WHERE slug = 'everything'", NOON)
    uncovered, no_fallback = examine_box(healthy, mail_port)

    assert (uncovered.id, no_fallback.id) == ("routing.uncovered", "routing.no-fallback")
    assert "hotel-mar/T-7" in uncovered.message
    assert "R-204" not in uncovered.message


def test_a_fallback_covers_every_place(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE rules SET disabled_at = ?", NOON)

    assert examine_box(healthy, mail_port) == []


def test_hours_at_which_nobody_is_told_are_found(healthy: Path, mail_port: int) -> None:
    _without_fallback(healthy)
    apply_text(healthy, _rule("everything", 'when.hours = "08:00-22:00"'))
    uncovered, no_fallback = examine_box(healthy, mail_port)

    assert (uncovered.id, no_fallback.id) == ("routing.uncovered-hours", "routing.no-fallback")
    # It is Saturday, 13:00 in Madrid.
    assert "hotel-mar/T-7: on Saturday at 22:00" in uncovered.message
    assert "R-204" not in uncovered.message


def test_a_fallback_who_is_not_there_at_night_covers_the_day_alone(
    healthy: Path, mail_port: int
) -> None:
    apply_text(
        healthy,
        RECIPIENT.format("duty")
        + SHIFT
        + 'hours = "08:00-22:00"\n'
        + '[[establishment]]\nslug = "hotel-mar"\nfallback = ["duty"]\n'
        + _rule("everything", 'when.words = "fire"')
        + _rule("reception", 'when.words = "fire"'),
    )

    assert ids_of(examine_box(healthy, mail_port)) == [
        "routing.uncovered-hours",
        "routing.rota-gap",
    ]


# Recipients and posts ---------------------------------------------------------------------------


def test_a_recipient_who_cannot_be_reached_is_named(healthy: Path, mail_port: int) -> None:
    apply_text(healthy, '[[recipient]]\nsubscriber = "otto"\nslug = "otto"\nemail = []\n')
    findings = examine_box(healthy, mail_port)

    assert ids_of(findings) == ["routing.uncovered", "routing.unreachable-recipient"]
    assert "Otto" in findings[1].message


@pytest.mark.parametrize(
    "naming",
    [
        '[[establishment]]\nslug = "hotel-mar"\nfallback = ["boss", "lost"]\n',
        '[[establishment]]\nslug = "hotel-mar"\nreport_to = ["lost"]\n',
        '[[establishment]]\nslug = "hotel-mar"\ndigest_to = ["lost"]\n',
        _rule("late", 'notify = ["lost"]'),
        '[[escalation]]\nestablishment = "hotel-mar"\nafter_minutes = 5\nnotify = ["lost"]\n',
        '[[escalation]]\nsubscriber = "mar"\nrule = "everything"\nafter_minutes = 5\n'
        'notify = ["lost"]\n',
        '[[rota]]\nsubscriber = "mar"\nrecipient = "desk"\nwho = ["boss", "lost"]\n',
    ],
)
def test_whoever_is_named_anywhere_needs_an_address(
    healthy: Path, mail_port: int, naming: str
) -> None:
    apply_text(healthy, RECIPIENT.format("lost"))
    assert examine_box(healthy, mail_port) == []

    apply_text(healthy, naming)
    assert ids_of(examine_box(healthy, mail_port)) == ["routing.unreachable-recipient"]


def test_a_post_needs_no_address_while_somebody_is_always_behind_it(
    healthy: Path, mail_port: int
) -> None:
    apply_text(healthy, RECIPIENT.format("duty") + SHIFT + _rule("late", 'notify = ["duty"]'))

    assert examine_box(healthy, mail_port) == []


def test_hours_at_which_nobody_is_behind_a_post_are_named(healthy: Path, mail_port: int) -> None:
    apply_text(
        healthy,
        RECIPIENT.format("duty")
        + SHIFT
        + 'hours = "06:30-22:00"\n'
        + _rule("late", 'notify = ["duty"]'),
    )
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("routing.rota-gap", Severity.WARNING)
    assert "duty, Monday 22:00 to Tuesday 06:30" in finding.message

    apply_text(
        healthy, '[[recipient]]\nsubscriber = "mar"\nslug = "duty"\nemail = ["d@mar.example"]\n'
    )
    assert examine_box(healthy, mail_port) == []


# Rules ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_rule("x", 'when.dates = "2026-11-19"', 'notify = ["boss"]'), "its dates are over"),
        (
            _rule("x", 'when.access_points = "T-7"', 'notify = ["boss"]')
            + '[[access_point]]\nestablishment = "hotel-mar"\ncode = "T-7"\nretired = true\n',
            "its access points are retired",
        ),
        (
            _rule("everything", "stop = true") + _rule("reception"),
            "reception (a rule before it stops everything)",
        ),
    ],
)
def test_a_rule_that_can_never_match_is_named(
    healthy: Path, mail_port: int, text: str, reason: str
) -> None:
    apply_text(healthy, text)
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("routing.rule-never-matches", Severity.WARNING)
    assert reason in finding.message


def test_a_rule_whose_place_is_in_another_house_is_named(healthy: Path, mail_port: int) -> None:
    """The set-up file refuses it; an older version may have stored it."""
    run_sql(
        healthy,
        "UPDATE rules SET establishment_id = (SELECT id FROM establishments"
        " WHERE slug = 'bar-otto') WHERE slug = 'reception'",
    )
    (finding,) = examine_box(healthy, mail_port)

    assert "reception (its places are in another establishment)" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        # Noon is on the 21st; the night that began on the 20th is just over.
        _rule("x", 'when.dates = "2026-11-20"', 'notify = ["boss"]'),
        _rule("x", 'when.dates = ["2026-01-01", "2027-01-01"]', 'notify = ["boss"]'),
        _rule("x", 'when.words = "fire"', "stop = true", 'notify = ["boss"]'),
        _rule("x", 'when.dates = "2026-01-01"', 'notify = ["boss"]', "disabled = true"),
    ],
)
def test_a_rule_that_may_match_is_no_finding(healthy: Path, mail_port: int, text: str) -> None:
    apply_text(healthy, text)

    assert examine_box(healthy, mail_port) == []
