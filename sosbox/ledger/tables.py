"""The chain, as stored."""

from piccolo.columns import Bytea, Integer, Serial, Text
from piccolo.table import Table

from sosbox.db import DB


class LedgerEntry(Table, db=DB, tablename="ledger"):
    """One thing that happened. `at` is ISO 8601 UTC text, hashed as it stands."""

    id: Serial
    at = Text()
    event = Text()
    case_id = Integer(null=True)
    actor = Text()
    data = Text()
    previous = Bytea()
    hash = Bytea()
    signature = Bytea(null=True)
