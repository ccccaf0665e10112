"""The words of a house that have a fixed form in translations."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, path_id
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError, UnavailableError
from sosbox.i18n import LANGUAGES
from sosbox.places.translation_settings import (
    StoredTerm,
    delete_term,
    keep_term,
    load_languages,
    load_terms,
)
from sosbox.ui.pages import see_other

_PREFIX = "form_"


@get("/glossary/{house_id:str}")
async def show_glossary(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    return await _page(request, visit, path_id(house_id))


@get("/glossary/{house_id:str}/{term_id:str}")
async def show_term(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    house_id: FromPath[str],
    term_id: FromPath[str],
) -> Response[bytes]:
    return await _page(request, visit, path_id(house_id), path_id(term_id))


@post("/glossary/{house_id:str}")
async def take_new_term(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    house_id: FromPath[str],
) -> Response[bytes]:
    return await _take(request, visit, Typed(lists), path_id(house_id), None)


@post("/glossary/{house_id:str}/{term_id:str}")
async def take_term(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    house_id: FromPath[str],
    term_id: FromPath[str],
) -> Response[bytes]:
    return await _take(request, visit, Typed(lists), path_id(house_id), path_id(term_id))


@post("/glossary/{house_id:str}/{term_id:str}/delete")
async def take_term_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    house_id: FromPath[str],
    term_id: FromPath[str],
) -> Response[bytes]:
    house = path_id(house_id)
    try:
        await DB.write(delete_term, viewer=visit.viewer, house_id=house, term_id=path_id(term_id))
    except UnavailableError as error:
        return await _page(request, visit, house, path_id(term_id), refusal=error)
    return see_other(f"{_path(house)}?done=deleted")


async def _take(
    request: Request[Any, Any, Any], visit: Visit, typed: Typed, house_id: int, term_id: int | None
) -> Response[bytes]:
    try:
        await DB.write(
            keep_term,
            viewer=visit.viewer,
            house_id=house_id,
            term_id=term_id,
            term=typed["term"],
            translations={code: typed[_PREFIX + code] for code in LANGUAGES},
        )
    except REFUSALS as error:
        return await _page(request, visit, house_id, term_id, typed, error)
    return see_other(f"{_path(house_id)}?done=stored")


def _path(house_id: int) -> str:
    return f"{SETTINGS}/glossary/{house_id}"


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    house_id: int,
    term_id: int | None = None,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    house = settings.house(house_id)
    terms = await DB.read(lambda connection: load_terms(connection, house_id))
    met = await DB.read(lambda connection: load_languages(connection, house_id))
    chosen = _chosen(terms, term_id)
    typed = typed or Typed(_values_of(chosen))
    return settings_page(
        request,
        visit,
        "glossary.html",
        settings,
        refusal=refusal,
        house=house,
        path=_path(house_id),
        terms=terms,
        chosen=chosen,
        typed=typed,
        prefix=_PREFIX,
        languages=[
            (code, LANGUAGES[code])
            for code in dict.fromkeys([*met, *(chosen.translations if chosen else ())])
        ],
    )


def _chosen(terms: list[StoredTerm], term_id: int | None) -> StoredTerm | None:
    if term_id is None:
        return None
    for term in terms:
        if term.id == term_id:
            return term
    raise NotFoundError("There is no such word.")


def _values_of(term: StoredTerm | None) -> dict[str, list[str]]:
    if term is None:
        return {}
    forms = {_PREFIX + code: [word] for code, word in term.translations.items()}
    return {"term": [term.term], **forms}
