"""The printer channel against printers that print, lack something, stall and break off."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp

from sosbox.channels.base import ChannelError, Notice, RefusedError, RetryError
from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.channels.printer.channel import PrinterChannel
from sosbox.channels.printer.connection import PrinterConnection
from sosbox.channels.printer.slip import Slip
from sosbox.channels.printer.typesetting import Typeset, Typesetter
from sosbox.config import Config, load_config
from tests.support.notices import notice
from tests.support.receipt_printer import STATUS_FINE, ReceiptPrinter, RudePrinter

MakeConfig = Callable[..., Config]
FINE = bytes([STATUS_FINE, STATUS_FINE])


@pytest.fixture
def printer() -> Iterator[ReceiptPrinter]:
    printer = ReceiptPrinter()
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture
def config(tmp_path: Path) -> MakeConfig:
    """Options, perhaps impatient ones."""

    def make(*, timeout_s: float = 20, has_status: bool = True) -> Config:
        config = load_config(tmp_path, {"SOSBOX_PRINTER_STATUS": str(has_status)})
        setting = replace(config.settings["printer_timeout_s"], value=timeout_s)
        config.settings["printer_timeout_s"] = setting
        return config

    return make


def _to(printer: ReceiptPrinter | RudePrinter, **changes: object) -> Notice:
    return notice(address=f"127.0.0.1:{printer.port}", **changes)


async def _problem(channel: PrinterChannel, sent: Notice) -> ChannelError:
    """The error with which sending fails."""
    with pytest.raises(ChannelError) as caught:
        await channel.send(sent)
    await channel.close()
    return caught.value


# Printing ----------------------------------------------------------------------------------------


async def test_a_slip_is_printed_as_wide_as_the_paper_and_leads_to_the_case(
    printer: ReceiptPrinter, config: MakeConfig
) -> None:
    await PrinterChannel(config()).send(_to(printer))

    (slip,) = printer.slips
    assert slip.width == 576
    # A picture has 1 for light, a printer for dark.
    code = zxingcpp.read_barcode(slip.point(lambda dot: 255 - dot).convert("L"))
    assert code is not None
    assert code.text == "http://mar.example/admin/cases/3"


async def test_a_printer_is_called_once_at_a_time(config: MakeConfig) -> None:
    num_typeset = 0
    both_typeset = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Counting(Typesetter):
        def typeset(self, slip: Slip) -> Typeset:
            nonlocal num_typeset
            typeset = super().typeset(slip)
            num_typeset += 1
            if num_typeset == 2:
                loop.call_soon_threadsafe(both_typeset.set)
            return typeset

    async with RudePrinter(FINE, RudePrinter.SILENCE) as hanging:
        channel = PrinterChannel(config(), typesetter=Counting())
        sending = [
            asyncio.create_task(channel.send(_to(hanging, delivery_id=number)))
            for number in range(2)
        ]
        await both_typeset.wait()
        await hanging.has_visitor.wait()
        for _turn_of_the_loop in range(50):
            await asyncio.sleep(0)
        num_visitors = hanging.num_visitors
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)

    assert num_visitors == 1


async def test_a_printer_that_hangs_does_not_hold_up_another(
    printer: ReceiptPrinter, config: MakeConfig
) -> None:
    async with RudePrinter(FINE, RudePrinter.SILENCE) as hanging:
        channel = PrinterChannel(config())
        stuck = asyncio.create_task(channel.send(_to(hanging)))
        await hanging.has_visitor.wait()
        await channel.send(_to(printer))
        assert not stuck.done()
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)

    assert len(printer.slips) == 1


async def test_who_waits_too_long_for_a_printer_tries_again_later(config: MakeConfig) -> None:
    async with RudePrinter(RudePrinter.SILENCE) as hanging:
        channel = PrinterChannel(config(timeout_s=0.05))
        outcomes = await asyncio.gather(
            *[channel.send(_to(hanging, delivery_id=number)) for number in range(4)],
            return_exceptions=True,
        )

    assert all(isinstance(outcome, RetryError) for outcome in outcomes)
    assert not any(isinstance(o, RetryError) and o.may_have_arrived for o in outcomes)


async def test_a_slip_is_typeset_beside_the_event_loop(
    printer: ReceiptPrinter, config: MakeConfig
) -> None:
    may_go_on = threading.Event()

    class Slow(Typesetter):
        def typeset(self, slip: Slip) -> Typeset:
            assert may_go_on.wait(20), "the event loop stood still"
            return super().typeset(slip)

    sending = asyncio.create_task(PrinterChannel(config(), typesetter=Slow()).send(_to(printer)))
    await asyncio.sleep(0)
    may_go_on.set()
    await sending

    assert len(printer.slips) == 1


# What a printer says of itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lack", "message"),
    [
        ({"has_paper": False}, "The printer has no paper."),
        ({"is_open": True}, "The cover of the printer is open."),
        ({"has_fault": True}, "The printer reports a fault."),
    ],
)
async def test_a_printer_that_cannot_print_is_given_nothing(
    printer: ReceiptPrinter, config: MakeConfig, lack: dict[str, bool], message: str
) -> None:
    for name, value in lack.items():
        setattr(printer, name, value)
    channel = PrinterChannel(config())
    problem = await _problem(channel, _to(printer))
    with pytest.raises(RetryError, match=message):
        await channel.check(f"127.0.0.1:{printer.port}")

    assert isinstance(problem, RetryError)
    assert problem.message == message
    assert problem.is_outage
    assert not problem.may_have_arrived
    assert printer.slips == []


async def test_paper_that_ends_with_the_slip_leaves_it_open_whether_all_of_it_is_there(
    printer: ReceiptPrinter, config: MakeConfig
) -> None:
    printer.runs_out = True
    problem = await _problem(PrinterChannel(config()), _to(printer))

    assert isinstance(problem, RetryError)
    assert problem.message == "The printer has no paper."
    assert problem.may_have_arrived


async def test_a_printer_that_never_says_how_it_is_is_given_nothing(config: MakeConfig) -> None:
    async with RudePrinter(RudePrinter.SILENCE) as silent:
        problem = await _problem(PrinterChannel(config(timeout_s=0.5)), _to(silent))

    assert isinstance(problem, RetryError)
    assert "printer_status" in problem.message
    assert not problem.may_have_arrived


async def test_unless_somebody_has_said_that_it_never_does(
    printer: ReceiptPrinter, config: MakeConfig
) -> None:
    printer.is_talkative = False
    channel = PrinterChannel(config(has_status=False))
    await channel.check(f"127.0.0.1:{printer.port}")
    await channel.send(_to(printer))

    assert len(printer.wait_for(1)) == 1


async def test_one_that_never_says_anything_and_stays_connected_counts_as_having_printed(
    config: MakeConfig,
) -> None:
    async with RudePrinter(RudePrinter.WHOLE, RudePrinter.SILENCE) as silent:
        await PrinterChannel(config(timeout_s=0.5, has_status=False)).send(_to(silent))


# Connections -------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [(), (FINE[:1],)])
async def test_a_printer_that_hangs_up_at_once_is_tried_again(
    config: MakeConfig, script: tuple[bytes, ...]
) -> None:
    async with RudePrinter(*script) as rude:
        problem = await _problem(PrinterChannel(config()), _to(rude))

    assert isinstance(problem, RetryError)
    assert not problem.may_have_arrived


@pytest.mark.parametrize("end", [(), (RudePrinter.SILENCE,), (RudePrinter.DRIBBLE,)])
async def test_a_printer_that_is_lost_after_the_slip_may_have_printed_it(
    config: MakeConfig, end: tuple[str, ...]
) -> None:
    async with RudePrinter(FINE, RudePrinter.WHOLE, *end) as rude:
        problem = await _problem(PrinterChannel(config(timeout_s=0.5)), _to(rude))

    assert isinstance(problem, RetryError)
    assert problem.may_have_arrived


async def test_a_printer_that_takes_no_more_is_given_up() -> None:
    async with RudePrinter(RudePrinter.SILENCE, buffer_bytes=1_000) as rude:
        with pytest.raises(RetryError) as caught:
            async with PrinterConnection("127.0.0.1", rude.port, timeout_s=0.5) as connection:
                # More than the buffers of the system hold.
                await connection.print(bytes(50_000_000))

    assert caught.value.may_have_arrived


async def test_a_printer_that_is_switched_off_is_tried_again(config: MakeConfig) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        problem = await _problem(PrinterChannel(config()), notice(address=address))

    assert isinstance(problem, RetryError)
    assert problem.is_outage
    assert problem.message == "Nothing answers at the address of the printer, or it is busy."


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.168.1.50", "192.168.1.50", 9100),
        ("192.168.1.50:9100", "192.168.1.50", 9100),
        ("printer.lan:9109", "printer.lan", 9109),
        ("tm-t20", "tm-t20", 9100),
        ("fd00::5", "fd00::5", 9100),
        ("[fd00::5]:9101", "fd00::5", 9101),
        ("127.0.0.1:4000", "127.0.0.1", 4000),
        ("[::1]:65535", "::1", 65535),
        ("localhost:80", "localhost", 80),
    ],
)
def test_what_can_be_the_address_of_a_printer(text: str, host: str, port: int) -> None:
    assert parse_address(text) == (host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "192.168.1.50:80",
        "192.168.1.50:9110",
        "192.168.1.50:9099",
        "192.168.1.50:0",
        "printer.lan:22",
        "localhost.example:80",
        "[fd00::5]:631",
        "127.0.0.1:0",
        "127.0.0.1:70000",
        "http://192.168.1.50",
        "192.168.1.50:",
        "a b",
        "-printer",
        "printer\n",
        "[printer]:9100",
        "fd00::5:zz",
        "p" * 64,
    ],
)
async def test_what_cannot(text: str, config: MakeConfig) -> None:
    with pytest.raises(AddressError):
        parse_address(text)
    problem = await _problem(PrinterChannel(config()), notice(address=text))
    assert isinstance(problem, RefusedError)
    if text:
        with pytest.raises(RefusedError):
            await PrinterChannel(config()).check(text)
