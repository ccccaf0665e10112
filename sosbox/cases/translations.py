"""Texts in one more language: asked for, found by the worker, stored beside the original.

Whoever needs one writes a row that waits; the worker translates and fills it in. What nothing here
can translate is marked at once, so that nobody waits for it. Writes run inside `DB.write`.
"""

import json
import secrets
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sosbox.cases.rules import HAS_TRANSLATION, Part, TranslationState
from sosbox.db import Transaction
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SALT_BYTES, SYSTEM, Event, text_digest
from sosbox.lib.text import excerpt, fold
from sosbox.places.translation_settings import TRANSLATION_TOPIC

# A text longer than this waits until the others are done, characters.
LONG_TEXT = 600
# How often the worker may end in the middle of a text before it is left alone.
MAX_INTERRUPTIONS = 3
# How many texts, and how many characters, are translated in one go: more would let what is urgent
# wait for what is not, fewer would let the engine idle.
BATCH_TEXTS = 32
BATCH_CHARACTERS = 6_000

URGENT, NORMAL, LONG, LATER = range(4)


def want_translation(
    tx: Transaction,
    *,
    now: datetime,
    message_id: int,
    language: str,
) -> bool:
    """Asks for a message in a language, with what would put it right when it is the first.

    Asking twice is asking once; what is of a case in which somebody could be hurt comes first.
    Returns whether a translation of its text is waited for: not so
    when it is in this language, when it is translated already, and when nothing here can do that.
    """
    text, source, remedy, is_safety, is_first = tx.sql(_MESSAGE, message_id)[0]
    if source == language:
        return False
    is_possible = f"{source}-{language}" in available_pairs(tx)
    state = TranslationState.WAITING if is_possible else TranslationState.UNAVAILABLE
    parts = [(Part.TEXT, text)] + ([(Part.REMEDY, remedy)] if remedy and is_first else [])
    for part, written in parts:
        priority = URGENT if is_safety else LONG if len(written) > LONG_TEXT else NORMAL
        tx.sql(
            "INSERT INTO translations (message_id, part, language, state, priority, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            message_id,
            str(part),
            language,
            str(state),
            priority,
            now,
        )
    if is_possible:
        tx.announce(TRANSLATION_TOPIC)
    return bool(
        tx.sql(
            "SELECT 1 FROM translations WHERE message_id = ? AND part = 'text' AND language = ?"
            " AND state = 'waiting'",
            message_id,
            language,
        )
    )


_MESSAGE = """
    SELECT m.text, m.language, c.remedy, c.is_safety,
           NOT EXISTS (SELECT 1 FROM messages e WHERE e.case_id = m.case_id AND e.id < m.id)
    FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.id = ?
"""


def available_pairs(tx: Transaction) -> frozenset[str]:
    """What the worker can translate now, "es-en"."""
    known: frozenset[str] | None = tx.memo.get("translation pairs")
    if known is None:
        known = frozenset(json.loads(tx.sql("SELECT translation_pairs FROM box")[0][0]))
        tx.memo["translation pairs"] = known
    return known


def note_pairs(tx: Transaction, pairs: Collection[str]) -> None:
    """The worker says what it can translate from now on; what waited for that is taken up, where
    the case is still open."""
    if available_pairs(tx) != frozenset(pairs):
        tx.sql("UPDATE box SET translation_pairs = ?", json.dumps(sorted(pairs)))
        tx.memo.clear()
    rows = tx.sql(_UNAVAILABLE)
    for translation_id, source, target in rows:
        if f"{source}-{target}" in pairs:
            tx.sql(
                "UPDATE translations SET state = 'waiting', priority = ? WHERE id = ?",
                LATER,
                translation_id,
            )
            tx.announce(TRANSLATION_TOPIC)


_UNAVAILABLE = """
    SELECT t.id, m.language, t.language FROM translations t
    JOIN messages m ON m.id = t.message_id JOIN cases c ON c.id = m.case_id
    WHERE t.state = 'unavailable' AND c.state <> 'resolved'
"""


class Waiting(NamedTuple):
    """A text that waits. `names`: of people and houses, which are not to be translated."""

    id: int
    message_id: int
    text: str
    source: str
    target: str
    house_id: int
    names: frozenset[str]


def load_waiting(connection: sqlite3.Connection) -> list[Waiting]:
    """What is to be translated next, in one go; empty when nothing waits."""
    names: dict[int, frozenset[str]] = {}
    batch: list[Waiting] = []
    num_characters = 0
    for *facts, subscriber_id, contact in connection.execute(_WAITING, (BATCH_TEXTS,)):
        num_characters += len(facts[2])
        if batch and num_characters > BATCH_CHARACTERS:
            break
        if subscriber_id not in names:
            names[subscriber_id] = _names(connection, subscriber_id)
        own = frozenset({contact}) if contact else frozenset()
        batch.append(Waiting._make([*facts, names[subscriber_id] | own]))
    return batch


_WAITING = """
    SELECT t.id, t.message_id, CASE t.part WHEN 'remedy' THEN c.remedy ELSE m.text END,
           m.language, t.language, c.establishment_id, c.subscriber_id, c.contact_name
    FROM translations t JOIN messages m ON m.id = t.message_id JOIN cases c ON c.id = m.case_id
    WHERE t.state = 'waiting' ORDER BY t.priority, t.id LIMIT ?
"""


def _names(connection: sqlite3.Connection, subscriber_id: int) -> frozenset[str]:
    rows = connection.execute(
        "SELECT name FROM subscribers WHERE id = ?1 UNION"
        " SELECT name FROM establishments WHERE subscriber_id = ?1 UNION"
        " SELECT name FROM accounts WHERE subscriber_id = ?1 AND disabled_at IS NULL",
        (subscriber_id,),
    )
    return frozenset(name for (name,) in rows)


@dataclass(frozen=True)
class Finding:
    """What became of a text that waited. `engine`: who has translated; `flags`: what the guards
    have found."""

    waiting: Waiting
    state: TranslationState
    text: str = ""
    engine: str = ""
    flags: tuple[str, ...] = ()


def record_translations(
    tx: Transaction, keys: Keys, *, now: datetime, findings: Sequence[Finding]
) -> None:
    """Stores what became of texts that waited.

    One whose language was put right meanwhile waits on, for its row is another.
    """
    for finding in findings:
        salt = secrets.token_bytes(SALT_BYTES)
        rows = tx.sql(
            "UPDATE translations SET state = ?, text = ?, engine = ?, flags = ?, salt = ?,"
            " finished_at = ? WHERE id = ? AND state = 'waiting'"
            " RETURNING message_id, part, language",
            str(finding.state),
            finding.text,
            finding.engine,
            json.dumps(finding.flags),
            salt,
            now,
            finding.waiting.id,
        )
        if rows and finding.state in HAS_TRANSLATION:
            message_id, part, language = rows[0]
            _make_known(tx, message_id, Part(part), language, finding.text)
            _tell_ledger(tx, keys, now, finding, salt, message_id, Part(part), language)


def _make_known(tx: Transaction, message_id: int, part: Part, language: str, text: str) -> None:
    """Lets it be found by its words, and shown in lists where it is the first line of a case."""
    tx.sql(
        "UPDATE messages SET search_text = search_text || char(10) || ? WHERE id = ?",
        fold(text),
        message_id,
    )
    if part is Part.TEXT:
        tx.sql(
            "UPDATE cases SET translated_excerpt = ? FROM messages m, establishments h"
            " WHERE m.id = ? AND cases.id = m.case_id AND h.id = cases.establishment_id"
            " AND h.language = ? AND m.direction = 'from_guest'"
            " AND m.id = (SELECT min(id) FROM messages e WHERE e.case_id = m.case_id)",
            excerpt(text),
            message_id,
            language,
        )


def _tell_ledger(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    finding: Finding,
    salt: bytes,
    message_id: int,
    part: Part,
    language: str,
) -> None:
    case_id = tx.sql("SELECT case_id FROM messages WHERE id = ?", message_id)[0][0]
    append(
        tx,
        keys,
        at=now,
        event=Event.TRANSLATED,
        case_id=case_id,
        actor=SYSTEM,
        translation=finding.waiting.id,
        message=message_id,
        part=str(part),
        language=language,
        engine=finding.engine,
        text=text_digest(salt, finding.text),
    )


def count_interruptions(tx: Transaction) -> int:
    """A worker has started: what still waits may be what ended the one before it.

    What was there three times is left alone; returns how many of those there are.
    """
    tx.sql("UPDATE translations SET num_attempts = num_attempts + 1 WHERE state = 'waiting'")
    rows = tx.sql(
        "UPDATE translations SET state = 'failed', flags = '[\"interrupted\"]'"
        " WHERE state = 'waiting' AND num_attempts > ? RETURNING id",
        MAX_INTERRUPTIONS,
    )
    return len(rows)


class ShownTranslation(NamedTuple):
    """A translation as a page shows it beside the original. `engine`: who has done it."""

    message_id: int
    part: Part
    language: str
    state: TranslationState
    text: str
    engine: str
    flags: tuple[str, ...]


def translations_of_case(connection: sqlite3.Connection, case_id: int) -> list[ShownTranslation]:
    """All translations of what stands in a case, those that wait included; who asks was checked."""
    return [
        ShownTranslation(
            message_id,
            Part(part),
            language,
            TranslationState(state),
            text,
            engine,
            tuple(json.loads(flags)),
        )
        for message_id, part, language, state, text, engine, flags in connection.execute(
            _OF_CASE, (case_id,)
        )
    ]


_OF_CASE = """
    SELECT t.message_id, t.part, t.language, t.state, t.text, t.engine, t.flags
    FROM messages m JOIN translations t ON t.message_id = m.id WHERE m.case_id = ? ORDER BY t.id
"""
