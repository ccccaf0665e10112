"""A Notice as JSON. What it looks like is a promise: `docs/webhooks.md` describes it."""

import json
from datetime import UTC, datetime
from typing import Any

from sosbox.channels.base import Notice, NoticeEvent, TranslationState

# Grows when a field is taken away or means something else; a new field leaves it as it is.
VERSION = 1


def build_payload(notice: Notice, *, now: datetime) -> bytes:
    """The body of the request, UTF-8."""
    payload = {
        "type": f"notice.{notice.event}",
        "timestamp": _moment(now),
        "data": {
            "version": VERSION,
            "delivery": notice.delivery_id,
            "is_possible_duplicate": notice.is_possible_duplicate,
            "recipient": {"name": notice.name, "language": notice.language},
            "company": notice.legal_name,
            "establishment": notice.establishment,
            "timezone": notice.zone.key,
            "headline": notice.headline,
            "text": notice.text,
            "text_language": notice.text_language,
            "headline_translation": notice.headline_translation or None,
            "translation": _translation(
                notice,
                notice.translation,
                notice.translation_engine,
                notice.translation_state,
            ),
            "url": notice.case_url,
            "acknowledge_url": notice.acknowledge_url or None,
            "is_safety": notice.is_safety,
            "case": None if notice.event is NoticeEvent.DIGEST else _case(notice),
        },
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _case(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.case_id,
        "reference": notice.reference,
        "kind": notice.kind or None,
        "area": notice.area,
        "place_code": notice.place_code,
        "place_label": notice.place_label,
        "ticket": notice.ticket or None,
        "written_at": _moment(notice.written_at),
        "promise_due_at": _moment(notice.promise_due_at),
        "legal_due_at": _moment(notice.legal_due_at),
        "remedy": notice.remedy or None,
        "remedy_language": (notice.remedy and notice.remedy_language) or None,
        "remedy_translation": _translation(
            notice, notice.remedy_translation, notice.remedy_engine, notice.remedy_state
        ),
        "contact": None if notice.is_anonymous else _contact(notice),
    }


def _translation(
    notice: Notice, text: str, engine: str, state: TranslationState
) -> dict[str, str | None] | None:
    """None where the recipient can read the original, or nobody has asked for a translation."""
    if state is TranslationState.NONE:
        return None
    return {
        "text": text or None,
        "language": notice.language,
        "engine": engine or None,
        "state": str(state),
    }


def _contact(notice: Notice) -> dict[str, str | None]:
    return {
        "name": notice.contact_name or None,
        "email": notice.contact_email or None,
        "phone": notice.contact_phone or None,
    }


def _moment(when: datetime) -> str:
    """RFC 3339, to the second, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
