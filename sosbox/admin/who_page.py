"""“Who gets this now?”: what would become of a message, and why. Nothing is stored."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.channel_words import CHANNEL_LABELS
from sosbox.admin.forms import Fields, as_id, read_query
from sosbox.admin.settings_context import read_settings, settings_page
from sosbox.cases.rules import Hold, Kind, Origin
from sosbox.db import DB
from sosbox.dispatch.preview import (
    Preview,
    Reached,
    Unmatched,
    facts_of_place,
    judge_text,
    preview,
)
from sosbox.errors import InvalidFieldsError, Problems, SosboxError
from sosbox.i18n import LANGUAGES, N_, Localizer
from sosbox.lib.text import clean
from sosbox.routing.filters import Verdict
from sosbox.routing.queries import load_rule_sets
from sosbox.routing.settings import PointSettings, RuleSettings, Settings

MAX_TEXT = 1_000
_YEARS = range(2000, 2101)

# Why a rule does not match, by the condition that does not hold.
REASONS = {
    "establishment": N_("It is for another establishment."),
    "areas": N_("It is for other areas."),
    "access_points": N_("It is for other places."),
    "kinds": N_("It is for messages of another kind."),
    "words": N_("None of its words is said."),
    "without_words": N_("A word is said that must not be."),
    "languages": N_("It is for other languages."),
    "weekdays": N_("It is for other days of the week."),
    "hours": N_("It is for other hours."),
    "dates": N_("It is for other dates."),
    "holidays": N_("It is for public holidays only, or for all other days."),
    "anonymous": N_("It is for anonymous guests only, or for all others."),
    "origins": N_("It is for messages that come another way."),
}
# What filters do with a message before anybody is told.
HOLD_WORDS = {
    Hold.HELD: N_(
        "Filters put it into quarantine: {filters}. Once somebody lets it out, it goes on:"
    ),
    Hold.DIGEST: N_("Filters leave it to the daily digest: {filters}. Without them:"),
    Hold.NONE: N_("Filters mark it: {filters}."),
}


@dataclass(frozen=True)
class Wish:
    """A message as it could come. `at` is UTC."""

    point: PointSettings
    at: datetime
    zone: ZoneInfo
    text: str
    kind: str
    language: str
    origin: str
    is_anonymous: bool


@dataclass(frozen=True)
class Answer:
    """What would become of the message. `groups`: who is told after how many minutes; `filters`:
    what filters would do, in words, if anything."""

    wish: Wish
    filters: str
    found: Preview
    groups: list[tuple[int, list[Reached]]]
    matched: list[RuleSettings]
    unmatched: list[tuple[RuleSettings, Unmatched, int]]
    left_out: list[str]


@get("/who")
async def show_who(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    settings = await read_settings(visit)
    given = read_query(request)
    answer, refusal = None, None
    if "text" in given:
        try:
            answer = await _answer(visit, settings, _read(settings, given, visit.now))
        except InvalidFieldsError as error:
            refusal = error
    return settings_page(
        request,
        visit,
        "who.html",
        settings,
        refusal=refusal,
        typed=_shown(settings, given, visit),
        answer=answer,
        houses=_places(settings),
        reasons=REASONS,
        channel_labels=CHANNEL_LABELS,
        languages=LANGUAGES,
        max_text=MAX_TEXT,
    )


def _shown(settings: Settings, given: Fields, visit: Visit) -> Fields:
    """What stands in the fields; the moment is now unless somebody has chosen another."""
    point = settings.points.get(as_id(given.get("point", "")) or 0)
    zone = _zone_of(settings, point) if point else visit.zone
    local = visit.now.astimezone(zone)
    names = ("point", "text", "kind", "language", "origin", "anonymous")
    return {
        **{name: given.get(name, "") for name in names},
        "day": given.get("day") or local.date().isoformat(),
        "time": given.get("time") or f"{local:%H:%M}",
    }


def _zone_of(settings: Settings, point: PointSettings) -> ZoneInfo:
    return ZoneInfo(settings.houses[point.house_id].timezone)


def _read(settings: Settings, given: Fields, now: datetime) -> Wish:
    """Raises InvalidFieldsError."""
    problems = Problems()
    point = settings.points.get(as_id(given.get("point", "")) or 0)
    text = clean(given.get("text", ""))
    if point is None or point.is_retired:
        problems.add("point", SosboxError("Please choose a place."))
    if len(text) > MAX_TEXT:
        problems.add("text", SosboxError("Please write less: {limit} signs fit.", limit=MAX_TEXT))
    zone = _zone_of(settings, point) if point else ZoneInfo("UTC")
    at = problems.taken("day", lambda: _moment(given, zone, now), now)
    problems.refuse()
    assert point is not None
    kind, language, origin = given.get("kind"), given.get("language"), given.get("origin")
    return Wish(
        point=point,
        at=at,
        zone=zone,
        text=text,
        kind=kind if kind in set(Kind) else Kind.UNSPECIFIED,
        language=language if language in LANGUAGES else "",
        origin=origin if origin in set(Origin) else "",
        is_anonymous=given.get("anonymous") != "no",
    )


def _moment(given: Fields, zone: ZoneInfo, now: datetime) -> datetime:
    """By the clock of the establishment; now if nothing is said. Raises SosboxError."""
    local = now.astimezone(zone)
    try:
        day = date.fromisoformat(given["day"]) if given.get("day") else local.date()
        hour = time.fromisoformat(given["time"]) if given.get("time") else local.time()
    except ValueError:
        raise SosboxError("Please write a date and a time.") from None
    if day.year not in _YEARS:
        raise SosboxError("This year cannot be right.")
    return datetime.combine(day, hour.replace(tzinfo=None), zone).astimezone(UTC)


async def _answer(visit: Visit, settings: Settings, wish: Wish) -> Answer:
    def ask(connection: sqlite3.Connection) -> tuple[Preview, Verdict]:
        case = facts_of_place(
            connection,
            wish.point.id,
            text=wish.text,
            kind=wish.kind,
            language=wish.language,
            origin=wish.origin,
            is_anonymous=wish.is_anonymous,
        )
        book = load_rule_sets(connection.execute)[visit.viewer.subscriber_id]
        return preview(book, case, wish.at), judge_text(connection, case, wish.text)

    found, verdict = await DB.read(ask)
    rules = {rule.slug: rule for rule in settings.rules.values()}
    numbers = {slug: number for number, slug in enumerate(rules, 1)}
    return Answer(
        wish=wish,
        filters=_filter_words(verdict, visit.localizer),
        found=found,
        groups=by_minutes(found.reached),
        matched=[rules[rule.slug] for rule in found.decision.matched],
        unmatched=[
            (rules[each.rule.slug], each, numbers.get(each.stopped_by, 0))
            for each in found.unmatched
        ],
        left_out=sorted(settings.names_of(found.decision.left_out)),
    )


def _filter_words(verdict: Verdict, _: Localizer) -> str:
    if not verdict.hits:
        return ""
    names = _.all_of([hit.slug for hit in verdict.hits])
    return _(HOLD_WORDS[verdict.hold], filters=names)


def by_minutes(reached: Iterable[Reached]) -> list[tuple[int, list[Reached]]]:
    """Those who are told after the same time together."""
    ordered = sorted(reached, key=lambda one: one.after_minutes)
    return [
        (minutes, list(group))
        for minutes, group in groupby(ordered, key=lambda one: one.after_minutes)
    ]


def _places(settings: Settings) -> list[tuple[str, list[PointSettings]]]:
    """The places by their areas, as a list to choose from shows them."""
    has_houses = len(settings.houses) > 1
    found = []
    for area in settings.areas.values():
        points = [
            point
            for point in settings.points.values()
            if point.area_id == area.id and not point.is_retired
        ]
        if points:
            house = settings.houses[area.house_id].name
            found.append((f"{house}: {area.name}" if has_houses else area.name, points))
    return found
