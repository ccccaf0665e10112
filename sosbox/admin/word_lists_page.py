"""The lists of offensive words that filters look for, one for each language."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.filters_page import FILTERS
from sosbox.admin.forms import FieldLists, Fields, read_query
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError, UnavailableError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.routing.filter_actions import reset_word_list, store_word_list
from sosbox.routing.filter_checks import check_word_list
from sosbox.routing.filter_settings import load_word_list
from sosbox.routing.word_lists import ready_made
from sosbox.ui.pages import see_other

_FIRST = {"language": next(iter(LANGUAGES))}


@get("/filters/words")
async def show_word_list(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """Of the first language, unless the address names another."""
    return await _page(request, visit, _language({**_FIRST, **read_query(request)}))


@post("/filters/words")
async def take_word_list(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    language = _language({"language": typed["language"]})
    try:
        await DB.write(
            store_word_list,
            viewer=visit.viewer,
            language=language,
            words=check_word_list(typed["words"]),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _page(request, visit, language, typed, error)
    return see_other(f"{FILTERS}/words?language={language}&done=stored")


@post("/filters/words/reset")
async def take_word_list_away(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    language = _language(fields)
    try:
        await DB.write(reset_word_list, viewer=visit.viewer, language=language)
    except UnavailableError as error:
        return await _page(request, visit, language, refusal=error)
    done = "words_reset" if ready_made(language) else "deleted"
    return see_other(f"{FILTERS}/words?language={language}&done={done}")


def _language(fields: Fields) -> str:
    language = fields.get("language", "")
    if language not in LANGUAGES:
        raise NotFoundError("There is no such page.")
    return language


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    language: str,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    owner = visit.viewer.subscriber_id
    stored = await DB.read(lambda connection: load_word_list(connection, owner, language))
    if typed is None:
        typed = Typed({"words": ["\n".join(stored.words)]})
    return settings_page(
        request,
        visit,
        "word_list.html",
        await read_settings(visit),
        refusal=refusal,
        stored=stored,
        typed=typed,
        edition=edition_shown(typed, edition_of(stored), refusal),
        name=LANGUAGES[language],
        num_ready_made=len(ready_made(language)),
    )
