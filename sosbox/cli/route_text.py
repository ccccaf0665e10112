"""What `sosbox route` says, as one would write it to the owner."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sosbox.cases.rules import Hold
from sosbox.dispatch.preview import Preview, Reached, StepPreview, Unmatched
from sosbox.i18n.localizer import localizer
from sosbox.routing.filters import Verdict
from sosbox.routing.rules import RuleSet

_CHANNELS = {"email": "e-mail", "sms": "SMS", "webhook": "webhook", "printer": "printer"}
# Why a rule is not followed, by the condition that fails.
_REASONS = {
    "establishment": "it is for another establishment",
    "areas": "it is for other areas",
    "access_points": "it is for other access points",
    "kinds": "it is for messages of another kind",
    "words": "none of its words stands in the text",
    "without_words": "a word stands in the text that it excludes",
    "languages": "it is for other languages",
    "weekdays": "it is for other days of the week",
    "hours": "it is for other hours",
    "dates": "it is for other dates",
    "holidays": "it is for holidays only, or for all other days",
    "anonymous": "it is for anonymous guests only, or for all others",
    "origins": "it is for messages that come another way",
}


def route_text(
    found: Preview, verdict: Verdict, rules: RuleSet, *, where: str, at: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """The lines of the letter."""
    _ = localizer("en")
    yield f"{where}, {_.day(at, zone)}, {at.astimezone(zone):%H:%M}"
    yield ""
    yield from _filters(verdict)
    yield from _told(found)
    for step in found.steps:
        yield ""
        yield from _step(step, at, zone)
    yield ""
    yield from _remarks(found, rules)
    yield from _rules(found)


def _filters(verdict: Verdict) -> Iterator[str]:
    names = ", ".join(hit.slug for hit in verdict.hits)
    if verdict.hold is Hold.HELD:
        yield f"Nobody is told now: it is put into quarantine ({names}). Once it is let out:"
        yield ""
    elif verdict.hold is Hold.DIGEST:
        yield f"It is told of in the daily digest alone ({names}). Without the filter:"
        yield ""
    elif names:
        yield f"It is marked by a filter ({names})."
        yield ""


def _told(found: Preview) -> Iterator[str]:
    if not found.reached:
        yield "Nobody is told."
    for minutes, group in groupby(
        sorted(found.reached, key=lambda one: one.after_minutes), lambda one: one.after_minutes
    ):
        if minutes:
            yield f"If nobody has opened it after {_minutes(minutes)}:"
        else:
            yield "Told at once:"
        yield from _people(group)


def _step(step: StepPreview, at: datetime, zone: ZoneInfo) -> Iterator[str]:
    local = step.at.astimezone(zone)
    day = "" if local.date() == at.astimezone(zone).date() else f" on {local:%Y-%m-%d}"
    moment = f"after {_minutes(step.after_minutes)}, at {local:%H:%M}{day}"
    if not step.reached:
        yield f"A step is skipped {moment}: it reaches nobody."
        return
    yield f"If nobody has {step.step.until} it {moment}:"
    yield from _people(step.reached, since=step.after_minutes)
    if step.step.repeat_minutes and step.step.max_times > 1:
        yield (
            f"  Again every {_minutes(step.step.repeat_minutes)},"
            f" {step.step.max_times} times in all."
        )


def _people(reached: Iterable[Reached], since: int = 0) -> Iterator[str]:
    for one in reached:
        name = one.told.recipient.name
        if one.told.post is not None:
            name += f" ({one.told.post.name})"
        wait = one.after_minutes - since
        later = f", {_minutes(wait)} later if nobody has opened it" if since and wait else ""
        yield f"  {name}: {_CHANNELS[one.channel]} to {one.address}{later}"


def _remarks(found: Preview, rules: RuleSet) -> Iterator[str]:
    decision = found.decision
    remarks = []
    if decision.is_fallback:
        remarks.append("No rule finds anybody: it goes to the fallback of the establishment.")
    if decision.left_out:
        names = sorted(
            rules.recipients[item].name for item in decision.left_out if item in rules.recipients
        )
        remarks.append(f"Left out, whatever happens: {', '.join(names)}.")
    if decision.is_sensitive:
        remarks.append("Sensitive: only owners and managers see the case.")
    if decision.is_safety:
        remarks.append("A matter of safety: the steps keep no hours.")
    if remarks:
        yield from remarks
        yield ""


def _rules(found: Preview) -> Iterator[str]:
    matched = found.decision.matched
    if matched:
        yield "Rules that match:"
        yield from (f"  {rule.slug}" + (" (stop here)" if rule.is_stop else "") for rule in matched)
    else:
        yield "No rule matches."
    if found.unmatched:
        yield "Rules that do not:"
        yield from (f"  {unmatched.rule.slug}: {_why(unmatched)}" for unmatched in found.unmatched)


def _why(unmatched: Unmatched) -> str:
    if not unmatched.failing:
        return f"{unmatched.stopped_by} before it says stop"
    return "; ".join(_REASONS[name] for name in unmatched.failing)


def _minutes(num: int) -> str:
    if num == 1:
        return "1 minute"
    hours, minutes = divmod(num, 60)
    if hours < 2:
        return f"{num} minutes"
    return f"{hours} hours" + (f" and {_minutes(minutes)}" if minutes else "")
