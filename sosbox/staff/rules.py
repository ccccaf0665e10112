"""Who may see and do what. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from sosbox.errors import ForbiddenError


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

    def may_see(self, subscriber_id: int, area_id: int) -> bool:
        if subscriber_id != self.subscriber_id:
            return False
        return self.area_ids is None or area_id in self.area_ids

    def require_write(self) -> None:
        """Raises ForbiddenError for those who may only read."""
        if not self.may_write:
            raise ForbiddenError("Your account may look at everything and change nothing.")
