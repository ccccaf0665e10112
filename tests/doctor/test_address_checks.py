"""What the doctor finds about printers and web addresses."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.conftest import apply_text, examine_box, ids_of
from tests.support.receipt_printer import ReceiptPrinter
from tests.support.web_receiver import WebReceiver

ADDRESS = """
[[recipient]]
subscriber = "mar"
slug = "boss"
{channel} = ["{address}"]
"""


@pytest.fixture
def printer(healthy: Path) -> Iterator[ReceiptPrinter]:
    printer = ReceiptPrinter()
    printer.start()
    address = f"127.0.0.1:{printer.port}"
    apply_text(healthy, ADDRESS.format(channel="printer", address=address))
    yield printer
    printer.stop()


@pytest.fixture
def receiver(healthy: Path) -> Iterator[WebReceiver]:
    receiver = WebReceiver()
    receiver.start()
    address = f"http://127.0.0.1:{receiver.port}/hook?token=secret"
    apply_text(healthy, ADDRESS.format(channel="webhook", address=address))
    yield receiver
    receiver.stop()


def test_a_printer_in_order_is_not_mentioned_and_does_not_print(
    healthy: Path, mail_port: int, printer: ReceiptPrinter
) -> None:
    assert examine_box(healthy, mail_port) == []
    assert printer.slips == []


def test_a_printer_without_paper_is_named(
    healthy: Path, mail_port: int, printer: ReceiptPrinter
) -> None:
    printer.has_paper = False
    (finding,) = examine_box(healthy, mail_port)

    assert finding.id == "printer.unusable"
    assert f"127.0.0.1:{printer.port}" in finding.message
    assert "The printer has no paper." in finding.message


def test_a_printer_that_is_switched_off_is_named(
    healthy: Path, mail_port: int, printer: ReceiptPrinter
) -> None:
    printer.stop()

    assert ids_of(examine_box(healthy, mail_port)) == ["printer.unusable"]


def test_a_webhook_in_order_is_not_mentioned_and_gets_nothing(
    healthy: Path, mail_port: int, receiver: WebReceiver
) -> None:
    assert examine_box(healthy, mail_port) == []
    assert receiver.num_requests == 0


def test_a_webhook_that_cannot_be_reached_is_named_without_its_secrets(
    healthy: Path, mail_port: int, receiver: WebReceiver
) -> None:
    receiver.stop()
    (finding,) = examine_box(healthy, mail_port)

    assert finding.id == "webhook.unreachable"
    assert "127.0.0.1" in finding.message
    assert "secret" not in finding.message


def test_each_of_several_is_looked_at(healthy: Path, mail_port: int, receiver: WebReceiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    both = f'http://127.0.0.1:{port}/a", "http://127.0.0.1:{receiver.port}/b'
    apply_text(healthy, ADDRESS.format(channel="webhook", address=both))

    assert ids_of(examine_box(healthy, mail_port)) == ["webhook.unreachable"]
