"""Pages of the console: the environment they are rendered in and what all of them show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response
from markupsafe import Markup

from sosbox.admin import translation_words, words
from sosbox.admin.access import Visit, asked_language
from sosbox.admin.forms import read_query
from sosbox.admin.reply_words import WAY_LABELS
from sosbox.cases.inbox_queries import MAX_COUNT
from sosbox.cases.rules import State
from sosbox.channels.words import engine_name, language_name
from sosbox.i18n import Localizer, localizer
from sosbox.ui.assets import ASSETS
from sosbox.ui.pages import make_environment, page, render
from sosbox.ui.site import site_of

_FOLDER = Path(__file__).parent
ASSETS.add_folder(_FOLDER / "static")
_ENVIRONMENT = make_environment(_FOLDER / "templates")
_ENVIRONMENT.globals.update(
    STATE_LABELS=words.STATE_LABELS,
    KIND_LABELS=words.KIND_LABELS,
    ORIGIN_LABELS=words.ORIGIN_LABELS,
    ROLE_LABELS=words.ROLE_LABELS,
    DELIVERY_STATE_LABELS=words.DELIVERY_STATE_LABELS,
    DELIVERY_EVENT_LABELS=words.DELIVERY_EVENT_LABELS,
    REPORT_LABELS=words.REPORT_LABELS,
    STATE_STEPS=words.STATE_STEPS,
    REOPEN_STEP=words.REOPEN_STEP,
    State=State,
    WAY_LABELS=WAY_LABELS,
    LANGUAGE_BY_LABELS=translation_words.LANGUAGE_BY_LABELS,
    direction_of=translation_words.direction_of,
    writing_direction=translation_words.writing_direction,
    language_name=words.language_name,
)


class Speech:
    """What templates need to say times, counts and languages to one reader at one moment."""

    def __init__(self, _: Localizer, zone: ZoneInfo, now: datetime) -> None:
        self._ = _
        self.zone = zone
        self.now = now

    def ago(self, when: datetime) -> Markup:
        """A relative time, exact on hover."""
        return self._time(when, self._.ago(when, self.now))

    def exact(self, when: datetime) -> Markup:
        """An exact time, relative on hover."""
        return _TIME.format(
            when.isoformat(), self._.ago(when, self.now), self._.short_moment(when, self.zone)
        )

    def clock(self, clock: Any) -> tuple[str, str]:
        return words.clock_words(clock, self.now, self._)

    def capped(self, number: int) -> str:
        return words.capped(number, MAX_COUNT)

    def failed(self, number: int) -> str:
        """How many cases have a notice that did not arrive."""
        return self._.plural(
            "In {shown} case a notice could not be delivered.",
            "In {shown} cases notices could not be delivered.",
            number,
            shown=self.capped(number),
        )

    def held(self, number: int) -> str:
        """How many messages wait in quarantine."""
        return self._.plural(
            "{shown} message is in quarantine.",
            "{shown} messages are in quarantine.",
            number,
            shown=self.capped(number),
        )

    def language(self, code: str) -> str:
        """A language by the name that the reader has for it, "Japanese"."""
        return language_name(code, self._)

    def language_choice(self, code: str) -> str:
        return translation_words.language_choice(code, self._)

    def engine(self, engine: str) -> str:
        return engine_name(engine, self._)

    def guards(self, flags: Iterable[str]) -> str:
        return translation_words.guard_words(flags, self._)

    def attempts(self, number: int) -> str:
        return self._.plural("{num} attempt", "{num} attempts", number)

    def _time(self, when: datetime, text: str) -> Markup:
        return _TIME.format(when.isoformat(), self._.short_moment(when, self.zone), text)


_TIME = Markup('<time datetime="{}" title="{}">{}</time>')


def console_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    zone: ZoneInfo | None = None,
    **context: Any,
) -> Response[bytes]:
    """A page for somebody who is logged in."""
    done = read_query(request).get("done", "")
    is_done = status is HTTPStatus.OK and done in words.DONE_LABELS
    html = render(
        _ENVIRONMENT,
        template,
        visit.localizer,
        {
            "visit": visit,
            "viewer": visit.viewer,
            "csrf": visit.session.csrf_token,
            "say": Speech(visit.localizer, zone or visit.zone, visit.now),
            "done": done if is_done else "",
            "done_text": visit.localizer(words.DONE_LABELS[done]) if is_done else "",
            **context,
        },
    )
    return page(html, request, status=status, headers=headers)


def outside_page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    language: str = "",
    **context: Any,
) -> Response[bytes]:
    """A page for whoever is not logged in (yet), in the language given, else as they ask for."""
    _ = localizer(language) if language else outside_localizer(request)
    html = render(_ENVIRONMENT, template, _, {"visit": None, **context})
    return page(html, request, status=status, headers=headers)


def outside_localizer(request: Request[Any, Any, Any]) -> Localizer:
    houses = site_of(request).directory.known_houses()
    return localizer(asked_language(request, houses[0].language if houses else "en"))
