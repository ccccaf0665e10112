"""Adding, changing, ordering, switching and deleting rules."""

from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.lib.edition import edition_of
from sosbox.places.tables import Area, Establishment
from sosbox.routing.queries import load_rule_sets
from sosbox.routing.rule_actions import (
    add_rule,
    change_rule,
    delete_rule,
    move_rule,
    switch_rule,
)
from sosbox.routing.step_actions import add_step
from tests.routing.settings_kit import (
    a_rule,
    a_step,
    recipient_called,
    revision,
    rule_called,
    settings_of,
)
from tests.support.filing import file_case
from tests.support.venue import NOON, Venue


async def _order(venue: Venue) -> list[str]:
    return [rule.slug for rule in (await settings_of(venue.anna)).rules.values()]


async def _fields_refused(venue: Venue, **draft: Any) -> set[str]:
    desk = await recipient_called(venue.anna, "desk")
    with pytest.raises(InvalidFieldsError) as refused:
        await DB.write(
            add_rule, viewer=venue.anna, draft=a_rule(*draft.pop("to", [desk.id]), **draft)
        )
    return set(refused.value.fields)


async def test_a_new_rule_comes_last_and_is_followed_at_once(box: Box, venue: Venue) -> None:
    desk = await recipient_called(venue.anna, "desk")
    conditions = {"areas": [venue.restaurant_id], "words": ["sopa"], "hours": ["22:00-06:30"]}
    draft = a_rule(desk.id, conditions=conditions, left_out=(), is_stop=True, is_safety=True)
    rule_id = await DB.write(add_rule, viewer=venue.anna, draft=draft)
    stored = (await settings_of(venue.anna)).rule(rule_id)
    assert stored.slug == "restaurante-recepcion"
    assert stored.conditions == conditions
    assert (stored.is_stop, stored.is_safety, stored.is_sensitive) == (True, True, False)
    assert await _order(venue) == ["everything", "reception", "restaurante-recepcion"]
    books = await DB.read(lambda connection: load_rule_sets(connection.execute))
    assert [rule.slug for rule in books[venue.subscriber_id].rules][-1] == stored.slug


async def test_a_change_replaces_what_the_rule_names(box: Box, venue: Venue) -> None:
    rule = await rule_called(venue.anna, "reception")
    boss = await recipient_called(venue.anna, "boss")
    desk = await recipient_called(venue.anna, "desk")
    await DB.write(
        change_rule,
        viewer=venue.anna,
        rule_id=rule.id,
        draft=a_rule(boss.id, left_out=(desk.id,), conditions={"words": ["desk"]}),
        edition=edition_of(rule),
    )
    changed = (await settings_of(venue.anna)).rule(rule.id)
    assert (changed.recipients, changed.left_out) == ((boss.id,), (desk.id,))
    assert changed.conditions == {"words": ["desk"]}


async def test_the_later_of_two_changes_does_not_undo_the_former_unseen(
    box: Box, venue: Venue
) -> None:
    rule = await rule_called(venue.anna, "reception")
    boss = await recipient_called(venue.anna, "boss")
    change = {"viewer": venue.anna, "rule_id": rule.id, "edition": edition_of(rule)}
    await DB.write(change_rule, **change, draft=a_rule(boss.id))
    for later in (
        DB.write(change_rule, **change, draft=a_rule(*rule.recipients)),
        DB.write(delete_rule, **change, now=NOON),
    ):
        with pytest.raises(ConflictError):
            await later
    assert (await settings_of(venue.anna)).rule(rule.id).recipients == (boss.id,)


async def test_what_is_not_there_or_somebody_elses_is_refused_beside_its_field(
    box: Box, venue: Venue
) -> None:
    bar = await settings_of(venue.otto)
    (bar_area,), (bar_point,), (bar_house,) = bar.areas, bar.points, bar.houses
    assert await _fields_refused(venue, to=[999]) == {"recipients"}
    assert await _fields_refused(venue, left_out=(999,)) == {"left_out"}
    assert await _fields_refused(venue, house_id=bar_house) == {"house_id"}
    assert await _fields_refused(venue, conditions={"areas": [bar_area]}) == {"areas"}
    assert await _fields_refused(venue, conditions={"access_points": [bar_point]}) == {
        "access_points"
    }
    assert len(await _order(venue)) == 2


async def test_a_rule_of_one_house_cannot_name_places_of_another(box: Box, venue: Venue) -> None:
    def add_house(tx: Any) -> tuple[int, int]:
        house = tx.insert(
            Establishment,
            subscriber_id=venue.subscriber_id,
            slug="second",
            name="Second",
            timezone="Europe/Madrid",
            language="es",
            guest_languages="[]",
        )
        return house, tx.insert(Area, establishment_id=house, slug="bar", name="Bar")

    house, area = await DB.write(add_house)
    refused = await _fields_refused(venue, house_id=venue.house_id, conditions={"areas": [area]})
    assert refused == {"areas"}
    points = {"access_points": [venue.room_id]}
    assert await _fields_refused(venue, house_id=house, conditions=points) == {"access_points"}


async def test_an_area_and_a_place_outside_it_would_never_match_and_are_refused(
    box: Box, venue: Venue
) -> None:
    both = {"areas": [venue.restaurant_id], "access_points": [venue.room_id]}
    assert await _fields_refused(venue, conditions=both) == {"access_points"}
    desk = await recipient_called(venue.anna, "desk")
    within = {"areas": [venue.restaurant_id], "access_points": [venue.table_id]}
    await DB.write(add_rule, viewer=venue.anna, draft=a_rule(desk.id, conditions=within))


async def test_rules_change_places_with_their_neighbours(box: Box, venue: Venue) -> None:
    desk = await recipient_called(venue.anna, "desk")
    new = await DB.write(add_rule, viewer=venue.anna, draft=a_rule(desk.id))

    async def move(*, is_up: bool) -> None:
        order = edition_of(*(await settings_of(venue.anna)).rules)
        await DB.write(move_rule, viewer=venue.anna, rule_id=new, is_up=is_up, edition=order)

    await move(is_up=True)
    assert await _order(venue) == ["everything", "recepcion", "reception"]
    await move(is_up=True)
    await move(is_up=True)
    assert await _order(venue) == ["recepcion", "everything", "reception"]
    await move(is_up=False)
    assert await _order(venue) == ["everything", "recepcion", "reception"]


async def test_nobody_moves_a_rule_in_an_order_that_has_changed(box: Box, venue: Venue) -> None:
    rule = await rule_called(venue.anna, "reception")
    order = edition_of(*(await settings_of(venue.anna)).rules)
    move = {"viewer": venue.anna, "rule_id": rule.id, "is_up": True, "edition": order}
    await DB.write(move_rule, **move)
    with pytest.raises(ConflictError):
        await DB.write(move_rule, **move)
    assert await _order(venue) == ["reception", "everything"]


async def test_a_rule_that_is_off_is_kept_and_not_followed(box: Box, venue: Venue) -> None:
    rule = await rule_called(venue.anna, "reception")
    switch = {"now": NOON, "viewer": venue.anna, "rule_id": rule.id}
    await DB.write(switch_rule, **switch, is_on=False)
    before = await revision()
    await DB.write(switch_rule, **switch, is_on=False)
    assert await revision() == before
    books = await DB.read(lambda connection: load_rule_sets(connection.execute))
    assert [each.slug for each in books[venue.subscriber_id].rules] == ["everything"]
    await DB.write(switch_rule, **switch, is_on=True)
    assert not (await rule_called(venue.anna, "reception")).is_disabled


async def test_a_deleted_rule_leaves_its_steps_to_the_clocks_that_run_with_them(
    box: Box, venue: Venue
) -> None:
    rule = await rule_called(venue.anna, "everything")
    boss = await recipient_called(venue.anna, "boss")
    step = {"viewer": venue.anna, "draft": a_step(boss.id), "rule_id": rule.id}
    used, unused = await DB.write(add_step, **step), await DB.write(add_step, **step)
    filed = await file_case(box, "The tap drips")
    await DB.write(lambda tx: tx.sql("DELETE FROM clocks WHERE step_id = ?", unused))
    await DB.write(
        lambda tx: tx.sql(
            "INSERT OR IGNORE INTO clocks (case_id, purpose, step_id, started_at, last_at, next_at)"
            " VALUES (?, 'escalation', ?, ?, ?, ?)",
            filed.case_id,
            used,
            NOON,
            NOON,
            NOON,
        )
    )
    await DB.write(
        delete_rule, now=NOON, viewer=venue.anna, rule_id=rule.id, edition=edition_of(rule)
    )
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT id, establishment_id, rule_id, retired_at FROM escalation_steps"
        ).fetchall()
    )
    assert rows == [(used, venue.house_id, None, NOON)]
    assert await _order(venue) == ["reception"]


@pytest.mark.parametrize("who", ["boris", "dario", "otto"])
async def test_nobody_else_touches_a_rule(box: Box, venue: Venue, who: str) -> None:
    viewer = getattr(venue, who)
    rule = await rule_called(venue.anna, "reception")
    order = edition_of(*(await settings_of(venue.anna)).rules)
    either = (ForbiddenError, NotFoundError)
    with pytest.raises(either):
        await DB.write(
            change_rule,
            viewer=viewer,
            rule_id=rule.id,
            draft=a_rule(),
            edition=edition_of(rule),
        )
    with pytest.raises(either):
        await DB.write(move_rule, viewer=viewer, rule_id=rule.id, is_up=True, edition=order)
    with pytest.raises(either):
        await DB.write(switch_rule, now=NOON, viewer=viewer, rule_id=rule.id, is_on=False)
    with pytest.raises(either):
        await DB.write(
            delete_rule, now=NOON, viewer=viewer, rule_id=rule.id, edition=edition_of(rule)
        )
    assert await rule_called(venue.anna, "reception") == rule
