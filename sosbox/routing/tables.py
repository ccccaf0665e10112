"""Recipients, rotas, rules, escalation and filters, as stored.

Conditions are JSON; `sosbox.routing.conditions` and `sosbox.routing.filters` say what they hold.
"""

from piccolo.columns import JSON, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.cases.tables import Message
from sosbox.db import DB
from sosbox.places.tables import Establishment, Subscriber


class Recipient(Table, db=DB, tablename="recipients"):
    """A person or post that gets notices, in their language.

    `channels`: the order in which they are tried, JSON; those that are not named come after them.
    `next_channel_minutes`: how long nobody must have opened the case before the next channel is
    used; 0: all at once. `retired_at`: deleted, but for what has been sent; such a one has neither
    addresses nor a slug that a set-up file could name.
    """

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    name = Text()
    language = Text()
    channels = JSON()
    next_channel_minutes = Integer()
    retired_at = Timestamptz(null=True, default=None)


class RecipientAddress(Table, db=DB, tablename="recipient_addresses"):
    """`channel` is one of `sosbox.deliveries.rules.CHANNELS`."""

    id: Serial
    recipient_id = ForeignKey(Recipient)
    channel = Text()
    address = Text()


class EstablishmentRecipient(Table, db=DB, tablename="establishment_recipients"):
    """`purpose`: fallback (no rule finds anybody), report (a date was missed) or digest."""

    id: Serial
    establishment_id = ForeignKey(Establishment)
    recipient_id = ForeignKey(Recipient)
    purpose = Text()


class Rule(Table, db=DB, tablename="rules"):
    """When the conditions hold, the recipients are told.

    Rules are looked at by `position`; `is_stop`: those after it are not, when it matches.
    """

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    establishment_id = ForeignKey(Establishment, null=True)
    conditions = JSON()
    disabled_at = Timestamptz(null=True, default=None)
    position = Integer()
    is_stop = Boolean()
    is_safety = Boolean()
    is_sensitive = Boolean()


class RuleRecipient(Table, db=DB, tablename="rule_recipients"):
    id: Serial
    rule_id = ForeignKey(Rule)
    recipient_id = ForeignKey(Recipient)


class RuleLeftOut(Table, db=DB, tablename="rule_left_out"):
    """Who is not told of a case, by whatever rule or step, when the rule matches."""

    id: Serial
    rule_id = ForeignKey(Rule)
    recipient_id = ForeignKey(Recipient)


class RotaShift(Table, db=DB, tablename="rota_shifts"):
    """When somebody is behind a post: `weekdays`, or `dates` for an exception, and `hours`.

    JSON lists of `"mon"`, of `"2026-12-24..2027-01-06"` and of `"22:00-06:30"`. Neither weekdays
    nor dates: every day. No hours: all day. No people: nobody.
    """

    id: Serial
    recipient_id = ForeignKey(Recipient)
    weekdays = JSON()
    dates = JSON()
    hours = JSON()


class RotaPerson(Table, db=DB, tablename="rota_people"):
    id: Serial
    shift_id = ForeignKey(RotaShift)
    recipient_id = ForeignKey(Recipient)


class EscalationStep(Table, db=DB, tablename="escalation_steps"):
    """Of an establishment or of a rule: who is told after so many minutes, until somebody acts.

    `hours`: a JSON list like that of a shift; empty: at any hour.
    """

    id: Serial
    establishment_id = ForeignKey(Establishment, null=True)
    rule_id = ForeignKey(Rule, null=True)
    position = Integer()
    after_minutes = Integer()
    until = Text()
    repeat_minutes = Integer()
    max_times = Integer()
    hours = JSON()
    retired_at = Timestamptz(null=True, default=None)


class EscalationRecipient(Table, db=DB, tablename="escalation_recipients"):
    id: Serial
    step_id = ForeignKey(EscalationStep)
    recipient_id = ForeignKey(Recipient)


class Filter(Table, db=DB, tablename="filters"):
    """What is done with unwanted messages: quarantine, digest or mark."""

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    establishment_id = ForeignKey(Establishment, null=True)
    conditions = JSON()
    action = Text()
    position = Integer()
    disabled_at = Timestamptz(null=True, default=None)


class WordList(Table, db=DB, tablename="word_lists"):
    """A subscriber's own list of offensive words of a language, JSON."""

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    language = Text()
    words = JSON()


class FilterHit(Table, db=DB, tablename="filter_hits"):
    """A message that a filter has found; `name` stays when the filter is gone."""

    id: Serial
    message_id = ForeignKey(Message)
    filter_id = ForeignKey(Filter, null=True)
    name = Text()
    action = Text()
    created_at = Timestamptz()
