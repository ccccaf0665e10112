"""The inbox, alone and as the part of it that a page fetches again when something is new."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from sosbox.admin.access import BACKGROUND, ROOT, Visit
from sosbox.admin.filters import InboxQuery, read_inbox_query
from sosbox.admin.forms import as_id, read_query
from sosbox.admin.rendering import console_page
from sosbox.cases.inbox_queries import inbox_counts, inbox_page
from sosbox.cases.queries import areas_for
from sosbox.db import DB
from sosbox.deliveries.reply_queries import reply_counts
from sosbox.ledger.queries import newest_entry_id
from sosbox.ui.pages import see_other


@get("/")
async def show_inbox(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    if request.scope["raw_path"].endswith(b"/"):
        return see_other(ROOT)
    query = read_inbox_query(read_query(request))
    return console_page(request, visit, "inbox.html", **await inbox_context(visit, query))


@get("/list", opt=BACKGROUND)
async def show_list(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """The list alone; `open` is the case that the page shows beside it."""
    given = read_query(request)
    query = read_inbox_query(given)
    context = await list_context(visit, query, open_case_id=as_id(given.get("open", "")))
    return console_page(request, visit, "list.html", **context)


async def inbox_context(
    visit: Visit, query: InboxQuery, open_case_id: int | None = None
) -> dict[str, Any]:
    """What a page with filters and list needs."""
    # Read first: what happens after this is told by the event stream.
    newest = await DB.read(newest_entry_id)
    areas = await areas_for(visit.viewer)
    return {
        "ledger": newest,
        "areas": areas,
        "has_houses": len({area.establishment_name for area in areas}) > 1,
        **await list_context(visit, query, open_case_id),
    }


async def list_context(visit: Visit, query: InboxQuery, open_case_id: int | None) -> dict[str, Any]:
    wanted = query.inbox_filter(visit.zone)
    inbox = await inbox_page(visit.viewer, wanted, now=visit.now, after=query.after)
    return {
        "query": query,
        "suffix": f"?{query.encoded}" if query.encoded else "",
        "inbox": inbox,
        "older": query.with_cursor(inbox.next) if inbox.next else "",
        "counts": await inbox_counts(visit.viewer, now=visit.now),
        "reply_counts": await reply_counts(visit.viewer),
        "open_case_id": open_case_id,
    }
