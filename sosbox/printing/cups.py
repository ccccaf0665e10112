"""CUPS, the printing system of the computer: its queues, and jobs in them.

Asked with its own protocol over its own socket: no command is run, and what a job really came to
stands in its state. Nothing here draws, so that who answers pages can ask for printers, too.
"""

import asyncio
import contextlib
import logging
import os
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import httpx

from sosbox.printing.ipp import (
    Answer,
    Attribute,
    Group,
    GroupTag,
    JobState,
    Operation,
    Status,
    Tag,
    attribute,
    read_answer,
    request,
)

SCHEME = "cups:"
SOCKET = "/run/cups/cups.sock"
PORT = 631
# As CUPS' own commands know it: a socket, or a computer with or without a port.
SERVER = "CUPS_SERVER"
# Longest wait for a list of printers, and for an answer of any other kind, seconds.
FIND_TIMEOUT_S = 3.0
ANSWER_TIMEOUT_S = 10.0
# Whose jobs these are, as the pages of CUPS show it.
_USER = "sosbox"
_MAX_ANSWER_BYTES = 2_000_000
_MAX_TITLE = 120
_NAME = re.compile(r"[^\x00-\x20/#\x7f]{1,127}")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)")
_MM_PER_INCH = 25.4
# Copies come one after the other, and not each page so many times.
_COLLATED = "separate-documents-collated-copies"
# By how much paper may be of another size, mm: printers that count in inches round.
_TOLERANCE = 2.0
_RAW = "local raw printer"
_PRINTER_STOPPED = 5
_PAPERS = {
    (105.0, 148.0): ("A6", "iso_a6_105x148mm"),
    (148.0, 210.0): ("A5", "iso_a5_148x210mm"),
    (210.0, 297.0): ("A4", "iso_a4_210x297mm"),
    (297.0, 420.0): ("A3", "iso_a3_297x420mm"),
    (420.0, 594.0): ("A2", "iso_a2_420x594mm"),
}
_PRINTER_ATTRIBUTES = (
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-is-accepting-jobs",
    "printer-state",
    "printer-make-and-model",
    "media-default",
    "media-supported",
)
_JOB_ATTRIBUTES = ("job-state", "job-state-reasons", "job-printer-state-message")


# It logs every request, with the names of printers.
logging.getLogger("httpx").setLevel(logging.WARNING)


class CupsError(Exception):
    """No answer of CUPS, or not the one that was hoped for. status: of IPP; 0: none."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(f"status {status:#06x}")
        self.status = status


@dataclass(frozen=True)
class Printer:
    """A queue. description, location: as whoever set it up has called it; may be empty.

    paper: what lies in it unless told otherwise, as people say it; may be empty. is_raw: it passes
    on what it is sent, as receipt printers want it. is_accepting: it takes jobs; is_paused: it
    takes them and does not print them.
    """

    name: str
    description: str
    location: str
    paper: str
    is_raw: bool
    is_accepting: bool
    is_paused: bool
    media: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"{SCHEME}{self.name}"

    def takes(self, width: float, height: float) -> bool:
        """Whether there is paper of this size for it, mm; True when it does not say."""
        short, long = sorted((width, height))
        sizes = [(name, size) for name in self.media if (size := _size(name)) is not None]
        lower = [size for name, size in sizes if name.startswith("custom_min")]
        upper = [size for name, size in sizes if name.startswith("custom_max")]
        if lower and upper:
            (low_x, low_y), (high_x, high_y) = lower[0], upper[0]
            if low_x <= short <= high_x and low_y <= long <= high_y:
                return True
        return not sizes or any(
            abs(each_short - short) <= _TOLERANCE and abs(each_long - long) <= _TOLERANCE
            for _name, (each_short, each_long) in sizes
        )


@dataclass(frozen=True)
class JobReport:
    """How a job is. reasons: of the job and of its printer, keywords of RFC 8011; message: what the
    way to the printer has said last that was worth a warning, in English."""

    state: int
    reasons: frozenset[str]
    printer_reasons: frozenset[str]
    message: str


def is_queue_name(name: str) -> bool:
    """Whether CUPS may have a queue of this name."""
    return _NAME.fullmatch(name) is not None


def media_keyword(width: float, height: float) -> str:
    """The name by which paper of this size is asked for, mm; it lies upright."""
    short, long = sorted((width, height))
    _word, keyword = _PAPERS.get((short, long), ("", ""))
    return keyword or f"custom_{short:g}x{long:g}mm_{short:g}x{long:g}mm"


async def find_printers() -> list[Printer]:
    """The queues of this computer by their names; none when there is no CUPS or it is silent."""
    try:
        async with asyncio.timeout(FIND_TIMEOUT_S), Cups.connected() as cups:
            found = await cups.printers()
    except (TimeoutError, CupsError):
        return []
    return sorted(found, key=lambda printer: printer.name.casefold())


class Cups:
    """A connection to CUPS. Everything raises CupsError."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    @contextlib.asynccontextmanager
    async def connected(cls) -> AsyncIterator["Cups"]:
        server = os.environ.get(SERVER) or SOCKET
        socket = server if server.startswith("/") else None
        host = "localhost" if socket else server
        if not socket and not re.search(r":\d+\Z", host):
            host = f"{host}:{PORT}"
        # Nothing is encrypted on the way: to read certificates would only take time.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        transport = httpx.AsyncHTTPTransport(verify=nobody, uds=socket, trust_env=False)
        try:
            client = httpx.AsyncClient(
                base_url=f"http://{host}",
                transport=transport,
                timeout=ANSWER_TIMEOUT_S,
                trust_env=False,
            )
        except httpx.InvalidURL:
            raise CupsError from None
        async with client:
            yield cls(client)

    async def printers(self) -> list[Printer]:
        """Every queue."""
        try:
            answer = await self._ask(
                Operation.CUPS_GET_PRINTERS, "/", [_wanted(*_PRINTER_ATTRIBUTES)]
            )
        except CupsError as error:
            if error.status == Status.NOT_FOUND:
                return []
            raise
        return [
            printer
            for group in answer.of(GroupTag.PRINTER)
            if is_queue_name((printer := _printer(group)).name)
        ]

    async def printer(self, name: str) -> Printer:
        answer = await self._ask(
            Operation.GET_PRINTER_ATTRIBUTES,
            _path(name),
            [_printer_uri(name), _wanted(*_PRINTER_ATTRIBUTES)],
        )
        return _printer(_only(answer, GroupTag.PRINTER))

    async def create_job(
        self, name: str, *, title: str, copies: int, media: str, is_raw: bool
    ) -> int:
        """The number of a job that has no document yet. is_raw: it has no pages, so no media."""
        plain_title = "".join(sign for sign in title if sign.isprintable())[:_MAX_TITLE]
        job = [
            attribute(Tag.INTEGER, "copies", copies),
            attribute(Tag.KEYWORD, "multiple-document-handling", _COLLATED),
        ]
        if not is_raw:
            job += [
                attribute(Tag.KEYWORD, "media", media),
                attribute(Tag.KEYWORD, "print-scaling", "none"),
                attribute(Tag.BOOLEAN, "fit-to-page", False),
                attribute(Tag.KEYWORD, "sides", "one-sided"),
            ]
        answer = await self._ask(
            Operation.CREATE_JOB,
            _path(name),
            [_printer_uri(name), _OWNER, attribute(Tag.NAME, "job-name", plain_title)],
            job,
        )
        number = _numbers(_only(answer, GroupTag.JOB), "job-id")
        if not number:
            raise CupsError
        return number[0]

    async def send_document(self, name: str, job: int, data: bytes, mime_type: str) -> None:
        about = [
            *_job(name, job),
            attribute(Tag.MIME_TYPE, "document-format", mime_type),
            attribute(Tag.BOOLEAN, "last-document", True),
        ]
        await self._ask(Operation.SEND_DOCUMENT, _path(name), about, data=data)

    async def report(self, name: str, job: int) -> JobReport:
        answer = await self._ask(
            Operation.GET_JOB_ATTRIBUTES,
            _path(name),
            [*_job(name, job), _wanted(*_JOB_ATTRIBUTES)],
        )
        group = _only(answer, GroupTag.JOB)
        state = _numbers(group, "job-state")
        if not state:
            raise CupsError
        wanted = [_printer_uri(name), _wanted("printer-state-reasons")]
        answer = await self._ask(Operation.GET_PRINTER_ATTRIBUTES, _path(name), wanted)
        printer_group = _only(answer, GroupTag.PRINTER)
        return JobReport(
            state[0],
            frozenset(_texts(group, "job-state-reasons")),
            frozenset(_texts(printer_group, "printer-state-reasons")),
            "".join(_texts(group, "job-printer-state-message")[:1]),
        )

    async def cancel(self, name: str, job: int) -> JobState | None:
        """Cancels a job unless it has ended already; how it has ended then."""
        with contextlib.suppress(CupsError):
            await self._ask(Operation.CANCEL_JOB, _path(name), _job(name, job))
        state = (await self.report(name, job)).state
        return JobState(state) if state in set(JobState) else None

    async def _ask(
        self,
        operation: Operation,
        path: str,
        about: Sequence[Attribute],
        job: Sequence[Attribute] = (),
        data: bytes = b"",
    ) -> Answer:
        body = request(operation, about, job, data)
        headers = {"Content-Type": "application/ipp"}
        try:
            async with self._client.stream("POST", path, content=body, headers=headers) as response:
                if response.status_code != HTTPStatus.OK:
                    raise CupsError
                answer = read_answer(await _read(response))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise CupsError from None
        if not answer.is_success:
            raise CupsError(answer.status)
        return answer


async def _read(response: httpx.Response) -> bytes:
    """All of an answer. Raises ValueError if it is longer than any may be."""
    data = b""
    async for part in response.aiter_bytes():
        data += part
        if len(data) > _MAX_ANSWER_BYTES:
            raise ValueError("too long")
    return data


_OWNER = attribute(Tag.NAME, "requesting-user-name", _USER)


def _path(name: str) -> str:
    return f"/printers/{quote(name, safe='')}"


def _printer_uri(name: str) -> Attribute:
    return attribute(Tag.URI, "printer-uri", f"ipp://localhost{_path(name)}")


def _job(name: str, job: int) -> list[Attribute]:
    return [_printer_uri(name), attribute(Tag.INTEGER, "job-id", job), _OWNER]


def _wanted(*names: str) -> Attribute:
    return attribute(Tag.KEYWORD, "requested-attributes", *names)


def _only(answer: Answer, tag: GroupTag) -> Group:
    groups = answer.of(tag)
    if len(groups) != 1:
        raise CupsError
    return groups[0]


def _printer(group: Group) -> Printer:
    name = "".join(_texts(group, "printer-name")[:1])
    description = "".join(_texts(group, "printer-info")[:1])
    model = "".join(_texts(group, "printer-make-and-model")[:1])
    default = "".join(_texts(group, "media-default")[:1])
    return Printer(
        name=name,
        description="" if description == name else description,
        location="".join(_texts(group, "printer-location")[:1]),
        paper=_paper_word(default),
        is_raw=model.casefold() == _RAW,
        is_accepting=True in group.get("printer-is-accepting-jobs", ()),
        is_paused=_PRINTER_STOPPED in group.get("printer-state", ()),
        media=tuple(_texts(group, "media-supported")),
    )


def _paper_word(media: str) -> str:
    size = _size(media)
    if size is None:
        return ""
    for (short, long), (word, _keyword) in _PAPERS.items():
        if abs(short - size[0]) < 1 and abs(long - size[1]) < 1:
            return word
    return f"{size[0]:.0f} × {size[1]:.0f} mm"


def _size(media: str) -> tuple[float, float] | None:
    """Millimetres, the shorter side first."""
    found = _SIZE.search(media)
    if found is None:
        return None
    unit = _MM_PER_INCH if found[3] == "in" else 1.0
    short, long = sorted((float(found[1]) * unit, float(found[2]) * unit))
    return short, long


def _texts(group: Group, name: str) -> list[str]:
    return [value for value in group.get(name, ()) if isinstance(value, str)]


def _numbers(group: Group, name: str) -> list[int]:
    return [value for value in group.get(name, ()) if isinstance(value, int)]
