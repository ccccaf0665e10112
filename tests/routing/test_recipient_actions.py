"""Adding, changing and deleting recipients."""

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.lib.edition import edition_of
from sosbox.routing.queries import load_rule_sets
from sosbox.routing.recipient_actions import add_recipient, change_recipient, delete_recipient
from sosbox.routing.rota_actions import add_shift
from sosbox.routing.rule_actions import add_rule, delete_rule
from sosbox.routing.step_actions import add_step, remove_step
from tests.routing.settings_kit import (
    a_recipient,
    a_rule,
    a_shift,
    a_step,
    recipient_called,
    revision,
    settings_of,
)
from tests.support.filing import file_case
from tests.support.venue import NOON, Venue


async def _add(venue: Venue, name: str = "Noa") -> int:
    return await DB.write(add_recipient, viewer=venue.anna, draft=a_recipient(name))


async def _delete(venue: Venue, recipient_id: int) -> None:
    stored = (await settings_of(venue.anna)).recipient(recipient_id)
    await DB.write(
        delete_recipient,
        now=NOON,
        viewer=venue.anna,
        recipient_id=recipient_id,
        edition=edition_of(stored),
    )


async def test_a_new_recipient_is_stored_with_addresses_and_a_name_for_set_up_files(
    box: Box, venue: Venue
) -> None:
    before = await revision()
    draft = a_recipient(
        "Jefa de día",
        addresses={"sms": ("+34600111222",), "email": ("a@mar.example", "b@mar.example")},
        channels=("sms", "email"),
        next_channel_minutes=10,
    )
    recipient_id = await DB.write(add_recipient, viewer=venue.anna, draft=draft)
    stored = (await settings_of(venue.anna)).recipient(recipient_id)
    assert stored.slug == "jefa-de-dia"
    assert stored.addresses == draft.addresses
    assert (stored.channels, stored.next_channel_minutes) == (("sms", "email"), 10)
    assert await revision() == before + 1


async def test_names_that_are_the_same_or_in_another_script_get_slugs_of_their_own(
    box: Box, venue: Venue
) -> None:
    names = ["Noa", "Noa", "夜班", "夜班"]
    ids = [await _add(venue, name) for name in names]
    stored = await settings_of(venue.anna)
    slugs = [stored.recipient(each).slug for each in ids]
    assert slugs == ["noa", "noa-2", "recipient", "recipient-2"]


async def test_the_matcher_knows_of_a_change_at_once(box: Box, venue: Venue) -> None:
    desk = await recipient_called(venue.anna, "desk")
    await DB.write(
        change_recipient,
        viewer=venue.anna,
        recipient_id=desk.id,
        draft=a_recipient("Desk", addresses={"sms": ("+34600111222",)}),
        edition=edition_of(desk),
    )
    books = await DB.read(lambda connection: load_rule_sets(connection.execute))
    found = books[venue.subscriber_id].recipients[desk.id]
    assert (found.name, found.addresses) == ("Desk", (("sms", "+34600111222"),))


async def test_the_later_of_two_changes_does_not_undo_the_former_unseen(
    box: Box, venue: Venue
) -> None:
    desk = await recipient_called(venue.anna, "desk")
    change = {"viewer": venue.anna, "recipient_id": desk.id, "edition": edition_of(desk)}
    await DB.write(change_recipient, **change, draft=a_recipient("First"))
    before = await revision()
    with pytest.raises(ConflictError):
        await DB.write(change_recipient, **change, draft=a_recipient("Second"))
    assert (await settings_of(venue.anna)).recipient(desk.id).name == "First"
    assert await revision() == before


@pytest.mark.parametrize("who", ["boris", "clara", "dario"])
async def test_agents_and_auditors_change_nothing(box: Box, venue: Venue, who: str) -> None:
    viewer = getattr(venue, who)
    desk = await recipient_called(venue.anna, "desk")
    with pytest.raises(ForbiddenError):
        await DB.write(add_recipient, viewer=viewer, draft=a_recipient())
    with pytest.raises(ForbiddenError):
        await DB.write(
            delete_recipient,
            now=NOON,
            viewer=viewer,
            recipient_id=desk.id,
            edition=edition_of(desk),
        )
    assert len((await settings_of(venue.anna)).recipients) == 2


async def test_a_recipient_of_another_subscriber_is_not_there(box: Box, venue: Venue) -> None:
    desk = await recipient_called(venue.anna, "desk")
    with pytest.raises(NotFoundError):
        await DB.write(
            change_recipient,
            viewer=venue.otto,
            recipient_id=desk.id,
            draft=a_recipient(),
            edition=edition_of(desk),
        )


async def test_whoever_is_named_by_a_rule_a_rota_or_a_step_is_not_deleted(
    box: Box, venue: Venue
) -> None:
    noa, post = await _add(venue), await _add(venue, "Night")
    rule = await DB.write(add_rule, viewer=venue.anna, draft=a_rule(noa))
    with pytest.raises(InvalidFieldsError) as refused:
        await _delete(venue, noa)
    assert str(refused.value.fields["delete"]) == (
        "Noa is still named, as listed here. Take the name out there first."
    )
    stored = (await settings_of(venue.anna)).rule(rule)
    await DB.write(
        delete_rule, now=NOON, viewer=venue.anna, rule_id=rule, edition=edition_of(stored)
    )
    await DB.write(add_shift, viewer=venue.anna, post_id=post, draft=a_shift(noa))
    with pytest.raises(InvalidFieldsError):
        await _delete(venue, noa)
    await _delete(venue, post)
    step = await DB.write(add_step, viewer=venue.anna, draft=a_step(noa), house_id=venue.house_id)
    with pytest.raises(InvalidFieldsError):
        await _delete(venue, noa)
    stored_step = (await settings_of(venue.anna)).step(step)
    await DB.write(
        remove_step, now=NOON, viewer=venue.anna, step_id=step, edition=edition_of(stored_step)
    )
    await _delete(venue, noa)
    assert noa not in (await settings_of(venue.anna)).recipients


async def test_what_was_sent_stays_with_the_number_of_whom_it_was_sent_to(
    box: Box, venue: Venue
) -> None:
    """Else the record would name whoever gets the number next."""
    await file_case(box, "The tap drips")
    settings = await settings_of(venue.anna)
    for rule in settings.rules.values():
        await DB.write(
            delete_rule, now=NOON, viewer=venue.anna, rule_id=rule.id, edition=edition_of(rule)
        )
    boss = await recipient_called(venue.anna, "boss")
    await _delete(venue, boss.id)
    new = await _add(venue, "Boss")
    sent = await DB.read(
        lambda connection: connection.execute(
            "SELECT recipient_id, name FROM deliveries WHERE name = 'Anna'"
        ).fetchall()
    )
    assert sent == [(boss.id, "Anna")]
    assert new != boss.id
    # The slug is free again, for the console and for set-up files.
    assert (await settings_of(venue.anna)).recipient(new).slug == "boss"
