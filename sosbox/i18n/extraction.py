"""Finds the messages in code and templates.

Python is read as a syntax tree: Babel's own extractor reads tokens, and before Python 3.12 these do
not show what is called inside an f-string. Templates are, too: Jinja's extractor passes over
methods such as `_.plural(…)`.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from jinja2 import Environment, nodes

# What is called with a message first. `self(…)` is the Localizer calling itself, `__init__` the
# error that always says the same.
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "self": None,
    "plural": (1, 2),
    **dict.fromkeys(
        (
            "__init__",
            "SosboxError",
            "NotFoundError",
            "ForbiddenError",
            "ConflictError",
            "TooManyError",
            "UnavailableError",
            "ConfigError",
            "SchemaError",
            "RefusedError",
            "RetryError",
        )
    ),
}

# A line number, what was called, its positional arguments (None for what is no text), comments.
_Call = tuple[int, str, list[str | None], list[str]]


def extract(folder: Path) -> Catalog:
    """All messages of the code and the templates in a folder, with the files they are in."""
    catalogue = Catalog(charset="utf-8")
    methods: list[tuple[str, Any]] = [
        ("**.py", _calls_in_code),
        ("**/templates/**.html", _calls_in_template),
        ("**/templates/**.txt", _calls_in_template),
    ]
    for filename, _line, message, _comments, _context in extract_from_dir(
        folder, methods, keywords=_KEYWORDS
    ):
        catalogue.add(message, None, [(f"{folder.name}/{filename}", 1)])
    return catalogue


def _calls_in_code(
    file: IO[bytes], keywords: Collection[str], _tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[_Call]:
    del options
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in keywords:
            texts = [
                _text(argument.value) if isinstance(argument, ast.Constant) else None
                for argument in node.args
            ]
            yield node.lineno, name, texts, []


def _calls_in_template(
    file: IO[bytes], keywords: Collection[str], _tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[_Call]:
    del options
    for node in Environment(autoescape=True).parse(file.read().decode()).find_all(nodes.Call):
        called = node.node
        name = called.attr if isinstance(called, nodes.Getattr) else getattr(called, "name", "")
        if name in keywords:
            texts = [
                _text(argument.value) if isinstance(argument, nodes.Const) else None
                for argument in node.args
            ]
            yield node.lineno, name, texts, []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
