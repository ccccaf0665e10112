"""`sosbox healthcheck`"""

import http.client
import json
from argparse import ArgumentParser, Namespace
from urllib.parse import urlsplit

from sosbox.cli.addresses import local_url
from sosbox.cli.command import OK, Command, FailedError, UsageError, config_of
from sosbox.cli.data_lock import address_in_use

READY_PATH = "/health/ready"
_TIMEOUT_S = 5.0
_MAX_ANSWER = 2000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--url", help="address of the box, http://host:port; by default the one of this folder"
    )


def run(arguments: Namespace) -> int:
    url = arguments.url
    if url is None:
        config = config_of(arguments)
        url = address_in_use(config.data_dir) or local_url(config.host, config.port)
    try:
        status, answer = _ask(url)
    except (OSError, http.client.HTTPException) as error:
        raise FailedError("{url} does not answer: {problem}", url=url, problem=error) from None
    if status != http.client.OK:
        raise FailedError(
            "{url} is not ready: {status} {answer}", url=url, status=status, answer=answer
        )
    print(f"{url} is ready")
    return OK


def is_ready(url: str) -> bool:
    """Whether the box at this address says that it is ready."""
    try:
        return _ask(url)[0] == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def is_serving(url: str) -> bool:
    """Whether the web process of this address answers and has its database.

    True as well where it is not ready for want of anything else: no new start makes a disk larger,
    and a box that is short of something still takes in what guests write.
    """
    try:
        status, answer = _ask(url)
        return status == http.client.OK or "database" not in json.loads(answer)["missing"]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False


def _ask(url: str) -> tuple[int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in {"http", "https"}:
        raise UsageError("{url} is no address of a box: write http://host:port", url=url)
    is_tls = parts.scheme == "https"
    kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
    connection = kind(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", READY_PATH, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(_MAX_ANSWER).decode("utf-8", "replace").strip()
    finally:
        connection.close()


COMMAND = Command("healthcheck", "ask the running box whether it is ready", run, add_arguments)
