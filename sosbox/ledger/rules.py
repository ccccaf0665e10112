"""How entries are hashed and texts are digested. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

GENESIS = bytes(32)
SALT_BYTES = 16
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Event(StrEnum):
    """Everything that can happen to a case, and to what is printed."""

    FILED = "filed"
    GUEST_WROTE = "guest_wrote"
    REMINDED = "reminded"
    NOTIFIED = "notified"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_RETRIED = "delivery_retried"
    READ = "read"
    ANSWERED = "answered"
    NOTED = "noted"
    ASSIGNED = "assigned"
    STATE_CHANGED = "state_changed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ROUTED = "routed"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    UNWANTED = "unwanted"
    MARKED = "marked"
    DELIVERY_REPORTED = "delivery_reported"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    ESCALATION_SKIPPED = "escalation_skipped"
    DEADLINE_NEAR = "deadline_near"
    DEADLINE_MISSED = "deadline_missed"
    SENSITIVITY_CHANGED = "sensitivity_changed"
    REPLIED = "replied"
    REPLY_DROPPED = "reply_dropped"
    TRANSLATED = "translated"
    LANGUAGE_CHANGED = "language_changed"
    PRINTED = "printed"
    PIECES_REMOVED = "pieces_removed"
    ROUND_FINISHED = "round_finished"


GUEST = "guest"
SYSTEM = "system"


def account_actor(account_id: int) -> str:
    """How the ledger names a person of the staff: by id, for names change."""
    return f"account:{account_id}"


def recipient_actor(recipient_id: int) -> str:
    """How the ledger names somebody who was told and acts without logging in."""
    return f"recipient:{recipient_id}"


def canonical_time(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, the one spelling that is hashed."""
    return moment.isoformat(timespec="microseconds")


def canonical_data(data: Mapping[str, object]) -> str:
    """JSON with sorted keys and no spaces; values must be plain."""
    return _CANONICAL.encode(data)


def entry_hash(
    previous: bytes, entry_id: int, at: str, event: str, case_id: int | None, actor: str, data: str
) -> bytes:
    """SHA-256 over the hash of the entry before and every field of this one.

    The fields go in as one JSON array: no two different entries have the same bytes.
    """
    fields = _CANONICAL.encode([entry_id, at, event, case_id, actor, data])
    return hashlib.sha256(previous + fields.encode()).digest()


def text_digest(salt: bytes, text: str) -> str:
    """What the ledger holds of a text, hexadecimal.

    Salted: when text and salt are erased, nobody can find out by trying whether a certain text had
    been there.
    """
    return hashlib.sha256(salt + text.encode()).hexdigest()


@dataclass(frozen=True)
class RoundFacts:
    """A finished round as it is digested; `area_ids` and `num_pieces` as its row has them."""

    id: int
    establishment_id: int
    account_id: int
    area_ids: list[int]
    started_at: datetime
    finished_at: datetime
    num_pieces: int


@dataclass(frozen=True)
class FindingFacts:
    """Something that was found on a round as it is digested; the fields as its row has them, but
    `note` and `photo`: their SHA-256, hexadecimal."""

    id: int
    access_point_id: int
    piece_id: int | None
    found_id: int | None
    finding: str
    note: str
    photo: str | None
    found_at: datetime


def round_digest(facts: RoundFacts, findings: Iterable[FindingFacts]) -> str:
    """What the ledger holds of a finished round, hexadecimal: SHA-256 over its canonical JSON.

    findings: in the order of their ids.
    """
    told = {
        "round": facts.id,
        "establishment": facts.establishment_id,
        "account": facts.account_id,
        "areas": sorted(facts.area_ids),
        "started_at": canonical_time(facts.started_at),
        "finished_at": canonical_time(facts.finished_at),
        "pieces": facts.num_pieces,
        "findings": [_finding_data(each) for each in findings],
    }
    return hashlib.sha256(canonical_data(told).encode()).hexdigest()


def _finding_data(facts: FindingFacts) -> dict[str, object]:
    return {
        "id": facts.id,
        "access_point": facts.access_point_id,
        "piece": facts.piece_id,
        "found": facts.found_id,
        "finding": facts.finding,
        "note": facts.note,
        "photo": facts.photo,
        "at": canonical_time(facts.found_at),
    }


def round_statement(digest: str) -> bytes:
    """What the box signs of a finished round; no other signature of the box is over such bytes."""
    return f"sosbox round {digest}".encode()
