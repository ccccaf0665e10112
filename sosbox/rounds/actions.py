"""Walking: beginning a round, noting what is found, and finishing it. Runs inside `DB.write`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sosbox.db import Transaction
from sosbox.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
)
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.queries import digest_of_round
from sosbox.ledger.rules import Event, account_actor, round_statement
from sosbox.pieces.rules import PieceState
from sosbox.rounds.queries import (
    RoundView,
    Stop,
    count_findings,
    load_houses,
    load_round,
    load_stops,
)
from sosbox.rounds.rules import CONDITIONS, Found, check_note
from sosbox.rounds.tables import Round, RoundFinding
from sosbox.staff.rules import Viewer


@dataclass(frozen=True)
class FindingDraft:
    """What somebody says of a piece. found_id: the access point whose code hangs there, for what
    belongs elsewhere; piece_id: None where its code does not say which piece it is; photo: a JPEG
    that the press has made, None to keep the one that is there."""

    finding: Found
    piece_id: int | None
    found_id: int | None = None
    note: str = ""
    photo: bytes | None = None


def start_round(
    tx: Transaction, *, now: datetime, viewer: Viewer, house_id: int, area_ids: Iterable[int]
) -> int:
    """Begins to walk through some areas of a house; returns the id of the round.

    Raises ForbiddenError, NotFoundError, ConflictError when the viewer is walking there already,
    and InvalidFieldsError when nothing hangs in these areas.
    """
    viewer.require_write()
    house = next((each for each in load_houses(tx.connection, viewer) if each.id == house_id), None)
    if house is None:
        raise NotFoundError("There is no such establishment.")
    if house.open_round is not None:
        raise ConflictError("You are walking through this house already. Go on, or finish it.")
    wanted = set(area_ids)
    areas = [area for area in house.areas if area.id in wanted]
    if len(areas) < len(wanted):
        raise NotFoundError("There is no such area.")
    if not any(area.num_pieces for area in areas):
        problem = SosboxError("Please choose an area in which something hangs.")
        raise InvalidFieldsError({"area": problem})
    return tx.insert(
        Round,
        establishment_id=house_id,
        account_id=viewer.account_id,
        areas=json.dumps([area.id for area in areas]),
        started_at=now,
    )


def record_finding(
    tx: Transaction,
    *,
    now: datetime,
    viewer: Viewer,
    round_id: int,
    point_id: int,
    draft: FindingDraft,
) -> None:
    """Notes how something was found at a stop, in place of what was noted of it before.

    Raises ForbiddenError, NotFoundError, ConflictError, InvalidFieldsError.
    """
    stop = _stop(tx, viewer, _walked(tx, viewer, round_id), point_id)
    note = check_note(draft.note)
    _require_fitting(tx, viewer, stop, draft)
    before = stop.finding_of(draft.piece_id) if draft.piece_id is not None else None
    photo = draft.photo
    if photo is None and before is not None and before.finding is draft.finding:
        ((photo,),) = tx.sql("SELECT photo FROM round_findings WHERE id = ?", before.id)
    # Stored anew, not changed: the newest finding has the highest id.
    tx.sql(
        "DELETE FROM round_findings WHERE round_id = ? AND access_point_id = ?"
        " AND piece_id IS ? AND (piece_id IS NOT NULL OR found_id IS ?)",
        round_id,
        point_id,
        draft.piece_id,
        draft.found_id,
    )
    tx.insert(
        RoundFinding,
        round_id=round_id,
        access_point_id=point_id,
        piece_id=draft.piece_id,
        found_id=draft.found_id,
        finding=str(draft.finding),
        note=note,
        photo=photo,
        found_at=now,
    )
    _note_on_piece(tx, now, draft)


def finish_round(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, round_id: int
) -> None:
    """Ends a round: what was found is digested and signed, and never changes any more.

    Raises ForbiddenError, NotFoundError, ConflictError.
    """
    walked = _walked(tx, viewer, round_id)
    counts = count_findings(tx.connection, [round_id]).get(round_id)
    if not counts:
        raise ConflictError("Nothing was looked at yet. Walk on, or give the round up.")
    stops = load_stops(tx.connection, viewer, walked)
    num_pieces = sum(len(stop.pieces) for stop in stops)
    num_open = sum(len(stop.open_pieces) for stop in stops)
    tx.sql(
        "UPDATE rounds SET finished_at = ?, num_pieces = ? WHERE id = ?", now, num_pieces, round_id
    )
    digest = digest_of_round(tx.connection, round_id)
    assert digest is not None
    tx.sql(
        "UPDATE rounds SET digest = ?, signature = ? WHERE id = ?",
        digest,
        keys.sign(round_statement(digest)),
        round_id,
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.ROUND_FINISHED,
        case_id=None,
        actor=account_actor(viewer.account_id),
        round=round_id,
        digest=digest,
        found={str(finding): counts[finding] for finding in Found if counts[finding]},
        pieces=num_pieces,
        not_seen=num_open,
    )


def give_round_up(tx: Transaction, *, viewer: Viewer, round_id: int) -> None:
    """Takes back a round on which nothing was noted. Raises ForbiddenError, NotFoundError,
    ConflictError."""
    _walked(tx, viewer, round_id)
    if count_findings(tx.connection, [round_id]):
        raise ConflictError("Something was noted on this round. Please finish it.")
    tx.sql("DELETE FROM rounds WHERE id = ?", round_id)


def require_walking(walked: RoundView, viewer: Viewer) -> None:
    """Whether the viewer may add to a round. Raises ForbiddenError, and ConflictError for one that
    is finished."""
    viewer.require_write()
    if not walked.is_open:
        raise ConflictError("This round is finished and signed. Nothing of it can be changed.")
    if walked.account_id != viewer.account_id:
        raise ForbiddenError("{name} walks this round.", name=walked.who)


def _walked(tx: Transaction, viewer: Viewer, round_id: int) -> RoundView:
    """A round that the viewer is walking."""
    viewer.require_write()
    walked = load_round(tx.connection, viewer, round_id)
    require_walking(walked, viewer)
    return walked


def _stop(tx: Transaction, viewer: Viewer, walked: RoundView, point_id: int) -> Stop:
    stops = load_stops(tx.connection, viewer, walked)
    found = next((stop for stop in stops if stop.point.id == point_id), None)
    if found is None:
        raise NotFoundError("There is no such stop on this round.")
    return found


def _require_fitting(tx: Transaction, viewer: Viewer, stop: Stop, draft: FindingDraft) -> None:
    """Whether the piece is what the finding can be said of."""
    if draft.finding in CONDITIONS:
        if draft.piece_id not in {piece.id for piece in stop.pieces}:
            raise ConflictError("This piece does not hang here any more. Please look again.")
        return
    if draft.finding is Found.ELSEWHERE:
        if draft.found_id is None or draft.found_id == stop.point.id:
            raise NotFoundError("There is no such access point.")
        point_id = draft.found_id
    else:
        point_id = stop.point.id
    rows = tx.sql(_PIECE_OF_POINT, draft.piece_id, point_id, viewer.subscriber_id)
    if not rows or (draft.piece_id is None) != (rows[0][0] is None):
        raise NotFoundError("There is no such piece.")
    if draft.finding is Found.OLD and rows[0][1] in {None, str(PieceState.CURRENT)}:
        raise ConflictError("This piece is the newest of its kind. Please look again.")


def _note_on_piece(tx: Transaction, now: datetime, draft: FindingDraft) -> None:
    """What hangs where it should not is known to hang, whatever was said of it before."""
    is_condition = draft.finding in CONDITIONS
    tx.sql(
        "UPDATE pieces SET condition = ?, seen_at = ? WHERE id = ?",
        str(draft.finding) if is_condition else "",
        now,
        draft.piece_id,
    )
    if not is_condition:
        tx.sql(
            "UPDATE pieces SET state = ? WHERE id = ? AND state = ?",
            str(PieceState.REPLACED),
            draft.piece_id,
            str(PieceState.REMOVED),
        )


# One row for an access point of the company: the piece is empty where it is not one of it.
_PIECE_OF_POINT = """
    SELECT p.id, p.state FROM access_points t
    JOIN establishments e ON e.id = t.establishment_id
    LEFT JOIN pieces p ON p.access_point_id = t.id AND p.id = ? AND p.state <> 'planned'
    WHERE t.id = ? AND e.subscriber_id = ?
"""
