"""The history of a case in words, out of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sosbox.admin.words import STATE_LABELS
from sosbox.cases.rules import State
from sosbox.deliveries.queries import CaseDelivery
from sosbox.i18n import N_, Localizer
from sosbox.ledger.queries import Entry
from sosbox.ledger.rules import GUEST, Event

_BY_GUEST = {
    Event.FILED: N_("The guest wrote"),
    Event.GUEST_WROTE: N_("The guest wrote again"),
    Event.REMINDED: N_("The guest said that nobody has answered"),
    Event.REOPENED: N_("Reopened, because the guest wrote again"),
}
_BY_STAFF = {
    Event.READ: N_("{name} opened it"),
    Event.ANSWERED: N_("{name} answered the guest"),
    Event.NOTED: N_("{name} added a note"),
    Event.RESOLVED: N_("{name} resolved it"),
    Event.REOPENED: N_("{name} reopened it"),
}
_OF_DELIVERIES = {
    Event.NOTIFIED: N_("A notice was sent to {recipient}"),
    Event.DELIVERY_FAILED: N_("A notice to {recipient} failed"),
    Event.DELIVERY_RETRIED: N_("A notice to {recipient} was sent on its way again"),
}


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    at: datetime
    words: str


def tell_history(
    entries: Sequence[Entry],
    names: Mapping[int, str],
    deliveries: Sequence[CaseDelivery],
    _: Localizer,
) -> list[Step]:
    """What happened, in the order in which it did.

    names: of the accounts, by id.
    """
    recipients = {delivery.id: delivery.name or delivery.address for delivery in deliveries}
    return [Step(entry.at, _words(entry, names, recipients, _)) for entry in entries]


def _words(
    entry: Entry, names: Mapping[int, str], recipients: Mapping[int, str], _: Localizer
) -> str:
    event = Event(entry.event)
    if event in _OF_DELIVERIES:
        recipient = recipients.get(entry.data.get("delivery", 0), _("a recipient"))
        return _(_OF_DELIVERIES[event], recipient=recipient)
    if entry.actor == GUEST:
        return _(_BY_GUEST[event])
    name = _name(entry.actor, names, _)
    if event is Event.ASSIGNED:
        assignee = entry.data.get("assignee")
        if assignee is None:
            return _("{name} gave it back to everybody", name=name)
        if entry.actor == f"account:{assignee}":
            return _("{name} took it", name=name)
        return _("{name} gave it to {assignee}", name=name, assignee=names.get(assignee, "?"))
    if event is Event.STATE_CHANGED:
        state = _(STATE_LABELS[State(entry.data["state"])][1])
        return _("{name} set it to: {state}", name=name, state=state)
    return _(_BY_STAFF[event], name=name)


def _name(actor: str, names: Mapping[int, str], _: Localizer) -> str:
    number = actor.removeprefix("account:")
    if not number.isdigit():
        return _("The box")
    return names.get(int(number), "?")
