"""One case: what was written, what is known, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.filters import read_inbox_query
from sosbox.admin.forms import Fields, path_id, read_query
from sosbox.admin.history import tell_history
from sosbox.admin.hold_words import hold_reasons
from sosbox.admin.inbox_page import inbox_context
from sosbox.admin.live import live_of
from sosbox.admin.rendering import console_page
from sosbox.admin.words import people_here
from sosbox.cases.quarantine_queries import filters_of_messages
from sosbox.cases.queries import StaffCase, load_case, thread_of
from sosbox.cases.rules import TRANSITIONS, State
from sosbox.cases.staff_actions import StaleCaseError, mark_read
from sosbox.db import DB
from sosbox.deliveries.queries import deliveries_of_case
from sosbox.deliveries.reply_queries import replies_of_case, writes_by_sms
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.ledger.queries import history_of_case
from sosbox.routing.queries import recipient_names
from sosbox.staff.queries import account_names, colleagues_for
from sosbox.ui.site import site_of


@dataclass(frozen=True)
class Refusal:
    """A form that was not taken: what was typed, and why."""

    error: SosboxError
    typed: Fields

    @property
    def fields(self) -> Mapping[str, SosboxError]:
        return self.error.fields if isinstance(self.error, InvalidFieldsError) else {}

    @property
    def is_stale(self) -> bool:
        return isinstance(self.error, StaleCaseError)


@dataclass(frozen=True)
class _Nothing:
    """Stands for a refusal where there was none, so that the template need not ask."""

    error: None = None
    typed: Fields = field(default_factory=dict)
    fields: Mapping[str, SosboxError] = field(default_factory=dict)
    is_stale: bool = False


@get("/cases/{case_id:str}")
async def show_case(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], case_id: FromPath[str]
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    # A browser that fetches a page because somebody may open it has not opened it.
    is_opened = "prefetch" not in request.headers.get("sec-purpose", "")
    if case.is_unread and visit.viewer.may_write and is_opened:
        await DB.write(
            mark_read, visit.box.keys, now=visit.now, viewer=visit.viewer, case_id=case.id
        )
    return await case_page(request, visit, case.id)


async def case_page(
    request: Request[Any, Any, Any], visit: Visit, case_id: int, refusal: Refusal | None = None
) -> Response[bytes]:
    """The page of a case, perhaps with a form on it that was not taken."""
    viewer = visit.viewer
    query = read_inbox_query(read_query(request))
    context = await inbox_context(visit, query, open_case_id=case_id)
    case = await load_case(viewer, case_id)
    house = await site_of(request).directory.house(case.establishment_id)
    names = await account_names(viewer)
    deliveries = await deliveries_of_case(case.id)
    thread = await thread_of(case)
    recipients = await recipient_names(viewer.subscriber_id)
    history = tell_history(
        await history_of_case(case.id),
        names,
        recipients,
        deliveries,
        visit.localizer,
    )
    from_guest = [item for item in thread if item.is_from_guest]
    held_by = await filters_of_messages((item.id for item in from_guest), "quarantine")
    marked_by = await filters_of_messages((item.id for item in from_guest), "mark")
    shown = refusal or _Nothing()
    seen = _seen(shown.typed) if shown.is_stale else None
    return console_page(
        request,
        visit,
        "case.html",
        status=refusal.error.status if refusal else HTTPStatus.OK,
        zone=house.zone,
        case=case,
        house=house,
        thread=thread,
        names=names,
        recipients=recipients,
        deliveries=deliveries,
        replies=await replies_of_case(case.id),
        is_sms_guest=await writes_by_sms(case.id),
        history=history,
        refusal=shown,
        seen=seen,
        has_marks=seen is not None and any(item.id > seen[item.is_note] for item in thread),
        newest_item=max((item.id for item in thread if not item.is_note), default=0),
        newest_note=max((item.id for item in thread if item.is_note), default=0),
        colleagues=await colleagues_for(viewer, case.area_id, is_sensitive=case.is_sensitive),
        steps=_steps(case.state),
        languages=LANGUAGES,
        answer_language=_answer_language(case, visit, shown.typed),
        first_message=from_guest[0],
        reasons=lambda item: hold_reasons(held_by.get(item.id, ()), visit.localizer),
        marks=list(dict.fromkeys(mark for marks in marked_by.values() for mark in marks)),
        here=_here(request, visit, case.id),
        **context,
    )


def _here(request: Request[Any, Any, Any], visit: Visit, case_id: int) -> str:
    presence = live_of(request).presence
    account_id = visit.viewer.account_id
    presence.view(case_id, account_id, visit.viewer.name, now=visit.now)
    live_of(request).wake(case_id)
    return people_here(presence.others(case_id, account_id, now=visit.now), visit.localizer)


def _steps(state: State) -> list[State]:
    return [step for step in State if step in TRANSITIONS[state]]


def _answer_language(case: StaffCase, visit: Visit, typed: Fields) -> str:
    """What the answer is most likely written in: as chosen before, else the guest's language."""
    for language in (typed.get("language", ""), case.language):
        if language in LANGUAGES:
            return language
    return visit.localizer.language


def _seen(typed: Fields) -> tuple[int, int]:
    """The newest message and note that the page had when its form was made."""
    from_form = [typed.get(name, "") for name in ("seen_message", "seen_note")]
    message, note = (int(text) if text.isascii() and text.isdigit() else 0 for text in from_form)
    return message, note
