"""A case and everything in it."""

from piccolo.columns import JSON, Boolean, Bytea, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB
from sosbox.places.tables import AccessPoint, Area, Establishment, Subscriber
from sosbox.staff.tables import Account


class Case(Table, db=DB, tablename="cases"):
    """One SOS and its whole life.

    `language` is that of the guest's page; `excerpt` the first line of the first message;
    `version` grows with everything that an answer could depend on; `state_rank` sorts the inbox.
    `is_safety`: somebody could be hurt. `is_sensitive`: owner and manager alone see it.
    `is_quarantined`: a filter holds it back. `acknowledged_at`: when somebody last said that they
    take care of it. `guest_language`: of what the guest writes, where it is known to be another
    than that of the page. `translated_excerpt`: in the language of the establishment. `ticket`: the
    number of a ticket or an invoice, from the code that was scanned or as the guest has put it.
    """

    id: Serial
    reference = Text()
    subscriber_id = ForeignKey(Subscriber)
    establishment_id = ForeignKey(Establishment)
    area_id = ForeignKey(Area)
    access_point_id = ForeignKey(AccessPoint)
    kind = Text()
    language = Text()
    state = Text()
    state_rank = Integer()
    excerpt = Text()
    remedy = Text()
    contact_name = Text()
    contact_email = Text()
    contact_phone = Text()
    receipt_hash = Bytea()
    submission_hash = Bytea()
    version = Integer()
    is_unread = Boolean()
    assignee_id = ForeignKey(Account, null=True)
    filed_at = Timestamptz()
    promise_due_at = Timestamptz()
    legal_due_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    resolved_at = Timestamptz(null=True, default=None)
    reminded_at = Timestamptz(null=True, default=None)
    origin = Text()
    is_safety = Boolean()
    is_sensitive = Boolean()
    is_quarantined = Boolean()
    acknowledged_at = Timestamptz(null=True, default=None)
    guest_language = Text()
    translated_excerpt = Text()
    ticket = Text()


class Message(Table, db=DB, tablename="messages"):
    """One text in a case, from the guest or to the guest.

    `is_outcome`: it resolved the case. `is_routed`: of what a guest wrote, that the worker
    has put whoever is to be told of it into the outbox. `account_id`, `recipient_id`: who has
    written to the guest, in the console or without logging in; what a guest wrote has neither.
    `hold`: what a filter has done with it, one of `sosbox.cases.rules.Hold`.
    `language_by`: who says that it is in `language`, one of `sosbox.cases.rules.LanguageBy`.
    `route_by`: until when routing waits for a translation. `search_text`: with translations.
    """

    id: Serial
    case_id = ForeignKey(Case)
    direction = Text()
    account_id = ForeignKey(Account, null=True)
    # Of `sosbox.routing.tables.Recipient`, which knows this table.
    recipient_id = Integer(null=True, default=None)
    text = Text()
    is_outcome = Boolean()
    is_routed = Boolean()
    language = Text()
    search_text = Text()
    salt = Bytea()
    submission_hash = Bytea(null=True)
    created_at = Timestamptz()
    hold = Text()
    language_by = Text()
    route_by = Timestamptz(null=True, default=None)


class MessageTranslation(Table, db=DB, tablename="translations"):
    """One text of a message in one more language; it stands beside the original.

    `part` is one of `sosbox.cases.rules.Part`; `state` of `TranslationState`; `flags` names the
    guards that a sentence has failed. What has the lowest `priority` is translated first.
    """

    id: Serial
    message_id = ForeignKey(Message)
    part = Text()
    language = Text()
    state = Text()
    priority = Integer()
    num_attempts = Integer()
    text = Text()
    engine = Text()
    flags = JSON()
    salt = Bytea()
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class TranslationRequest(Table, db=DB, tablename="translation_requests"):
    """What somebody in the console wants to see translated before it is sent; kept for minutes."""

    id: Serial
    case_id = ForeignKey(Case)
    account_id = ForeignKey(Account)
    text = Text()
    source = Text()
    target = Text()
    state = Text()
    result = JSON()
    created_at = Timestamptz()


class Note(Table, db=DB, tablename="notes"):
    """An internal text on a case; guests never see it."""

    id: Serial
    case_id = ForeignKey(Case)
    account_id = ForeignKey(Account)
    text = Text()
    salt = Bytea()
    created_at = Timestamptz()
