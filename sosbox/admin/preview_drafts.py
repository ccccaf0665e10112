"""Drafts as their guest would read them: asked of the worker, and waited for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sosbox.admin.access import Visit
from sosbox.admin.forms import Fields
from sosbox.cases.queries import StaffCase, load_translation_pairs
from sosbox.cases.rules import TranslationState
from sosbox.cases.translation_requests import Preview, ask_for_preview, load_preview
from sosbox.db import DB
from sosbox.errors import NotFoundError
from sosbox.i18n import LANGUAGES

# How often the answer of the worker is looked for, and how long each pause is, seconds: somebody
# sits before the page and waits.
NUM_LOOKS = 80
PAUSE_S = 0.1


@dataclass(frozen=True)
class Draft:
    """A text that was typed into `field` and not sent, and what its guest would read.

    source: what it is written in; target: what the guest reads. preview: None when the worker has
    not answered in time; not looked at where source and target are the same.
    """

    typed: Fields
    field: str
    source: str
    target: str
    preview: Preview | None = None

    @property
    def needs_no_translation(self) -> bool:
        return self.source == self.target


def written_language(fields: Fields, visit: Visit) -> str:
    """What a form says that its text is written in; else what its writer reads."""
    language = fields.get("language", "")
    return language if language in LANGUAGES else visit.localizer.language


async def translate_draft(
    visit: Visit,
    case: StaffCase,
    fields: Fields,
    field: str,
    text: str,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Draft:
    """The draft with its translation and the way back, waited for at most eight seconds.

    Raises UnavailableError when it cannot be asked for.
    """
    draft = Draft(fields, field, written_language(fields, visit), case.reads)
    if draft.needs_no_translation:
        return draft
    if f"{draft.source}-{draft.target}" not in await load_translation_pairs():
        preview: Preview | None = Preview(TranslationState.UNAVAILABLE)
    else:
        preview = await _asked(visit, case, draft, text, pause)
    return replace(draft, preview=preview)


async def _asked(
    visit: Visit,
    case: StaffCase,
    draft: Draft,
    text: str,
    pause: Callable[[float], Awaitable[None]],
) -> Preview | None:
    request_id = await DB.write(
        ask_for_preview,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        text=text,
        source=draft.source,
        target=draft.target,
    )
    for _ in range(NUM_LOOKS):
        try:
            if (preview := await load_preview(visit.viewer, request_id)) is not None:
                return preview
        except NotFoundError:
            # Asked for again meanwhile, on another page: that one has the answer.
            return None
        await pause(PAUSE_S)
    return None
