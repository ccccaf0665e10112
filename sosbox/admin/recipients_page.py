"""The people and posts who may be told, and how each is reached."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.channel_words import CHANNEL_LABELS, sms_cost
from sosbox.admin.forms import FieldLists, path_id
from sosbox.admin.rota_view import duty_words
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.routing.addresses import ADDRESS_CHECKS
from sosbox.routing.drafts import RecipientDraft, check_recipient
from sosbox.routing.recipient_actions import add_recipient, change_recipient, delete_recipient
from sosbox.routing.settings import RecipientSettings
from sosbox.routing.uses import uses_of
from sosbox.ui.pages import see_other

_PATH = f"{SETTINGS}/recipients"
_USUAL_PAUSE = "10"


@get("/recipients")
async def show_recipients(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    settings = await read_settings(visit)
    on_duty = {
        post_id: duty_words(settings, post_id, visit.now, visit.zone, visit.localizer)
        for post_id in settings.shifts
    }
    return settings_page(
        request,
        visit,
        "recipients.html",
        settings,
        on_duty=on_duty,
        channel_labels=CHANNEL_LABELS,
        languages=LANGUAGES,
        uses={each: uses_of(settings, each) for each in settings.recipients},
    )


@get("/recipients/new")
async def show_new_recipient(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    visit.viewer.require_configure()
    return await _form_page(request, visit, None, Typed(_new_values(visit)))


@post("/recipients/new")
async def take_new_recipient(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(add_recipient, viewer=visit.viewer, draft=_read(visit, typed))
    except REFUSALS as error:
        return await _form_page(request, visit, None, typed, error)
    return see_other(f"{_PATH}?done=stored")


@get("/recipients/{recipient_id:str}")
async def show_recipient(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], recipient_id: FromPath[str]
) -> Response[bytes]:
    return await _form_page(request, visit, path_id(recipient_id))


@post("/recipients/{recipient_id:str}")
async def take_recipient(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    recipient_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            change_recipient,
            viewer=visit.viewer,
            recipient_id=path_id(recipient_id),
            draft=_read(visit, typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _form_page(request, visit, path_id(recipient_id), typed, error)
    return see_other(f"{_PATH}?done=stored")


@post("/recipients/{recipient_id:str}/delete")
async def take_recipient_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    recipient_id: FromPath[str],
) -> Response[bytes]:
    try:
        await DB.write(
            delete_recipient,
            now=visit.now,
            viewer=visit.viewer,
            recipient_id=path_id(recipient_id),
            edition=Typed(lists)["edition"],
        )
    except REFUSALS as error:
        return await _form_page(request, visit, path_id(recipient_id), None, error)
    return see_other(f"{_PATH}?done=deleted")


def _read(visit: Visit, typed: Typed) -> RecipientDraft:
    is_at_once = typed["when"] != "one_by_one"
    return check_recipient(
        name=typed["name"],
        language=typed["language"],
        addresses={channel: typed[channel] for channel in ADDRESS_CHECKS},
        channels=typed.all("channels"),
        next_channel_minutes="0" if is_at_once else typed["next_channel_minutes"],
        phone_region=visit.box.config.phone_region,
    )


def _values_of(recipient: RecipientSettings) -> dict[str, list[str]]:
    minutes = recipient.next_channel_minutes
    return {
        "name": [recipient.name],
        "language": [recipient.language],
        **{channel: ["\n".join(lines)] for channel, lines in recipient.addresses.items()},
        "channels": list(recipient.channels),
        "when": ["one_by_one" if minutes else "at_once"],
        "next_channel_minutes": [str(minutes) if minutes else _USUAL_PAUSE],
    }


def _new_values(visit: Visit) -> dict[str, list[str]]:
    return {
        "language": [visit.localizer.language],
        "when": ["at_once"],
        "next_channel_minutes": [_USUAL_PAUSE],
    }


async def _form_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    recipient_id: int | None,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    recipient = None if recipient_id is None else settings.recipient(recipient_id)
    if typed is None:
        typed = Typed(_values_of(recipient) if recipient else {})
    config = visit.box.config
    return settings_page(
        request,
        visit,
        "recipient.html",
        settings,
        refusal=refusal,
        recipient=recipient,
        typed=typed,
        edition=edition_shown(typed, edition_of(recipient), refusal),
        uses=uses_of(settings, recipient_id) if recipient_id is not None else None,
        channel_labels=CHANNEL_LABELS,
        channels=list(ADDRESS_CHECKS),
        languages=LANGUAGES,
        sms_costs=[
            (code, sms_cost(code, config.sms_max_parts, visit.localizer)) for code in LANGUAGES
        ],
        webhook_secrets={
            url: visit.box.keys.webhook_secret(url)
            for url in (recipient.addresses.get("webhook", ()) if recipient else ())
            if visit.viewer.may_configure
        },
    )
