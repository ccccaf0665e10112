"""Storing the fixed words of a house, and the engines of the box."""

from sosbox.places.translation_settings import MAX_TERMS, TRANSLATION_TOPIC
from sosbox.setup.files import SetupFiles
from sosbox.setup.references import house_of
from sosbox.setup.rows import Upsert


def store_term(upsert: Upsert, _files: SetupFiles) -> None:
    house = house_of(upsert.tx, upsert.entry)
    upsert.store(establishment_id=house.id, term=upsert.entry.values["term"])
    (num,) = upsert.tx.sql(
        "SELECT count(*) FROM glossary_terms WHERE establishment_id = ?", house.id
    )[0]
    if num > MAX_TERMS:
        raise upsert.entry.error("term", f"is one too many: {MAX_TERMS} are allowed")


def store_engine(upsert: Upsert, _files: SetupFiles) -> None:
    values = upsert.entry.values
    if values["from"] == values["to"]:
        raise upsert.entry.error("to", "must be another language")
    upsert.store(source=values["from"], target=values["to"])
    upsert.tx.announce(TRANSLATION_TOPIC)
