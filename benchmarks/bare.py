"""What the framework costs alone: a handler that parses the form and stores nothing.

Run by `python -m benchmarks.bare`; served with the settings of the box. Prints its port.
"""

import socket
from typing import Any

from litestar import Litestar, Request, Response, post
from litestar.params import FromPath

from sosbox.web.forms import MAX_BODY_BYTES
from sosbox.web_server import run_web_server


@post("/p/{token:str}", request_max_body_size=MAX_BODY_BYTES)
async def take_form(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    fields = await request.form()
    return Response(b"", status_code=303, headers={"Location": f"/t/{token}{fields['kind']}"})


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"port {listening.getsockname()[1]}", flush=True)
    run_web_server(Litestar([take_form], openapi_config=None, logging_config=None), listening)
