"""The examples of rules tell whom the page says."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, migrate
from sosbox.dispatch.preview import Reached, facts_of_place, preview
from sosbox.routing.conditions import CONDITION_NAMES
from sosbox.routing.queries import load_rule_sets
from sosbox.setup.apply import apply_document
from sosbox.setup.document import parse_document
from sosbox.setup.files import SetupFiles
from tests.docs.pages import DOCS, Docs
from tests.routing.kit import at
from tests.support.venue import NOON

RULES = Docs(DOCS / "rules.md")
HOTEL = "The hotel of the examples"
EXAMPLES = re.findall(r"^### (\d+\. .+)$", RULES.text, re.MULTILINE)

CHANNELS = {"email": "e-mail", "sms": "SMS", "printer": "printer", "webhook": "webhook"}
# What may stand behind the words of the guest.
FACTS: dict[str, dict[str, Any]] = {
    "in English": {"language": "en"},
    "in Spanish": {"language": "es"},
    "with their name": {"is_anonymous": False},
    "as thanks": {"kind": "thanks"},
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "sosbox.db"
    migrate(path, MIGRATIONS)
    DB.open(path)
    yield path
    DB.close()


def _apply(title: str) -> None:
    for block in re.findall(r"^```toml\n(.*?)^```$", RULES.section(title), re.M | re.S):
        DB.write_sync(apply_document, parse_document(block), SetupFiles({}, {}), now=NOON)


def _said(row: list[str], connection: sqlite3.Connection) -> str:
    """Who would be told of what a row describes, as the page writes it."""
    when, where, words, _ = row
    found = re.fullmatch(r"“(.+)”(?:, (.+))?", words)
    assert found is not None, words
    (point,) = connection.execute(
        "SELECT id FROM access_points WHERE code = ?", (where,)
    ).fetchone()
    facts = FACTS[found[2]] if found[2] else {}
    case = facts_of_place(connection, point, text=found[1], **facts)
    rules = load_rule_sets(connection.execute)[case.subscriber_id]
    return ", ".join(map(_person, preview(rules, case, at(when)).everybody()))


def _person(one: Reached) -> str:
    later = f" after {one.after_minutes} minutes" if one.after_minutes else ""
    return f"{one.told.recipient.name} by {CHANNELS[one.channel]}{later}"


def test_there_are_ten_examples() -> None:
    assert [title.split(".")[0] for title in EXAMPLES] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("title", [HOTEL, *EXAMPLES])
def test_an_example_tells_whom_it_says(database: Path, title: str) -> None:
    _apply(HOTEL)
    if title != HOTEL:
        _apply(title)

    rows = RULES.rows(title)
    with closing(connect(database, is_read_only=True)) as connection:
        assert [[*row[:3], _said(row, connection)] for row in rows] == rows
    assert rows


def test_every_condition_is_explained_and_none_is_made_up() -> None:
    names = [re.findall(r"`(\w+)`", row[0]) for row in RULES.rows("Conditions")]

    assert {name for row in names for name in row} == set(CONDITION_NAMES)
