"""What somebody in the console wants to see translated before they send it.

The web process asks with a row, the worker answers in it; both forget it within minutes.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sosbox.cases.rules import TranslationState
from sosbox.cases.tables import TranslationRequest
from sosbox.db import DB, Transaction
from sosbox.errors import NotFoundError
from sosbox.places.translation_settings import TRANSLATION_TOPIC
from sosbox.staff.rules import Viewer

# Drafts are nobody's business once they were looked at.
KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Preview:
    """A draft as the guest would read it, and what comes out on the way back.

    back_state is as `state`, for the way back. `engine`: who has translated.
    """

    state: TranslationState
    text: str = ""
    engine: str = ""
    flags: tuple[str, ...] = ()
    back_state: TranslationState = TranslationState.UNAVAILABLE
    back_text: str = ""
    back_engine: str = ""


class WaitingRequest(NamedTuple):
    id: int
    text: str
    source: str
    target: str
    house_id: int


def ask_for_preview(
    tx: Transaction,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    text: str,
    source: str,
    target: str,
) -> int:
    """Asks for a translation and the way back; returns the id of the request, which takes the place
    of any other of the viewer's. Whoever calls has checked that the viewer may see the case and
    that the text is within its limits."""
    viewer.require_write()
    tx.sql(
        "DELETE FROM translation_requests WHERE created_at < ? OR account_id = ?",
        now - KEPT_FOR,
        viewer.account_id,
    )
    request_id = tx.insert(
        TranslationRequest,
        case_id=case_id,
        account_id=viewer.account_id,
        text=text,
        source=source,
        target=target,
        state="waiting",
        result="{}",
        created_at=now,
    )
    tx.announce(TRANSLATION_TOPIC)
    return request_id


async def load_preview(viewer: Viewer, request_id: int) -> Preview | None:
    """The answer to a request of the viewer; None as long as there is none.

    Raises NotFoundError for one that is there no more: the viewer has asked for another since.
    """

    def fetch(connection: sqlite3.Connection) -> Preview | None:
        row = connection.execute(
            "SELECT state, result FROM translation_requests WHERE id = ? AND account_id = ?",
            (request_id, viewer.account_id),
        ).fetchone()
        if row is None:
            raise NotFoundError("There is no such draft.")
        return _preview(row[1]) if row[0] == "done" else None

    return await DB.read(fetch)


def load_requests(connection: sqlite3.Connection, limit: int) -> list[WaitingRequest]:
    rows = connection.execute(
        "SELECT r.id, r.text, r.source, r.target, c.establishment_id"
        " FROM translation_requests r JOIN cases c ON c.id = r.case_id"
        " WHERE r.state = 'waiting' ORDER BY r.id LIMIT ?",
        (limit,),
    )
    return [WaitingRequest(*row) for row in rows]


def answer_request(tx: Transaction, request_id: int, preview: Preview) -> None:
    tx.sql(
        "UPDATE translation_requests SET state = 'done', result = ? WHERE id = ?",
        json.dumps(asdict(preview)),
        request_id,
    )


def forget_requests(tx: Transaction, *, now: datetime) -> None:
    tx.sql("DELETE FROM translation_requests WHERE created_at < ?", now - KEPT_FOR)


def _preview(stored: str) -> Preview:
    values = json.loads(stored)
    return Preview(
        state=TranslationState(values["state"]),
        text=values["text"],
        engine=values["engine"],
        flags=tuple(values["flags"]),
        back_state=TranslationState(values["back_state"]),
        back_text=values["back_text"],
        back_engine=values["back_engine"],
    )
