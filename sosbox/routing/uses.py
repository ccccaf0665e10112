"""Where a recipient is named. Pure."""

from dataclasses import dataclass

from sosbox.routing.settings import HouseSettings, RuleSettings, Settings, StepSettings


@dataclass(frozen=True)
class Uses:
    """posts: ids of those in whose rota the recipient is; houses: as fallback, for reports or the
    digest."""

    rules: tuple[RuleSettings, ...]
    posts: tuple[int, ...]
    steps: tuple[StepSettings, ...]
    houses: tuple[HouseSettings, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.posts or self.steps or self.houses)


def uses_of(settings: Settings, recipient_id: int) -> Uses:
    return Uses(
        rules=tuple(
            rule
            for rule in settings.rules.values()
            if recipient_id in (*rule.recipients, *rule.left_out)
        ),
        posts=tuple(
            post_id
            for post_id, shifts in settings.shifts.items()
            if any(recipient_id in shift.people for shift in shifts)
        ),
        steps=tuple(step for step in settings.steps.values() if recipient_id in step.recipients),
        houses=tuple(
            house
            for house in settings.houses.values()
            if recipient_id in (*house.fallback, *house.report, *house.digest)
        ),
    )
