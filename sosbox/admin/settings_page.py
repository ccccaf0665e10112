"""The settings at a glance: what is set, what is missing, and one thing to do next."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.backup_page import PATH, Health, backup_health
from sosbox.admin.house_words import digest_words, holiday_words
from sosbox.admin.languages_page import LANGUAGES_PATH, languages_not_translated
from sosbox.admin.model_words import overview_words
from sosbox.admin.rota_view import duty_words, gaps_of
from sosbox.admin.settings_context import SETTINGS, read_settings, settings_page
from sosbox.admin.time_words import minutes_words
from sosbox.db import DB
from sosbox.i18n import Localizer
from sosbox.routing.settings import HouseSettings, Settings


@dataclass(frozen=True)
class Line:
    """One thing that is set, or `is_missing`, with the page where it is changed."""

    title: str
    words: str
    path: str
    icon: str
    is_missing: bool = False


@dataclass(frozen=True)
class NextStep:
    words: str
    button: str
    path: str


@get("/")
async def show_settings(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    settings = await read_settings(visit)
    num_filters = await DB.read(
        lambda connection: _count_filters(connection, visit.viewer.subscriber_id)
    )
    _ = visit.localizer
    return settings_page(
        request,
        visit,
        "settings_overview.html",
        settings,
        next_step=_next_step(settings, _),
        company=[
            *_company_lines(settings, num_filters, _),
            _language_line(await languages_not_translated(request, visit), _),
        ],
        box=[_backup_line(await backup_health(visit), visit)] if visit.is_box_owner else [],
        posts=list(_post_lines(settings, visit)),
        houses=[(house, list(_house_lines(settings, house, _))) for house in _houses(settings)],
    )


def _houses(settings: Settings) -> list[HouseSettings]:
    return list(settings.houses.values())


def _count_filters(connection: sqlite3.Connection, subscriber_id: int) -> int:
    sql = "SELECT count(*) FROM filters WHERE subscriber_id = ? AND disabled_at IS NULL"
    (number,) = connection.execute(sql, (subscriber_id,)).fetchone()
    return int(number)


def _next_step(settings: Settings, _: Localizer) -> NextStep:
    """The first thing that is missing, in the order in which an owner sets things up."""
    if not settings.recipients:
        return NextStep(
            _("Begin with the people: who is to be told, and how they are reached."),
            _("Add a recipient"),
            f"{SETTINGS}/recipients/new",
        )
    if not any(not rule.is_disabled for rule in settings.rules.values()):
        return NextStep(
            _("Now say who is told of what. Without a rule nobody is."),
            _("Add a rule"),
            f"{SETTINGS}/rules/new",
        )
    for house in settings.houses.values():
        if not house.fallback:
            return NextStep(
                _("When no rule finds anybody in {house}, nobody is told.", house=house.name),
                _("Choose who is told then"),
                f"{SETTINGS}/houses/{house.id}",
            )
    for house in settings.houses.values():
        if not settings.steps_of_house(house.id):
            return NextStep(
                _(
                    "When nobody takes care of a message in {house}, nothing happens.",
                    house=house.name,
                ),
                _("Say what happens then"),
                f"{SETTINGS}/escalation/{house.id}",
            )
    return NextStep(
        _("Try it out: write what a guest might write, and see who would be told."),
        _("Who gets this now?"),
        f"{SETTINGS}/who",
    )


def _company_lines(settings: Settings, num_filters: int, _: Localizer) -> Iterator[Line]:
    num_recipients = len(settings.recipients)
    yield Line(
        _("Recipients"),
        _.plural("{num} person or post", "{num} people and posts", num_recipients)
        if num_recipients
        else _("There is nobody yet who could be told."),
        f"{SETTINGS}/recipients",
        "users",
        is_missing=not num_recipients,
    )
    num_on = sum(not rule.is_disabled for rule in settings.rules.values())
    num_off = len(settings.rules) - num_on
    words = (
        _.plural("{num} rule", "{num} rules", num_on) if num_on else _("No rule says who is told.")
    )
    if num_off:
        words += " · " + _.plural("{num} switched off", "{num} switched off", num_off)
    yield Line(_("Rules"), words, f"{SETTINGS}/rules", "route", is_missing=not num_on)
    yield Line(
        _("Filters"),
        _.plural("{num} filter is on", "{num} filters are on", num_filters)
        if num_filters
        else _("No filter is on: every message is told of."),
        f"{SETTINGS}/filters",
        "filter",
    )


def _language_line(not_translated: list[str], _: Localizer) -> Line:
    return Line(
        _("Languages"),
        overview_words(not_translated, _),
        LANGUAGES_PATH,
        "language",
        is_missing=bool(not_translated),
    )


def _backup_line(health: Health, visit: Visit) -> Line:
    _ = visit.localizer
    state = health.state
    if state.newest is not None and state.newest.proven_at is None:
        words = _("The last backup has failed.")
    elif state.proven_at is None:
        words = _("There is no backup yet. If this computer breaks today, everything is lost.")
    else:
        words = _("Last proven restore:") + " " + _.ago(state.proven_at, visit.now)
        if state.sheet_at is None:
            words += " · " + _("Nobody has made the recovery sheet yet.")
    return Line(_("Backups"), words, PATH, "save", is_missing=health.kind != "good")


def _post_lines(settings: Settings, visit: Visit) -> Iterator[Line]:
    """Who is behind each post now, and when nobody is."""
    _ = visit.localizer
    for post_id in settings.recipients:
        if post_id not in settings.shifts:
            continue
        post = settings.recipients[post_id]
        is_manned = not gaps_of(settings, post_id) or bool(post.addresses)
        words = duty_words(settings, post_id, visit.now, visit.zone, _)
        if not is_manned:
            words += " " + _("At some hours nobody is on duty.")
        yield Line(
            post.name, words, f"{SETTINGS}/rota/{post_id}", "clock", is_missing=not is_manned
        )


def _house_lines(settings: Settings, house: HouseSettings, _: Localizer) -> Iterator[Line]:
    path = f"{SETTINGS}/houses/{house.id}"
    fallback = settings.names_of(house.fallback)
    yield Line(
        _("When no rule finds anybody"),
        _.all_of(fallback) if fallback else _("Nobody is told when no rule matches."),
        f"{path}#fallback",
        "inbox",
        is_missing=not fallback,
    )
    steps = settings.steps_of_house(house.id)
    yield Line(
        _("When nobody acts"),
        _.plural(
            "{num} step, after {time}",
            "{num} steps, the first after {time}",
            len(steps),
            time=minutes_words(steps[0].after_minutes, _),
        )
        if steps
        else _("Nothing happens when nobody takes care of a message."),
        f"{SETTINGS}/escalation/{house.id}",
        "bell",
        is_missing=not steps,
    )
    report = settings.names_of(house.report)
    yield Line(
        _("When a date was missed"),
        _.all_of(report) if report else _("The owners get the report."),
        f"{path}#report",
        "alert",
    )
    yield Line(_("Daily digest"), digest_words(settings, house, _), f"{path}#digest", "mail")
    yield Line(_("Public holidays"), holiday_words(house, _), f"{path}#holidays", "calendar")
