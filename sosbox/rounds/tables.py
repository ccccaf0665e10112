"""Rounds and what was found on them."""

from piccolo.columns import JSON, Bytea, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB
from sosbox.pieces.tables import Piece
from sosbox.places.tables import AccessPoint, Establishment
from sosbox.staff.tables import Account


class Round(Table, db=DB, tablename="rounds"):
    """Somebody walks through some areas; `digest` and `signature` once it is finished, and then
    `num_pieces`, too: how many should have hung there."""

    id: Serial
    establishment_id = ForeignKey(Establishment)
    account_id = ForeignKey(Account)
    areas = JSON()
    started_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)
    num_pieces = Integer()
    digest = Text()
    signature = Bytea(null=True)


class RoundFinding(Table, db=DB, tablename="round_findings"):
    """How it is at an access point.

    `found_id`: the one whose code hung there, where it was another; `photo`: a JPEG with nothing in
    it but the picture.
    """

    id: Serial
    round_id = ForeignKey(Round)
    access_point_id = ForeignKey(AccessPoint)
    piece_id = ForeignKey(Piece, null=True)
    found_id = ForeignKey(AccessPoint, null=True)
    finding = Text()
    note = Text()
    photo = Bytea(null=True)
    found_at = Timestamptz()
