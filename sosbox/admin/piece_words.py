"""Words about printed pieces."""

from sosbox.admin import print_words
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
    template = print_words.piece_name(piece.template, _)
    return _("{template}, version {num}", template=template, num=piece.version)
