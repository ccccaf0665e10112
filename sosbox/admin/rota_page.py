"""Who is behind a post: its week, the exceptions, and when nobody is there."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, path_id
from sosbox.admin.rota_view import duty_words, gap_words, gaps_of, week_of
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed, date_values, edition_shown, hour_values
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.lib.edition import edition_of
from sosbox.routing.drafts import ShiftDraft, check_shift
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.rota_actions import add_shift, change_shift, remove_shift
from sosbox.routing.settings import RecipientSettings, Settings, ShiftSettings
from sosbox.ui.pages import see_other

_PATH = f"{SETTINGS}/rota"


@get("/rota/{recipient_id:str}")
async def show_rota(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], recipient_id: FromPath[str]
) -> Response[bytes]:
    return await _rota_page(request, visit, path_id(recipient_id))


@post("/rota/{recipient_id:str}")
async def take_new_shift(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    recipient_id: FromPath[str],
) -> Response[bytes]:
    typed, post_id = Typed(lists), path_id(recipient_id)
    try:
        await DB.write(
            add_shift,
            viewer=visit.viewer,
            post_id=post_id,
            draft=_read(typed, is_exception=bool(typed["is_exception"])),
        )
    except REFUSALS as error:
        return await _rota_page(request, visit, post_id, typed, error)
    return see_other(f"{_PATH}/{post_id}?done=stored")


@get("/rota/{recipient_id:str}/{shift_id:str}")
async def show_shift(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    recipient_id: FromPath[str],
    shift_id: FromPath[str],
) -> Response[bytes]:
    return await _shift_page(request, visit, path_id(recipient_id), path_id(shift_id))


@post("/rota/{recipient_id:str}/{shift_id:str}")
async def take_shift(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    recipient_id: FromPath[str],
    shift_id: FromPath[str],
) -> Response[bytes]:
    typed, post_id = Typed(lists), path_id(recipient_id)
    try:
        await DB.write(
            change_shift,
            viewer=visit.viewer,
            post_id=post_id,
            shift_id=path_id(shift_id),
            draft=_read(typed, is_exception=bool(typed["is_exception"])),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _shift_page(request, visit, post_id, path_id(shift_id), typed, error)
    return see_other(f"{_PATH}/{post_id}?done=stored")


@post("/rota/{recipient_id:str}/{shift_id:str}/remove")
async def take_shift_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    recipient_id: FromPath[str],
    shift_id: FromPath[str],
) -> Response[bytes]:
    post_id = path_id(recipient_id)
    try:
        await DB.write(
            remove_shift,
            viewer=visit.viewer,
            post_id=post_id,
            shift_id=path_id(shift_id),
            edition=Typed(lists)["edition"],
        )
    except REFUSALS as error:
        return await _shift_page(request, visit, post_id, path_id(shift_id), None, error)
    return see_other(f"{_PATH}/{post_id}?done=deleted")


def _read(typed: Typed, *, is_exception: bool) -> ShiftDraft:
    return check_shift(
        is_exception=is_exception,
        weekdays=typed.all("weekdays"),
        dates=typed.pairs("dates"),
        hours=typed.pairs("hours"),
        people=typed.all("people"),
        is_nobody=bool(typed["is_nobody"]),
    )


def _values_of(shift: ShiftSettings) -> dict[str, list[str]]:
    return {
        # No weekday at all means every day, as a set-up file may say it.
        "weekdays": list(shift.weekdays or (() if shift.dates else WEEKDAYS)),
        **date_values("dates", shift.dates),
        **hour_values(shift.hours),
        "people": [str(each) for each in shift.people],
        "is_nobody": [] if shift.people else ["1"],
        "is_exception": ["1"] if shift.dates else [],
    }


def _possible_people(settings: Settings, post_id: int) -> list[RecipientSettings]:
    return [
        recipient
        for recipient in settings.recipients.values()
        if recipient.id != post_id and recipient.id not in settings.shifts
    ]


async def _rota_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    post_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    shifts = settings.shifts.get(post_id, ())
    return settings_page(
        request,
        visit,
        "rota.html",
        settings,
        refusal=refusal,
        post=settings.recipient(post_id),
        week=week_of(shifts),
        shifts=[shift for shift in shifts if not shift.dates],
        exceptions=sorted((shift for shift in shifts if shift.dates), key=lambda it: it.dates),
        duty=duty_words(settings, post_id, visit.now, visit.zone, visit.localizer),
        gaps=gap_words(gaps_of(settings, post_id), visit.localizer),
        people=_possible_people(settings, post_id),
        weekdays=WEEKDAYS,
        typed=typed or Typed({}),
        blank=Typed({}),
    )


async def _shift_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    post_id: int,
    shift_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    shift = settings.shift(settings.recipient(post_id).id, shift_id)
    typed = typed or Typed(_values_of(shift))
    return settings_page(
        request,
        visit,
        "shift.html",
        settings,
        refusal=refusal,
        post=settings.recipient(post_id),
        shift=shift,
        people=_possible_people(settings, post_id),
        weekdays=WEEKDAYS,
        typed=typed,
        edition=edition_shown(typed, edition_of(shift), refusal),
    )
