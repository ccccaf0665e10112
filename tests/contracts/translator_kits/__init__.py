"""For each engine something that it can translate with, and that can be taken from it."""

from collections.abc import Callable
from pathlib import Path

from tests.contracts.translator_kits.apertium import FakeApertiumKit, InstalledApertiumKit
from tests.contracts.translator_kits.argos import ArgosKit
from tests.contracts.translator_kits.base import TranslatorKit
from tests.contracts.translator_kits.none import NoneKit

TRANSLATOR_KITS: dict[str, Callable[[Path], TranslatorKit]] = {
    "argos": ArgosKit,
    "apertium": FakeApertiumKit,
    "apertium as it is installed": InstalledApertiumKit,
    "none": NoneKit,
}
