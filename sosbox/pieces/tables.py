"""Runs of the printer, the pieces that came of them, and templates of an owner's own."""

from piccolo.columns import JSON, Bytea, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB
from sosbox.places.tables import AccessPoint, Area, Establishment, Subscriber
from sosbox.staff.tables import Account


class OwnTemplate(Table, db=DB, tablename="own_templates"):
    """A template that an owner has uploaded; `source` is typst with a header."""

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    source = Text()
    account_id = ForeignKey(Account)
    stored_at = Timestamptz()


class OwnTemplateFile(Table, db=DB, tablename="own_template_files"):
    """A picture that such a template shows, by the name that it uses."""

    id: Serial
    template_id = ForeignKey(OwnTemplate)
    name = Text()
    data = Bytea()


class PrintRun(Table, db=DB, tablename="print_runs"):
    """What somebody has asked to be printed, and how far it is.

    `template` with its size, "poster-a4"; `access_points`: ids in the order of the building;
    `options`: `sosbox.pieces.rules.RunOptions`; `printer`: empty for a file to download; `file`:
    its name in the folder of prints. Without an account it was the command line.
    """

    id: Serial
    establishment_id = ForeignKey(Establishment)
    account_id = ForeignKey(Account, null=True)
    template = Text()
    access_points = JSON()
    options = JSON()
    format = Text()
    printer = Text()
    state = Text()
    progress = Integer()
    message = Text()
    arguments = JSON()
    file = Text()
    num_pages = Integer()
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class Piece(Table, db=DB, tablename="pieces"):
    """One template printed for one access point, in some copies; its code carries the id.

    `version` counts the prints of this template for this access point; `area_id`: where the access
    point was then. `state`: "planned" until it is on paper or in a file, "current", "replaced" by a
    newer one or "removed"; `condition`: as a round has last found it, `seen_at` then.
    """

    id: Serial
    access_point_id = ForeignKey(AccessPoint)
    area_id = ForeignKey(Area)
    run_id = ForeignKey(PrintRun)
    template = Text()
    version = Integer()
    copies = Integer()
    printed_at = Timestamptz()
    state = Text()
    condition = Text()
    seen_at = Timestamptz(null=True, default=None)
