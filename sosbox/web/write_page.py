"""The page behind an access point: a text, a button, a receipt."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath

from sosbox.cases.guest_actions import Filing
from sosbox.cases.rules import MAX_TEXT, MAX_TICKET, check_guest_form, read_ticket
from sosbox.db import DB
from sosbox.errors import (
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
    UnavailableError,
)
from sosbox.i18n import Localizer
from sosbox.places.directory import Place
from sosbox.ui.pages import SECURITY_HEADERS, see_other, wants_json
from sosbox.ui.site import Site, site_of
from sosbox.web.bursts import Bursts, is_solved, new_challenge
from sosbox.web.errors import json_error
from sosbox.web.forms import MAX_BODY_BYTES, form_fields
from sosbox.web.labels import KIND_CHOICES, KIND_LABELS
from sosbox.web.language import guest_localizer, wants_easy
from sosbox.web.rendering import guest_page, origin_of

_FIELDS = ("text", "kind", "remedy", "name", "email", "phone")
# What a code may carry, and the field that it comes into, where the guest sees and changes it.
TICKET_PARAMETER = "r"
_TICKET = "ticket"


class KindChoice(NamedTuple):
    """A kind as the two forms offer it."""

    value: str
    label: str
    picture: str
    easy_label: str


@get("/p/{token:str}")
async def show_form(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    place = await _place(site_of(request), token)
    _ = guest_localizer(request, place.house)
    ticket = read_ticket(request.query_params.get(TICKET_PARAMETER, ""))
    values = {_TICKET: ticket} if ticket else {}
    return _form_page(request, place, _, values=values, is_easy=wants_easy(request))


@post("/p/{token:str}", request_max_body_size=MAX_BODY_BYTES)
async def take_form(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    place = await _place(site, token)
    fields = await form_fields(request)
    _ = guest_localizer(request, place.house, fields.get("lang", ""))
    is_easy = wants_easy(request, fields)
    values = {name: fields.get(name, "") for name in _FIELDS}
    if _TICKET in fields:
        values[_TICKET] = fields[_TICKET]
    # A phone that repeats a submission repeats its id; without one every submission is new.
    submission_id = fields.get("submission_id", "") or secrets.token_urlsafe(16)
    now = site.box.clock.now()
    bursts: Bursts = request.app.state.bursts
    point_id = place.access_point_id
    is_held = bursts.is_over(point_id) and not is_solved(
        site.box.keys,
        point_id,
        submission_id,
        challenge=fields.get("challenge", ""),
        solution=fields.get("solution", ""),
        now=now,
    )
    bursts.begin(point_id)
    filed = None
    try:
        form = check_guest_form(**values)
        filing = Filing(now, place, form, submission_id, _.language, is_held)
        filed = await DB.write_shared(site.intake.take_in, filing)
    except (InvalidFieldsError, UnavailableError) as error:
        return _refuse(request, place, _, error, values, submission_id, is_easy=is_easy)
    except ConflictError as error:
        # Only another submission can be stored: the form comes back with a new id.
        return _refuse(request, place, _, error, values, "", is_easy=is_easy)
    finally:
        bursts.end(point_id, is_new=filed is not None and filed.message_id is not None)
    path = f"/t/{site.box.keys.receipt_token(filed.receipt_code)}" + ("?easy=1" if is_easy else "")
    if wants_json(request):
        body = {
            "reference": filed.reference,
            "receipt_code": filed.receipt_code,
            "receipt_url": origin_of(request) + path,
        }
        return Response(
            body,
            status_code=HTTPStatus.CREATED,
            media_type="application/json",
            headers=SECURITY_HEADERS,
        )
    return see_other(path)


async def _place(site: Site, token: FromPath[str]) -> Place:
    place = await site.directory.place(token)
    if place is None or place.is_retired:
        raise NotFoundError(
            "This code is not in use any more. Please scan another code nearby, or speak to the"
            " people at reception: they will take your message."
        )
    return place


def _refuse(
    request: Request[Any, Any, Any],
    place: Place,
    _: Localizer,
    error: InvalidFieldsError | UnavailableError | ConflictError,
    values: Mapping[str, str],
    submission_id: str,
    *,
    is_easy: bool,
) -> Response[Any]:
    fields = error.fields if isinstance(error, InvalidFieldsError) else {}
    if wants_json(request):
        texts = {name: _.error(problem) for name, problem in fields.items()}
        return json_error(_.error(error), error.status, fields=texts)
    return _form_page(
        request,
        place,
        _,
        values=values,
        submission_id=submission_id,
        is_easy=is_easy,
        error=error,
        problems=fields,
        status=error.status,
    )


def _form_page(
    request: Request[Any, Any, Any],
    place: Place,
    _: Localizer,
    *,
    is_easy: bool,
    values: Mapping[str, str] | None = None,
    submission_id: str = "",
    error: SosboxError | None = None,
    problems: Mapping[str, SosboxError] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    box, bursts = site_of(request).box, request.app.state.bursts
    challenge = ""
    if bursts.is_near(place.access_point_id):
        challenge = new_challenge(box.keys, place.access_point_id, now=box.clock.now())
    shown = dict.fromkeys(_FIELDS, "") | dict(values or {})
    # Whatever stands beside the text is unfolded where there is something in it.
    is_unfolded = any(shown[name] or name in (problems or {}) for name in _FIELDS if name != "text")
    return guest_page(
        request,
        "write_easy.html" if is_easy else "write.html",
        _,
        house=place.house,
        place=place,
        is_easy=is_easy,
        status=status,
        values=shown,
        submission_id=submission_id or secrets.token_urlsafe(16),
        error=_.error(error) if error else "",
        problems={name: _.error(problem) for name, problem in (problems or {}).items()},
        is_unfolded=is_unfolded,
        has_ticket=_TICKET in shown,
        max_ticket=MAX_TICKET,
        carried=_carried(shown.get(_TICKET, "")),
        kinds=[
            KindChoice(str(kind), _(KIND_LABELS[kind]), picture, _(easy_label))
            for kind, picture, easy_label in KIND_CHOICES
        ],
        max_text=MAX_TEXT,
        challenge=challenge,
    )


def _carried(ticket: str) -> str:
    """What links to this page in other words take along, so that the number stays."""
    return "&" + urlencode({TICKET_PARAMETER: read_ticket(ticket)}) if ticket else ""
