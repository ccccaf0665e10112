"""The database: one SQLite file, read through Piccolo, written through `DB.write`."""

from sosbox.db.engine import DB, Database
from sosbox.db.transaction import Transaction, sql_time

__all__ = ["DB", "Database", "Transaction", "sql_time"]
