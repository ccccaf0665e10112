"""The people of a subscriber who log in."""

from piccolo.columns import Bytea, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB
from sosbox.places.tables import Area, Subscriber


class Account(Table, db=DB, tablename="accounts"):
    """`email` is kept in lower case; an empty `password_hash` lets nobody in."""

    id: Serial
    subscriber_id = ForeignKey(Subscriber)
    email = Text()
    name = Text()
    role = Text()
    language = Text()
    password_hash = Text()
    created_at = Timestamptz()
    disabled_at = Timestamptz(null=True, default=None)


class AccountArea(Table, db=DB, tablename="account_areas"):
    """An area that an agent sees."""

    id: Serial
    account_id = ForeignKey(Account)
    area_id = ForeignKey(Area)


class Session(Table, db=DB, tablename="sessions"):
    """A browser that is logged in; the token itself is with the browser alone."""

    id: Serial
    account_id = ForeignKey(Account)
    token_hash = Bytea()
    csrf_token = Text()
    created_at = Timestamptz()
    last_seen_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class LoginThrottle(Table, db=DB, tablename="login_throttles"):
    """Failed logins by address, whether or not there is such an account."""

    id: Serial
    email_hash = Bytea()
    num_failures = Integer()
    last_failure_at = Timestamptz()
    blocked_until = Timestamptz(null=True, default=None)
