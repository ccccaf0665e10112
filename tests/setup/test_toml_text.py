"""What is written as TOML is read back as it was."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.setup.toml_text import TomlValue, write_tables, write_value

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
KEYS = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
PLAIN_VALUES = st.one_of(
    TEXTS, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.lists(TEXTS, max_size=4)
)
VALUES = st.recursive(
    PLAIN_VALUES, lambda values: st.dictionaries(KEYS, values, max_size=4), max_leaves=8
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=4))
def test_whatever_is_written_reads_back_the_same(entries: list[dict[str, TomlValue]]) -> None:
    text = write_tables(("thing", entry) for entry in entries)

    assert tomllib.loads(text).get("thing", []) == entries


def test_a_table_within_an_entry_is_written_line_by_line() -> None:
    text = write_tables([("rule", {"slug": "night", "when": {"hours": ["22:00-06:30"]}})])

    assert text == '[[rule]]\nslug = "night"\nwhen.hours = ["22:00-06:30"]\n'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (48, "48"),
        ('say "hi"\\\n\t', '"say \\"hi\\"\\\\\\n\\t"'),
        ("\x00\x7f", '"\\u0000\\u007f"'),
        (["es", "gl"], '["es", "gl"]'),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_each_kind_of_value_has_one_spelling(value: TomlValue, written: str) -> None:
    assert write_value(value) == written
