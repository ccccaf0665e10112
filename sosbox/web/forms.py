"""Reading what a guest's form has sent."""

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException

# The longest text that is still given back with its error, percent-encoded, with room for the rest.
MAX_BODY_BYTES = 1_000_000


async def form_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields of a form, the first of each name; files are no fields.

    Raises ClientException for a body that is no form.
    """
    try:
        data = await request.form()
    except (ValueError, UnicodeDecodeError) as error:
        raise ClientException("not a form") from error
    fields: dict[str, str] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, value)
    return fields
