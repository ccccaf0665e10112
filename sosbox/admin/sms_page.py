"""What SMS are sent with: tried before it is stored."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.box_drafts import drafts_of
from sosbox.admin.box_options import fixed_options, option_page, store_and_restart, try_out
from sosbox.admin.forms import FieldLists
from sosbox.admin.typed import Typed
from sosbox.channels.base import ChannelError
from sosbox.channels.sms.channel import SmsChannel
from sosbox.console_options import with_options
from sosbox.errors import ConflictError, InvalidFieldsError, Problems, SosboxError
from sosbox.i18n import N_
from sosbox.lib.phone import WrongNumberError, normal_number
from sosbox.lib.text import one_line

PAGE = "sms"
GATEWAY_LABELS = (
    ("", N_("No SMS are sent")),
    ("kannel", N_("A modem at the box (Kannel): the installer sets it up")),
    ("http", N_("A gateway over HTTP: a phone with an app, or a provider")),
)
_METHODS = ("POST", "GET")
_HTTP = ("sms_http_method", "sms_http_success_codes", "sms_http_success_text")
# They may hold a key of the provider: none is shown again.
_SECRETS = ("sms_http_url", "sms_http_headers", "sms_http_body")
_MAX_SECRET = 5_000


@get("/sms")
async def show_sms(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    config = visit.box.config
    names = ("sms_gateway", "phone_region", *_HTTP)
    return _page(request, visit, Typed({name: [config.settings[name].value] for name in names}))


@post("/sms")
async def take_sms(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    known = drafts_of(request).find(visit, PAGE)
    is_test = typed["do"] != "store"
    try:
        values = read_sms(typed, known, is_test=is_test)
        values |= {name: visit.box.config.settings[name].value for name in _fixed(visit)}
        if not is_test:
            return await store_and_restart(request, visit, PAGE, values, _fixed(visit))
        drafts_of(request).keep(visit, PAGE, {**known, **values})
        config = with_options(visit.box.config, values)
        channel = SmsChannel(config, visit.box.keys)
        await try_out(request, visit, channel, one_line(typed["test_to"]))
    except (InvalidFieldsError, ConflictError, ChannelError) as error:
        return _page(request, visit, typed, refusal=error)
    return _page(request, visit, typed, is_tried=True)


def read_sms(typed: Typed, known: Mapping[str, Any], *, is_test: bool) -> dict[str, Any]:
    """The options that the form means. Raises InvalidFieldsError.

    known: where comes from what was left empty because it may not be shown; with another address
    nothing is taken from there, for it would be handed to somebody else.
    """
    problems = Problems()
    gateway = typed["sms_gateway"]
    if gateway not in dict(GATEWAY_LABELS) or (is_test and not gateway):
        problems.add("sms_gateway", SosboxError("Please choose from the list."))
    region = one_line(typed["phone_region"]).upper()
    if region and not (len(region) == 2 and region.isascii() and region.isalpha()):
        problems.add("phone_region", SosboxError("A country has two letters, such as ES."))
    if is_test:
        try:
            normal_number(typed["test_to"], region)
        except WrongNumberError:
            problems.add("test_to", SosboxError("This is not a phone number."))
    values = {"sms_gateway": gateway, "phone_region": region}
    if gateway == "http":
        values |= _read_http(typed, known, problems)
    problems.refuse()
    return values


def _fixed(visit: Visit) -> dict[str, str]:
    found = fixed_options(visit.box.config, _SECRETS, _HTTP)
    return found | fixed_options(visit.box.config, (), ("sms_gateway", "phone_region"))


def _read_http(typed: Typed, known: Mapping[str, Any], problems: Problems) -> dict[str, str]:
    method = typed["sms_http_method"]
    if method not in _METHODS:
        problems.add("sms_http_method", SosboxError("Please choose from the list."))
    is_same_address = not typed["sms_http_url"].strip()
    secrets = {}
    for name in _SECRETS:
        text = typed[name].replace("\r\n", "\n").strip()
        if len(text) > _MAX_SECRET:
            problems.add(name, SosboxError("This is too much text at once."))
        secrets[name] = text or (str(known[name]) if is_same_address else "")
    if not secrets["sms_http_url"].startswith(("http://", "https://")):
        problems.add("sms_http_url", SosboxError("The address begins with http:// or https://."))
    return {
        **secrets,
        "sms_http_method": method,
        "sms_http_success_codes": one_line(typed["sms_http_success_codes"]) or "200-299",
        "sms_http_success_text": one_line(typed["sms_http_success_text"]),
    }


def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    typed: Typed,
    *,
    refusal: SosboxError | None = None,
    is_tried: bool = False,
) -> Response[bytes]:
    known = drafts_of(request).find(visit, PAGE)
    return option_page(
        request,
        visit,
        "box_sms.html",
        typed,
        fixed=_fixed(visit),
        refusal=refusal,
        is_tried=is_tried,
        gateway_labels=GATEWAY_LABELS,
        methods=_METHODS,
        kept={name for name in _SECRETS if known[name]},
    )
