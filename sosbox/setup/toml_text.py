"""Writes TOML (https://toml.io/en/v1.0.0): arrays of tables that hold texts, numbers, lists of
texts and further tables.

The standard library reads TOML and does not write it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

TomlValue: TypeAlias = "str | int | bool | list[str] | Mapping[str, TomlValue]"

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def write_tables(entries: Iterable[tuple[str, Mapping[str, TomlValue]]]) -> str:
    """One `[[name]]` block for each entry, in the order given; keys must be bare words."""
    blocks = []
    for name, values in entries:
        blocks.append("\n".join([f"[[{name}]]", *_lines(values)]) + "\n")
    return "\n".join(blocks)


def _lines(values: Mapping[str, TomlValue], prefix: str = "") -> Iterator[str]:
    """A line for each value; those of a table within it as `table.key`."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _lines(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key} = {write_value(value)}"


def write_value(value: TomlValue) -> str:
    """A value as it stands behind the equals sign; of tables only one that is empty."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    return "[" + ", ".join(_quoted(item) for item in value) + "]"


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if ord(char) < 0x20 or ord(char) == 0x7F:
        return f"\\u{ord(char):04x}"
    return char
