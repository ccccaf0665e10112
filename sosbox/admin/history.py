"""The history of a case in words, out of the ledger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.lists import format_list

from sosbox.admin.hold_words import hold_reasons
from sosbox.admin.words import STATE_LABELS
from sosbox.cases.rules import Hold, Part, State
from sosbox.channels.words import engine_name, language_name
from sosbox.deliveries.queries import CaseDelivery
from sosbox.deliveries.rules import ReportState
from sosbox.i18n import N_, Localizer
from sosbox.ledger.queries import Entry
from sosbox.ledger.rules import GUEST, SYSTEM, Event

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
    Event.ACKNOWLEDGED: N_("{name} takes care of it"),
    Event.RELEASED: N_("{name} released it from quarantine"),
    Event.UNWANTED: N_("{name} confirmed that it is unwanted"),
    Event.REPLY_DROPPED: N_("{name} dropped what a colleague had written back"),
}
_BY_BOX = {
    Event.ESCALATION_SKIPPED: N_("A step of the escalation was skipped: nobody could be told"),
}
_OF_DEADLINES = {
    (Event.DEADLINE_NEAR, "promise"): N_("The promised time was running out; a warning was sent"),
    (Event.DEADLINE_MISSED, "promise"): N_("The promised time had passed without an answer"),
    (Event.DEADLINE_NEAR, "legal"): N_("The legal deadline was near; a warning was sent"),
    (Event.DEADLINE_MISSED, "legal"): N_("The legal deadline had passed without an answer"),
}
_OF_DELIVERIES = {
    Event.NOTIFIED: N_("A notice was sent to {recipient}"),
    Event.DELIVERY_FAILED: N_("A notice to {recipient} failed"),
    Event.DELIVERY_RETRIED: N_("A notice to {recipient} was sent on its way again"),
}
_OF_REPORTS = {
    ReportState.ARRIVED: N_("The notice to {recipient} arrived"),
    ReportState.NEVER: N_("The network never confirmed that the notice to {recipient} arrived"),
}


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Names:
    """Whom the ledger knows by id: accounts, recipients, and where each notice went."""

    accounts: Mapping[int, str]
    recipients: Mapping[int, str]
    deliveries: Mapping[int, str]


def tell_history(
    entries: Sequence[Entry],
    accounts: Mapping[int, str],
    recipients: Mapping[int, str],
    deliveries: Sequence[CaseDelivery],
    _: Localizer,
) -> list[Step]:
    """What happened, in the order in which it did.

    accounts, recipients: their names by id.
    """
    told = {delivery.id: delivery.name or delivery.address for delivery in deliveries}
    names = Names(accounts, recipients, told)
    return [Step(entry.at, _words(entry, names, _)) for entry in entries]


def _words(entry: Entry, names: Names, _: Localizer) -> str:
    event = Event(entry.event)
    if event in _TELLERS:
        return _TELLERS[event](entry, names, _)
    if event in _OF_DELIVERIES:
        return _(_OF_DELIVERIES[event], recipient=_delivery(entry, names, _))
    if event in _BY_BOX:
        return _(_BY_BOX[event])
    if entry.actor == GUEST:
        return _(_BY_GUEST[event])
    return _(_BY_STAFF[event], name=_actor(entry, names, _))


def _assigned(entry: Entry, names: Names, _: Localizer) -> str:
    name, assignee = _actor(entry, names, _), entry.data.get("assignee")
    if assignee is None:
        return _("{name} gave it back to everybody", name=name)
    if entry.actor == f"account:{assignee}":
        return _("{name} took it", name=name)
    return _("{name} gave it to {assignee}", name=name, assignee=names.accounts.get(assignee, "?"))


def _state_changed(entry: Entry, names: Names, _: Localizer) -> str:
    state = _(STATE_LABELS[State(entry.data["state"])][1])
    return _("{name} set it to: {state}", name=_actor(entry, names, _), state=state)


def _sensitivity_changed(entry: Entry, names: Names, _: Localizer) -> str:
    name = _actor(entry, names, _)
    if entry.data.get("is_sensitive"):
        return _("{name} marked it as sensitive", name=name)
    return _("{name} marked it as no longer sensitive", name=name)


def _held(entry: Entry, names: Names, _: Localizer) -> str:
    if entry.actor != SYSTEM:
        return _("{name} put it back into quarantine", name=_actor(entry, names, _))
    return _("Held in quarantine: {reasons}", reasons=_reasons(entry, _))


def _marked(entry: Entry, _names: Names, _: Localizer) -> str:
    if entry.data.get("hold") == Hold.DIGEST:
        return _("Kept for the daily digest: {reasons}", reasons=_reasons(entry, _))
    return _("Marked: {reasons}", reasons=_reasons(entry, _))


def _reasons(entry: Entry, _: Localizer) -> str:
    return "; ".join(hold_reasons(entry.data.get("filters", ()), _))


def _routed(entry: Entry, names: Names, _: Localizer) -> str:
    rules, people = entry.data.get("rules", []), _people(entry, names, _)
    if not people:
        return _("Nobody could be told of it")
    if not rules:
        return _("No rule matched; to be told: {recipients}", recipients=people)
    return _("To be told: {recipients} (rules: {rules})", recipients=people, rules=", ".join(rules))


def _escalated(entry: Entry, names: Names, _: Localizer) -> str:
    return _(
        "Nobody had acted after {time}; told now: {recipients}",
        time=_.duration(timedelta(minutes=entry.data.get("after_minutes", 0))),
        recipients=_people(entry, names, _),
    )


def _deadline(entry: Entry, _names: Names, _: Localizer) -> str:
    return _(_OF_DEADLINES[Event(entry.event), entry.data["deadline"]])


def _reported(entry: Entry, names: Names, _: Localizer) -> str:
    message = _OF_REPORTS[ReportState(entry.data["report"])]
    return _(message, recipient=_delivery(entry, names, _))


def _replied(entry: Entry, names: Names, _: Localizer) -> str:
    if entry.actor == SYSTEM:
        return _("Somebody wrote back from an address that is not known")
    return _("{name} wrote back", name=_actor(entry, names, _))


def _translated(entry: Entry, _names: Names, _: Localizer) -> str:
    language = language_name(entry.data.get("language", ""), _)
    engine = engine_name(entry.data.get("engine", ""), _)
    if not engine:
        # A number, or a name alone.
        return _("Nothing had to be translated into {language}", language=language)
    if entry.data.get("part") == Part.REMEDY:
        return _(
            "What would put it right was translated into {language} ({engine})",
            language=language,
            engine=engine,
        )
    return _("Translated into {language} ({engine})", language=language, engine=engine)


def _language_changed(entry: Entry, names: Names, _: Localizer) -> str:
    language = language_name(entry.data.get("language", ""), _)
    if entry.actor == GUEST:
        return _("The guest said that it is in {language}", language=language)
    name = _actor(entry, names, _)
    return _("{name} said that it is in {language}", name=name, language=language)


_TELLERS: Mapping[Event, Callable[[Entry, Names, Localizer], str]] = {
    Event.ASSIGNED: _assigned,
    Event.STATE_CHANGED: _state_changed,
    Event.SENSITIVITY_CHANGED: _sensitivity_changed,
    Event.QUARANTINED: _held,
    Event.MARKED: _marked,
    Event.ROUTED: _routed,
    Event.ESCALATED: _escalated,
    Event.DEADLINE_NEAR: _deadline,
    Event.DEADLINE_MISSED: _deadline,
    Event.DELIVERY_REPORTED: _reported,
    Event.REPLIED: _replied,
    Event.TRANSLATED: _translated,
    Event.LANGUAGE_CHANGED: _language_changed,
}


def _people(entry: Entry, names: Names, _: Localizer) -> str:
    ids = entry.data.get("recipients", [])
    return format_list([names.recipients.get(item, "?") for item in ids], locale=_.locale)


def _delivery(entry: Entry, names: Names, _: Localizer) -> str:
    return names.deliveries.get(entry.data.get("delivery", 0), _("a recipient"))


def _actor(entry: Entry, names: Names, _: Localizer) -> str:
    kind, _colon, number = entry.actor.partition(":")
    if not number.isdigit():
        return _("The box")
    known = names.recipients if kind == "recipient" else names.accounts
    return known.get(int(number), "?")
