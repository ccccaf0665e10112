"""Rotas and escalations from a set-up file: each replaces what it is about, and nothing else."""

import json

import pytest

from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError
from tests.setup.conftest import Apply, Export, Rows
from tests.support.venue import NOON

PEOPLE = "".join(
    f'[[recipient]]\nsubscriber = "mar"\nslug = "{slug}"\nname = "{slug}"\n'
    for slug in ("day", "night", "duty", "marta")
)


def _shift(who: str, *lines: str, post: str = "duty") -> str:
    head = f'[[rota]]\nsubscriber = "mar"\nrecipient = "{post}"\nwho = {who}'
    return "\n".join([head, *lines]) + "\n"


def _step(minutes: int, *lines: str, owner: str = 'establishment = "hotel-mar"') -> str:
    return "\n".join([f"[[escalation]]\n{owner}\nafter_minutes = {minutes}", *lines]) + "\n"


def _shifts(rows: Rows) -> list[tuple[list[str], list[str], list[str], list[str]]]:
    found = []
    for shift, *lists in rows("SELECT id, weekdays, dates, hours FROM rota_shifts ORDER BY id"):
        people = rows(
            "SELECT r.slug FROM rota_people p JOIN recipients r ON r.id = p.recipient_id"
            " WHERE p.shift_id = ? ORDER BY p.id",
            shift,
        )
        weekdays, dates, hours = map(json.loads, lists)
        found.append((weekdays, dates, hours, [slug for (slug,) in people]))
    return found


# Rotas ------------------------------------------------------------------------------------------


def test_a_rota_says_who_is_there_when(apply: Apply, rows: Rows) -> None:
    changes = apply(
        PEOPLE
        + _shift('"day"', 'hours = "08:00-22:00"')
        + _shift('"night"', 'weekday = ["fri", "sat"]', 'hours = ["22:00-08:00"]')
        + _shift('["marta", "day"]', 'date = "2026-12-25"')
        + _shift("[]", "date = 2026-12-26")
    )

    assert changes[-1] == Change("rota", "mar/duty", is_new=True)
    assert _shifts(rows) == [
        ([], [], ["08:00-22:00"], ["day"]),
        (["fri", "sat"], [], ["22:00-08:00"], ["night"]),
        ([], ["2026-12-25"], [], ["marta", "day"]),
        ([], ["2026-12-26"], [], []),
    ]


def test_the_shifts_of_a_post_replace_its_whole_rota_and_no_other(apply: Apply, rows: Rows) -> None:
    apply(PEOPLE + _shift('"day"') + _shift('"night"', post="desk"))
    changes = apply(_shift('"night"', 'hours = "22:00-08:00"'))

    assert [str(change) for change in changes] == ["changed rota mar/duty"]
    assert [people for *_, people in _shifts(rows)] == [["night"], ["night"]]
    assert apply(_shift('"night"', 'hours = "22:00-08:00"')) == []


def test_a_file_without_shifts_leaves_the_rota(apply: Apply, rows: Rows) -> None:
    apply(PEOPLE + _shift('"day"'))
    apply('[[recipient]]\nsubscriber = "mar"\nslug = "duty"\nname = "Duty manager"\n')

    assert len(_shifts(rows)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_shift('"duty"'), r"^rota\[1\]\.who: duty is a post with a rota of its own"),
        (
            _shift('"night"', post="desk") + _shift('"desk"'),
            r"^rota\[2\]\.who: desk is a post with a rota of its own",
        ),
        (_shift('"nobody-here"'), r'^rota\[1\]\.who: there is no recipient "nobody-here"'),
        (
            _shift('"day"', post="front"),
            r'^rota\[1\]\.recipient: there is no recipient "front"',
        ),
        (
            '[[rota]]\nsubscriber = "otto"\nrecipient = "duty"\nwho = []\n',
            r'^rota\[1\]\.recipient: there is no recipient "duty"',
        ),
    ],
)
def test_a_rota_that_cannot_be_meant_is_refused(
    apply: Apply, export: Export, text: str, message: str
) -> None:
    apply(PEOPLE)
    before = export()
    with pytest.raises(SetupError, match=message):
        apply(text)

    assert export() == before


def test_who_stands_in_a_rota_becomes_no_post(apply: Apply) -> None:
    apply(PEOPLE + _shift('"day"'))

    with pytest.raises(SetupError, match=r"rota\[1\]\.recipient: stands in the rota of duty"):
        apply(_shift('"marta"', post="day"))


# Escalations ------------------------------------------------------------------------------------


def _steps(rows: Rows) -> dict[int, int]:
    """The ids of the steps that are not retired, by their minutes."""
    return {
        minutes: step
        for step, minutes in rows(
            "SELECT id, after_minutes FROM escalation_steps WHERE retired_at IS NULL"
        )
    }


def test_an_escalation_is_stored_with_what_its_steps_leave_unsaid(apply: Apply, rows: Rows) -> None:
    changes = apply(
        _step(10, 'notify = ["desk"]')
        + _step(
            30,
            'notify = ["boss", "desk"]',
            'until = "resolved"',
            "repeat_minutes = 15",
            "max_times = 3",
            'hours = "08:00-22:00"',
        )
    )

    assert changes == [Change("escalation", "hotel-mar", is_new=True)]
    assert rows(
        "SELECT after_minutes, until, repeat_minutes, max_times, hours FROM escalation_steps"
    ) == [(10, "answered", 0, 1, "[]"), (30, "resolved", 15, 3, '["08:00-22:00"]')]
    assert rows(
        "SELECT r.slug FROM escalation_recipients l JOIN recipients r ON r.id = l.recipient_id"
        " ORDER BY l.id"
    ) == [("desk",), ("boss",), ("desk",)]


def test_a_step_that_stays_keeps_its_row_and_one_that_goes_is_retired(
    apply: Apply, rows: Rows
) -> None:
    apply(_step(10, 'notify = ["desk"]') + _step(30, 'notify = ["boss"]'))
    before = _steps(rows)
    changes = apply(_step(20, 'notify = ["desk"]') + _step(30, 'notify = ["boss"]'))

    assert [str(change) for change in changes] == ["changed escalation hotel-mar"]
    after = _steps(rows)
    assert set(after) == {20, 30}
    assert after[30] == before[30]
    assert rows("SELECT retired_at FROM escalation_steps WHERE id = ?", before[10]) == [(NOON,)]


def test_a_step_for_somebody_else_is_another_step(apply: Apply, rows: Rows) -> None:
    apply(_step(10, 'notify = ["desk"]'))
    before = _steps(rows)
    apply(_step(10, 'notify = ["boss"]'))

    assert _steps(rows) != before


def test_the_same_steps_again_change_nothing(apply: Apply, rows: Rows) -> None:
    text = _step(30, 'notify = ["boss"]') + _step(10, 'notify = ["desk"]')
    apply(text)
    before = rows("SELECT * FROM escalation_steps"), rows("SELECT * FROM box")

    assert apply(text) == []
    assert (rows("SELECT * FROM escalation_steps"), rows("SELECT * FROM box")) == before


def test_a_rule_has_steps_of_its_own(apply: Apply, rows: Rows) -> None:
    apply(_step(30, 'notify = ["boss"]'))
    own = 'subscriber = "mar"\nrule = "reception"'
    changes = apply(_step(5, 'notify = ["desk"]', owner=own))

    assert changes == [Change("escalation", "mar/reception", is_new=True)]
    assert set(_steps(rows)) == {5, 30}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_step(5, 'notify = ["x"]'), r'^escalation\[1\]\.notify: there is no recipient "x"'),
        (
            _step(5, 'notify = ["desk"]', owner='establishment = "bar-otto"'),
            r'^escalation\[1\]\.notify: there is no recipient "desk"',
        ),
        (
            _step(5, 'notify = ["desk"]', owner='rule = "reception"'),
            r"^escalation\[1\]\.subscriber: is missing",
        ),
        (
            _step(5, 'notify = ["desk"]', owner='subscriber = "mar"'),
            r"^escalation\[1\]\.establishment: is missing, and so is the rule",
        ),
        (
            _step(5, 'notify = ["desk"]', owner='subscriber = "mar"\nrule = "x"'),
            r'^escalation\[1\]\.rule: there is no rule "x"',
        ),
        (
            _step(5, 'notify = ["desk"]', 'rule = "reception"'),
            r"^escalation\[1\]\.rule: an escalation is of an establishment or of a rule",
        ),
        (
            _step(5, 'notify = ["desk"]', "repeat_minutes = 10"),
            r"^escalation\[1\]\.max_times: is missing",
        ),
        (
            _step(5, 'notify = ["desk"]', "max_times = 3"),
            r"^escalation\[1\]\.repeat_minutes: is missing",
        ),
    ],
)
def test_an_escalation_that_cannot_be_meant_is_refused(
    apply: Apply, export: Export, text: str, message: str
) -> None:
    before = export()
    with pytest.raises(SetupError, match=message):
        apply(text)

    assert export() == before


# Recipients -------------------------------------------------------------------------------------


def test_a_recipient_may_have_an_order_of_channels(apply: Apply, rows: Rows) -> None:
    text = (
        '[[recipient]]\nsubscriber = "mar"\nslug = "desk"\nsms = ["+34 600 123 456"]\n'
        'channels = ["sms", "email"]\nnext_channel_minutes = 10\n'
    )
    changes = apply(text)

    assert set(changes[0].keys) == {"sms", "channels", "next_channel_minutes"}
    assert rows("SELECT channels, next_channel_minutes FROM recipients WHERE slug = 'desk'") == [
        ('["sms","email"]', 10)
    ]
    assert apply(text) == []
