"""The clocks of cases, as stored."""

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.cases.tables import Case
from sosbox.db import DB
from sosbox.routing.tables import EscalationStep


class Clock(Table, db=DB, tablename="clocks"):
    """Something that happens to a case if nobody acts in time.

    `purpose`: escalation (a step of it), promise or legal (the dates of the case). `next_at` is
    when it has something to do, `last_at` when it last had, at first when it was started.
    `num_times` counts what it has done.
    """

    id: Serial
    case_id = ForeignKey(Case)
    purpose = Text()
    step_id = ForeignKey(EscalationStep, null=True)
    started_at = Timestamptz()
    last_at = Timestamptz()
    next_at = Timestamptz()
    num_times = Integer()
    ended_at = Timestamptz(null=True, default=None)
