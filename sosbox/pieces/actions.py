"""What happens to printed pieces. Runs inside `DB.write`."""

import json
from collections.abc import Iterable
from datetime import datetime

from sosbox.db import Transaction
from sosbox.errors import ConflictError, NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import Event, account_actor
from sosbox.pieces.queries import hanging_of_runs
from sosbox.pieces.runs import load_run_for
from sosbox.staff.rules import Viewer


def remove_pieces(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, piece_ids: Iterable[int]
) -> None:
    """Notes that pieces have been taken down; those that had been already stay as they are.

    Raises ForbiddenError, and NotFoundError when one of them is not for the viewer.
    """
    viewer.require_write()
    wanted = sorted(set(piece_ids))
    rows = tx.sql(_PIECES, json.dumps(wanted))
    is_ours = all(
        viewer.may_see(subscriber_id, area_id, is_sensitive=False)
        for _id, _state, subscriber_id, area_id in rows
    )
    if len(rows) < len(wanted) or not is_ours:
        raise NotFoundError("There is no such piece.")
    taken_down = [piece_id for piece_id, state, *_ in rows if state != "removed"]
    if not taken_down:
        return
    tx.sql(
        "UPDATE pieces SET state = 'removed' WHERE id IN (SELECT value FROM json_each(?))",
        json.dumps(taken_down),
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.PIECES_REMOVED,
        case_id=None,
        actor=account_actor(viewer.account_id),
        pieces=taken_down,
    )


def discard_run(tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, run_id: int) -> None:
    """What was printed has not been used: none of it hangs anywhere, and what hung before does.

    Raises ForbiddenError, NotFoundError.
    """
    viewer.require_configure()
    run = load_run_for(tx.connection, viewer, run_id)
    if run.is_open:
        raise ConflictError("It is still being printed. Please wait until it is done.")
    piece_ids = hanging_of_runs(tx.connection, [run.id]).get(run.id)
    if not piece_ids:
        return
    remove_pieces(tx, keys, now=now, viewer=viewer, piece_ids=piece_ids)
    tx.sql(_RETURN_OLDER, run.id)


_RETURN_OLDER = """
    UPDATE pieces SET state = 'current' WHERE state = 'replaced' AND EXISTS (
        SELECT 1 FROM pieces n WHERE n.run_id = ? AND n.access_point_id = pieces.access_point_id
        AND n.template = pieces.template)
    AND NOT EXISTS (
        SELECT 1 FROM pieces n WHERE n.access_point_id = pieces.access_point_id
        AND n.template = pieces.template AND n.version > pieces.version
        AND n.state NOT IN ('planned', 'removed'))
"""
# Of an agent's areas is a piece whose access point is there now, wherever it was printed for.
_PIECES = """
    SELECT p.id, p.state, e.subscriber_id, t.area_id
    FROM pieces p JOIN access_points t ON t.id = p.access_point_id
    JOIN establishments e ON e.id = t.establishment_id
    WHERE p.id IN (SELECT value FROM json_each(?)) AND p.state <> 'planned' ORDER BY p.id
"""
