"""Printers: what comes out of them, and what is said when nothing does.

CUPS is the real one, with its filters and its way over the network; of the printers only the paper
is pretended.
"""

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import zxingcpp
from PIL import Image

from sosbox.printing import cups as cups_module
from sosbox.printing.cups import Printer, find_printers
from sosbox.printing.layout import TICKET_PPI
from sosbox.printing.paper import page_of
from sosbox.printing.press import Press
from sosbox.printing.printers import PrinterError, send
from tests.support.cups_server import (
    BUS,
    IPP_PRINTER,
    IS_INSTALLED,
    DriverlessPrinter,
    OfficePrinter,
    PrivateCups,
)
from tests.support.print_jobs import codes_in, job, page_url, pages_of
from tests.support.receipt_printer import ReceiptPrinter, RudePrinter
from tests.support.rude_server import RudeServer

pytestmark = pytest.mark.anyio

A4 = page_of(210, 297)
ROLL = job("ticket-58", kind="ticket").paper
LIMIT_S = 60.0


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def cups_server() -> Iterator[PrivateCups]:
    if not IS_INSTALLED:
        missing = "there is no CUPS on this machine"
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
    server = PrivateCups()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def cups(cups_server: PrivateCups, monkeypatch: pytest.MonkeyPatch) -> PrivateCups:
    """One that the program takes for the one of the computer."""
    for name, value in cups_server.environ.items():
        monkeypatch.setenv(name, value)
    return cups_server


@pytest.fixture
def no_cups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "cups.sock"))


@pytest.fixture(scope="module")
def paper_printer() -> Iterator[OfficePrinter]:
    printer = OfficePrinter()
    yield printer
    printer.stop()


@pytest.fixture
def office(cups: PrivateCups, paper_printer: OfficePrinter) -> OfficePrinter:
    """A printer, and the queue `Office` before it."""
    cups.add_office("Office", paper_printer.uri, "-D", "Laser at reception", "-L", "Ground floor")
    return paper_printer


@pytest.fixture
def receipt_printer() -> Iterator[ReceiptPrinter]:
    printer = ReceiptPrinter()
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture(scope="module")
async def press(anyio_backend: str) -> AsyncIterator[Press]:
    press = Press()
    yield press
    await press.close()


@pytest.fixture(scope="module")
async def poster(press: Press) -> bytes:
    return (await press.print(job("poster-a3"))).data


@pytest.fixture(scope="module")
async def ticket(press: Press) -> bytes:
    return (await press.print(job("ticket-58", kind="ticket", ppi=TICKET_PPI))).data


async def print_pdf(queue: str, data: bytes = b"%PDF-1.4\n", **options: Any) -> None:
    options = {"paper": A4, "timeout_s": LIMIT_S, **options}
    await send(f"cups:{queue}", data, kind="pdf", title="Hotel Ñandú: Türen\n", **options)


async def print_ticket(address: str, data: bytes, **options: Any) -> None:
    options = {"timeout_s": LIMIT_S, **options}
    await send(address, data, kind="ticket", title="Hotel Mar: Tickets", paper=ROLL, **options)


async def office_printers() -> list[Printer]:
    return [printer for printer in await find_printers() if not printer.is_raw]


async def refusal(*, of: Any) -> str:
    with pytest.raises(PrinterError) as refused:
        await of
    return str(refused.value)


def code_corners(picture: Image.Image) -> list[tuple[int, int]]:
    (found,) = zxingcpp.read_barcodes(numpy.asarray(picture))
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return [(corner.x, corner.y) for corner in corners]


# What comes out of an office printer --------------------------------------------------------------


async def test_a_poster_comes_out_on_a3_as_large_as_it_was_made(
    office: OfficePrinter, poster: bytes
) -> None:
    await print_pdf("Office", poster, paper=page_of(297, 420))

    (made,), (printed,) = pages_of(poster), pages_of(office.take())
    assert codes_in(printed) == [page_url(0)]
    assert abs(printed.width - made.width) <= 2
    assert abs(printed.height - made.height) <= 2
    # Dots of a sixth of a millimetre: neither scaled nor moved by more than that.
    for corner, made_corner in zip(code_corners(printed), code_corners(made), strict=True):
        assert abs(corner[0] - made_corner[0]) <= 2
        assert abs(corner[1] - made_corner[1]) <= 2


@pytest.mark.parametrize(
    ("size_id", "long_mm"), [("leaflet-a5", 210), ("card-85x55", 297), ("placemat-a3", 420)]
)
async def test_each_size_comes_out_on_its_own_paper(
    office: OfficePrinter, press: Press, size_id: str, long_mm: float
) -> None:
    printed = await press.print(job(size_id))
    await print_pdf("Office", printed.data, paper=job(size_id).paper)

    (page,) = pages_of(office.take())
    assert max(page.size) / 150 * 25.4 == pytest.approx(long_mm, abs=1)
    assert codes_in(page) == [page_url(0)]


@pytest.mark.full
async def test_a_printer_without_a_driver_prints_the_same(
    cups: PrivateCups, press: Press, tmp_path: Path
) -> None:
    if not (IPP_PRINTER and BUS):
        pytest.skip("there is no ippeveprinter or dbus-daemon on this machine")
    made = (await press.print(job("leaflet-a5"))).data
    printer = DriverlessPrinter(tmp_path)
    try:
        cups.add_driverless("Driverless", printer.uri)
        async with asyncio.timeout(LIMIT_S):
            while "cups:Driverless" not in [each.address for each in await office_printers()]:
                pass
        await print_pdf("Driverless", made, paper=job("leaflet-a5").paper)
        too_large = await refusal(of=print_pdf("Driverless", made, paper=page_of(297, 420)))
    finally:
        printer.stop()

    (printed,) = printer.printed()
    (page,), (made_page,) = pages_of(printed), pages_of(made)
    assert codes_in(page) == [page_url(0)]
    assert code_corners(page) == code_corners(made_page)
    assert too_large == "The printer has no paper of 297 × 420 mm."


async def test_copies_come_one_after_the_other(office: OfficePrinter, press: Press) -> None:
    printed = await press.print(job("leaflet-a5", num=2))
    await print_pdf("Office", printed.data, paper=job("leaflet-a5").paper, copies=2)

    assert [codes_in(page) for page in pages_of(office.take())] == [
        [page_url(number)] for number in (0, 1, 0, 1)
    ]


async def test_labels_are_never_printed_on_both_sides_or_scaled(
    cups: PrivateCups, poster: bytes
) -> None:
    cups.add_office("Careless", "faulty:/options", "-o", "fit-to-page-default=true")
    await print_pdf("Careless", poster, paper=page_of(297, 420))

    options = set(cups.options_file.read_text().split())
    assert {"sides=one-sided", "print-scaling=none", "nofit-to-page"} <= options


# What comes out of a receipt printer --------------------------------------------------------------


async def test_a_ticket_is_printed_by_address_and_its_code_can_be_read(
    receipt_printer: ReceiptPrinter, ticket: bytes
) -> None:
    await print_ticket(f"raw:127.0.0.1:{receipt_printer.port}", ticket)

    (slip,) = receipt_printer.wait_for(1)
    assert slip.width <= 384
    assert codes_in(_on_paper(slip)) == [page_url(0)]


async def test_a_ticket_is_printed_through_a_queue(
    cups: PrivateCups, receipt_printer: ReceiptPrinter, ticket: bytes
) -> None:
    cups.add_raw("Till", f"socket://127.0.0.1:{receipt_printer.port}/?snmp=false")
    await print_ticket("cups:Till", ticket, copies=2)

    slips = receipt_printer.wait_for(2)
    assert [codes_in(_on_paper(slip)) for slip in slips] == [[page_url(0)]] * 2


async def test_each_of_several_tickets_is_cut(
    receipt_printer: ReceiptPrinter, press: Press
) -> None:
    printed = await press.print(job("ticket-80", num=3, kind="ticket", ppi=TICKET_PPI))
    assert zipfile.is_zipfile(io.BytesIO(printed.data))
    await print_ticket(f"raw:127.0.0.1:{receipt_printer.port}", printed.data, copies=2)

    slips = receipt_printer.wait_for(6)
    assert [codes_in(_on_paper(slip)) for slip in slips] == [
        [page_url(number)] for number in (0, 1, 2, 0, 1, 2)
    ]


async def test_a_printer_that_never_says_how_it_is_prints_when_it_is_not_asked(
    receipt_printer: ReceiptPrinter, ticket: bytes
) -> None:
    receipt_printer.is_talkative = False
    address = f"raw:127.0.0.1:{receipt_printer.port}"
    await print_ticket(address, ticket, says_how_it_is=False)

    assert len(receipt_printer.wait_for(1)) == 1


def _on_paper(slip: Image.Image) -> Image.Image:
    """Black on white, with the edge of white that paper has."""
    picture = Image.new("L", (slip.width + 80, slip.height + 80), 255)
    picture.paste(0, (40, 40), slip)
    return picture


# What printers there are --------------------------------------------------------------------------


async def test_printers_are_found_with_what_they_are_called_and_their_paper(
    office: OfficePrinter, cups: PrivateCups
) -> None:
    cups.add_raw("Receipts", "socket://127.0.0.1:9100")
    found = {printer.name: printer for printer in await find_printers()}

    laser, till = found["Office"], found["Receipts"]
    assert laser.address == "cups:Office"
    assert (laser.description, laser.location) == ("Laser at reception", "Ground floor")
    assert (laser.paper, laser.is_raw, laser.is_accepting) == ("A4", False, True)
    assert laser.takes(420, 297)
    assert not laser.takes(420, 594)
    assert (till.is_raw, till.is_accepting, till.is_paused) == (True, True, False)


async def test_a_printer_says_whether_it_takes_jobs(cups: PrivateCups) -> None:
    cups.add_office("Closed", "faulty:/exit-0")
    cups.reject("Closed")
    cups.add_office("Paused", "faulty:/exit-0")
    cups.pause("Paused")
    found = {printer.name: printer for printer in await find_printers()}

    assert not found["Closed"].is_accepting
    assert found["Paused"].is_paused


async def test_there_are_no_printers_without_cups(no_cups: None) -> None:
    assert await find_printers() == []


@pytest.mark.parametrize(
    "script",
    [
        (RudeServer.SILENCE,),
        (b"HTTP/1.1 200 OK\r\n\r\nthis is no answer",),
        (b"HTTP/1.1 200 OK\r\n\r\n", RudeServer.DRIBBLE),
        (b"220 mail.example ESMTP\r\n",),
        (),
    ],
    ids=["silent", "nonsense", "endless", "something else", "hangs up"],
)
async def test_what_is_no_cups_has_no_printers(
    monkeypatch: pytest.MonkeyPatch, script: tuple[str | bytes, ...]
) -> None:
    monkeypatch.setattr(cups_module, "FIND_TIMEOUT_S", 0.3)
    async with RudeServer(*script) as server:
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{server.port}")
        assert await find_printers() == []


@pytest.mark.parametrize(
    ("media", "width", "height", "is_taken"),
    [
        (("na_letter_8.5x11in",), 215.9, 279.4, True),
        (("na_letter_8.5x11in",), 210, 297, False),
        (("oe_w82h174_1.1417x2.4409in",), 62, 29, True),
        (("custom_min_25x25mm", "custom_max_62x3000mm"), 62, 29, True),
        (("custom_min_25x25mm", "custom_max_62x3000mm"), 70, 90, False),
        (("iso_a4_210x297mm.Borderless",), 297, 210, True),
        (("auto", "plain"), 210, 297, True),
        ((), 210, 297, True),
    ],
)
def test_paper_is_told_by_its_size(
    media: tuple[str, ...], width: float, height: float, *, is_taken: bool
) -> None:
    printer = Printer("P", "", "", "", False, True, False, media)

    assert printer.takes(width, height) is is_taken


# What is said when nothing comes out --------------------------------------------------------------


async def test_a_queue_that_is_not_there_is_named_so(cups: PrivateCups) -> None:
    assert await refusal(of=print_pdf("Gone")) == "There is no printer of that name."


@pytest.mark.parametrize("name", ["", "a b", "../jobs", "a/b", "a#b", "x\n", "x" * 128])
async def test_a_name_that_no_queue_has_asks_nobody(no_cups: None, name: str) -> None:
    assert await refusal(of=print_pdf(name)) == "There is no printer of that name."


async def test_without_cups_there_is_no_printing_system(no_cups: None) -> None:
    assert "no printing system" in await refusal(of=print_pdf("Office"))


@pytest.mark.parametrize("limits", [{"patience_s": 0}, {"timeout_s": 5}], ids=["soon", "late"])
async def test_a_printer_that_is_off_is_called_so_and_does_not_print_later(
    cups: PrivateCups, poster: bytes, limits: dict[str, float]
) -> None:
    printer = OfficePrinter()
    cups.add_office("Off", printer.uri)
    printer.stop()
    said = await refusal(of=print_pdf("Off", poster, paper=page_of(297, 420), **limits))

    assert said == "The printer does not answer: it is off, or not connected."
    assert cups.open_jobs("Off") == []


async def test_a_paused_queue_takes_no_job(cups: PrivateCups) -> None:
    cups.add_office("Asleep", "faulty:/exit-0")
    cups.pause("Asleep")

    assert "has been paused" in await refusal(of=print_pdf("Asleep"))
    assert cups.open_jobs("Asleep") == []


async def test_a_queue_that_is_closed_is_called_so(cups: PrivateCups) -> None:
    cups.add_office("Shut", "faulty:/exit-0")
    cups.reject("Shut")

    assert await refusal(of=print_pdf("Shut")) == "The printer takes no jobs at present."


# The numbers are those of backends in the manual of CUPS.
@pytest.mark.parametrize(
    ("uri", "options", "words"),
    [
        ("faulty:/exit-1", ("-o", "printer-error-policy=abort-job"), "has given up the job"),
        ("faulty:/exit-1", (), "has given up the job"),
        ("faulty:/exit-3", (), "held back"),
        ("faulty:/exit-4", (), "has been paused"),
        ("faulty:/exit-5", (), "has cancelled the job"),
        ("faulty:/media-empty-error", (), "has no paper"),
        ("faulty:/media-needed", (), "has no paper"),
        ("faulty:/media-jam-error", (), "is stuck"),
        ("faulty:/cover-open-report", (), "cover of the printer is open"),
        ("faulty:/toner-empty-error", (), "no ink or toner"),
        ("faulty:/offline-report", (), "does not answer"),
    ],
)
async def test_what_is_wrong_with_a_printer_is_said_and_no_job_is_left(
    cups: PrivateCups, poster: bytes, uri: str, options: tuple[str, ...], words: str
) -> None:
    queue = f"Faulty-{uri.partition('/')[2]}-{len(options)}"
    cups.add_office(queue, uri, *options)
    said = await refusal(of=print_pdf(queue, poster, paper=page_of(297, 420), patience_s=0))

    assert words in said
    assert cups.open_jobs(queue) == []


async def test_a_file_that_cups_cannot_read_is_given_up(cups: PrivateCups) -> None:
    cups.add_office("Picky", "faulty:/exit-0")

    assert "has given up the job" in await refusal(of=print_pdf("Picky", b"%PDF-1.4\nnothing"))
    assert cups.open_jobs("Picky") == []


async def test_a_printer_that_is_never_done_is_not_waited_for_any_longer(
    cups: PrivateCups, poster: bytes
) -> None:
    stuck = OfficePrinter()
    stuck.is_stuck = True
    cups.add_office("Stuck", stuck.uri)
    said = await refusal(of=print_pdf("Stuck", poster, paper=page_of(297, 420), timeout_s=2))
    stuck.stop()

    assert said == "The printer was not done after 2 seconds, and the job was cancelled."
    assert cups.open_jobs("Stuck") == []


async def test_at_the_end_of_the_time_what_was_amiss_is_said(
    cups: PrivateCups, poster: bytes
) -> None:
    cups.add_office("Empty", "faulty:/media-empty-error")
    said = await refusal(of=print_pdf("Empty", poster, paper=page_of(297, 420), timeout_s=5))

    assert said == "The printer has no paper."


async def test_an_empty_tray_beside_a_full_one_is_no_reason_to_give_up(
    cups: PrivateCups, poster: bytes
) -> None:
    cups.add_office("Trays", "faulty:/media-empty-warning")
    paper = page_of(297, 420)
    said = await refusal(of=print_pdf("Trays", poster, paper=paper, timeout_s=5, patience_s=0))

    assert "was not done after 5 seconds" in said


async def test_a_job_that_somebody_cancels_has_failed(cups: PrivateCups, poster: bytes) -> None:
    cups.add_office("Slow", "faulty:/cups-waiting-for-job-completed")
    printing = asyncio.create_task(print_pdf("Slow", poster, paper=page_of(297, 420)))
    await asyncio.to_thread(cups.wait_for_job, "Slow")
    await asyncio.to_thread(cups.cancel_all, "Slow")

    assert await refusal(of=printing) == "Somebody has cancelled the job."


async def test_a_box_that_stops_takes_its_job_back(cups: PrivateCups, poster: bytes) -> None:
    cups.add_office("Last", "faulty:/cups-waiting-for-job-completed")
    printing = asyncio.create_task(print_pdf("Last", poster, paper=page_of(297, 420)))
    await asyncio.to_thread(cups.wait_for_job, "Last")
    printing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await printing

    assert cups.open_jobs("Last") == []


async def test_cups_that_goes_away_in_the_middle_is_told(
    monkeypatch: pytest.MonkeyPatch, cups: PrivateCups, poster: bytes
) -> None:
    other = PrivateCups()
    other.start()
    monkeypatch.setenv("CUPS_SERVER", str(other.socket))
    other.add_office("Lost", "faulty:/cups-waiting-for-job-completed")
    printing = asyncio.create_task(print_pdf("Lost", poster, paper=page_of(297, 420), patience_s=0))
    await asyncio.to_thread(other.wait_for_job, "Lost")
    await asyncio.to_thread(other.stop)

    assert "no printing system" in await refusal(of=printing)


async def test_paper_that_a_printer_has_not_is_named(cups: PrivateCups) -> None:
    cups.add_office("Small", "faulty:/exit-0")
    said = await refusal(of=print_pdf("Small", paper=page_of(420, 594)))

    assert said == "The printer has no paper of 420 × 594 mm."
    assert cups.open_jobs("Small") == []


async def test_each_kind_of_printer_gets_its_own_kind_of_file(
    cups: PrivateCups, ticket: bytes
) -> None:
    cups.add_office("Laser", "faulty:/exit-0")
    cups.add_raw("Roll", "socket://127.0.0.1:9100")
    said = [
        await refusal(of=print_ticket("cups:Laser", ticket)),
        await refusal(of=print_pdf("Roll")),
        await refusal(
            of=send("raw:127.0.0.1", b"", kind="pdf", title="", paper=A4, timeout_s=LIMIT_S)
        ),
    ]

    assert said == ["Receipt printers print tickets, other printers everything else."] * 3


# Receipt printers by their address ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("has_no_paper", "The printer has no paper."),
        ("is_open", "The cover of the printer is open."),
        ("has_fault", "The printer reports a fault."),
    ],
)
async def test_a_receipt_printer_that_is_not_ready_prints_nothing(
    receipt_printer: ReceiptPrinter, ticket: bytes, trouble: str, said: str
) -> None:
    receipt_printer.has_paper = trouble != "has_no_paper"
    receipt_printer.is_open = trouble == "is_open"
    receipt_printer.has_fault = trouble == "has_fault"

    assert await refusal(of=print_ticket(f"raw:127.0.0.1:{receipt_printer.port}", ticket)) == said
    assert receipt_printer.slips == []


async def test_paper_that_ends_between_two_tickets_is_told(
    receipt_printer: ReceiptPrinter, ticket: bytes
) -> None:
    receipt_printer.runs_out = True
    address = f"raw:127.0.0.1:{receipt_printer.port}"

    assert await refusal(of=print_ticket(address, ticket, copies=3)) == "The printer has no paper."
    assert len(receipt_printer.slips) == 1


async def test_a_receipt_printer_that_is_off_is_called_so(
    receipt_printer: ReceiptPrinter, ticket: bytes
) -> None:
    receipt_printer.stop()
    said = await refusal(of=print_ticket(f"raw:127.0.0.1:{receipt_printer.port}", ticket))

    assert said == "Nothing answers at the address of the printer, or it is busy."


async def test_a_receipt_printer_that_falls_silent_is_given_up(ticket: bytes) -> None:
    fine = bytes([0x12])
    async with RudePrinter(fine, fine, RudePrinter.WHOLE, RudePrinter.SILENCE) as printer:
        address = f"raw:127.0.0.1:{printer.port}"
        said = await refusal(of=print_ticket(address, ticket, timeout_s=1))

    assert said == "The printer was not done after 1 seconds, and the job was cancelled."


@pytest.mark.parametrize(
    "address", ["raw:", "raw:192.168.1.50:22", "raw:a b", "raw:http://192.168.1.50/"]
)
async def test_an_address_of_anything_else_is_not_called(ticket: bytes, address: str) -> None:
    assert await refusal(of=print_ticket(address, ticket)) == (
        "This is not the address of a printer."
    )


async def test_nothing_but_pages_and_tickets_goes_to_a_printer() -> None:
    with pytest.raises(ValueError, match="svg"):
        await send("cups:A", b"<svg/>", kind="svg", title="", paper=A4, timeout_s=LIMIT_S)


@pytest.mark.parametrize("address", ["", "192.168.1.50", "file:/etc/passwd", "lp"])
async def test_a_printer_of_another_kind_is_not_known(ticket: bytes, address: str) -> None:
    assert await refusal(of=print_ticket(address, ticket)) == "There is no printer of that name."
