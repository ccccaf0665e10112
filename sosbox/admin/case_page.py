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
from sosbox.admin.forms import Fields, as_version, path_id, read_query
from sosbox.admin.history import tell_history
from sosbox.admin.hold_words import hold_reasons
from sosbox.admin.inbox_page import inbox_context
from sosbox.admin.live import live_of
from sosbox.admin.preview_drafts import Draft, written_language
from sosbox.admin.rendering import console_page
from sosbox.admin.translation_blocks import TranslationBlocks
from sosbox.admin.translation_words import language_groups
from sosbox.admin.words import people_here
from sosbox.cases.quarantine_queries import filters_of_messages
from sosbox.cases.queries import (
    StaffCase,
    load_case,
    load_translation_pairs,
    load_translations,
    thread_of,
)
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

# The fields that hold what a guest will read.
_FOR_GUESTS = ("answer", "outcome")


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
    request: Request[Any, Any, Any],
    visit: Visit,
    case_id: int,
    refusal: Refusal | None = None,
    *,
    draft: Draft | None = None,
) -> Response[bytes]:
    """The page of a case, perhaps with a form on it that was not taken, or a draft as its guest
    will read it."""
    viewer = visit.viewer
    query = read_inbox_query(read_query(request))
    context = await inbox_context(visit, query, open_case_id=case_id)
    case = await load_case(viewer, case_id)
    if draft is not None and as_version(draft.typed.get("version", "")) != case.version:
        # The form gets the version that the page shows now, so what is new must be marked.
        refusal = Refusal(StaleCaseError(case.version), draft.typed)
    names = await account_names(viewer)
    deliveries = await deliveries_of_case(case.id)
    context |= await thread_context(request, visit, case)
    thread = context["thread"]
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
    shown = refusal or _Nothing(typed=draft.typed if draft else {})
    seen = _seen(shown.typed) if shown.is_stale else None
    pairs = await load_translation_pairs()
    return console_page(
        request,
        visit,
        "case.html",
        status=refusal.error.status if refusal else HTTPStatus.OK,
        zone=context["house"].zone,
        case=case,
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
        language_groups=language_groups(case.reads, pairs, visit.localizer),
        pairs=pairs,
        written_in={field: _written_in(visit, shown.typed, field) for field in _FOR_GUESTS},
        draft=draft,
        first_message=from_guest[0],
        reasons=lambda item: hold_reasons(held_by.get(item.id, ()), visit.localizer),
        marks=list(dict.fromkeys(mark for marks in marked_by.values() for mark in marks)),
        here=_here(request, visit, case.id),
        **context,
    )


async def thread_context(
    request: Request[Any, Any, Any], visit: Visit, case: StaffCase
) -> dict[str, Any]:
    """What was written in a case, and its translations."""
    house = await site_of(request).directory.house(case.establishment_id)
    thread = await thread_of(case)
    rows = await load_translations(case)
    return {
        "house": house,
        "thread": thread,
        "translations": TranslationBlocks(rows, house.language, visit.localizer.language),
    }


def _here(request: Request[Any, Any, Any], visit: Visit, case_id: int) -> str:
    presence = live_of(request).presence
    account_id = visit.viewer.account_id
    presence.view(case_id, account_id, visit.viewer.name, now=visit.now)
    live_of(request).wake(case_id)
    return people_here(presence.others(case_id, account_id, now=visit.now), visit.localizer)


def _steps(state: State) -> list[State]:
    return [step for step in State if step in TRANSITIONS[state]]


def _written_in(visit: Visit, typed: Fields, field: str) -> str:
    """What a text for the guest is most likely written in: as chosen with it, else as its writer
    reads the console."""
    return written_language(typed if field in typed else {}, visit)


def _seen(typed: Fields) -> tuple[int, int]:
    """The newest message and note that the page had when its form was made."""
    from_form = [typed.get(name, "") for name in ("seen_message", "seen_note")]
    message, note = (int(text) if text.isascii() and text.isdigit() else 0 for text in from_form)
    return message, note
