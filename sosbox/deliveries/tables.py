"""The outbox, as stored."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.places.tables import Establishment, Subscriber
from sosbox.routing.tables import Recipient
from sosbox.staff.tables import Account


class Delivery(Table, db=DB, tablename="deliveries"):
    """One notice to one address over one channel.

    Told are a recipient, an account (what goes to the owner) or, without either, the guest. A
    digest is of an establishment, all others of a case. `error` is a message id, `error_detail`
    what the other side said. `is_unless_opened`: skipped when somebody has opened the case before
    it is due. `report`: what the network said of its arrival, one of `ReportState`.
    `awaits_translation`: it waits a moment for the text in its reader's language.
    """

    id: Serial
    case_id = ForeignKey(Case, null=True)
    establishment_id = ForeignKey(Establishment, null=True)
    message_id = ForeignKey(Message, null=True)
    event = Text()
    recipient_id = ForeignKey(Recipient, null=True)
    account_id = ForeignKey(Account, null=True)
    channel = Text()
    address = Text()
    name = Text()
    language = Text()
    state = Text()
    num_attempts = Integer()
    created_at = Timestamptz()
    next_attempt_at = Timestamptz()
    last_attempt_at = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    error = Text()
    error_detail = Text()
    is_possible_duplicate = Boolean()
    is_unless_opened = Boolean()
    report = Text()
    report_due_at = Timestamptz(null=True, default=None)
    acknowledge_code = Text()
    acknowledged_at = Timestamptz(null=True, default=None)
    awaits_translation = Boolean()


class Reply(Table, db=DB, tablename="replies"):
    """What came back by SMS or e-mail; `state` is one of `sosbox.deliveries.rules.ReplyState`.

    `reason`: why not more was made of it, a message id. `subscriber_id`: who may see it
    while it has no case; none: nobody knows. `delivery_id`: the notice that it answers.
    """

    id: Serial
    channel = Text()
    external_id = Text()
    sender = Text()
    text = Text()
    received_at = Timestamptz()
    state = Text()
    reason = Text()
    subscriber_id = ForeignKey(Subscriber, null=True)
    delivery_id = Integer(null=True, default=None)
    case_id = ForeignKey(Case, null=True)
    recipient_id = ForeignKey(Recipient, null=True)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = ForeignKey(Account, null=True)
