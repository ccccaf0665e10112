"""The contract of a channel: it is handed a Notice and knows nothing of tables."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from sosbox.errors import SosboxError


class NoticeEvent(StrEnum):
    """What a notice tells; the last goes to the guest, all others to recipients and staff.

    PROMISE_… and LEGAL_…: the date that was promised, or that the law sets, is near or was missed.
    DIGEST: what is unanswered in an establishment; it is of no single case.
    """

    FILED = "filed"
    GUEST_WROTE = "guest_wrote"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    PROMISE_SOON = "promise_soon"
    PROMISE_MISSED = "promise_missed"
    LEGAL_SOON = "legal_soon"
    LEGAL_MISSED = "legal_missed"
    DIGEST = "digest"
    ANSWERED = "answered"


class TranslationState(StrEnum):
    """What became of a text that its reader may not be able to read.

    NONE: it is in their language, or nobody has asked for it in theirs. PARTIAL: some sentences
    stand as they were written. FAILED: none could be translated so that it can be relied on.
    UNAVAILABLE: this box does not translate from the one language into the other. WAITING: the
    translation was not ready when the notice had to go.
    """

    NONE = ""
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    WAITING = "waiting"


HAS_TRANSLATION = frozenset({TranslationState.DONE, TranslationState.PARTIAL})


@dataclass(frozen=True)
class Notice:
    """One message for one address, with everything that a channel may want to say.

    headline: the first line of the case, the same in all of its notices.
    text: what the guest wrote (for ANSWERED: what the staff wrote; for DIGEST: the whole of it, in
    the reader's language); never empty.
    language: of the reader of the notice; text_language: of the text; remedy_language: of what
    would put it right.
    translation: the text in the reader's language, by a machine, to be shown with the original;
    empty unless translation_state is DONE or PARTIAL. translation_engine: who has translated, with
    the languages in between, "argos, en". remedy_…: the same for what would put it right.
    headline_translation: of the headline; in all notices of the case to this address, or in none.
    case_url: the page of the case in the console; for ANSWERED, where the guest enters the code, or
    empty for one who has written by SMS and has none.
    delivery_id: stays the same over all attempts, so that a copy can be told from a new notice.
    For DIGEST, `headline` is its subject, `case_url` the inbox, and what is of one case is empty or
    the moment of the digest.
    acknowledge_url: a page where whoever is told says that they take care of it, without logging
    in; acknowledge_code: the four digits that say the same in an answer by SMS; empty: not asked.
    reply_to: an e-mail address that takes the answer to the guest; empty: none does.
    is_safety: somebody could be hurt.
    ticket: the number of a ticket or an invoice that the guest has written about; mostly empty.
    is_possible_duplicate: a crash or a connection that broke off left it open whether an earlier
    attempt had arrived.
    """

    delivery_id: int
    event: NoticeEvent
    address: str
    name: str
    language: str
    case_id: int
    reference: str
    kind: str
    headline: str
    text: str
    text_language: str
    remedy: str
    establishment: str
    area: str
    place_code: str
    place_label: str
    written_at: datetime
    promise_due_at: datetime
    legal_due_at: datetime
    zone: ZoneInfo
    contact_name: str
    contact_email: str
    contact_phone: str
    case_url: str
    legal_name: str
    is_possible_duplicate: bool = False
    is_safety: bool = False
    acknowledge_url: str = ""
    acknowledge_code: str = ""
    reply_to: str = ""
    translation: str = ""
    translation_engine: str = ""
    translation_state: TranslationState = TranslationState.NONE
    headline_translation: str = ""
    remedy_language: str = ""
    remedy_translation: str = ""
    remedy_engine: str = ""
    remedy_state: TranslationState = TranslationState.NONE
    ticket: str = ""

    @property
    def is_anonymous(self) -> bool:
        return not (self.contact_name or self.contact_email or self.contact_phone)


class ChannelError(SosboxError):
    """A notice was not sent. `detail` is what the other side said, for the staff to read."""

    def __init__(self, message: str, *, detail: str = "", **arguments: object) -> None:
        super().__init__(message, **arguments)
        self.detail = detail[:300]


class RetryError(ChannelError):
    """It may work later: no connection, a full mailbox, a wrong password that can be mended.

    may_have_arrived: the other side went silent after it had the whole notice; the next attempt is
    marked as a possible duplicate.
    is_outage: it is the channel that does not work and not this notice; once another one goes
    through, there is no reason to wait any longer with this one.
    """

    def __init__(
        self,
        message: str,
        *,
        detail: str = "",
        may_have_arrived: bool = False,
        is_outage: bool = False,
        **arguments: object,
    ) -> None:
        super().__init__(message, detail=detail, **arguments)
        self.may_have_arrived = may_have_arrived
        self.is_outage = is_outage


class RefusedError(ChannelError):
    """It will not work however often it is tried: this address or this notice was refused."""


class Channel(Protocol):
    """A way to reach a recipient. One instance lives as long as the worker; `send` may be called
    many times at once.

    report_within_s: how long the network that takes a notice may need to report its arrival,
    seconds; 0: it does not report.
    """

    name: str
    report_within_s: int

    async def send(self, notice: Notice) -> None:
        """Hands the notice over; returns once the other side has taken responsibility for it.

        Raises RetryError or RefusedError, nothing else.
        """

    async def check(self, address: str = "") -> None:
        """Says whether notices could be sent now; sends none.

        address: for channels on which each address has its own other side, as printers; without
        it they have nothing to ask. Raises RetryError with the reason, and RefusedError for what
        is no address.
        """

    async def close(self) -> None:
        """Lets go of connections that are kept open."""
