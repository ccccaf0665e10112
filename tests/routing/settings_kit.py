"""Drafts as forms make them, and what is stored of them."""

from typing import Any

from sosbox.db import DB
from sosbox.routing.drafts import (
    HouseDraft,
    RecipientDraft,
    ShiftDraft,
    StepDraft,
)
from sosbox.routing.filter_checks import FilterDraft
from sosbox.routing.filters import FilterAction
from sosbox.routing.rule_drafts import RuleDraft
from sosbox.routing.settings import RecipientSettings, RuleSettings, Settings
from sosbox.routing.settings_queries import load_settings
from sosbox.staff.rules import Viewer


async def settings_of(viewer: Viewer) -> Settings:
    return await DB.read(lambda connection: load_settings(connection, viewer.subscriber_id))


async def revision() -> int:
    row = await DB.read(
        lambda connection: connection.execute("SELECT settings_revision FROM box").fetchone()
    )
    return int(row[0])


async def recipient_called(viewer: Viewer, slug: str) -> RecipientSettings:
    settings = await settings_of(viewer)
    return next(each for each in settings.recipients.values() if each.slug == slug)


async def rule_called(viewer: Viewer, slug: str) -> RuleSettings:
    settings = await settings_of(viewer)
    return next(each for each in settings.rules.values() if each.slug == slug)


def a_recipient(name: str = "Noa", **more: Any) -> RecipientDraft:
    values: dict[str, Any] = {
        "language": "gl",
        "addresses": {"email": ("noa@mar.example",)},
        "channels": (),
        "next_channel_minutes": 0,
    }
    return RecipientDraft(name=name, **{**values, **more})


def a_rule(*recipients: int, **more: Any) -> RuleDraft:
    return RuleDraft(**{"house_id": None, "recipients": recipients, **more})


def a_filter(name: str = "casino", action: str = "quarantine", **conditions: Any) -> FilterDraft:
    return FilterDraft(name, FilterAction(action), None, conditions)


def a_shift(*people: int, **more: Any) -> ShiftDraft:
    values: dict[str, Any] = {"weekdays": ("mon",), "dates": (), "hours": ("22:00-06:30",)}
    return ShiftDraft(people=people, **{**values, **more})


def a_step(*recipients: int, **more: Any) -> StepDraft:
    values: dict[str, Any] = {
        "after_minutes": 15,
        "until": "opened",
        "repeat_minutes": 0,
        "max_times": 1,
        "hours": (),
    }
    return StepDraft(recipients=recipients, **{**values, **more})


def a_house(**more: Any) -> HouseDraft:
    values: dict[str, Any] = {
        "fallback": (),
        "report": (),
        "digest": (),
        "digest_at": "",
        "promise_warning_minutes": 60,
        "legal_warning_days": 2,
        "holiday_region": "ES-GA",
        "holidays": ("2026-07-16",),
        "trusts_replies": True,
    }
    return HouseDraft(**{**values, **more})
