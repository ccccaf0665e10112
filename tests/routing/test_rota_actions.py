"""Who is behind a post: changing its shifts."""

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.lib.edition import edition_of
from sosbox.routing.recipient_actions import add_recipient
from sosbox.routing.rota_actions import add_shift, change_shift, remove_shift
from tests.routing.settings_kit import (
    a_recipient,
    a_shift,
    recipient_called,
    revision,
    settings_of,
)
from tests.support.venue import Venue


@pytest.fixture
async def people(box: Box, venue: Venue) -> tuple[int, int]:
    """Noa, and the post that she is behind."""
    noa = await DB.write(add_recipient, viewer=venue.anna, draft=a_recipient("Noa"))
    post = await DB.write(add_recipient, viewer=venue.anna, draft=a_recipient("Night"))
    return noa, post


async def test_the_first_shift_makes_a_post(venue: Venue, people: tuple[int, int]) -> None:
    noa, post = people
    before = await revision()
    draft = a_shift(noa, weekdays=("mon", "sun"))
    shift_id = await DB.write(add_shift, viewer=venue.anna, post_id=post, draft=draft)
    shift = (await settings_of(venue.anna)).shift(post, shift_id)
    assert (shift.weekdays, shift.hours, shift.people) == (("mon", "sun"), ("22:00-06:30",), (noa,))
    assert await revision() == before + 1


async def test_a_shift_is_changed_and_removed_by_whoever_saw_what_it_says(
    venue: Venue, people: tuple[int, int]
) -> None:
    noa, post = people
    shift_id = await DB.write(add_shift, viewer=venue.anna, post_id=post, draft=a_shift(noa))
    seen = edition_of((await settings_of(venue.anna)).shift(post, shift_id))
    one = {"viewer": venue.anna, "post_id": post, "shift_id": shift_id}
    await DB.write(change_shift, **one, draft=a_shift(noa, weekdays=("tue",)), edition=seen)
    with pytest.raises(ConflictError):
        await DB.write(change_shift, **one, draft=a_shift(noa), edition=seen)
    with pytest.raises(ConflictError):
        await DB.write(remove_shift, **one, edition=seen)
    shift = (await settings_of(venue.anna)).shift(post, shift_id)
    assert shift.weekdays == ("tue",)
    await DB.write(remove_shift, **one, edition=edition_of(shift))
    assert (await settings_of(venue.anna)).shifts == {}
    with pytest.raises(NotFoundError):
        await DB.write(remove_shift, **one, edition=edition_of(shift))


async def test_a_post_stands_neither_in_its_own_rota_nor_in_another(
    venue: Venue, people: tuple[int, int]
) -> None:
    noa, post = people
    desk = await recipient_called(venue.anna, "desk")
    await DB.write(add_shift, viewer=venue.anna, post_id=post, draft=a_shift(noa))
    for post_id, person in ((post, post), (desk.id, post), (noa, desk.id), (desk.id, 999)):
        with pytest.raises(InvalidFieldsError) as refused:
            await DB.write(add_shift, viewer=venue.anna, post_id=post_id, draft=a_shift(person))
        assert set(refused.value.fields) == {"people"}


async def test_a_shift_of_another_post_is_not_reached_through_this_one(
    venue: Venue, people: tuple[int, int]
) -> None:
    noa, post = people
    desk = await recipient_called(venue.anna, "desk")
    shift_id = await DB.write(add_shift, viewer=venue.anna, post_id=post, draft=a_shift(noa))
    shift = (await settings_of(venue.anna)).shift(post, shift_id)
    with pytest.raises(NotFoundError):
        await DB.write(
            remove_shift,
            viewer=venue.anna,
            post_id=desk.id,
            shift_id=shift_id,
            edition=edition_of(shift),
        )


async def test_nobody_else_touches_a_rota(venue: Venue, people: tuple[int, int]) -> None:
    noa, post = people
    for viewer, error in (
        (venue.boris, ForbiddenError),
        (venue.dario, ForbiddenError),
        (venue.otto, NotFoundError),
    ):
        with pytest.raises(error):
            await DB.write(add_shift, viewer=viewer, post_id=post, draft=a_shift(noa))
    assert (await settings_of(venue.anna)).shifts == {}
