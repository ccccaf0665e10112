"""States, kinds, clocks and roles in the words that the staff reads."""

from datetime import datetime

from babel.lists import format_list

from sosbox.cases.clocks import CaseClock, ClockState
from sosbox.cases.rules import Kind, Origin, State
from sosbox.deliveries.rules import DeliveryEvent, DeliveryState, ReportState
from sosbox.i18n import LANGUAGES, N_, Localizer
from sosbox.staff.rules import Role

KIND_LABELS = {
    Kind.UNSPECIFIED: N_("Message"),
    Kind.COMPLAINT: N_("Complaint"),
    Kind.SUGGESTION: N_("Suggestion"),
    Kind.OPINION: N_("Opinion"),
    Kind.THANKS: N_("Thanks"),
}

ORIGIN_LABELS = {
    Origin.QR: N_("QR code"),
    Origin.KIOSK: N_("Touch screen"),
    Origin.DESK: N_("Reception desk"),
    Origin.PHONE: N_("Telephone"),
    Origin.WEB: N_("Website"),
    Origin.SOCIAL: N_("Social network"),
}

# Each state with its icon.
STATE_LABELS = {
    State.NEW: ("bell", N_("New")),
    State.IN_PROGRESS: ("progress", N_("In progress")),
    State.WAITING: ("pause", N_("Waiting for the guest")),
    State.RESOLVED: ("check", N_("Resolved")),
}

# What the button says that leads into a state. A resolved case is reopened, whatever the state.
STATE_STEPS = {
    State.IN_PROGRESS: N_("Mark as in progress"),
    State.WAITING: N_("Wait for the guest"),
}
REOPEN_STEP = N_("Reopen")

DELIVERY_STATE_LABELS = {
    DeliveryState.PENDING: ("clock", N_("Waiting to be sent")),
    DeliveryState.SENDING: ("send", N_("Being sent")),
    DeliveryState.SENT: ("check", N_("Sent")),
    DeliveryState.FAILED: ("alert", N_("Failed")),
    DeliveryState.SKIPPED: ("check", N_("Not needed")),
}
DELIVERY_EVENT_LABELS = {
    DeliveryEvent.FILED: N_("New message"),
    DeliveryEvent.GUEST_WROTE: N_("The guest wrote again"),
    DeliveryEvent.REMINDED: N_("The guest is still waiting"),
    DeliveryEvent.ESCALATED: N_("Nobody has acted yet"),
    DeliveryEvent.PROMISE_SOON: N_("The promised time is running out"),
    DeliveryEvent.PROMISE_MISSED: N_("The promised time has passed"),
    DeliveryEvent.LEGAL_SOON: N_("The legal deadline is near"),
    DeliveryEvent.LEGAL_MISSED: N_("The legal deadline has passed"),
    DeliveryEvent.DIGEST: N_("Daily digest"),
    DeliveryEvent.ANSWERED: N_("Answer to the guest"),
}

# What the network says of a notice that it has taken; an empty one is not worth a word.
REPORT_LABELS = {
    ReportState.WAITING: N_("not confirmed by the network yet"),
    ReportState.ARRIVED: N_("arrived on the phone"),
    ReportState.FAILED: N_("could not be delivered"),
    ReportState.NEVER: N_("the network never confirmed its arrival"),
}

ROLE_LABELS = {
    Role.OWNER: N_("Owner"),
    Role.MANAGER: N_("Manager"),
    Role.AGENT: N_("Agent"),
    Role.AUDITOR: N_("Auditor"),
}

# What a page says after something was done, by the word that the address carries, and the draft
# that the browser may forget then.
DONE_LABELS = {
    "answer": N_("Your answer is with the guest."),
    "note": N_("Your note is kept."),
    "assign": N_("The case has changed hands."),
    "state": N_("The state has changed."),
    "resolve": N_("The case is resolved. The guest can read the outcome."),
    "retry": N_("The notice is on its way again."),
    "reply_sent": N_("The answer is with the guest."),
    "reply_noted": N_("The answer is kept as a note."),
    "reply_dropped": N_("It is dropped. The guest sees nothing of it."),
    "reply_given": N_("It is with its case now."),
    "release": N_("Released. Whoever is responsible is told now."),
    "unwanted": N_("Confirmed as unwanted. It can be put back from the list of the unwanted."),
    "hold": N_("Back in quarantine."),
    "sensitive": N_("The case is sensitive now: only owner and manager see it."),
    "not_sensitive": N_("Everybody responsible sees the case again."),
    "handed_over": N_("The case is sensitive now. Owner and manager see it; you do not any more."),
    "language": N_("The language has changed."),
    "guest_language": N_("The language is put right. What depends on it is translated again."),
    "password": N_("Your password has changed. All other sessions have ended."),
    "session": N_("The session has ended."),
    "sessions": N_("All other sessions have ended."),
    "filter_added": N_("It is stored, switched off. Look at what it would have caught first."),
    "filter_on": N_("The filter is on."),
    "filter_off": N_("The filter is off. What it holds back stays in the quarantine."),
    "words_reset": N_("The ready-made list is in use again."),
    "model_job": N_("The box is at it. This page shows how far it is."),
    "stored": N_("It is stored, and holds from now on."),
    "stored_for_later": N_("It is stored, and holds once the box has been started anew."),
    "deleted": N_("It is deleted."),
    "points_added": N_("They are there. Print their codes, and guests can write from them."),
    "retired": N_("It is retired. Its code tells guests to use another one."),
    "back": N_("It is in use again, with the code that it had."),
    "taken_down": N_("It is noted that this was taken down."),
    "print_asked": N_("The box is at it. This page shows how far it is."),
    "pieces_unused": N_("It is noted that these do not hang anywhere."),
    "found": N_("It is noted."),
    "round_given_up": N_("The round is given up."),
    "template_stored": N_("It works in every size, and is stored."),
    "moved": N_("The order has changed."),
    "switched_on": N_("The rule is on again."),
    "switched_off": N_("The rule is off."),
}


def clock_words(clock: CaseClock, now: datetime, _: Localizer) -> tuple[str, str]:
    """The icon of a clock and what it says."""
    if clock.state is ClockState.RESOLVED:
        return "check", _("Done")
    if clock.state is ClockState.ANSWERED:
        return "answer", _("Answered")
    length = _.duration(clock.due_at - now)
    if clock.state is ClockState.LEGAL_LATE:
        return "alert", _("{time} past the legal deadline", time=length)
    if clock.state is ClockState.LATE:
        return "alert", _("{time} late", time=length)
    return "clock", _("{time} left", time=length)


def language_name(language: str) -> str:
    """A language by its own name, or its code when the program does not speak it."""
    return LANGUAGES.get(language, language)


def people_here(names: list[str], _: Localizer) -> str:
    """Who else looks at a case; empty for nobody."""
    if not names:
        return ""
    listed = format_list(names, locale=_.locale)
    return _.plural(
        "{names} is also looking at this.",
        "{names} are also looking at this.",
        len(names),
        names=listed,
    )


def ring_words(num: int, limit: int, _: Localizer) -> str:
    """What it rings for: a count that was stopped at `limit`."""
    return _.plural(
        "{shown} new message that nobody has opened",
        "{shown} new messages that nobody has opened",
        num,
        shown=capped(num, limit),
    )


def capped(number: int, limit: int) -> str:
    """A count that was stopped at `limit`, as a badge says it; empty for none."""
    if number >= limit:
        return f"{limit - 1}+"
    return str(number) if number else ""
