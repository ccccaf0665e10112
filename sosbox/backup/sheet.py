"""The recovery sheet: the key as a QR code and in groups, and what it is for."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pyrage import x25519

from sosbox.backup.key import grouped
from sosbox.i18n import N_, localizer
from sosbox.printing.layout import House, PieceData, PrintJob
from sosbox.printing.template import parse_template

_TEMPLATE = Path(__file__).parent / "recovery.typ"
_TITLE = N_("Recovery key")
_TEXTS = (
    N_("Whoever has this sheet and a backup can read all that guests and staff have written."),
    N_(
        "Without it no backup can ever be opened: nobody has a copy, not even the makers of the"
        " program."
    ),
    N_("Keep it in a safe, away from the box and away from the backups, and keep it for years."),
    N_(
        "If the box is lost: install the program on another one, run “sosbox restore” with the"
        " newest backup, and scan or type this key."
    ),
)
# No part of what guests see: quiet, and in one ink.
_COLOR = "#16202b"


def recovery_job(
    key: x25519.Identity, name: str, languages: Sequence[str], now: datetime
) -> PrintJob:
    """name: whose box it is; languages: two at most."""
    template = parse_template("recovery", _TEMPLATE.read_bytes(), is_own=False)
    (size,) = template.sizes.values()
    spoken = tuple(dict.fromkeys(languages))[:2]
    house = House(
        name=name,
        company="",
        website="",
        service="sosbox",
        service_website="",
        languages=spoken,
        color=_COLOR,
        accent_color=_COLOR,
        promise_hours=48,
        extra={language: _words(language) for language in spoken},
    )
    piece = PieceData(code=grouped(key), label=name, area=f"{now:%Y-%m-%d}", url=str(key), stamp="")
    return PrintJob(template, size, size.paper, house, (piece,), "pdf")


def _words(language: str) -> str:
    _ = localizer(language)
    return "\n".join(_(text) for text in (_TITLE, *_TEXTS))
