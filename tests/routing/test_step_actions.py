"""What happens when nobody acts, and what holds for a whole house: changing it."""

from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.lib.edition import edition_of
from sosbox.routing.house_actions import change_house
from sosbox.routing.step_actions import add_step, change_step, remove_step
from tests.routing.settings_kit import (
    a_house,
    a_step,
    recipient_called,
    revision,
    rule_called,
    settings_of,
)
from tests.support.venue import NOON, Venue


async def _rows() -> list[tuple[Any, ...]]:
    return await DB.read(
        lambda connection: connection.execute(
            "SELECT id, after_minutes, retired_at IS NOT NULL FROM escalation_steps ORDER BY id"
        ).fetchall()
    )


async def test_a_step_belongs_to_a_house_or_to_a_rule(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    rule = await rule_called(venue.anna, "reception")
    step = {"viewer": venue.anna, "draft": a_step(boss.id)}
    of_house = await DB.write(add_step, **step, house_id=venue.house_id)
    of_rule = await DB.write(add_step, **step, rule_id=rule.id)
    settings = await settings_of(venue.anna)
    assert [each.id for each in settings.steps_of_house(venue.house_id)] == [of_house]
    assert [each.id for each in settings.steps_of_rule(rule.id)] == [of_rule]


async def test_a_changed_step_is_a_new_one_for_clocks_run_with_the_old(
    box: Box, venue: Venue
) -> None:
    boss = await recipient_called(venue.anna, "boss")
    old = await DB.write(
        add_step, viewer=venue.anna, draft=a_step(boss.id), house_id=venue.house_id
    )
    seen = edition_of((await settings_of(venue.anna)).step(old))
    change = {"now": NOON, "viewer": venue.anna, "step_id": old, "edition": seen}
    new = await DB.write(change_step, **change, draft=a_step(boss.id, after_minutes=30))
    assert await _rows() == [(old, 15, 1), (new, 30, 0)]
    with pytest.raises(NotFoundError):
        await DB.write(change_step, **change, draft=a_step(boss.id))


async def test_a_step_stored_as_it_was_stays_as_it_is(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    step_id = await DB.write(
        add_step, viewer=venue.anna, draft=a_step(boss.id), house_id=venue.house_id
    )
    seen = edition_of((await settings_of(venue.anna)).step(step_id))
    before = await revision()
    await DB.write(
        change_step,
        now=NOON,
        viewer=venue.anna,
        step_id=step_id,
        draft=a_step(boss.id),
        edition=seen,
    )
    assert await _rows() == [(step_id, 15, 0)]
    assert await revision() == before


async def test_a_removed_step_is_retired(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    step_id = await DB.write(
        add_step, viewer=venue.anna, draft=a_step(boss.id), house_id=venue.house_id
    )
    seen = edition_of((await settings_of(venue.anna)).step(step_id))
    with pytest.raises(ConflictError):
        await DB.write(remove_step, now=NOON, viewer=venue.anna, step_id=step_id, edition="x")
    await DB.write(remove_step, now=NOON, viewer=venue.anna, step_id=step_id, edition=seen)
    assert await _rows() == [(step_id, 15, 1)]


async def test_steps_of_others_and_for_others_are_refused(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    rule = await rule_called(venue.anna, "reception")
    with pytest.raises(NotFoundError):
        await DB.write(add_step, viewer=venue.otto, draft=a_step(boss.id), house_id=venue.house_id)
    with pytest.raises(NotFoundError):
        await DB.write(add_step, viewer=venue.otto, draft=a_step(boss.id), rule_id=rule.id)
    with pytest.raises(NotFoundError):
        await DB.write(add_step, viewer=venue.anna, draft=a_step(boss.id))
    with pytest.raises(ForbiddenError):
        await DB.write(add_step, viewer=venue.boris, draft=a_step(boss.id), house_id=venue.house_id)
    (bar,) = (await settings_of(venue.otto)).houses
    with pytest.raises(InvalidFieldsError):
        await DB.write(add_step, viewer=venue.otto, draft=a_step(boss.id), house_id=bar)
    assert await _rows() == []


async def test_what_holds_for_a_house_is_stored_once(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    seen = edition_of((await settings_of(venue.anna)).house(venue.house_id))
    draft = a_house(fallback=(boss.id,), report=(boss.id,), digest=(boss.id,), digest_at="08:00")
    change = {"viewer": venue.anna, "house_id": venue.house_id, "edition": seen}
    await DB.write(change_house, **change, draft=draft)
    house = (await settings_of(venue.anna)).house(venue.house_id)
    assert (house.fallback, house.report, house.digest) == ((boss.id,),) * 3
    assert (house.digest_at, house.holiday_region, house.holidays) == (
        "08:00",
        "ES-GA",
        ("2026-07-16",),
    )
    assert (house.promise_warning_minutes, house.legal_warning_days) == (60, 2)
    assert house.trusts_replies
    with pytest.raises(ConflictError):
        await DB.write(change_house, **change, draft=a_house())


async def test_a_house_of_another_subscriber_is_not_there(box: Box, venue: Venue) -> None:
    house = (await settings_of(venue.anna)).house(venue.house_id)
    boss = await recipient_called(venue.anna, "boss")
    one = {"house_id": venue.house_id, "draft": a_house(), "edition": edition_of(house)}
    with pytest.raises(NotFoundError):
        await DB.write(change_house, viewer=venue.otto, **one)
    with pytest.raises(ForbiddenError):
        await DB.write(change_house, viewer=venue.dario, **one)
    (bar,) = (await settings_of(venue.otto)).houses.values()
    with pytest.raises(InvalidFieldsError) as refused:
        await DB.write(
            change_house,
            viewer=venue.otto,
            house_id=bar.id,
            draft=a_house(fallback=(boss.id,), digest=(boss.id,)),
            edition=edition_of(bar),
        )
    assert set(refused.value.fields) == {"fallback", "digest"}
    assert (await settings_of(venue.anna)).house(venue.house_id) == house


async def test_steps_are_numbered_without_gaps(box: Box, venue: Venue) -> None:
    boss = await recipient_called(venue.anna, "boss")
    ids = [
        await DB.write(
            add_step,
            viewer=venue.anna,
            draft=a_step(boss.id, after_minutes=minutes),
            house_id=venue.house_id,
        )
        for minutes in (10, 20, 30)
    ]
    first = edition_of((await settings_of(venue.anna)).step(ids[0]))
    await DB.write(remove_step, now=NOON, viewer=venue.anna, step_id=ids[0], edition=first)
    second = edition_of((await settings_of(venue.anna)).step(ids[1]))
    await DB.write(
        change_step,
        now=NOON,
        viewer=venue.anna,
        step_id=ids[1],
        draft=a_step(boss.id, after_minutes=25),
        edition=second,
    )
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT after_minutes, position FROM escalation_steps WHERE retired_at IS NULL"
            " ORDER BY position"
        ).fetchall()
    )
    assert rows == [(25, 1), (30, 2)]
