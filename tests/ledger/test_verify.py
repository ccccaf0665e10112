"""The ledger finds out whoever changes the database past it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosbox.box import Box
from sosbox.cases.staff_actions import add_note, resolve
from sosbox.cases.tables import Case
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.dispatch.intake import send_answer
from sosbox.ledger.rules import entry_hash
from sosbox.ledger.verify import Verdict, verify_ledger
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN, Venue

Tamper = Callable[[sqlite3.Connection], object]


@pytest.fixture
async def kept(box: Box, venue: Venue) -> Box:
    """A box with two cases, an answer and a note: four entries, each in a commit of its own."""
    first = await file_case(box, "El grifo gotea", token=ROOM_TOKEN, has_worker=False)
    await file_case(
        box, "Falta una toalla", token=ROOM_TOKEN, submission_id="two", has_worker=False
    )
    await DB.write(
        send_answer,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=first.case_id,
        text="Vamos ahora",
        seen_version=1,
        language="es",
    )
    await DB.write(
        add_note,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=first.case_id,
        text="Fontanero avisado",
    )
    return box


@pytest.fixture
def connection(kept: Box) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who has the file, without the triggers that say no."""
    with closing(connect(kept.config.database_path)) as connection:
        connection.execute("DROP TRIGGER ledger_is_append_only_update")
        connection.execute("DROP TRIGGER ledger_is_append_only_delete")
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection


def _verify(connection: sqlite3.Connection, box: Box) -> Verdict:
    return verify_ledger(connection, box.keys.public_key)


def _message(verdict: Verdict) -> str:
    assert verdict.problem is not None
    return verdict.problem.message


async def test_the_outcome_of_a_case_is_told_of(kept: Box, venue: Venue) -> None:
    await DB.write(
        resolve,
        kept.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=1,
        outcome="Arreglado",
        seen_version=(await Case.select().where(Case.id == 1))[0]["version"],
        language="es",
    )

    with closing(connect(kept.config.database_path, is_read_only=True)) as connection:
        assert _verify(connection, kept).problem is None


async def test_an_untouched_ledger_is_whole(connection: sqlite3.Connection, kept: Box) -> None:
    verdict = _verify(connection, kept)

    assert verdict.is_whole
    assert (verdict.num_entries, verdict.num_signed) == (4, 4)
    ((head,),) = connection.execute("SELECT hash FROM ledger WHERE id = 4").fetchall()
    assert verdict.head == head.hex()


async def test_an_empty_ledger_is_whole(box: Box) -> None:
    with closing(connect(box.config.database_path)) as connection:
        assert _verify(connection, box).is_whole


def _sql(statement: str) -> Tamper:
    return lambda connection: connection.execute(statement)


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (
            _sql("UPDATE messages SET text = 'Todo bien' WHERE id = 1"),
            r"^the text of message 1 of case 1 \(entry 1\) has been changed$",
        ),
        (
            _sql("UPDATE messages SET salt = x'00' WHERE id = 3"),
            r"^the text of message 3 of case 1 \(entry 3\) has been changed$",
        ),
        (
            _sql("UPDATE notes SET text = 'Nada' WHERE id = 1"),
            r"^the text of note 1 of case 1 \(entry 4\) has been changed$",
        ),
        (_sql("DELETE FROM messages WHERE id = 2"), r"^message 2 of case 2, .* is gone$"),
        (
            _sql("UPDATE messages SET case_id = 1 WHERE id = 2"),
            r"^message 2 of case 2 \(entry 2\) has been moved$",
        ),
        (
            _sql("UPDATE messages SET created_at = '2026-11-20 12:00:00+00:00' WHERE id = 3"),
            r"^message 3 of case 1 \(entry 3\) has been moved$",
        ),
        (
            _sql("UPDATE cases SET filed_at = '2026-11-25 12:00:00+00:00' WHERE id = 2"),
            r"^case \S+ is not as entry 2 says that it was filed$",
        ),
        (
            _sql("UPDATE cases SET access_point_id = 2 WHERE id = 2"),
            r"^case \S+ is not as entry 2 says that it was filed$",
        ),
        (_sql("DELETE FROM cases WHERE id = 2"), r"^case \S+, which entry 2 tells of, is gone$"),
        (
            _sql("UPDATE ledger SET at = '2026-11-20T12:00:00.000000+00:00' WHERE id = 2"),
            r"^entry 2 \(filed\) has been changed$",
        ),
        (
            _sql("UPDATE ledger SET actor = 'account:9' WHERE id = 3"),
            r"^entry 3 \(answered\) has been changed$",
        ),
        (_sql("UPDATE ledger SET data = 7 WHERE id = 3"), r"^entry 3 \(answered\) has been cha"),
        (_sql("UPDATE ledger SET hash = 'x' WHERE id = 3"), r"^entry 3 \(answered\) has been ch"),
        (_sql("UPDATE ledger SET signature = 7 WHERE id = 3"), r"^entry 3 cannot be read$"),
        (_sql("DELETE FROM ledger WHERE id = 2"), r"^entry 2 is missing$"),
        (_sql("DELETE FROM ledger WHERE id = 1"), r"^entry 1 is missing$"),
        (_sql("DELETE FROM ledger WHERE id = 4"), r"^note 1 is not in the ledger$"),
        (_sql("DELETE FROM ledger WHERE id > 2"), r"^message 3 is not in the ledger$"),
        (_sql("DELETE FROM ledger"), r"^case \S+ is not in the ledger$"),
        (
            _sql("UPDATE ledger SET signature = NULL WHERE id = 4"),
            r"^the last entry \(4\) is not signed$",
        ),
        (
            _sql(
                "UPDATE ledger SET signature = (SELECT signature FROM ledger WHERE id = 1)"
                " WHERE id = 2"
            ),
            r"^entry 2 \(filed\) was not signed with the key of this box$",
        ),
    ],
)
async def test_tampering_is_found_and_named(
    connection: sqlite3.Connection, kept: Box, tamper: Tamper, message: str
) -> None:
    tamper(connection)

    verdict = _verify(connection, kept)
    assert verdict.problem is not None
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(verdict.problem.message)


def _rehash(connection: sqlite3.Connection, first_id: int) -> None:
    """Makes the chain right again from an entry on, as somebody without the key can."""
    rows = connection.execute(
        "SELECT id, at, event, case_id, actor, data FROM ledger WHERE id >= ? ORDER BY id",
        (first_id,),
    ).fetchall()
    (previous,) = connection.execute(
        "SELECT hash FROM ledger WHERE id = ?", (first_id - 1,)
    ).fetchone()
    for entry_id, *fields in rows:
        digest = entry_hash(previous, entry_id, *fields)
        connection.execute(
            "UPDATE ledger SET previous = ?, hash = ? WHERE id = ?", (previous, digest, entry_id)
        )
        previous = digest


async def test_a_chain_made_anew_without_the_key_is_found(
    connection: sqlite3.Connection, kept: Box
) -> None:
    connection.execute("UPDATE ledger SET actor = 'account:9' WHERE id = 3")
    _rehash(connection, 3)

    assert _message(_verify(connection, kept)) == (
        "entry 3 (answered) was not signed with the key of this box"
    )


async def test_leaving_the_signatures_out_does_not_help(
    connection: sqlite3.Connection, kept: Box
) -> None:
    connection.execute("UPDATE ledger SET actor = 'account:9', signature = NULL WHERE id = 3")
    connection.execute("UPDATE ledger SET signature = NULL WHERE id = 4")
    _rehash(connection, 3)

    assert _message(_verify(connection, kept)) == "the last entry (4) is not signed"


async def test_signing_with_another_key_does_not_help(
    connection: sqlite3.Connection, kept: Box
) -> None:
    connection.execute("UPDATE ledger SET actor = 'account:9', signature = NULL WHERE id = 3")
    _rehash(connection, 3)
    (digest,) = connection.execute("SELECT hash FROM ledger WHERE id = 4").fetchone()
    forged = Ed25519PrivateKey.generate().sign(digest)
    connection.execute("UPDATE ledger SET signature = ? WHERE id = 4", (forged,))

    assert _message(_verify(connection, kept)) == (
        "entry 4 (noted) was not signed with the key of this box"
    )


async def test_a_message_that_came_past_the_ledger_is_found(
    connection: sqlite3.Connection, kept: Box
) -> None:
    connection.execute(
        "INSERT INTO messages (case_id, direction, text, language, search_text, salt, created_at)"
        " VALUES (1, 'to_guest', 'Lo sentimos', 'es', '', x'00', '2026-11-21 12:00:00+00:00')"
    )

    assert _message(_verify(connection, kept)) == "message 4 is not in the ledger"


async def test_a_quick_look_sees_the_newest_entries_alone(
    connection: sqlite3.Connection, kept: Box
) -> None:
    connection.execute("UPDATE ledger SET actor = 'account:9' WHERE id = 1")

    assert verify_ledger(connection, kept.keys.public_key, num_newest=2).is_whole
    assert not verify_ledger(connection, kept.keys.public_key, num_newest=4).is_whole
