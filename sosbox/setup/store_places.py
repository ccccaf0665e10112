"""Storing companies, houses and the places that guests write from."""

from collections.abc import Mapping

from sosbox.lib.ids import new_access_point_token
from sosbox.routing.tables import EstablishmentRecipient
from sosbox.setup.files import PICTURE_KEYS, SetupFiles
from sosbox.setup.links import Links, replace_links
from sosbox.setup.references import area_in_house, house_of, owner_of, recipients_of
from sosbox.setup.rows import Upsert


def store_subscriber(upsert: Upsert, files: SetupFiles) -> None:
    upsert.store(slug=upsert.entry.values["slug"])
    _store_pictures(upsert, files)


def store_establishment(upsert: Upsert, files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    upsert.find(slug=entry.values["slug"])
    upsert.require_all()
    upsert.save(subscriber_id=owner_of(tx, entry, upsert.row))
    _store_pictures(upsert, files)


def _store_pictures(upsert: Upsert, files: SetupFiles) -> None:
    table = upsert.entry.table
    for key in PICTURE_KEYS[table.name]:
        picture = files.pictures.get((table.name, upsert.entry.name, key))
        if picture is None or (upsert.row or {}).get(key) == picture.data:
            continue
        upsert.tx.sql(
            f"UPDATE {table.stored_in._meta.tablename}"  # noqa: S608 - our names
            f" SET {key} = ?, {key}_type = ? WHERE id = ?",
            picture.data,
            picture.type,
            upsert.id,
        )
        upsert.changed.append(key)


def store_area(upsert: Upsert, _files: SetupFiles) -> None:
    house = house_of(upsert.tx, upsert.entry)
    upsert.store(establishment_id=house.id, slug=upsert.entry.values["slug"])


def store_access_point(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    house = house_of(tx, entry)
    upsert.find(establishment_id=house.id, code=entry.values["code"])
    upsert.require_all()
    if "area" in entry.values:
        upsert.set("area", "area_id", area_in_house(tx, entry, house.id))
    if upsert.is_new:
        upsert.save(label=entry.values["code"], token=new_access_point_token())
    else:
        upsert.save()


# The keys of an establishment that list recipients, and what these are told of.
PURPOSES: Mapping[str, str] = {
    "fallback": "fallback",
    "report_to": "report",
    "digest_to": "digest",
}


def link_establishment(upsert: Upsert) -> None:
    """Recipients are stored after their house, so it is tied to them afterwards."""
    entry, tx = upsert.entry, upsert.tx
    named = [key for key in PURPOSES if key in entry.values]
    if not named:
        return
    rows = tx.sql("SELECT subscriber_id FROM establishments WHERE id = ?", upsert.id)
    for key in named:
        links = Links(
            EstablishmentRecipient,
            "establishment_id",
            "recipient_id",
            {"purpose": PURPOSES[key]},
        )
        replace_links(upsert, key, links, recipients_of(tx, entry, key, subscriber=rows[0][0]))
