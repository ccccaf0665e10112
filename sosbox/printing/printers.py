"""Sending what is printed to a printer: a queue of CUPS, or a receipt printer by its address."""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from sosbox.channels.base import RetryError
from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.channels.printer.connection import PrinterConnection
from sosbox.channels.printer.escpos import slip_commands
from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.printing.cups import (
    SCHEME,
    Cups,
    CupsError,
    JobReport,
    Printer,
    is_queue_name,
    media_keyword,
)
from sosbox.printing.ipp import JobState, Status
from sosbox.printing.paper import Paper
from sosbox.printing.printer_kinds import OTHER_KIND, OTHER_PAPER, RAW_SCHEME

PDF = "pdf"
TICKET = "ticket"
# How long a printer may be off, or lack what somebody has to bring it, before a job is given up,
# seconds: time to walk there and back.
PATIENCE_S = 120.0
# So many times longer where only words tell that a printer is off: they stay when it is on again.
_DOUBT = 5
_POLL_S = 0.5
# Longest wait for CUPS to take a job back, seconds.
_CANCEL_S = 5.0
# Longest wait for a connection, and for a receipt printer that is busy with one slip, seconds.
_SLIP_TIMEOUT_S = 30.0
_PDF = "application/pdf"
# What no filter of CUPS touches.
_RAW = "application/vnd.cups-raw"

NO_PRINTER = N_("There is no printer of that name.")
NO_CUPS = N_("The box has no printing system, or it does not answer.")
FORGOTTEN = N_("The printing system has forgotten the job: nobody knows whether it was printed.")
NOT_ACCEPTING = N_("The printer takes no jobs at present.")
PAUSED = N_("The printer has been paused. It prints again once somebody has resumed it.")
NOT_TAKEN = N_("The printer does not take the job.")
CANCELED = N_("Somebody has cancelled the job.")
ABORTED = N_("The printer has given up the job: something in it went wrong.")
HELD = N_("The job was held back, and is cancelled now.")
TOO_SLOW = N_("The printer was not done after {num} seconds, and the job was cancelled.")
NO_PAPER = N_("The printer has no paper.")
OPEN = N_("The cover of the printer is open.")
JAMMED = N_("Paper is stuck in the printer.")
NO_INK = N_("The printer has no ink or toner any more.")
OFF = N_("The printer does not answer: it is off, or not connected.")
# How the keywords of RFC 8011 begin; what comes after tells only how grave it is.
_TROUBLES = (
    ("media-empty", NO_PAPER),
    ("media-needed", NO_PAPER),
    ("media-jam", JAMMED),
    ("cover-open", OPEN),
    ("door-open", OPEN),
    ("interlock-open", OPEN),
    ("marker-supply-empty", NO_INK),
    ("toner-empty", NO_INK),
    ("offline", OFF),
    ("shutdown", OFF),
    ("timed-out", OFF),
    ("connecting-to-device", OFF),
)
# Of several trays one is empty, say: it goes on printing.
_MILD = "-warning"
# Some of the ways that CUPS has to printers say only in words that they do not get through.
_NO_WAY = (
    "may not exist or is unavailable",
    "is not responding",
    "is unreachable",
    "Unable to locate printer",
    "Waiting for printer to become available",
)
_ALL_SENT = "cups-waiting-for-job-completed"


_OnBegin = Callable[[], Awaitable[None]] | None


class PrinterError(SosboxError):
    """A printer that did not print."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


async def send(
    address: str,
    data: bytes,
    *,
    kind: str,
    title: str,
    paper: Paper,
    copies: int = 1,
    timeout_s: float,
    patience_s: float = PATIENCE_S,
    says_how_it_is: bool = True,
    on_begin: _OnBegin = None,
) -> None:
    """Returns when it is printed, as far as the printer tells. Raises PrinterError; no job is left
    then.

    address: "cups:" and a queue, or "raw:" and a receipt printer as `parse_address` takes it.
    data: what a press has made. kind: "pdf" or "ticket". paper: what a PDF is printed on, without
    being scaled. timeout_s: for all of it; patience_s: see `PATIENCE_S`. says_how_it_is: whether a
    receipt printer by its address answers when it is asked whether it has paper. on_begin: called
    once, before the printer gets anything that it could print.
    """
    if kind not in {PDF, TICKET}:
        raise ValueError(f"no printer prints {kind}")
    try:
        if address.startswith(SCHEME):
            name = address.removeprefix(SCHEME)
            job = _QueueJob(name, data, kind, title, paper, copies, on_begin)
            await job.print(timeout_s, patience_s)
        elif address.startswith(RAW_SCHEME):
            if kind != TICKET:
                raise PrinterError(OTHER_KIND)
            async with asyncio.timeout(timeout_s):
                host_port = address.removeprefix(RAW_SCHEME)
                await _print_slips(host_port, data, copies, on_begin, says_how_it_is=says_how_it_is)
        else:
            raise PrinterError(NO_PRINTER)
    except TimeoutError:
        raise PrinterError(TOO_SLOW, num=round(timeout_s)) from None


# By address ---------------------------------------------------------------------------------------


async def _print_slips(
    address: str, data: bytes, copies: int, on_begin: _OnBegin, *, says_how_it_is: bool
) -> None:
    try:
        host, port = parse_address(address)
    except AddressError:
        raise PrinterError(N_("This is not the address of a printer.")) from None
    slips = await asyncio.to_thread(_slips, data)
    try:
        async with PrinterConnection(host, port, timeout_s=_SLIP_TIMEOUT_S) as connection:
            if says_how_it_is:
                await connection.require_ready()
            if on_begin is not None:
                await on_begin()
            for commands in slips * copies:
                await connection.print(commands)
                if says_how_it_is:
                    await connection.require_ready()
            if not says_how_it_is:
                await connection.hang_up_and_listen()
    except RetryError as error:
        raise PrinterError(error.message, **error.arguments) from None


def _slips(data: bytes) -> list[bytes]:
    """The commands for each ticket: there is one picture, or an archive of several."""
    archive = io.BytesIO(data)
    if not zipfile.is_zipfile(archive):
        return [slip_commands(data)]
    with zipfile.ZipFile(archive) as opened:
        return [slip_commands(opened.read(name)) for name in opened.namelist()]


# By a queue ---------------------------------------------------------------------------------------


class _QueueJob:
    """One job in a queue of CUPS."""

    def __init__(
        self,
        name: str,
        data: bytes,
        kind: str,
        title: str,
        paper: Paper,
        copies: int,
        on_begin: _OnBegin,
    ) -> None:
        self._name = name
        self._data = data
        self._kind = kind
        self._title = title
        self._paper = paper
        self._copies = copies
        self._on_begin = on_begin
        self._trouble = ""

    async def print(self, timeout_s: float, patience_s: float) -> None:
        """Raises TimeoutError, too, when the printer is not done and nothing is known to be
        wrong."""
        if not is_queue_name(self._name):
            raise PrinterError(NO_PRINTER)
        try:
            async with Cups.connected() as cups:
                await self._print(cups, timeout_s, patience_s)
        except CupsError as error:
            if error.status == Status.NOT_FOUND:
                raise PrinterError(NO_PRINTER) from None
            raise PrinterError(NOT_TAKEN if error.status else NO_CUPS) from None

    async def _print(self, cups: Cups, timeout_s: float, patience_s: float) -> None:
        job = 0
        try:
            async with asyncio.timeout(timeout_s):
                printer = await cups.printer(self._name)
                self._check(printer)
                document = await self._document()
                job = await self._create(cups, printer)
                if self._on_begin is not None:
                    await self._on_begin()
                await cups.send_document(self._name, job, document, self._mime_type)
                await self._wait(cups, job, patience_s)
        except BaseException as error:
            is_done = job != 0 and await self._cancelled(cups, job) is JobState.COMPLETED
            if not isinstance(error, TimeoutError):
                raise
            if not is_done and self._trouble:
                raise PrinterError(self._trouble) from None
            if not is_done:
                raise

    def _check(self, printer: Printer) -> None:
        """Raises PrinterError for a printer that could not do it."""
        if printer.is_raw != (self._kind == TICKET):
            raise PrinterError(OTHER_KIND)
        width, height = self._paper.page_width, self._paper.page_height
        if not printer.is_raw and not printer.takes(width, height):
            raise PrinterError(OTHER_PAPER, width=f"{width:g}", height=f"{height:g}")
        if not printer.is_accepting:
            raise PrinterError(NOT_ACCEPTING)
        if printer.is_paused:
            raise PrinterError(PAUSED)

    @property
    def _mime_type(self) -> str:
        return _RAW if self._kind == TICKET else _PDF

    async def _document(self) -> bytes:
        if self._kind != TICKET:
            return self._data
        slips = await asyncio.to_thread(_slips, self._data)
        # A queue that passes everything on cannot count copies.
        return b"".join(slips * self._copies)

    async def _create(self, cups: Cups, printer: Printer) -> int:
        return await cups.create_job(
            self._name,
            title=self._title,
            copies=1 if printer.is_raw else self._copies,
            media=media_keyword(self._paper.page_width, self._paper.page_height),
            is_raw=printer.is_raw,
        )

    async def _wait(self, cups: Cups, job: int, patience_s: float) -> None:
        """Returns when CUPS says that it is printed. Raises PrinterError."""
        clock = asyncio.get_running_loop().time
        fine_at = clock()
        while True:
            trouble, limit_s = await self._look(cups, job, patience_s)
            if trouble is None:
                return
            self._trouble = trouble
            if not trouble:
                fine_at = clock()
            elif clock() - fine_at >= limit_s:
                raise PrinterError(trouble)
            await asyncio.sleep(_POLL_S)

    async def _look(self, cups: Cups, job: int, patience_s: float) -> tuple[str | None, float]:
        """What is amiss, and how long that may last, seconds; empty: nothing; None: it is printed.
        Raises PrinterError for a job that nothing will come of."""
        try:
            report = await cups.report(self._name, job)
        except CupsError as error:
            if error.status == Status.NOT_FOUND:
                raise PrinterError(FORGOTTEN) from None
            # It is started anew now and then, and knows its jobs afterwards.
            return NO_CUPS, patience_s
        if report.state == JobState.COMPLETED:
            return None, 0.0
        _raise_if_ended(report)
        trouble = _trouble(report)
        if not trouble and _seems_off(report):
            return OFF, patience_s * _DOUBT
        return trouble, patience_s

    async def _cancelled(self, cups: Cups, job: int) -> JobState | None:
        """Cancels the job, whatever is going on; how it has ended, as far as that is known."""
        with contextlib.suppress(CupsError, TimeoutError):
            async with asyncio.timeout(_CANCEL_S):
                return await cups.cancel(self._name, job)
        return None


def _raise_if_ended(report: JobReport) -> None:
    """Raises PrinterError for a job that nothing will come of any more."""
    if report.state == JobState.CANCELED:
        raise PrinterError(CANCELED)
    # One whose filter fails is stopped and not aborted; nothing resumes it.
    if report.state in {JobState.ABORTED, JobState.STOPPED}:
        raise PrinterError(ABORTED)
    if "printer-stopped" in report.reasons or "paused" in report.printer_reasons:
        raise PrinterError(PAUSED)


def _trouble(report: JobReport) -> str:
    """What is amiss, and can be mended; empty: nothing."""
    grave = [each for each in report.printer_reasons if not each.endswith(_MILD)]
    found = _first_trouble(grave)
    if found:
        return found
    if report.state != JobState.HELD or "job-incoming" in report.reasons:
        return ""
    # It is tried again later.
    return ABORTED if "resources-are-not-ready" in report.reasons else HELD


def _seems_off(report: JobReport) -> bool:
    return _ALL_SENT not in report.printer_reasons and any(
        words in report.message for words in _NO_WAY
    )


def _first_trouble(reasons: Sequence[str]) -> str:
    return next(
        (
            trouble
            for keyword, trouble in _TROUBLES
            if any(reason.startswith(keyword) for reason in reasons)
        ),
        "",
    )
