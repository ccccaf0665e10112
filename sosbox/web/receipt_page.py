"""The receipt: what was sent, what was promised, what was answered, and a way to write more."""

import io
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from sosbox.cases.guest_queries import GuestCase, case_by_receipt
from sosbox.cases.languages import correct_own_language
from sosbox.cases.receipts import ReceiptFacts, write_receipt
from sosbox.cases.rules import MAX_TEXT, Kind, State, may_remind
from sosbox.db import DB
from sosbox.dispatch.intake import take_in_more, take_in_reminder
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError, UnavailableError
from sosbox.i18n import LANGUAGES, Localizer
from sosbox.places.directory import Place
from sosbox.ui.pages import SECURITY_HEADERS, see_other, wants_json
from sosbox.ui.site import Site, site_of
from sosbox.web.conversation import shown_texts, writing_direction
from sosbox.web.errors import json_error
from sosbox.web.forms import MAX_BODY_BYTES, form_fields
from sosbox.web.labels import EASY_STATES, KIND_LABELS, STATE_LABELS
from sosbox.web.language import choice, guest_localizer, wants_easy
from sosbox.web.rendering import guest_page, origin_of

# The texts of a case are counted by the page; none has more digits than this.
_MAX_NUMBER_DIGITS = 6


@dataclass(frozen=True)
class Opened:
    """A receipt that was opened with its private link."""

    token: str
    code: str
    case: GuestCase
    place: Place

    @property
    def path(self) -> str:
        return f"/t/{self.token}"


@dataclass(frozen=True)
class Refused:
    """What could not be stored, given back with the reason.

    number: of the text whose language was to be put right; 0 for a new text, which is `text`.
    """

    problem: SosboxError
    number: int = 0
    text: str = ""
    submission_id: str = ""


@get("/t/{token:str}")
async def show_receipt(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    opened = await _open(site_of(request), token)
    _ = _localizer(request, opened)
    return _receipt_page(request, opened, _, is_easy=wants_easy(request))


@get("/t/{token:str}/receipt.txt")
async def download_receipt(
    request: Request[Any, Any, Any], token: FromPath[str]
) -> Response[bytes]:
    site = site_of(request)
    opened = await _open(site, token)
    _ = _localizer(request, opened)
    headers = {
        **SECURITY_HEADERS,
        "Content-Disposition": f'attachment; filename="receipt-{opened.case.reference}.txt"',
    }
    body = write_receipt(site.box.keys, _facts(opened), _)
    return Response(body, media_type="text/plain", headers=headers)


@post("/t/{token:str}", request_max_body_size=MAX_BODY_BYTES)
async def write_more(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    opened = await _open(site, token)
    fields = await form_fields(request)
    _ = _localizer(request, opened, fields.get("lang", ""))
    text = fields.get("text", "")
    submission_id = fields.get("submission_id", "") or secrets.token_urlsafe(16)
    keys = site.box.keys
    try:
        await DB.write(
            take_in_more,
            keys,
            now=site.box.clock.now(),
            case_id=opened.case.id,
            text=text,
            language=_.language,
            submission=keys.follow_up_hash(opened.case.id, submission_id),
        )
    except (InvalidFieldsError, UnavailableError) as error:
        if wants_json(request):
            return json_error(_.error(error), error.status)
        problem = error.fields["text"] if isinstance(error, InvalidFieldsError) else error
        return _receipt_page(
            request,
            opened,
            _,
            is_easy=wants_easy(request, fields),
            refused=Refused(problem, text=text, submission_id=submission_id),
            status=error.status,
        )
    return _done(request, opened, _, is_easy=wants_easy(request, fields))


@post("/t/{token:str}/language", request_max_body_size=MAX_BODY_BYTES)
async def correct_language(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """The guest says which language they wrote in."""
    site = site_of(request)
    opened = await _open(site, token)
    fields = await form_fields(request)
    _ = _localizer(request, opened, fields.get("lang", ""))
    number = _number_of_own(opened.case, fields.get("message", ""))
    try:
        await DB.write(
            correct_own_language,
            site.box.keys,
            now=site.box.clock.now(),
            case_id=opened.case.id,
            message_id=opened.case.messages[number - 1].id,
            language=fields.get("language", ""),
        )
    except (InvalidFieldsError, UnavailableError) as error:
        if wants_json(request):
            return json_error(_.error(error), error.status)
        problem = error.fields["language"] if isinstance(error, InvalidFieldsError) else error
        return _receipt_page(
            request,
            opened,
            _,
            is_easy=wants_easy(request, fields),
            refused=Refused(problem, number=number),
            status=error.status,
        )
    return _done(request, opened, _, is_easy=wants_easy(request, fields))


@post("/t/{token:str}/reminder", request_max_body_size=MAX_BODY_BYTES)
async def remind(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    opened = await _open(site, token)
    fields = await form_fields(request)
    _ = _localizer(request, opened, fields.get("lang", ""))
    # Pressed too early or twice it does nothing: the page shows the state as it is.
    await DB.write(
        take_in_reminder,
        site.box.keys,
        site.rule_book,
        now=site.box.clock.now(),
        case_id=opened.case.id,
    )
    return _done(request, opened, _, is_easy=wants_easy(request, fields))


async def _open(site: Site, token: FromPath[str]) -> Opened:
    code = site.box.keys.receipt_code_from_token(token)
    case = await case_by_receipt(site.box.keys.receipt_hash(code)) if code else None
    if code is None or case is None:
        raise NotFoundError(
            "There is no receipt under this address. Please check the link, or enter the sixteen"
            " digits of your receipt."
        )
    place = await site.directory.place_by_id(case.access_point_id)
    return Opened(token, code, case, place)


def _localizer(request: Request[Any, Any, Any], opened: Opened, chosen: str = "") -> Localizer:
    return guest_localizer(request, opened.place.house, chosen, default=opened.case.language)


def _number_of_own(case: GuestCase, typed: str) -> int:
    """The number of a text that the guest has written, from 1."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MAX_NUMBER_DIGITS
    number = int(typed) if is_number else 0
    if not (1 <= number <= len(case.messages) and case.messages[number - 1].is_from_guest):
        raise NotFoundError("There is no such message.")
    return number


def _done(
    request: Request[Any, Any, Any], opened: Opened, _: Localizer, *, is_easy: bool
) -> Response[Any]:
    if wants_json(request):
        body = {"reference": opened.case.reference}
        return Response(body, status_code=HTTPStatus.CREATED, headers=SECURITY_HEADERS)
    is_chosen = is_easy or _.language != opened.case.language
    query = "?" + choice(_.language, is_easy=is_easy) if is_chosen else ""
    return see_other(f"{opened.path}{query}#thread")


def _receipt_page(
    request: Request[Any, Any, Any],
    opened: Opened,
    _: Localizer,
    *,
    is_easy: bool,
    refused: Refused | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    site = site_of(request)
    case, now = opened.case, site.box.clock.now()
    link = origin_of(request) + opened.path
    state_icon, state_name, state_meaning = STATE_LABELS[case.state]
    return guest_page(
        request,
        "receipt_easy.html" if is_easy else "receipt.html",
        _,
        house=opened.place.house,
        place=opened.place,
        path=opened.path,
        is_easy=is_easy,
        status=status,
        case=case,
        texts=list(shown_texts(case, _)),
        writing_direction=writing_direction,
        all_languages=LANGUAGES,
        code=opened.code,
        link=link,
        qr=_qr(link, _("Code with the address of this page")),
        kind=_(KIND_LABELS[Kind(case.kind)]),
        state_icon=state_icon,
        state_name=_(state_name),
        state_meaning=_(state_meaning),
        easy_meaning=[_(sentence) for sentence in EASY_STATES[case.state]],
        has_answer=any(not message.is_from_guest for message in case.messages)
        or case.state is State.RESOLVED,
        is_late=case.answered_at is None and now >= case.promise_due_at,
        may_remind=may_remind(now, case.state, case.promise_due_at, case.reminded_at),
        text=refused.text if refused else "",
        submission_id=(refused and refused.submission_id) or secrets.token_urlsafe(16),
        problem=_.error(refused.problem) if refused else "",
        misread=refused.number if refused else 0,
        max_text=MAX_TEXT,
    )


def _qr(link: str, label: str) -> Markup:
    out = io.BytesIO()
    segno.make(link, error="m").save(
        out,
        kind="svg",
        border=4,
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=label,
    )
    return Markup(out.getvalue().decode().replace("<svg ", '<svg role="img" ', 1))  # noqa: S704


def _facts(opened: Opened) -> ReceiptFacts:
    case, place, house = opened.case, opened.place, opened.place.house
    contact = ", ".join(
        part for part in (case.contact_name, case.contact_email, case.contact_phone) if part
    )
    return ReceiptFacts(
        reference=case.reference,
        receipt_code=opened.code,
        establishment=house.name,
        legal_name=house.legal_name,
        address=house.address,
        area=place.area_name,
        place_label=place.label,
        place_code=place.code,
        filed_at=case.filed_at,
        promise_due_at=case.promise_due_at,
        legal_due_at=case.legal_due_at,
        zone=house.zone,
        texts=[(m.created_at, m.text) for m in case.messages if m.is_from_guest],
        remedy=case.remedy,
        contact=contact,
    )
