"""Adding, changing and deleting recipients. Runs inside `DB.write`."""

from datetime import datetime

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.lib.slugs import new_slug
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.routing.actions import as_json, open_settings
from sosbox.routing.drafts import RecipientDraft
from sosbox.routing.problems import too_many
from sosbox.routing.tables import Recipient, RecipientAddress
from sosbox.routing.uses import uses_of
from sosbox.staff.rules import Viewer

MAX_RECIPIENTS = 500


def add_recipient(tx: Transaction, *, viewer: Viewer, draft: RecipientDraft) -> int:
    """Returns the id. Raises ForbiddenError, InvalidFieldsError."""
    settings = open_settings(tx, viewer)
    if len(settings.recipients) >= MAX_RECIPIENTS:
        raise InvalidFieldsError({"name": too_many(MAX_RECIPIENTS)})
    slugs = {recipient.slug for recipient in settings.recipients.values()}
    recipient_id = tx.insert(
        Recipient,
        subscriber_id=viewer.subscriber_id,
        slug=new_slug(draft.name, slugs, otherwise="recipient"),
        name=draft.name,
        language=draft.language,
        channels=as_json(draft.channels),
        next_channel_minutes=draft.next_channel_minutes,
    )
    _store_addresses(tx, recipient_id, draft)
    note_settings_change(tx)
    return recipient_id


def change_recipient(
    tx: Transaction, *, viewer: Viewer, recipient_id: int, draft: RecipientDraft, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError; ConflictError when it has changed meanwhile."""
    recipient = open_settings(tx, viewer).recipient(recipient_id)
    require_edition(edition, recipient)
    tx.run(
        Recipient.update(
            {
                Recipient.name: draft.name,
                Recipient.language: draft.language,
                Recipient.channels: as_json(draft.channels),
                Recipient.next_channel_minutes: draft.next_channel_minutes,
            }
        ).where(Recipient.id == recipient_id)
    )
    if dict(recipient.addresses) != dict(draft.addresses):
        tx.sql("DELETE FROM recipient_addresses WHERE recipient_id = ?", recipient_id)
        _store_addresses(tx, recipient_id, draft)
    note_settings_change(tx)


def delete_recipient(
    tx: Transaction, *, now: datetime, viewer: Viewer, recipient_id: int, edition: str
) -> None:
    """Takes the recipient out of everything but what has been sent.

    Raises NotFoundError, ForbiddenError; ConflictError when it has changed meanwhile;
    InvalidFieldsError (`delete`) while a rule, a rota, a step or an establishment names it.
    """
    settings = open_settings(tx, viewer)
    recipient = settings.recipient(recipient_id)
    require_edition(edition, recipient)
    if uses_of(settings, recipient_id):
        problem = SosboxError(
            "{name} is still named, as listed here. Take the name out there first.",
            name=recipient.name,
        )
        raise InvalidFieldsError({"delete": problem})
    tx.sql("DELETE FROM recipient_addresses WHERE recipient_id = ?", recipient_id)
    # What is left are steps that were replaced, and the rota of the post itself.
    tx.sql("DELETE FROM escalation_recipients WHERE recipient_id = ?", recipient_id)
    tx.sql("DELETE FROM rota_shifts WHERE recipient_id = ?", recipient_id)
    # No set-up file can name a slug with a dot, so the old one is free again.
    tx.sql(
        "UPDATE recipients SET retired_at = ?, slug = slug || '.' || id WHERE id = ?",
        now,
        recipient_id,
    )
    note_settings_change(tx)


def _store_addresses(tx: Transaction, recipient_id: int, draft: RecipientDraft) -> None:
    for channel, addresses in draft.addresses.items():
        for address in addresses:
            tx.insert(RecipientAddress, recipient_id=recipient_id, channel=channel, address=address)
