"""Who may see and do what. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sosbox.errors import ForbiddenError

# Failed logins at one address before pauses begin, and how these grow.
FREE_FAILURES = 4
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
# Failures are forgotten when there has been none for so long.
FORGET_FAILURES_AFTER = timedelta(days=1)
# A session ends after this time however busy it is.
LONGEST_SESSION = timedelta(days=7)


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Viewer:
    """Whoever is logged in, as every staff query and action takes them.

    area_ids: the areas that an agent sees; None for the other roles, who see all of their
    subscriber's.
    """

    account_id: int
    subscriber_id: int
    name: str
    email: str
    role: Role
    language: str
    area_ids: frozenset[int] | None

    @property
    def may_write(self) -> bool:
        return self.role is not Role.AUDITOR

    @property
    def may_see_settings(self) -> bool:
        """Who is told of what: for everybody but agents."""
        return self.role is not Role.AGENT

    @property
    def may_configure(self) -> bool:
        return self.role in {Role.OWNER, Role.MANAGER}

    @property
    def may_see_sensitive(self) -> bool:
        """Cases that concern the staff itself."""
        return self.role in {Role.OWNER, Role.MANAGER}

    def may_see(self, subscriber_id: int, area_id: int, *, is_sensitive: bool) -> bool:
        """Whether a case of this area is for the viewer."""
        if subscriber_id != self.subscriber_id or (is_sensitive and not self.may_see_sensitive):
            return False
        return self.area_ids is None or area_id in self.area_ids

    def require_write(self) -> None:
        """Raises ForbiddenError for those who may only read."""
        if not self.may_write:
            raise ForbiddenError("Your account may look at everything and change nothing.")

    def require_configure(self) -> None:
        """Raises ForbiddenError for those who may not change settings."""
        self.require_write()
        if not self.may_configure:
            raise ForbiddenError("Settings are for the owner and the manager.")


def login_pause(num_failures: int) -> timedelta:
    """How long an address has to wait after so many failed logins in a row."""
    if num_failures <= FREE_FAILURES:
        return timedelta(0)
    num_doublings = min(num_failures - FREE_FAILURES - 1, 20)
    return min(FIRST_PAUSE * (1 << num_doublings), LONGEST_PAUSE)


def is_session_over(
    now: datetime, created_at: datetime, last_seen_at: datetime, idle: timedelta
) -> bool:
    """Whether a session has come to its end: nobody used it for `idle`, or it is a week old."""
    return now - last_seen_at >= idle or now - created_at >= LONGEST_SESSION
