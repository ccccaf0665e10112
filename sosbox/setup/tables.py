"""The tables and keys of a set-up file. A later key is one more row here."""

from sosbox.cases.rules import LEGAL_DAYS, Kind, Origin
from sosbox.dispatch.rules import Until
from sosbox.i18n import LANGUAGES
from sosbox.places.branding_checks import (
    read_extra_text,
    read_service_name,
    read_wifi_name,
    read_wifi_password,
)
from sosbox.places.building import MAX_POSITION
from sosbox.places.colors import read_accent_color, read_color
from sosbox.places.tables import (
    AccessPoint,
    Area,
    Establishment,
    GlossaryTerm,
    Subscriber,
    TranslationEngine,
)
from sosbox.places.translation_settings import MAX_TERM
from sosbox.routing.drafts import MAX_STEP_MINUTES, MAX_TIMES, MAX_WAIT_MINUTES
from sosbox.routing.filters import (
    LEAST_BURST,
    LEAST_REPEATED,
    LEAST_SIMILAR,
    MAX_COUNT,
    MAX_MINUTES,
    FilterAction,
)
from sosbox.routing.tables import EscalationStep, Filter, Recipient, RotaShift, Rule, WordList
from sosbox.setup import checks, filter_checks, rule_checks
from sosbox.setup.keys import Key, SetupTable, as_json, column
from sosbox.setup.rule_checks import one_or_list
from sosbox.staff.tables import Account
from sosbox.translation.engine_table import ENGINES

# What an entry that does not say so is taken to mean when it is new.
DEFAULT_LANGUAGE = "es"
DEFAULT_TIMEZONE = "Europe/Madrid"
DEFAULT_PROMISE_HOURS = 48
DEFAULT_WARNING_MINUTES = 4 * 60
DEFAULT_LEGAL_WARNING_DAYS = 3

_NAME = checks.text(120)
_EMPTY_OR_TEXT = checks.text(300, may_be_empty=True)
_RECIPIENTS = checks.list_of(checks.slug)
_PLACES = checks.text(130)
_POSITION = checks.whole_number(0, MAX_POSITION)
_PICTURE = checks.text(300)
_PICTURE_HELP = "path of a PNG or SVG file"
# What a company and each of its houses can say about what is printed.
_BRAND = (
    column("color", checks.as_in_the_console(read_color)),
    column("accent_color", checks.as_in_the_console(read_accent_color)),
    column(
        "print_texts",
        checks.by_language(checks.as_in_the_console(read_extra_text)),
        encode=as_json,
    ),
)

# The conditions of a rule, as `sosbox.routing.conditions` names them.
_WHEN = (
    Key("areas", one_or_list(_PLACES)),
    Key("access_points", one_or_list(_PLACES)),
    Key("kinds", one_or_list(rule_checks.member_of(Kind))),
    Key("words", one_or_list(rule_checks.word)),
    Key("without_words", one_or_list(rule_checks.word)),
    Key("languages", one_or_list(checks.language)),
    Key("weekdays", one_or_list(rule_checks.weekday)),
    Key("hours", one_or_list(rule_checks.hours)),
    Key("dates", one_or_list(rule_checks.dates)),
    Key("holidays", checks.flag),
    Key("anonymous", checks.flag),
    Key("origins", one_or_list(rule_checks.member_of(Origin))),
)
# Those of a filter, as `sosbox.routing.filters` names them.
_FILTER_WHEN = (
    Key("words", one_or_list(filter_checks.word)),
    Key("lists", one_or_list(checks.language)),
    Key("pattern", filter_checks.pattern),
    Key("links", checks.whole_number(1, MAX_COUNT)),
    Key("repeated", checks.whole_number(LEAST_REPEATED, MAX_COUNT)),
    Key("same_within_minutes", checks.whole_number(1, MAX_MINUTES)),
    Key("similar", checks.whole_number(LEAST_SIMILAR, 100)),
    Key("similar_within_minutes", checks.whole_number(1, MAX_MINUTES)),
    Key("contacts", one_or_list(filter_checks.contact)),
    Key("receipts", one_or_list(filter_checks.reference)),
    Key("access_points", one_or_list(_PLACES)),
    Key("burst", checks.whole_number(LEAST_BURST, MAX_COUNT)),
    Key("burst_minutes", checks.whole_number(1, MAX_MINUTES)),
)

TABLES: tuple[SetupTable, ...] = (
    SetupTable(
        "subscriber",
        Subscriber,
        (
            column("slug", checks.slug, is_identity=True),
            column("name", _NAME, is_required=True),
            column("legal_name", _EMPTY_OR_TEXT),
            column("address", _EMPTY_OR_TEXT),
            column("website", checks.optional(checks.website)),
            column("phone", checks.optional(checks.phone)),
            column("email", checks.optional(checks.email)),
            Key("logo", _PICTURE, help=_PICTURE_HELP),
            *_BRAND,
            column("service_name", checks.as_in_the_console(read_service_name)),
            column("service_website", checks.optional(checks.website)),
            Key("service_logo", _PICTURE, help=_PICTURE_HELP),
        ),
    ),
    SetupTable(
        "establishment",
        Establishment,
        (
            column("slug", checks.slug, is_identity=True),
            Key("subscriber", checks.slug, is_required=True),
            column("name", _NAME, is_required=True),
            column("timezone", checks.timezone, default=DEFAULT_TIMEZONE),
            column("language", checks.language, default=DEFAULT_LANGUAGE),
            column(
                "guest_languages",
                checks.list_of(checks.language, may_be_empty=False),
                default=list(LANGUAGES),
                encode=as_json,
            ),
            column(
                "promise_hours",
                checks.whole_number(1, checks.MAX_PROMISE_HOURS),
                default=DEFAULT_PROMISE_HOURS,
            ),
            column("base_url", checks.optional(checks.base_url)),
            column("official_sheets", checks.official_sheets),
            Key("logo", _PICTURE, help=_PICTURE_HELP),
            *_BRAND,
            column("website", checks.optional(checks.website)),
            column("print_languages", checks.print_languages, encode=as_json),
            column("wifi_name", checks.as_in_the_console(read_wifi_name)),
            column("wifi_password", checks.as_in_the_console(read_wifi_password)),
            Key("fallback", _RECIPIENTS),
            Key("report_to", _RECIPIENTS),
            Key("digest_to", _RECIPIENTS),
            column("digest_at", checks.optional(rule_checks.hour_of_day)),
            column("holiday_region", checks.optional(rule_checks.holiday_region)),
            column("holidays", rule_checks.own_holidays, encode=as_json),
            column(
                "promise_warning_minutes",
                checks.whole_number(0, checks.MAX_PROMISE_HOURS * 60),
                default=DEFAULT_WARNING_MINUTES,
            ),
            column(
                "legal_warning_days",
                checks.whole_number(0, LEGAL_DAYS - 1),
                default=DEFAULT_LEGAL_WARNING_DAYS,
            ),
            Key("trust_replies", checks.flag, column="trusts_replies", default=False),
        ),
    ),
    SetupTable(
        "area",
        Area,
        (
            Key("establishment", checks.slug, is_identity=True),
            column("slug", checks.slug, is_identity=True),
            column("name", _NAME, is_required=True),
            column("position", _POSITION, default=0),
        ),
    ),
    SetupTable(
        "access_point",
        AccessPoint,
        (
            Key("establishment", checks.slug, is_identity=True),
            Key("area", checks.slug, is_required=True),
            column("code", checks.place_code, is_identity=True),
            column("label", _NAME),
            column("position", _POSITION, default=0),
            column("origin", rule_checks.member_of(Origin), default=str(Origin.QR)),
            Key("retired", checks.flag, column="retired_at", is_moment=True),
        ),
    ),
    SetupTable(
        "recipient",
        Recipient,
        (
            Key("subscriber", checks.slug, is_identity=True),
            column("slug", checks.slug, is_identity=True),
            column("name", _NAME, is_required=True),
            column("language", checks.language, default=DEFAULT_LANGUAGE),
            Key("email", checks.list_of(checks.email)),
            Key("sms", checks.list_of(checks.sms_number)),
            Key("webhook", checks.list_of(checks.webhook_url)),
            Key("printer", checks.list_of(checks.printer_address)),
            column("channels", checks.list_of(rule_checks.channel), encode=as_json),
            column("next_channel_minutes", checks.whole_number(0, MAX_WAIT_MINUTES), default=0),
        ),
    ),
    SetupTable(
        "rota",
        RotaShift,
        (
            Key("subscriber", checks.slug, is_identity=True),
            Key("recipient", checks.slug, is_identity=True),
            Key("weekday", one_or_list(rule_checks.weekday)),
            Key("hours", one_or_list(rule_checks.hours)),
            Key("date", one_or_list(rule_checks.dates)),
            Key("who", one_or_list(checks.slug), is_required=True),
        ),
        owner=("subscriber", "recipient"),
    ),
    SetupTable(
        "rule",
        Rule,
        (
            Key("subscriber", checks.slug, is_identity=True),
            column("slug", checks.slug, is_identity=True),
            Key("establishment", checks.optional(checks.slug)),
            Key("when", rule_checks.table, keys=_WHEN),
            Key("areas", checks.list_of(_PLACES), help="short for when.areas"),
            Key("access_points", checks.list_of(_PLACES), help="short for when.access_points"),
            Key("notify", _RECIPIENTS),
            Key("leave_out", _RECIPIENTS),
            Key("stop", checks.flag, column="is_stop", default=False),
            Key("safety", checks.flag, column="is_safety", default=False),
            Key("sensitive", checks.flag, column="is_sensitive", default=False),
            Key("disabled", checks.flag, column="disabled_at", is_moment=True),
        ),
    ),
    SetupTable(
        "escalation",
        EscalationStep,
        (
            Key("establishment", checks.slug),
            Key("subscriber", checks.slug),
            Key("rule", checks.slug),
            Key("after_minutes", checks.whole_number(1, MAX_STEP_MINUTES), is_required=True),
            Key("until", rule_checks.member_of(Until), default=str(Until.ANSWERED)),
            Key("notify", checks.list_of(checks.slug, may_be_empty=False), is_required=True),
            Key("repeat_minutes", checks.whole_number(0, MAX_WAIT_MINUTES), default=0),
            Key("max_times", checks.whole_number(1, MAX_TIMES)),
            Key("hours", one_or_list(rule_checks.hours)),
        ),
        owner=("establishment", "subscriber", "rule"),
    ),
    SetupTable(
        "filter",
        Filter,
        (
            Key("subscriber", checks.slug, is_identity=True),
            column("slug", checks.slug, is_identity=True),
            Key("establishment", checks.optional(checks.slug)),
            column("action", rule_checks.member_of(FilterAction), is_required=True),
            Key("when", rule_checks.table, is_required=True, keys=_FILTER_WHEN),
            Key("disabled", checks.flag, column="disabled_at", is_moment=True),
        ),
    ),
    SetupTable(
        "word_list",
        WordList,
        (
            Key("subscriber", checks.slug, is_identity=True),
            column("language", checks.language, is_identity=True),
            column("words", filter_checks.offensive_words, is_required=True, encode=as_json),
        ),
    ),
    SetupTable(
        "glossary",
        GlossaryTerm,
        (
            Key("establishment", checks.slug, is_identity=True),
            column("term", checks.term(MAX_TERM), is_identity=True),
            column(
                "translations",
                checks.by_language(checks.term(MAX_TERM)),
                default={},
                encode=as_json,
            ),
        ),
    ),
    SetupTable(
        "translation",
        TranslationEngine,
        (
            Key("from", checks.language, column="source", is_identity=True),
            Key("to", checks.language, column="target", is_identity=True),
            column("engine", rule_checks.one_of(*ENGINES), is_required=True),
        ),
    ),
    SetupTable(
        "account",
        Account,
        (
            column("email", checks.login, is_identity=True),
            column("name", _NAME, is_required=True),
            Key("subscriber", checks.slug, is_required=True),
            column("role", checks.role, is_required=True),
            Key("areas", checks.list_of(_PLACES)),
            Key("password_file", checks.text(300), help="path of a file, read when applied"),
            Key("disabled", checks.flag, column="disabled_at", is_moment=True),
        ),
    ),
)
