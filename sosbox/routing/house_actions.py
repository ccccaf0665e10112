"""What an establishment has settled for all of its cases. Runs inside `DB.write`."""

from sosbox.db import Transaction
from sosbox.errors import Problems
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.places.tables import Establishment
from sosbox.routing.actions import (
    as_json,
    open_settings,
    replace_links,
    require_known,
)
from sosbox.routing.drafts import HouseDraft
from sosbox.routing.tables import EstablishmentRecipient
from sosbox.staff.rules import Viewer


def change_house(
    tx: Transaction, *, viewer: Viewer, house_id: int, draft: HouseDraft, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError, InvalidFieldsError; ConflictError when it has changed
    meanwhile."""
    settings = open_settings(tx, viewer)
    require_edition(edition, settings.house(house_id))
    problems = Problems()
    of_purpose = {"fallback": draft.fallback, "report": draft.report, "digest": draft.digest}
    for purpose, recipients in of_purpose.items():
        require_known(problems, purpose, recipients, settings.recipients)
    problems.refuse()
    for purpose, recipients in of_purpose.items():
        owner = {"establishment_id": house_id, "purpose": purpose}
        replace_links(tx, EstablishmentRecipient, owner, recipients)
    tx.run(
        Establishment.update(
            {
                Establishment.digest_at: draft.digest_at,
                Establishment.promise_warning_minutes: draft.promise_warning_minutes,
                Establishment.legal_warning_days: draft.legal_warning_days,
                Establishment.holiday_region: draft.holiday_region,
                Establishment.holidays: as_json(draft.holidays),
                Establishment.trusts_replies: draft.trusts_replies,
            }
        ).where(Establishment.id == house_id)
    )
    note_settings_change(tx)
