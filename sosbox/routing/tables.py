"""Recipients and rules."""

from piccolo.columns import JSON, ForeignKey, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB
from sosbox.places.tables import Establishment, Subscriber


class Recipient(Table, db=DB, tablename="recipients"):
    """A person or post that gets notices, in their language."""

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    name = Text()
    language = Text()


class RecipientAddress(Table, db=DB, tablename="recipient_addresses"):
    """`channel` is email or sms."""

    id: Serial
    recipient_id = ForeignKey(Recipient)
    channel = Text()
    address = Text()


class Rule(Table, db=DB, tablename="rules"):
    """When the conditions hold, the recipients are told.

    `conditions` is JSON: `{"areas": [ids], "access_points": [ids]}`, each optional.
    """

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    establishment_id = ForeignKey(Establishment, null=True)
    conditions = JSON()
    disabled_at = Timestamptz(null=True, default=None)


class RuleRecipient(Table, db=DB, tablename="rule_recipients"):
    id: Serial
    rule_id = ForeignKey(Rule)
    recipient_id = ForeignKey(Recipient)
