"""Addresses of webhooks and printers as the set-up file has them."""

import pytest

from sosbox.setup.checks import WrongValueError, printer_address, webhook_url


def test_an_address_is_kept_as_it_was_written() -> None:
    url = "https://hooks.example/Sosbox?token=A"
    # The secret that signs is derived from it, sign by sign.
    assert webhook_url(url) == url
    assert printer_address("[fd00::5]:9101") == "[fd00::5]:9101"


@pytest.mark.parametrize("value", [7, "", "hooks.example", "http://hooks.example/", "x" * 2_000])
def test_what_is_no_webhook_is_refused(value: object) -> None:
    with pytest.raises(WrongValueError):
        webhook_url(value)


@pytest.mark.parametrize("value", [7, "", "192.168.1.50:80", "printer.lan:22", "a b"])
def test_what_is_no_printer_is_refused(value: object) -> None:
    with pytest.raises(WrongValueError):
        printer_address(value)
