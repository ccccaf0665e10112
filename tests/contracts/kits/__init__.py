"""For each channel something that stands for the other side; one module each."""

from collections.abc import Callable
from pathlib import Path

from tests.contracts.kits.base import ChannelKit
from tests.contracts.kits.email import EmailKit
from tests.contracts.kits.printer import PrinterKit
from tests.contracts.kits.sms import HttpSmsKit, KannelSmsKit
from tests.contracts.kits.webhook import WebhookKit

KITS: dict[str, Callable[[Path], ChannelKit]] = {
    "email": EmailKit,
    "sms": KannelSmsKit,
    "sms over HTTP": HttpSmsKit,
    "webhook": WebhookKit,
    "printer": PrinterKit,
}
