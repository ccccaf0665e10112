"""Filters and lists of offensive words from a set-up file."""

import json

import pytest

from sosbox.routing.filters import CONDITION_NAMES
from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError, parse_document
from sosbox.setup.tables import TABLES
from tests.setup.conftest import Apply, Export, Rows


def _filter(slug: str, *lines: str) -> str:
    return "\n".join([f'[[filter]]\nsubscriber = "mar"\nslug = "{slug}"', *lines]) + "\n"


def _order(rows: Rows) -> list[str]:
    return [slug for (slug,) in rows("SELECT slug FROM filters ORDER BY position, slug")]


LINKS = ('action = "quarantine"', "when.links = 2")


def test_the_set_up_file_and_the_filters_know_the_same_conditions() -> None:
    (filters,) = [table for table in TABLES if table.name == "filter"]
    (when,) = [key for key in filters.keys if key.name == "when"]

    assert tuple(key.name for key in when.keys) == CONDITION_NAMES


def test_a_filter_is_kept_as_it_is_judged_by(apply: Apply, rows: Rows) -> None:
    text = _filter(
        "advertising",
        'action = "quarantine"',
        'when.words = "casino"',
        'when.access_points = ["hotel-mar/T-7"]',
        "when.similar = 80",
        "when.similar_within_minutes = 60",
        'when.receipts = "2df7-k9mx"',
    )
    assert apply(text) == [Change("filter", "mar/advertising", is_new=True)]

    ((conditions, action),) = rows("SELECT conditions, action FROM filters")
    ((point,),) = rows("SELECT id FROM access_points WHERE code = 'T-7'")
    assert action == "quarantine"
    assert json.loads(conditions) == {
        "words": ["casino"],
        "access_points": [point],
        "similar": 80,
        "similar_within_minutes": 60,
        "receipts": ["2DF7-K9MX"],
    }
    assert apply(text) == []


def test_a_when_replaces_all_conditions_of_a_filter(apply: Apply, rows: Rows) -> None:
    apply(_filter("x", *LINKS, "when.repeated = 5"))
    changes = apply(_filter("x", 'when.lists = "es"'))

    assert changes[0].keys == ("when.links", "when.lists", "when.repeated")
    assert rows("SELECT conditions FROM filters") == [('{"lists":["es"]}',)]


def test_a_filter_can_be_switched_off_alone(apply: Apply, rows: Rows) -> None:
    apply(_filter("x", *LINKS))

    assert [change.keys for change in apply(_filter("x", "disabled = true"))] == [("disabled",)]
    assert rows("SELECT disabled_at IS NULL, conditions FROM filters") == [(0, '{"links":2}')]


def test_filters_take_the_order_of_the_file(apply: Apply, rows: Rows) -> None:
    apply(_filter("a", *LINKS) + _filter("b", *LINKS) + _filter("c", *LINKS))
    apply(_filter("c", *LINKS) + _filter("a", *LINKS))

    assert _order(rows) == ["c", "b", "a"]


def test_a_list_of_words_replaces_the_one_of_its_language(apply: Apply, rows: Rows) -> None:
    text = '[[word_list]]\nsubscriber = "mar"\nlanguage = "es"\nwords = ["bobo", "vete a paseo"]\n'
    assert apply(text) == [Change("word_list", "mar/es", is_new=True)]
    assert rows("SELECT words FROM word_lists") == [('["bobo","vete a paseo"]',)]
    assert apply(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_filter("x", *LINKS[:1]), r'^filter\[1\]\.when: is missing, and "mar/x" is new'),
        (_filter("x", *LINKS[1:]), r'^filter\[1\]\.action: is missing, and "mar/x" is new'),
        (_filter("x", *LINKS[:1], "when = {}"), r"^filter\[1\]\.when: says nothing to look for"),
        (
            _filter("x", *LINKS[:1], "when.similar = 80"),
            r"^filter\[1\]\.when\.similar_within_minutes: is missing",
        ),
        (
            _filter("x", *LINKS[:1], "when.burst_minutes = 10"),
            r"^filter\[1\]\.when\.burst: is missing",
        ),
        (
            _filter("x", *LINKS[:1], 'when.access_points = "B-1"'),
            r'^filter\[1\]\.when\.access_points: there is no access point "B-1"',
        ),
        (
            _filter("x", *LINKS, 'establishment = "bar-otto"'),
            r'^filter\[1\]\.establishment: "bar-otto" belongs to another subscriber',
        ),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(
    apply: Apply, export: Export, text: str, message: str
) -> None:
    before = export()
    with pytest.raises(SetupError, match=message):
        apply(text)

    assert export() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            _filter("x", 'action = "drop"'),
            r'\.action: "drop" is not among quarantine, digest, mark',
        ),
        (_filter("x", "when.repeated = 2"), r"\.when\.repeated: must lie between 3 and 100"),
        (_filter("x", "when.similar = 49"), r"\.when\.similar: must lie between 50 and 100"),
        (_filter("x", "when.burst = 1"), r"\.when\.burst: must lie between 2 and"),
        (_filter("x", 'when.pattern = "("'), r"\.when\.pattern: cannot be used"),
        (_filter("x", 'when.pattern = ""'), r"\.when\.pattern: must have 1 to 500"),
        (_filter("x", 'when.contacts = "somebody"'), r"\.when\.contacts: .* is neither an e-mail"),
        (_filter("x", 'when.receipts = "204"'), r"\.when\.receipts: .* is no reference of a case"),
        (_filter("x", 'when.lists = "xx"'), r"\.when\.lists: \"xx\" is not among the languages"),
        (
            '[[word_list]]\nsubscriber = "mar"\nlanguage = "es"\nwords = ["..."]\n',
            r"word_list\[1\]\.words: \"\.\.\.\" has neither letters nor digits",
        ),
        (
            f'[[word_list]]\nsubscriber = "mar"\nlanguage = "es"\n'
            f"words = {[f'w{number}' for number in range(2001)]}\n",
            r"word_list\[1\]\.words: has more than 2000 entries",
        ),
    ],
)
def test_what_no_filter_can_hold_is_named_with_its_key(text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        parse_document(text)
