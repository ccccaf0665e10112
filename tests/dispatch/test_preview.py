"""“Who gets this now?” says what would happen, and what happens is what it said."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.dispatch.preview import Preview, facts_of_place, preview
from sosbox.routing.queries import load_rule_sets
from sosbox.setup.apply import apply_document
from sosbox.setup.document import parse_document
from sosbox.setup.files import SetupFiles
from tests.routing.kit import at
from tests.support.filing import file_case
from tests.support.routing import run_clocks
from tests.support.venue import NOON, ROOM_TOKEN, Venue

Ask = Callable[..., Preview]

PEOPLE = """
[[recipient]]
subscriber = "mar"
slug = "boris"
name = "Boris"
email = ["boris@mar.example"]
sms = ["+34 600 000 001"]
channels = ["sms", "email"]
next_channel_minutes = 10

[[recipient]]
subscriber = "mar"
slug = "marta"
name = "Marta"
email = ["marta@mar.example"]

[[recipient]]
subscriber = "mar"
slug = "duty"
name = "Duty manager"

[[rota]]
subscriber = "mar"
recipient = "duty"
hours = "08:00-22:00"
who = "boris"

[[rota]]
subscriber = "mar"
recipient = "duty"
hours = "22:00-08:00"
who = "marta"
"""
DUTY = """
[[rule]]
subscriber = "mar"
slug = "everything"
when = {}
notify = ["duty"]

[[rule]]
subscriber = "mar"
slug = "reception"
disabled = true
"""


@pytest.fixture
def apply(box: Box) -> Callable[[str], None]:
    def run(text: str) -> None:
        files = SetupFiles({}, {})
        DB.write_sync(apply_document, parse_document(PEOPLE + text), files, now=NOON)

    return run


@pytest.fixture
def ask(box: Box, venue: Venue) -> Ask:
    """Asks for room 204."""

    def run(moment: str = "2026-11-21 12:00", text: str = "", **facts: Any) -> Preview:
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            case = facts_of_place(connection, venue.room_id, text=text, **facts)
            rules = load_rule_sets(connection.execute)[venue.subscriber_id]
        return preview(rules, case, at(moment))

    return run


def _said(found: Preview) -> list[tuple[str, str, int]]:
    return [(one.told.recipient.slug, one.channel, one.after_minutes) for one in found.everybody()]


def _step(minutes: int, *lines: str) -> str:
    head = f'[[escalation]]\nestablishment = "hotel-mar"\nafter_minutes = {minutes}'
    return "\n".join([head, *lines]) + "\n"


# What it says -----------------------------------------------------------------------------------


def test_it_names_who_is_told_at_once_and_over_what(ask: Ask) -> None:
    assert _said(ask()) == [("boss", "email", 0), ("desk", "email", 0)]


def test_a_second_channel_comes_after_its_minutes(apply: Callable[[str], None], ask: Ask) -> None:
    apply(DUTY)

    assert _said(ask("2026-11-21 12:00")) == [("boris", "sms", 0), ("boris", "email", 10)]
    assert [one.told.post.slug for one in ask().reached if one.told.post] == ["duty", "duty"]


def test_a_rule_that_does_not_match_says_why(apply: Callable[[str], None], ask: Ask) -> None:
    apply(
        '[[rule]]\nsubscriber = "mar"\nslug = "narrow"\nwhen.areas = "restaurant"\n'
        'when.words = "soup"\nwhen.weekdays = "sat"\nnotify = ["boss"]\n'
    )
    (narrow,) = ask(text="Such noise").unmatched

    assert (narrow.rule.slug, narrow.failing, narrow.stopped_by) == (
        "narrow",
        ("areas", "words"),
        "",
    )


def test_a_rule_after_a_stop_says_which_one_stopped_it(
    apply: Callable[[str], None], ask: Ask
) -> None:
    apply('[[rule]]\nsubscriber = "mar"\nslug = "everything"\nstop = true\n')
    (reception,) = ask().unmatched

    assert (reception.rule.slug, reception.failing) == ("reception", ())
    assert reception.stopped_by == "everything"


def test_a_step_reaches_who_is_there_when_its_moment_comes(
    apply: Callable[[str], None], ask: Ask
) -> None:
    apply(_step(30, 'notify = ["duty"]'))

    assert _said(ask("2026-11-21 21:40"))[2:] == [("marta", "email", 30)]
    assert _said(ask("2026-11-21 21:20"))[2:] == [("boris", "sms", 30), ("boris", "email", 40)]


def test_a_step_waits_for_its_hours_but_not_where_somebody_may_get_hurt(
    apply: Callable[[str], None], ask: Ask
) -> None:
    apply(
        _step(30, 'notify = ["marta"]', 'hours = "08:00-22:00"')
        + '[[rule]]\nsubscriber = "mar"\nslug = "fire"\nwhen.words = "fire"\nsafety = true\n'
    )

    assert [step.after_minutes for step in ask("2026-11-21 23:00").steps] == [9 * 60]
    assert [step.after_minutes for step in ask("2026-11-21 23:00", "Fire!").steps] == [30]


def test_a_step_that_reaches_nobody_is_there_and_empty(
    apply: Callable[[str], None], ask: Ask
) -> None:
    apply(
        '[[recipient]]\nsubscriber = "mar"\nslug = "lost"\nname = "Lost"\n'
        + _step(10, 'notify = ["lost"]')
        + _step(60, 'notify = ["marta"]')
    )
    first, second = ask().steps

    assert first.reached == ()
    # The one after it does not wait any longer.
    assert [one.after_minutes for one in second.reached] == [10]


def test_somebody_who_is_left_out_is_not_in_the_steps_either(
    apply: Callable[[str], None], ask: Ask
) -> None:
    apply(
        _step(10, 'notify = ["marta", "boss"]')
        + '[[rule]]\nsubscriber = "mar"\nslug = "about-marta"\nwhen.words = "marta"\n'
        'leave_out = ["marta"]\n'
    )

    assert ("marta", "email", 10) in _said(ask(text="The soup is cold"))
    assert [slug for slug, *_ in _said(ask(text="Marta was rude"))] == ["boss", "desk", "boss"]


def test_what_is_not_said_is_taken_from_the_place(apply: Callable[[str], None], ask: Ask) -> None:
    apply(
        '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\norigin = "desk"\n'
        '[[rule]]\nsubscriber = "mar"\nslug = "desk-only"\nwhen.origins = "desk"\n'
        'when.languages = "es"\nwhen.anonymous = true\nnotify = ["marta"]\n'
    )

    def matched(**facts: Any) -> list[str]:
        return [rule.slug for rule in ask(**facts).decision.matched]

    assert "desk-only" in matched()
    assert "desk-only" not in matched(origin="qr")
    assert "desk-only" not in matched(language="en")
    assert "desk-only" not in matched(is_anonymous=False)


# What happens -----------------------------------------------------------------------------------


async def _what_happens(box: Box, text: str, now: datetime) -> list[tuple[str, str, int]]:
    """Nobody does anything: the clocks run, each in its turn."""
    await file_case(box, text, token=ROOM_TOKEN, now=now)
    while (moment := await _next_step()) is not None:
        await run_clocks(box, moment)
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT channel, address, next_attempt_at FROM deliveries ORDER BY next_attempt_at, id"
        ).fetchall()
    )
    minute = timedelta(minutes=1)
    return [(channel, address, (when - now) // minute) for channel, address, when in rows]


async def _next_step() -> datetime | None:
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT next_at FROM clocks WHERE purpose = 'escalation' AND ended_at IS NULL"
            " ORDER BY next_at, id LIMIT 1"
        ).fetchall()
    )
    return rows[0][0] if rows else None


@pytest.mark.parametrize("moment", ["2026-11-21 12:00", "2026-11-21 21:50", "2026-10-25 01:30"])
@pytest.mark.parametrize("text", ["The soup is cold", "Marta was rude", "Fire in the kitchen"])
async def test_what_happens_is_what_it_said(
    apply: Callable[[str], None], ask: Ask, box: Box, moment: str, text: str
) -> None:
    apply(
        DUTY
        + '[[recipient]]\nsubscriber = "mar"\nslug = "lost"\nname = "Lost"\n'
        + '[[rule]]\nsubscriber = "mar"\nslug = "about-marta"\nwhen.words = "marta"\n'
        'leave_out = ["marta"]\n'
        + '[[rule]]\nsubscriber = "mar"\nslug = "fire"\nwhen.words = "fire"\nsafety = true\n'
        + _step(15, 'notify = ["duty", "marta"]', 'until = "opened"')
        + _step(45, 'notify = ["lost"]')
        + _step(60, 'notify = ["boss", "desk"]', 'hours = "09:00-18:00"')
        + _step(600, 'notify = ["duty", "boss"]')
    )
    found = ask(moment, text)

    happened = await _what_happens(box, text, at(moment))
    said = [(one.channel, one.address, one.after_minutes) for one in found.everybody()]
    assert sorted(happened, key=lambda item: item[2]) == said
    assert len(said) > 3
