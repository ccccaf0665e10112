"""What the pages for mail and SMS have in common: trying options, storing them, starting anew."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.box_access import BOX
from sosbox.admin.box_drafts import drafts_of
from sosbox.admin.forms import read_query
from sosbox.admin.rendering import console_page
from sosbox.admin.settings_context import field_errors
from sosbox.admin.typed import Typed
from sosbox.channels.base import Channel, ChannelError, RetryError
from sosbox.channels.trial_notice import trial_notice
from sosbox.config import Config
from sosbox.console_options import store_options
from sosbox.errors import ConflictError, InvalidFieldsError, SosboxError, UnavailableError
from sosbox.i18n import N_
from sosbox.ui.pages import see_other
from sosbox.ui.site import site_of

# A test that takes longer is of no use to whoever waits for it.
MAX_TRIAL_S = 45
# How often the page that waits looks whether the box is back, seconds.
_LOOK_AGAIN_S = 2
# The pages that have options, and may be gone back to.
_PAGES = frozenset({"mail", "sms"})


def fixed_options(config: Config, secrets: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """What of a page the installer has set, and where.

    secrets: options that are handed to whoever the others name; if the installer has set one of
    them, nobody may send it somewhere else.
    """
    found = {}
    settings = config.settings
    held = next((name for name in secrets if settings[name].is_of_installer), "")
    for name in (*secrets, *others):
        if held or settings[name].is_of_installer:
            is_own = settings[name].is_of_installer
            found[name] = settings[name if is_own else held].source
    return found


async def try_out(
    request: Request[Any, Any, Any], visit: Visit, channel: Channel, address: str
) -> None:
    """Sends a test over a channel. Raises ChannelError in the words of the other side."""
    drafts = drafts_of(request)
    if drafts.is_trying:
        await channel.close()
        raise ConflictError("Another test is running. Please try again in a moment.")
    drafts.is_trying = True
    try:
        async with asyncio.timeout(MAX_TRIAL_S):
            await channel.send(await _notice(request, visit, address))
    except TimeoutError:
        raise RetryError(N_("The other side has not answered in time.")) from None
    finally:
        drafts.is_trying = False
        await channel.close()


async def _notice(request: Request[Any, Any, Any], visit: Visit, address: str) -> Any:
    houses = await site_of(request).directory.houses()
    own = [house for house in houses if house.subscriber_id == visit.viewer.subscriber_id]
    base_url = (own[0].base_url if own else "") or str(request.base_url)
    return trial_notice(
        address,
        name=visit.viewer.name,
        language=visit.localizer.language,
        house=own[0].name if own else "sosbox",
        url=f"{base_url.rstrip('/')}/admin",
        zone=visit.zone,
        now=visit.now,
    )


async def store_and_restart(
    request: Request[Any, Any, Any],
    visit: Visit,
    page: str,
    values: Mapping[str, Any],
    fixed: Collection[str],
) -> Response[bytes]:
    """Keeps the options and has the box started anew, for they are read at its start."""
    own = {name: value for name, value in values.items() if name not in fixed}
    try:
        await asyncio.to_thread(store_options, visit.box.config.data_dir, own)
    except OSError:
        raise UnavailableError(
            "The box cannot store it: its disk is full or cannot be written."
        ) from None
    drafts_of(request).forget(visit, page)
    state = request.app.state
    if not state.restart():
        return see_other(f"{BOX}/{page}?done=stored_for_later")
    return see_other(f"{BOX}/restart?page={page}&boot={state.boot}")


@get("/restart")
async def show_restart(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """Waits, with or without scripts: the browser asks again until another process answers."""
    query = read_query(request)
    page = query.get("page", "")
    path = f"{BOX}/{page if page in _PAGES else 'mail'}?done=stored"
    if query.get("boot") != request.app.state.boot:
        return see_other(path)
    headers = {"Refresh": str(_LOOK_AGAIN_S)}
    return console_page(request, visit, "box_restart.html", headers=headers, path=path)


def option_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    template: str,
    typed: Typed,
    *,
    fixed: Mapping[str, str],
    refusal: SosboxError | None = None,
    is_tried: bool = False,
    **context: Any,
) -> Response[bytes]:
    """fixed: as `fixed_options` has it.

    refusal: why the form was not taken, or the test has failed; is_tried: the test went through.
    """
    problem = refusal if isinstance(refusal, ChannelError) else None
    return console_page(
        request,
        visit,
        template,
        status=HTTPStatus.OK if problem or refusal is None else refusal.status,
        typed=typed,
        fixed=fixed,
        problem=problem,
        is_tried=is_tried,
        refusal=None if problem or isinstance(refusal, InvalidFieldsError) else refusal,
        errors=field_errors(refusal),
        **context,
    )
