"""Storing the accounts of the staff."""

from sosbox.setup.files import SetupFiles
from sosbox.setup.links import Links, replace_links
from sosbox.setup.references import areas_of, owner_of
from sosbox.setup.rows import Upsert
from sosbox.staff.rules import Role
from sosbox.staff.tables import AccountArea

_AREAS = Links(AccountArea, "account_id", "area_id")


def store_account(upsert: Upsert, files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    upsert.find(email=entry.values["email"])
    upsert.require_all()
    owner = owner_of(tx, entry, upsert.row)
    role = entry.values.get("role") or (upsert.row or {})["role"]
    if entry.values.get("areas") and role != Role.AGENT:
        raise entry.error("areas", f"only an agent is limited to areas, not {role}")
    if entry.name in files.password_hashes:
        upsert.set("password_file", "password_hash", files.password_hashes[entry.name])
    upsert.save(subscriber_id=owner, created_at=upsert.now)
    if role != Role.AGENT:
        replace_links(upsert, "areas", _AREAS, [])
    elif "areas" in entry.values:
        areas = areas_of(tx, entry, entry.values["areas"], key="areas", subscriber=owner)
        replace_links(upsert, "areas", _AREAS, areas)
    if {"password_file", "disabled"} & set(upsert.changed):
        # Whoever is logged in with the old password is so no longer.
        tx.sql(
            "UPDATE sessions SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL",
            upsert.now,
            upsert.id,
        )
