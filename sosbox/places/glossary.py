"""Reading what the owner has settled for translations: fixed words, and engines."""

import json
import sqlite3

from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import EngineTable
from sosbox.translation.glossary import Glossary, Term


def load_glossary(connection: sqlite3.Connection, house_id: int) -> Glossary:
    """The fixed words of an establishment."""
    rows = connection.execute(
        "SELECT term, translations FROM glossary_terms WHERE establishment_id = ? ORDER BY id",
        (house_id,),
    )
    return Glossary(tuple(Term(term, json.loads(translations)) for term, translations in rows))


def load_engine_table(connection: sqlite3.Connection) -> EngineTable:
    """Which engine translates what, where the owner has chosen one."""
    rows = connection.execute("SELECT source, target, engine FROM translation_engines")
    return EngineTable({Pair(source, target): engine for source, target, engine in rows})
