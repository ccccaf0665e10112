"""The tables and keys of a set-up file. A later key is one more row here."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from piccolo.table import Table

from sosbox.i18n import LANGUAGES
from sosbox.places.tables import AccessPoint, Area, Establishment, Subscriber
from sosbox.routing.tables import Recipient, Rule
from sosbox.setup import checks
from sosbox.setup.checks import Check
from sosbox.staff.tables import Account

# What an entry that does not say so is taken to mean when it is new.
DEFAULT_LANGUAGE = "es"
DEFAULT_TIMEZONE = "Europe/Madrid"
DEFAULT_PROMISE_HOURS = 48


def _as_it_is(value: Any) -> Any:
    return value


def _as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Key:
    """One key.

    column: where the value is kept as it stands; empty when storing it takes more than that.
    is_moment: a truth value that is kept as the moment since when it is true.
    is_identity: names the entry, so it is always needed; is_required: needed when it is new.
    """

    name: str
    check: Check
    column: str = ""
    is_moment: bool = False
    is_identity: bool = False
    is_required: bool = False
    default: Any = None
    encode: Callable[[Any], Any] = _as_it_is
    help: str = ""


def _column(name: str, check: Check, **more: Any) -> Key:
    return Key(name, check, column=name, **more)


@dataclass(frozen=True)
class SetupTable:
    name: str
    stored_in: type[Table]
    keys: tuple[Key, ...]

    @property
    def identity(self) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.is_identity)


_NAME = checks.text(120)
_EMPTY_OR_TEXT = checks.text(300, may_be_empty=True)

TABLES: tuple[SetupTable, ...] = (
    SetupTable(
        "subscriber",
        Subscriber,
        (
            _column("slug", checks.slug, is_identity=True),
            _column("name", _NAME, is_required=True),
            _column("legal_name", _EMPTY_OR_TEXT),
            _column("address", _EMPTY_OR_TEXT),
            _column("website", checks.optional(checks.website)),
            _column("phone", checks.optional(checks.phone)),
            _column("email", checks.optional(checks.email)),
        ),
    ),
    SetupTable(
        "establishment",
        Establishment,
        (
            _column("slug", checks.slug, is_identity=True),
            Key("subscriber", checks.slug, is_required=True),
            _column("name", _NAME, is_required=True),
            _column("timezone", checks.timezone, default=DEFAULT_TIMEZONE),
            _column("language", checks.language, default=DEFAULT_LANGUAGE),
            _column(
                "guest_languages",
                checks.list_of(checks.language, may_be_empty=False),
                default=list(LANGUAGES),
                encode=_as_json,
            ),
            _column(
                "promise_hours",
                checks.whole_number(1, checks.MAX_PROMISE_HOURS),
                default=DEFAULT_PROMISE_HOURS,
            ),
            _column("base_url", checks.optional(checks.base_url)),
            _column("official_sheets", checks.official_sheets),
            Key("logo", checks.text(300), help="path of a PNG or SVG file"),
        ),
    ),
    SetupTable(
        "area",
        Area,
        (
            Key("establishment", checks.slug, is_identity=True),
            _column("slug", checks.slug, is_identity=True),
            _column("name", _NAME, is_required=True),
        ),
    ),
    SetupTable(
        "access_point",
        AccessPoint,
        (
            Key("establishment", checks.slug, is_identity=True),
            Key("area", checks.slug, is_required=True),
            _column("code", checks.place_code, is_identity=True),
            _column("label", _NAME),
            Key("retired", checks.flag, column="retired_at", is_moment=True),
        ),
    ),
    SetupTable(
        "recipient",
        Recipient,
        (
            Key("subscriber", checks.slug, is_identity=True),
            _column("slug", checks.slug, is_identity=True),
            _column("name", _NAME, is_required=True),
            _column("language", checks.language, default=DEFAULT_LANGUAGE),
            Key("email", checks.list_of(checks.email)),
            Key("sms", checks.list_of(checks.phone)),
        ),
    ),
    SetupTable(
        "rule",
        Rule,
        (
            Key("subscriber", checks.slug, is_identity=True),
            _column("slug", checks.slug, is_identity=True),
            Key("establishment", checks.optional(checks.slug)),
            Key("areas", checks.list_of(checks.text(130))),
            Key("access_points", checks.list_of(checks.text(130))),
            Key("notify", checks.list_of(checks.slug, may_be_empty=False), is_required=True),
            Key("disabled", checks.flag, column="disabled_at", is_moment=True),
        ),
    ),
    SetupTable(
        "account",
        Account,
        (
            _column("email", checks.login, is_identity=True),
            _column("name", _NAME, is_required=True),
            Key("subscriber", checks.slug, is_required=True),
            _column("role", checks.role, is_required=True),
            Key("areas", checks.list_of(checks.text(130))),
            Key("password_file", checks.text(300), help="path of a file, read when applied"),
            Key("disabled", checks.flag, column="disabled_at", is_moment=True),
        ),
    ),
)
