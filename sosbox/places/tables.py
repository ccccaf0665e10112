"""Who the box serves and where its guests can write from."""

from piccolo.columns import JSON, Boolean, Bytea, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB


class BoxState(Table, db=DB, tablename="box"):
    """The one row of facts about the box itself.

    settings_revision grows with every change of places, recipients and rules, so that whoever
    keeps them in memory knows when to read again. `translation_pairs`: the directions that the
    worker can translate now, "es-en". `recovery_sheet_at`: when the sheet with the key of the
    backups was last made.
    """

    id: Serial
    settings_revision = Integer()
    translation_pairs = JSON()
    recovery_sheet_at = Timestamptz(null=True)


class Subscriber(Table, db=DB, tablename="subscribers"):
    """A company with its own private area.

    `color` and `accent_color` ("#0b5c6b"), `print_texts` (by language) and the logos are for what
    is printed; `service_…`: name, website and logo of the service where they are not the program's.
    """

    id: Serial
    slug = Text()
    name = Text()
    legal_name = Text()
    address = Text()
    website = Text()
    phone = Text()
    email = Text()
    logo = Bytea(null=True)
    logo_type = Text()
    color = Text()
    accent_color = Text()
    print_texts = JSON()
    service_name = Text()
    service_website = Text()
    service_logo = Bytea(null=True)
    service_logo_type = Text()


class Establishment(Table, db=DB, tablename="establishments"):
    """A hotel, restaurant or ship; `guest_languages` in the order of the house.

    `holiday_region` is a country with or without a region, `ES-GA`; `holidays` are further dates.
    `digest_at` is an hour of the house, `08:00`, and `digest_sent_on` the date of the last digest.
    `trusts_replies`: what recipients write back goes to the guest without anybody confirming it.
    What is printed: `color`, `accent_color`, `website` and `print_texts` (by language), as the
    company has them where they are empty; `print_languages`, up to six; the guests' `wifi_name`.
    """

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    slug = Text()
    name = Text()
    timezone = Text()
    language = Text()
    guest_languages = JSON()
    promise_hours = Integer()
    base_url = Text()
    official_sheets = Text()
    logo = Bytea(null=True)
    logo_type = Text()
    holiday_region = Text()
    holidays = JSON()
    promise_warning_minutes = Integer()
    legal_warning_days = Integer()
    digest_at = Text()
    digest_sent_on = Text()
    trusts_replies = Boolean()
    color = Text()
    accent_color = Text()
    website = Text()
    print_texts = JSON()
    print_languages = JSON()
    wifi_name = Text()
    wifi_password = Text()


class Area(Table, db=DB, tablename="areas"):
    """A department or zone of an establishment. `position`: its place in the building."""

    id: Serial
    establishment_id = ForeignKey(Establishment)
    slug = Text()
    name = Text()
    position = Integer()


class AccessPoint(Table, db=DB, tablename="access_points"):
    """A place where a guest can write from: `code` is printed to be read, `token` to be scanned.

    `origin`: how what is written here reaches the house, one of `sosbox.cases.rules.Origin`.
    `position`: its place in the area.
    """

    id: Serial
    establishment_id = ForeignKey(Establishment)
    area_id = ForeignKey(Area)
    code = Text()
    label = Text()
    token = Text()
    retired_at = Timestamptz(null=True, default=None)
    origin = Text()
    position = Integer()


class GlossaryTerm(Table, db=DB, tablename="glossary_terms"):
    """A word with a fixed form: `term`, unless `translations` has another for a language."""

    id: Serial
    establishment_id = ForeignKey(Establishment)
    term = Text()
    translations = JSON()


class TranslationEngine(Table, db=DB, tablename="translation_engines"):
    """What the owner has chosen to translate a pair with; `sosbox.translation.engine_table`."""

    id: Serial
    source = Text()
    target = Text()
    engine = Text()
