"""What a subscriber has settled about who is told, as the pages that change it need it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sosbox.errors import NotFoundError

T = TypeVar("T")


@dataclass(frozen=True)
class HouseSettings:
    """An establishment; `fallback`, `report` and `digest` are ids of recipients."""

    id: int
    slug: str
    name: str
    language: str
    timezone: str
    promise_hours: int
    holiday_region: str
    holidays: tuple[str, ...]
    promise_warning_minutes: int
    legal_warning_days: int
    digest_at: str
    trusts_replies: bool
    fallback: tuple[int, ...] = ()
    report: tuple[int, ...] = ()
    digest: tuple[int, ...] = ()


@dataclass(frozen=True)
class AreaSettings:
    id: int
    house_id: int
    name: str


@dataclass(frozen=True)
class PointSettings:
    """An access point, retired ones included: rules may still name them."""

    id: int
    house_id: int
    area_id: int
    code: str
    label: str
    origin: str
    is_retired: bool


@dataclass(frozen=True)
class RecipientSettings:
    """A person or post; `addresses` are those of each channel that has any."""

    id: int
    slug: str
    name: str
    language: str
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    next_channel_minutes: int = 0


@dataclass(frozen=True)
class ShiftSettings:
    """Who is behind a post and when; with `dates` it is an exception."""

    id: int
    post_id: int
    weekdays: tuple[str, ...]
    dates: tuple[str, ...]
    hours: tuple[str, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class StepSettings:
    """A step of an establishment or of a rule; one of the two ids is None."""

    id: int
    house_id: int | None
    rule_id: int | None
    after_minutes: int
    until: str
    repeat_minutes: int
    max_times: int
    hours: tuple[str, ...]
    recipients: tuple[int, ...]


@dataclass(frozen=True)
class RuleSettings:
    """A rule; `conditions` as `sosbox.routing.conditions` describes them."""

    id: int
    slug: str
    house_id: int | None
    conditions: Mapping[str, Any]
    is_disabled: bool
    is_stop: bool
    is_safety: bool
    is_sensitive: bool
    recipients: tuple[int, ...]
    left_out: tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """Everything by its id: houses, areas, points and recipients by name, rules in their order.

    shifts: by the id of the post. steps: those that are not retired, in the order of their time.
    """

    subscriber_id: int
    houses: Mapping[int, HouseSettings]
    areas: Mapping[int, AreaSettings]
    points: Mapping[int, PointSettings]
    recipients: Mapping[int, RecipientSettings]
    rules: Mapping[int, RuleSettings]
    shifts: Mapping[int, tuple[ShiftSettings, ...]]
    steps: Mapping[int, StepSettings]

    def house(self, house_id: int) -> HouseSettings:
        """Raises NotFoundError, as do all of these."""
        return _found(self.houses, house_id)

    def recipient(self, recipient_id: int) -> RecipientSettings:
        return _found(self.recipients, recipient_id)

    def rule(self, rule_id: int) -> RuleSettings:
        return _found(self.rules, rule_id)

    def step(self, step_id: int) -> StepSettings:
        return _found(self.steps, step_id)

    def shift(self, post_id: int, shift_id: int) -> ShiftSettings:
        shifts = {shift.id: shift for shift in self.shifts.get(post_id, ())}
        return _found(shifts, shift_id)

    def steps_of_house(self, house_id: int) -> list[StepSettings]:
        return [step for step in self.steps.values() if step.house_id == house_id]

    def steps_of_rule(self, rule_id: int) -> list[StepSettings]:
        return [step for step in self.steps.values() if step.rule_id == rule_id]

    def names_of(self, recipient_ids: Iterable[int]) -> list[str]:
        return [self.recipients[each].name for each in recipient_ids if each in self.recipients]


def _found(items: Mapping[int, T], item_id: int) -> T:
    if item_id not in items:
        raise NotFoundError("There is no such page.")
    return items[item_id]
