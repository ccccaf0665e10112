"""Words about printed pieces."""

from sosbox.i18n import N_, Localizer
from sosbox.pieces.queries import HangingPiece

# Each condition in which a round finds a piece with its icon.
CONDITION_LABELS = {
    "good": ("check", N_("in good condition")),
    "torn": ("alert", N_("torn")),
    "stained": ("alert", N_("stained")),
    "missing": ("x", N_("not there when somebody last looked")),
}


def piece_name(piece: HangingPiece, _: Localizer) -> str:
    """Which piece it is, "Door leaflet, version 2"."""
    return _("{template}, version {num}", template=_template(piece.template), num=piece.version)


def _template(template: str) -> str:
    """What people call a template."""
    return template
