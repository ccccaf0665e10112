"""The outbox, as stored."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.routing.tables import Recipient


class Delivery(Table, db=DB, tablename="deliveries"):
    """One notice to one address over one channel.

    `recipient_id` is empty when the guest is the one who is told. `error` is a message id,
    `error_detail` what the other side said.
    """

    id: Serial
    case_id = ForeignKey(Case)
    message_id = ForeignKey(Message, null=True)
    event = Text()
    recipient_id = ForeignKey(Recipient, null=True)
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
