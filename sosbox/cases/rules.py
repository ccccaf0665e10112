"""States, kinds, limits and deadlines of a case. Pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sosbox.errors import InvalidFieldsError, SosboxError, too_long
from sosbox.lib.text import clean, is_blank, is_email, is_phone, one_line

MAX_TEXT = 5_000
MAX_REMEDY = 1_000
MAX_NAME = 120
# Of the number of a ticket or an invoice, which a code may carry; what is longer is cut.
MAX_TICKET = 40
# TRLGDCU art. 21.3: every business answers within fifteen days of filing.
LEGAL_DAYS = 15
# A guest may say "nobody has answered me" once a day; more would only be noise for the staff.
REMINDER_PAUSE = timedelta(days=1)


class Kind(StrEnum):
    UNSPECIFIED = "unspecified"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    OPINION = "opinion"
    THANKS = "thanks"


class State(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"


class Origin(StrEnum):
    """How what a guest says reaches the house; a property of the access point."""

    QR = "qr"
    KIOSK = "kiosk"
    DESK = "desk"
    PHONE = "phone"
    WEB = "web"
    SOCIAL = "social"


class Hold(StrEnum):
    """What a filter has done with a message.

    HELD: in quarantine, nobody was told. RELEASED: somebody let it out. UNWANTED: somebody
    confirmed that it is. DIGEST: told of in the daily digest alone.
    """

    NONE = ""
    HELD = "held"
    RELEASED = "released"
    UNWANTED = "unwanted"
    DIGEST = "digest"


class LanguageBy(StrEnum):
    """Who says which language a message is in.

    UNKNOWN: nobody has looked yet, it is that of the page. PAGE: the detector was not sure. AUTHOR:
    whoever wrote it.
    """

    UNKNOWN = ""
    PAGE = "page"
    DETECTOR = "detector"
    GUEST = "guest"
    STAFF = "staff"
    AUTHOR = "author"


class Part(StrEnum):
    """What of a message is translated; what would put it right belongs to the first of a case."""

    TEXT = "text"
    REMEDY = "remedy"


class TranslationState(StrEnum):
    """PARTIAL: some sentences stand as they were written. FAILED: none could be translated so that
    it can be relied on. UNAVAILABLE: nothing on this box translates from one into the other."""

    WAITING = "waiting"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


HAS_TRANSLATION = frozenset({TranslationState.DONE, TranslationState.PARTIAL})

_KINDS = {str(kind): kind for kind in Kind}

# The inbox is sorted by rank. Cases in quarantine have one of their own, so that whatever walks the
# inbox or looks for what is unanswered never comes across them, however many they are.
STATE_RANKS = {State.NEW: 0, State.IN_PROGRESS: 1, State.WAITING: 1, State.RESOLVED: 2}
QUARANTINE_RANK = 3


def state_rank(state: State, *, is_quarantined: bool) -> int:
    return QUARANTINE_RANK if is_quarantined else STATE_RANKS[state]


# Resolving is not among these: it needs an outcome.
TRANSITIONS = {
    State.NEW: frozenset({State.IN_PROGRESS, State.WAITING}),
    State.IN_PROGRESS: frozenset({State.WAITING}),
    State.WAITING: frozenset({State.IN_PROGRESS}),
    State.RESOLVED: frozenset({State.IN_PROGRESS}),
}


class Deadlines(NamedTuple):
    promise_due_at: datetime
    legal_due_at: datetime


def deadlines(filed_at: datetime, promise_hours: int, zone: ZoneInfo) -> Deadlines:
    """When an answer is due.

    The promise counts hours that pass; the law counts days on the calendar, so the legal deadline
    is the same wall-clock time fifteen days later, whatever the clocks did in between.
    """
    legal = filed_at.astimezone(zone) + timedelta(days=LEGAL_DAYS)
    return Deadlines(filed_at + timedelta(hours=promise_hours), legal.astimezone(UTC))


class GuestForm(NamedTuple):
    """What a guest has typed, cleaned and checked. `ticket`: the number of a ticket or invoice."""

    text: str
    kind: Kind
    remedy: str
    name: str
    email: str
    phone: str
    ticket: str = ""

    @property
    def is_anonymous(self) -> bool:
        return not (self.name or self.email or self.phone)


def check_guest_form(
    *,
    text: str,
    kind: str = "",
    remedy: str = "",
    name: str = "",
    email: str = "",
    phone: str = "",
    ticket: str = "",
) -> GuestForm:
    """Cleans and checks what came in. Raises InvalidFieldsError."""
    errors: dict[str, SosboxError] = {}
    form = GuestForm(
        text=clean(text),
        kind=_KINDS.get(kind, Kind.UNSPECIFIED),
        remedy=clean(remedy),
        name=clean(name).replace("\n", " "),
        email=clean(email),
        phone=clean(phone),
        ticket=read_ticket(ticket),
    )
    if problem := text_problem(form.text):
        errors["text"] = problem
    if kind and kind not in _KINDS:
        errors["kind"] = SosboxError("Please choose one of the kinds.")
    if len(form.remedy) > MAX_REMEDY:
        errors["remedy"] = too_long(form.remedy, MAX_REMEDY)
    if len(form.name) > MAX_NAME:
        errors["name"] = too_long(form.name, MAX_NAME)
    if form.email and not is_email(form.email):
        errors["email"] = SosboxError(
            "This does not look like an e-mail address. An example: anna@example.com"
        )
    if form.phone and not is_phone(form.phone):
        errors["phone"] = SosboxError(
            "This does not look like a phone number. An example: +34 600 123 456"
        )
    if errors:
        raise InvalidFieldsError(errors)
    return form


def read_ticket(text: str) -> str:
    """The number of a ticket or an invoice, on one line, as much of it as is kept."""
    return one_line(text)[:MAX_TICKET].strip()


def text_problem(text: str) -> SosboxError | None:
    """What is wrong with a cleaned text that must say something, or None."""
    if is_blank(text):
        return SosboxError("Please write a few words.")
    if len(text) > MAX_TEXT:
        return too_long(text, MAX_TEXT)
    return None


def fitting_text(text: str) -> str:
    """The text cleaned, and no longer than one may be: for what nobody can be asked to shorten."""
    text = clean(text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rstrip() + "…"


def may_remind(
    now: datetime, state: State, promise_due_at: datetime, reminded_at: datetime | None
) -> bool:
    """Whether the button "nobody has answered me" is offered."""
    if state is State.RESOLVED or now < promise_due_at:
        return False
    return reminded_at is None or now - reminded_at >= REMINDER_PAUSE
