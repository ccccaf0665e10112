"""The filters: what they look for, what they have found, and what one would have found."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.filter_sentences import ACTION_LABELS, FilterSentences
from sosbox.admin.forms import FieldLists, Fields, path_id, read_query
from sosbox.admin.settings_context import (
    REFUSALS,
    SETTINGS,
    read_settings,
    settings_page,
)
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import ConflictError, SosboxError, UnavailableError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.routing.filter_actions import (
    add_filter,
    change_filter,
    delete_filter,
    switch_filter,
)
from sosbox.routing.filter_checks import FilterDraft, check_filter
from sosbox.routing.filter_preview import MAX_EXAMPLES, Preview, try_filter
from sosbox.routing.filter_queries import word_lists
from sosbox.routing.filter_settings import (
    MAX_HITS,
    FilterSettings,
    HitCounts,
    WordListSettings,
    count_hits,
    load_filter,
    load_filters,
    load_word_list,
)
from sosbox.routing.filters import FilterAction, FilterFacts, compile_checks
from sosbox.routing.settings import Settings
from sosbox.staff.rules import Viewer
from sosbox.ui.pages import see_other

FILTERS = f"{SETTINGS}/filters"

# The parts of the form that are folded away while nothing in them is used.
PARTS = {
    "again": ("repeated", "same_within_minutes", "similar", "similar_within_minutes"),
    "sender": ("contacts", "receipts"),
    "place": ("access_points", "burst", "burst_minutes"),
    "pattern": ("pattern",),
}
_ON_LINES = ("words", "contacts", "receipts")
_NUMBERS = ("links", *PARTS["again"], "burst", "burst_minutes")


@get("/filters")
async def show_filters(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _list_page(request, visit)


@get("/filters/new")
async def show_new_filter(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    visit.viewer.require_configure()
    return await _form_page(request, visit, None, Typed({"action": [FilterAction.QUARANTINE]}))


@post("/filters/new")
async def take_new_filter(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    """Stores it, or with `do=try` shows what it would have caught."""
    typed = Typed(lists)
    try:
        draft = _read(await read_settings(visit), typed)
        if typed["do"] == "try":
            return await _form_page(request, visit, None, typed, tried=draft)
        filter_id = await DB.write(add_filter, now=visit.now, viewer=visit.viewer, draft=draft)
    except REFUSALS as error:
        return await _form_page(request, visit, None, typed, error)
    return see_other(f"{FILTERS}/{filter_id}?try=1&done=filter_added")


@get("/filters/{filter_id:str}")
async def show_filter(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], filter_id: FromPath[str]
) -> Response[bytes]:
    """With `try`, also what it would have caught."""
    is_tried = "try" in read_query(request)
    return await _form_page(request, visit, path_id(filter_id), is_tried=is_tried)


@post("/filters/{filter_id:str}")
async def take_filter(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    filter_id: FromPath[str],
) -> Response[bytes]:
    """Stores it, or with `do=try` shows what it would have caught."""
    typed, wanted = Typed(lists), path_id(filter_id)
    try:
        draft = _read(await read_settings(visit), typed)
        if typed["do"] == "try":
            return await _form_page(request, visit, wanted, typed, tried=draft)
        await DB.write(
            change_filter,
            viewer=visit.viewer,
            filter_id=wanted,
            draft=draft,
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _form_page(request, visit, wanted, typed, error)
    return see_other(f"{FILTERS}/{wanted}?try=1&done=stored")


@post("/filters/{filter_id:str}/switch")
async def take_filter_switch(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    filter_id: FromPath[str],
) -> Response[bytes]:
    is_on = fields.get("on") == "1"
    try:
        await DB.write(
            switch_filter,
            now=visit.now,
            viewer=visit.viewer,
            filter_id=path_id(filter_id),
            is_on=is_on,
        )
    except UnavailableError as error:
        return await _list_page(request, visit, error)
    return see_other(f"{FILTERS}?done={'filter_on' if is_on else 'filter_off'}")


@post("/filters/{filter_id:str}/delete")
async def take_filter_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    filter_id: FromPath[str],
) -> Response[bytes]:
    try:
        await DB.write(
            delete_filter,
            viewer=visit.viewer,
            filter_id=path_id(filter_id),
            edition=fields.get("edition", ""),
        )
    except (ConflictError, UnavailableError) as error:
        return await _list_page(request, visit, error)
    return see_other(f"{FILTERS}?done=deleted")


async def _list_page(
    request: Request[Any, Any, Any], visit: Visit, refusal: SosboxError | None = None
) -> Response[bytes]:
    settings = await read_settings(visit)
    owner = visit.viewer.subscriber_id
    filters = await DB.read(lambda connection: load_filters(connection, owner))
    return settings_page(
        request,
        visit,
        "filter_list.html",
        settings,
        refusal=refusal,
        filters=list(filters.values()),
        filter_sentences=FilterSentences(settings, visit.localizer),
        hits=await DB.read(partial(_count_hits, filters, visit.now)),
        max_hits=MAX_HITS,
        editions={each.id: edition_of(each) for each in filters.values()},
        word_lists=await _word_lists(visit),
    )


async def _word_lists(visit: Visit) -> list[WordListSettings]:
    owner = visit.viewer.subscriber_id
    return await DB.read(
        lambda connection: [load_word_list(connection, owner, each) for each in LANGUAGES]
    )


async def _languages_with_lists(visit: Visit, typed: Typed) -> dict[str, str]:
    """What can be ticked: where there are words, and what is ticked already."""
    return {
        each.language: LANGUAGES[each.language]
        for each in await _word_lists(visit)
        if each.words or typed.has("lists", each.language)
    }


def _count_hits(
    filter_ids: Iterable[int], now: datetime, connection: sqlite3.Connection
) -> dict[int, HitCounts]:
    return {each: count_hits(connection, each, now=now) for each in filter_ids}


async def _form_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    filter_id: int | None,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
    *,
    tried: FilterDraft | None = None,
    is_tried: bool = False,
) -> Response[bytes]:
    """The form of a filter.

    tried: what was typed, to be tried without being stored. is_tried: what is stored is tried.
    """
    settings = await read_settings(visit)
    stored = None if filter_id is None else await _stored(visit, filter_id)
    if typed is None:
        typed = Typed(_values_of(settings, stored) if stored else {})
    preview = None
    if tried is not None:
        preview = await _preview(visit, tried)
    elif stored is not None and is_tried:
        preview = await _preview(visit, _draft_of(stored))
    return settings_page(
        request,
        visit,
        "filter_form.html",
        settings,
        refusal=refusal,
        stored=stored,
        filter_sentences=FilterSentences(settings, visit.localizer),
        typed=typed,
        edition=edition_shown(typed, edition_of(stored), refusal),
        is_open={part: any(typed[name] for name in names) for part, names in PARTS.items()},
        parts=PARTS,
        action_labels=ACTION_LABELS,
        languages=await _languages_with_lists(visit, typed),
        preview=preview,
        is_draft=tried is not None,
        max_examples=MAX_EXAMPLES,
    )


async def _stored(visit: Visit, filter_id: int) -> FilterSettings:
    owner = visit.viewer.subscriber_id
    return await DB.read(lambda connection: load_filter(connection, owner, filter_id))


def _read(settings: Settings, typed: Typed) -> FilterDraft:
    return check_filter(
        {name: typed[name] for name in ("name", "action", "establishment", *_field_names())},
        lists=typed.all("lists"),
        points=_point_names(settings),
        houses=settings.houses,
        languages=LANGUAGES,
    )


def _field_names() -> Sequence[str]:
    return (*_ON_LINES, *_NUMBERS, "pattern", "access_points")


def _point_names(settings: Settings) -> dict[str, int]:
    """What may be typed for an access point: its code, with its house where two share one."""
    names: dict[str, int] = {}
    for point in settings.points.values():
        house = settings.houses[point.house_id]
        names.setdefault(point.code.upper(), point.id)
        names[f"{house.slug}/{point.code}".upper()] = point.id
    return names


def _values_of(settings: Settings, stored: FilterSettings) -> dict[str, list[str]]:
    conditions = stored.conditions
    points = [_point_name(settings, point) for point in conditions.get("access_points", ())]
    return {
        "name": [stored.slug],
        "action": [stored.action],
        "establishment": [str(stored.establishment_id or "")],
        "lists": list(conditions.get("lists", ())),
        "pattern": [conditions.get("pattern", "")],
        "access_points": ["\n".join(points)],
        **{name: ["\n".join(conditions.get(name, ()))] for name in _ON_LINES},
        **{name: [str(conditions.get(name, ""))] for name in _NUMBERS},
    }


def _point_name(settings: Settings, point_id: int) -> str:
    point = settings.points[point_id]
    is_shared = sum(each.code == point.code for each in settings.points.values()) > 1
    return f"{settings.houses[point.house_id].slug}/{point.code}" if is_shared else point.code


def _draft_of(stored: FilterSettings) -> FilterDraft:
    return FilterDraft(stored.slug, stored.action, stored.establishment_id, stored.conditions)


async def _preview(visit: Visit, draft: FilterDraft) -> Preview:
    viewer: Viewer = visit.viewer

    def run(connection: sqlite3.Connection) -> Preview:
        def query(sql: str, *arguments: Any) -> Any:
            return connection.execute(sql, arguments)

        checks = compile_checks(draft.conditions, word_lists(query, viewer.subscriber_id))
        tried = FilterFacts(0, draft.name, draft.action, draft.establishment_id, checks)
        return try_filter(connection, viewer, tried, now=visit.now)

    return await DB.read(run)
