"""Every page that a guest can open."""

from typing import Any

from litestar import Request, Response, Router, get

from sosbox.ui.pages import see_other
from sosbox.web.code_page import ask_code, take_code
from sosbox.web.errors import GUEST_EXCEPTION_HANDLERS
from sosbox.web.logo import show_logo
from sosbox.web.receipt_page import (
    correct_language,
    download_receipt,
    remind,
    show_receipt,
    write_more,
)
from sosbox.web.sms_hooks import take_kannel_sms, take_report, take_sms
from sosbox.web.write_page import show_form, take_form


@get("/")
async def start(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
    """Whoever types the bare address most likely holds a receipt."""
    return see_other("/t")


GUEST_ROUTES = (
    Router(
        "/",
        route_handlers=[
            start,
            show_form,
            take_form,
            ask_code,
            take_code,
            show_receipt,
            download_receipt,
            write_more,
            correct_language,
            remind,
            show_logo,
            take_report,
            take_kannel_sms,
            take_sms,
        ],
        exception_handlers=dict(GUEST_EXCEPTION_HANDLERS),
        include_in_schema=False,
    ),
)
