"""What the owner settles for translations: fixed words of a house, and engines of the box."""

import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from sosbox.db import Transaction
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError, SosboxError, too_long
from sosbox.i18n import LANGUAGES
from sosbox.lib.text import clean
from sosbox.places.actions import note_settings_change
from sosbox.staff.rules import Viewer
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import ENGINES, EngineTable
from sosbox.translation.glossary import Glossary, Term

# Announced when something waits to be translated, or is to be translated by another engine.
TRANSLATION_TOPIC = "translations"
MAX_TERM = 60
# Each is looked for in every sentence.
MAX_TERMS = 200


class StoredTerm(NamedTuple):
    """A fixed word. `translations`: its forms in the languages that have another."""

    id: int
    term: str
    translations: Mapping[str, str]


def load_terms(connection: sqlite3.Connection, house_id: int) -> list[StoredTerm]:
    """The fixed words of an establishment, by the alphabet."""
    rows = connection.execute(
        "SELECT id, term, translations FROM glossary_terms WHERE establishment_id = ?"
        " ORDER BY term",
        (house_id,),
    )
    return [StoredTerm(row[0], row[1], json.loads(row[2])) for row in rows]


def load_glossary(connection: sqlite3.Connection, house_id: int) -> Glossary:
    return Glossary(
        tuple(Term(stored.term, stored.translations) for stored in load_terms(connection, house_id))
    )


def load_languages(connection: sqlite3.Connection, house_id: int) -> list[str]:
    """The languages that meet in a house, its own first: those of its guests, its recipients."""
    row = connection.execute(
        "SELECT language, guest_languages, subscriber_id FROM establishments WHERE id = ?",
        (house_id,),
    ).fetchone()
    rows = connection.execute(
        "SELECT DISTINCT language FROM recipients WHERE subscriber_id = ? AND retired_at IS NULL"
        " ORDER BY language",
        (row[2],),
    )
    met = [row[0], *json.loads(row[1]), *(language for (language,) in rows)]
    return [language for language in dict.fromkeys(met) if language in LANGUAGES]


def load_engine_table(connection: sqlite3.Connection) -> EngineTable:
    """Which engine translates what, where the owner has chosen one."""
    rows = connection.execute("SELECT source, target, engine FROM translation_engines")
    return EngineTable({Pair(source, target): engine for source, target, engine in rows})


def load_pairs(connection: sqlite3.Connection) -> frozenset[str]:
    """What the worker can translate now, "es-en"."""
    (stored,) = connection.execute("SELECT translation_pairs FROM box").fetchone()
    return frozenset(json.loads(stored))


def keep_term(
    tx: Transaction,
    *,
    viewer: Viewer,
    house_id: int,
    term_id: int | None,
    term: str,
    translations: Mapping[str, str],
) -> int:
    """Adds a fixed word, or changes one; returns its id.

    Raises NotFoundError, ForbiddenError, ConflictError when there are too many, and
    InvalidFieldsError, whose fields are "term" and the codes of languages.
    """
    _require_house(tx, viewer, house_id)
    forms = _checked_forms(term, translations)
    word = forms.pop("term")
    stored = json.dumps(forms, ensure_ascii=False, sort_keys=True)
    _require_free(tx, house_id, term_id, word)
    if term_id is None:
        (num,) = tx.sql("SELECT count(*) FROM glossary_terms WHERE establishment_id = ?", house_id)[
            0
        ]
        if num >= MAX_TERMS:
            raise ConflictError("There are {limit} words already; delete one first.", limit=num)
        rows = tx.sql(
            "INSERT INTO glossary_terms (establishment_id, term, translations) VALUES (?, ?, ?)"
            " RETURNING id",
            house_id,
            word,
            stored,
        )
    else:
        rows = tx.sql(
            "UPDATE glossary_terms SET term = ?, translations = ? WHERE id = ?"
            " AND establishment_id = ? RETURNING id",
            word,
            stored,
            term_id,
            house_id,
        )
    if not rows:
        raise NotFoundError("There is no such word.")
    note_settings_change(tx)
    return int(rows[0][0])


def delete_term(tx: Transaction, *, viewer: Viewer, house_id: int, term_id: int) -> None:
    """Raises NotFoundError, ForbiddenError."""
    _require_house(tx, viewer, house_id)
    rows = tx.sql(
        "DELETE FROM glossary_terms WHERE id = ? AND establishment_id = ? RETURNING id",
        term_id,
        house_id,
    )
    if not rows:
        raise NotFoundError("There is no such word.")
    note_settings_change(tx)


def choose_engine(tx: Transaction, *, viewer: Viewer, pair: str, engine: str) -> None:
    """Has a pair translated by an engine from now on; empty: as usual.

    It holds for the whole box. Raises ForbiddenError, InvalidFieldsError.
    """
    viewer.require_configure()
    try:
        chosen = Pair.parse(pair)
    except ValueError:
        chosen = None
    if chosen is None or {chosen.source, chosen.target} - set(LANGUAGES):
        raise InvalidFieldsError({"pair": SosboxError("Please choose two of the languages.")})
    if engine and engine not in ENGINES:
        raise InvalidFieldsError({"engine": SosboxError("Please choose one of the engines.")})
    tx.sql(
        "DELETE FROM translation_engines WHERE source = ? AND target = ?",
        chosen.source,
        chosen.target,
    )
    if engine:
        tx.sql(
            "INSERT INTO translation_engines (source, target, engine) VALUES (?, ?, ?)",
            chosen.source,
            chosen.target,
            engine,
        )
    note_settings_change(tx)
    tx.announce(TRANSLATION_TOPIC)


def _require_house(tx: Transaction, viewer: Viewer, house_id: int) -> None:
    rows = tx.sql("SELECT subscriber_id FROM establishments WHERE id = ?", house_id)
    if not rows or rows[0][0] != viewer.subscriber_id:
        raise NotFoundError("There is no such establishment.")
    viewer.require_configure()


def _checked_forms(term: str, translations: Mapping[str, str]) -> dict[str, str]:
    """The word under "term" and its forms under their languages, those that say nothing new left
    out. Raises InvalidFieldsError."""
    problems: dict[str, SosboxError] = {}
    forms: dict[str, str] = {}
    for name, typed in {"term": term, **translations}.items():
        word = " ".join(clean(typed).split())
        if len(word) > MAX_TERM:
            problems[name] = too_long(word, MAX_TERM)
        elif word and not any(char.isalpha() for char in word):
            problems[name] = SosboxError("Please write a word with letters.")
        elif name == "term" and not word:
            problems[name] = SosboxError("Please write a word.")
        elif name != "term" and name not in LANGUAGES:
            problems[name] = SosboxError("Please choose one of the languages.")
        elif word and (name == "term" or word != forms.get("term")):
            forms[name] = word
    if problems:
        raise InvalidFieldsError(problems)
    return forms


def _require_free(tx: Transaction, house_id: int, term_id: int | None, word: str) -> None:
    rows = tx.sql(
        "SELECT id FROM glossary_terms WHERE establishment_id = ? AND term = ?", house_id, word
    )
    if rows and rows[0][0] != term_id:
        raise InvalidFieldsError({"term": SosboxError("This word is there already.")})
