"""Where gateways for SMS report what became of a message, and hand over what has come.

Kannel runs on the machine of the box: what it says is heard from there alone. The app on a phone
speaks from the network of the house. Both prove with a secret who they are; to anybody else there
is nothing here.
"""

import hmac
import json
from ipaddress import ip_address
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath

from sosbox.channels.sms.hooks import (
    HTTP_INBOUND_PATH,
    KANNEL_INBOUND_PATH,
    REPORT_PATH,
    http_inbound_secret,
    kannel_inbound_secret,
    report_secret,
)
from sosbox.channels.sms.inbound import InboundSms, read_fields, read_kannel_query
from sosbox.channels.sms.kannel import has_arrived
from sosbox.db import DB
from sosbox.deliveries.replies import keep_reply
from sosbox.deliveries.reports import record_report
from sosbox.ui.site import site_of
from sosbox.web.forms import form_fields

MAX_BODY_BYTES = 50_000
# Row ids are of 64 bits.
_MAX_ID_DIGITS = 18
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@get(REPORT_PATH)
async def take_report(request: Request[Any, Any, Any]) -> Response[str]:
    """Kannel says what became of a delivery."""
    _require_this_machine(request)
    box = site_of(request).box
    query = request.query_params
    number = query.get("delivery", "")
    if not (number.isascii() and number.isdigit() and len(number) <= _MAX_ID_DIGITS):
        raise NotFoundException
    _require_secret(query.get("secret", ""), report_secret(box.keys, int(number)))
    arrived = has_arrived(query.get("status", ""))
    if arrived is not None:
        await DB.write(
            record_report,
            box.keys,
            now=box.clock.now(),
            delivery_id=int(number),
            has_arrived=arrived,
            detail=query.get("detail", ""),
        )
    return _heard()


@get(KANNEL_INBOUND_PATH)
async def take_kannel_sms(request: Request[Any, Any, Any]) -> Response[str]:
    """Kannel hands over a message."""
    _require_this_machine(request)
    box = site_of(request).box
    _require_secret(request.query_params.get("secret", ""), kannel_inbound_secret(box.keys))
    query: bytes = request.scope["query_string"]
    await _keep(request, read_kannel_query(query, box.config.phone_region))
    return _heard()


@post(HTTP_INBOUND_PATH + "/{secret:str}", request_max_body_size=MAX_BODY_BYTES, status_code=200)
async def take_sms(request: Request[Any, Any, Any], secret: FromPath[str]) -> Response[str]:
    """Another gateway hands over a message, as JSON or as a form."""
    box = site_of(request).box
    _require_secret(secret, http_inbound_secret(box.keys))
    fields = await _posted_fields(request)
    message = read_fields(fields, box.config.phone_region, box.clock.now())
    if message is None:
        raise ClientException("sender or text is missing")
    await _keep(request, message)
    return _heard()


async def _keep(request: Request[Any, Any, Any], message: InboundSms | None) -> None:
    if message is None:
        return
    await DB.write(
        keep_reply,
        channel="sms",
        external_id=message.external_id,
        sender=message.sender,
        text=message.text,
        now=site_of(request).box.clock.now(),
    )


async def _posted_fields(request: Request[Any, Any, Any]) -> dict[str, Any]:
    if request.content_type[0] != "application/json":
        return dict(await form_fields(request))
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise ClientException("not JSON") from None
    if not isinstance(data, dict):
        raise ClientException("not an object")
    return data


def _require_this_machine(request: Request[Any, Any, Any]) -> None:
    """Answers nobody else: to its own addresses, too, this machine speaks from the same one."""
    client, server = request.scope["client"], request.scope["server"]
    if client is None:
        raise NotFoundException
    try:
        is_own = ip_address(client[0]).is_loopback or (
            server is not None and client[0] == server[0]
        )
    except ValueError:
        is_own = False
    if not is_own:
        raise NotFoundException


def _require_secret(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise NotFoundException


def _heard() -> Response[str]:
    # Kannel would send what stands here to whoever has written, were it not told otherwise.
    return Response("", media_type="text/plain", headers=_HEADERS)
