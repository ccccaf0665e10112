"""What the pages of the settings have in common."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.rendering import console_page
from sosbox.admin.rule_sentences import RuleSentences
from sosbox.admin.time_words import Times
from sosbox.db import DB
from sosbox.errors import (
    ConflictError,
    InvalidFieldsError,
    SosboxError,
    UnavailableError,
)
from sosbox.routing.settings import Settings
from sosbox.routing.settings_queries import load_settings

SETTINGS = f"{ROOT}/settings"


async def read_settings(visit: Visit) -> Settings:
    """Everything that the visitor's subscriber has settled."""
    return await DB.read(lambda connection: load_settings(connection, visit.viewer.subscriber_id))


def settings_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    template: str,
    settings: Settings,
    *,
    refusal: SosboxError | None = None,
    **context: Any,
) -> Response[bytes]:
    """A page of the settings.

    refusal: why the form on it was not taken; an InvalidFieldsError stands beside its fields.
    """
    return console_page(
        request,
        visit,
        template,
        status=refusal.status if refusal else HTTPStatus.OK,
        settings=settings,
        sentences=RuleSentences(settings, visit.localizer),
        times=Times(visit.localizer),
        refusal=None if isinstance(refusal, InvalidFieldsError) else refusal,
        errors=field_errors(refusal),
        **context,
    )


def field_errors(refusal: SosboxError | None) -> Mapping[str, SosboxError]:
    return refusal.fields if isinstance(refusal, InvalidFieldsError) else {}


# What a form comes back with; anything else is a page of its own.
REFUSALS = (InvalidFieldsError, ConflictError, UnavailableError)
