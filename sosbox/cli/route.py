"""`sosbox route`: who would be told of a message, and why."""

import json
import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.cases.rules import Hold, Kind, Origin
from sosbox.cli.command import OK, Command, UsageError, config_of, database_to_read
from sosbox.cli.route_text import route_text
from sosbox.dispatch.preview import Preview, facts_of_place, judge_text, preview
from sosbox.i18n import LANGUAGES
from sosbox.lib.clock import SystemClock
from sosbox.lib.text import clean
from sosbox.routing.filters import Verdict
from sosbox.routing.queries import load_rule_sets


@dataclass(frozen=True)
class _Place:
    """`name`: as the letter calls it."""

    id: int
    name: str
    subscriber_id: int
    zone: ZoneInfo


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--access-point",
        metavar="CODE",
        required=True,
        help="where it is written: CODE, or establishment/CODE",
    )
    parser.add_argument("--establishment", metavar="SLUG", help="of which establishment")
    parser.add_argument(
        "--at",
        metavar="TIME",
        help='when, by the clock of the establishment: "2026-12-24 23:30"; by default now',
    )
    parser.add_argument("--text", default="", help="what is written")
    parser.add_argument(
        "--kind", choices=[str(kind) for kind in Kind], default=str(Kind.UNSPECIFIED)
    )
    parser.add_argument(
        "--language",
        choices=list(LANGUAGES),
        default="",
        help="by default the language of the establishment",
    )
    parser.add_argument("--anonymous", choices=["yes", "no"], default="yes", help="by default yes")
    parser.add_argument(
        "--origin",
        choices=[str(origin) for origin in Origin],
        default="",
        help="by default that of the access point",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: Namespace) -> int:
    with database_to_read(config_of(arguments)) as connection:
        place = _find_place(connection, arguments.access_point, arguments.establishment)
        at = _moment(arguments.at, place.zone)
        text = clean(arguments.text)
        facts = facts_of_place(
            connection,
            place.id,
            text=text,
            kind=arguments.kind,
            language=arguments.language,
            origin=arguments.origin,
            is_anonymous=arguments.anonymous == "yes",
        )
        rules = load_rule_sets(connection.execute)[place.subscriber_id]
        verdict = judge_text(connection, facts, text)
    found = preview(rules, facts, at)
    if arguments.json:
        print(json.dumps(_as_json(found, verdict), indent=2, ensure_ascii=False))
    else:
        lines = route_text(found, verdict, rules, where=place.name, at=at, zone=place.zone)
        print("\n".join(lines))
    return OK


def _find_place(connection: sqlite3.Connection, code: str, house: str | None) -> _Place:
    rows = connection.execute(
        "SELECT p.id, p.code, p.label, e.name, e.subscriber_id, e.timezone,"
        " p.retired_at IS NOT NULL FROM access_points p"
        " JOIN establishments e ON e.id = p.establishment_id"
        " WHERE :code IN (p.code, e.slug || '/' || p.code) AND coalesce(:house, e.slug) = e.slug",
        {"code": code, "house": house},
    ).fetchall()
    if not rows:
        raise UsageError('there is no access point "{code}"', code=code)
    if len(rows) > 1:
        raise UsageError(
            'there are {num} access points "{code}": add --establishment', num=len(rows), code=code
        )
    ((point_id, own_code, label, house_name, subscriber_id, timezone, is_retired),) = rows
    if is_retired:
        raise UsageError('"{code}" is retired: guests cannot write there', code=code)
    name = own_code if label == own_code else f"{label} ({own_code})"
    return _Place(point_id, f"{house_name}, {name}", subscriber_id, ZoneInfo(timezone))


def _moment(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            '--at: write it like "2026-12-24 23:30", not "{text}"', text=text
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _as_json(found: Preview, verdict: Verdict) -> dict[str, Any]:
    """What a filter holds back reaches nobody now."""
    is_held = verdict.hold is not Hold.NONE
    return {
        "matched": [rule.slug for rule in found.decision.matched],
        "recipients": [] if is_held else list(_recipients(found)),
        "filters": [{"slug": hit.slug, "action": str(hit.action)} for hit in verdict.hits],
        "unmatched": [
            {
                "rule": unmatched.rule.slug,
                "failing": list(unmatched.failing),
                "stopped_by": unmatched.stopped_by,
            }
            for unmatched in found.unmatched
        ],
        "skipped": [step.after_minutes for step in found.steps if not step.reached],
        "is_fallback": found.decision.is_fallback,
        "is_safety": found.decision.is_safety,
        "is_sensitive": found.decision.is_sensitive,
    }


def _recipients(found: Preview) -> Iterator[dict[str, Any]]:
    for one in found.everybody():
        yield {
            "slug": one.told.recipient.slug,
            "channel": one.channel,
            "address": one.address,
            "after_minutes": one.after_minutes,
        }


COMMAND = Command(
    "route",
    "say who would be told of a message, over what and why",
    run,
    add_arguments,
    details="Looks at the rules, rotas and escalations as they are, at the moment that is named.\n"
    "Nothing is stored and nobody is told.",
)
