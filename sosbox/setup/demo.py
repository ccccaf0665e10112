"""The set-up of the demonstration hotel."""

from pathlib import Path

from sosbox.setup.document import Document, check_document, parse_document

DEMO_FILE = Path(__file__).parent / "demo.toml"
DEMO_LOGO = Path(__file__).parent / "demo-logo.svg"
DEMO_HOUSE = "hotel-mar-de-fora"
DEMO_LOGIN = "owner@mardefora.example"
# The access point that the guest link leads to.
DEMO_PLACE = "HAB-204"
# As demo.toml names it; beside it in the folder that the file is applied from.
DEMO_PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file


def demo_document() -> Document:
    return parse_document(DEMO_FILE.read_text("utf-8"))


def address_document(base_url: str) -> Document:
    """What changes when the demonstration is reached under another address than last time."""
    return check_document({"establishment": [{"slug": DEMO_HOUSE, "base_url": base_url}]})
