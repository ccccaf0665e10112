"""Letting messages out of quarantine, confirming them as unwanted, thinking better of it."""

import pytest

from sosbox.box import Box
from sosbox.cases.guest_actions import guest_write
from sosbox.cases.quarantine_queries import held_page
from sosbox.cases.rules import QUARANTINE_RANK, Hold
from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.quarantine import confirm_unwanted, hold_again, release_messages
from sosbox.dispatch.tables import Clock
from sosbox.errors import ForbiddenError, NotFoundError
from sosbox.ledger.tables import LedgerEntry
from sosbox.staff.rules import Viewer
from tests.support.filing import file_case, route
from tests.support.filtering import add_filter
from tests.support.venue import NOON, ROOM_TOKEN, Venue

ACTIONS = (release_messages, confirm_unwanted, hold_again)


@pytest.fixture
async def held(box: Box, venue: Venue) -> int:
    """A message from room 204 in quarantine."""
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, "Visit our casino", token=ROOM_TOKEN)
    assert filed.message_id is not None
    return filed.message_id


async def _release(box: Box, viewer: Viewer, *message_ids: int) -> int:
    return await DB.write(
        release_messages, box.keys, now=NOON, viewer=viewer, message_ids=message_ids
    )


async def _confirm(box: Box, viewer: Viewer, *message_ids: int) -> int:
    return await DB.write(
        confirm_unwanted, box.keys, now=NOON, viewer=viewer, message_ids=message_ids
    )


async def _hold(message_id: int) -> str:
    row = await Message.select(Message.hold).where(Message.id == message_id).first()
    assert row is not None
    return str(row["hold"])


async def _case() -> dict[str, object]:
    case = await Case.select().first()
    assert case is not None
    return case


async def _last_entry() -> tuple[str, str]:
    row = await LedgerEntry.select().order_by(LedgerEntry.id, ascending=False).first()
    assert row is not None
    return row["event"], row["actor"]


async def test_what_is_released_is_routed_as_if_it_had_just_come(
    box: Box, venue: Venue, held: int
) -> None:
    rung: list[bool] = []
    DB.listen(DELIVERY_TOPIC, lambda: rung.append(True))
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_unread = 0"))

    assert await _release(box, venue.boris, held) == 1
    assert await _hold(held) == "released"
    assert await _last_entry() == ("released", f"account:{venue.boris.account_id}")
    case = await _case()
    assert (case["is_quarantined"], case["state_rank"], case["is_unread"]) == (False, 0, True)
    assert rung

    await route(box)
    assert await _hold(held) == "released"
    assert await Delivery.count() == 2
    assert await Clock.count() == 2


async def test_what_is_released_twice_is_told_of_once(box: Box, venue: Venue, held: int) -> None:
    await _release(box, venue.boris, held)
    await route(box)
    assert await _release(box, venue.anna, held) == 0
    await route(box)
    assert await Delivery.count() == 2


async def test_what_is_unwanted_stays_away_and_is_kept(box: Box, venue: Venue, held: int) -> None:
    assert await _confirm(box, venue.boris, held) == 1
    await route(box)
    assert await _hold(held) == "unwanted"
    assert await _last_entry() == ("unwanted", f"account:{venue.boris.account_id}")
    assert (await _case())["state_rank"] == QUARANTINE_RANK
    assert await Delivery.count() == 0
    assert (await held_page(venue.boris, Hold.HELD, now=NOON)).rows == []
    (row,) = (await held_page(venue.boris, Hold.UNWANTED, now=NOON)).rows
    assert (row.text, row.filters) == ("Visit our casino", ("casino",))


async def test_what_was_unwanted_can_be_put_back_and_released(
    box: Box, venue: Venue, held: int
) -> None:
    await _confirm(box, venue.boris, held)
    again = await DB.write(hold_again, box.keys, now=NOON, viewer=venue.anna, message_ids=[held])
    assert again == 1
    assert await _hold(held) == "held"
    assert await _last_entry() == ("quarantined", f"account:{venue.anna.account_id}")
    await _confirm(box, venue.boris, held)
    assert await _release(box, venue.anna, held) == 1
    assert await _hold(held) == "released"


async def test_what_was_released_cannot_be_made_unwanted(box: Box, venue: Venue, held: int) -> None:
    await _release(box, venue.boris, held)
    assert await _confirm(box, venue.boris, held) == 0
    assert await _hold(held) == "released"


async def test_all_that_a_guest_wrote_in_a_quarantined_case_goes_together(
    box: Box, venue: Venue, held: int
) -> None:
    case_id = (await _case())["id"]
    more = await DB.write(
        guest_write,
        box.keys,
        now=NOON,
        case_id=case_id,
        text="I meant it well",
        language="en",
        submission=b"more",
    )
    await route(box)
    (row,) = (await held_page(venue.boris, Hold.HELD, now=NOON)).rows
    assert (row.id, row.num_more, row.filters) == (held, 1, ("casino",))

    assert await _release(box, venue.boris, held) == 2
    assert more is not None
    assert [await _hold(each) for each in (held, more)] == ["released", "released"]
    await route(box)
    assert await Delivery.count() == 4


async def test_a_held_follow_up_is_decided_on_alone(box: Box, venue: Venue) -> None:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await add_filter(venue.subscriber_id, words=["casino"])
    ids = []
    for text in ("A casino", "A second casino"):
        ids.append(
            await DB.write(
                guest_write,
                box.keys,
                now=NOON,
                case_id=filed.case_id,
                text=text,
                language="en",
                submission=text.encode(),
            )
        )
    await route(box)
    assert len((await held_page(venue.boris, Hold.HELD, now=NOON)).rows) == 2
    assert await _confirm(box, venue.boris, ids[0] or 0) == 1
    assert [await _hold(each or 0) for each in ids] == ["unwanted", "held"]
    assert not (await _case())["is_quarantined"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_strangers_find_no_such_message(
    box: Box, venue: Venue, held: int, who: str, action: object
) -> None:
    viewer = getattr(venue, who)
    with pytest.raises(NotFoundError):
        await DB.write(action, box.keys, now=NOON, viewer=viewer, message_ids=[held])  # type: ignore[arg-type]
    assert await _hold(held) == "held"
    assert (await held_page(viewer, Hold.HELD, now=NOON)).rows == []


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_auditor_reads_the_quarantine_and_decides_nothing(
    box: Box, venue: Venue, held: int, action: object
) -> None:
    with pytest.raises(ForbiddenError):
        await DB.write(action, box.keys, now=NOON, viewer=venue.dario, message_ids=[held])  # type: ignore[arg-type]
    assert len((await held_page(venue.dario, Hold.HELD, now=NOON)).rows) == 1


async def test_one_that_may_not_be_seen_stops_all_of_them(
    box: Box, venue: Venue, held: int
) -> None:
    other = await file_case(box, "Another casino", submission_id="two")
    assert other.message_id is not None
    with pytest.raises(NotFoundError):
        await _release(box, venue.boris, held, other.message_id)
    assert await _hold(held) == "held"


async def test_a_message_that_is_not_there_is_not_found(box: Box, venue: Venue) -> None:
    with pytest.raises(NotFoundError):
        await _release(box, venue.anna, 999_999)


async def test_what_the_guest_adds_leaves_a_quarantined_case_where_it_is(
    box: Box, venue: Venue, held: int
) -> None:
    case = await _case()
    await DB.write(
        guest_write,
        box.keys,
        now=NOON,
        case_id=case["id"],
        text="Hello?",
        language="en",
        submission=b"x",
    )
    assert (await _case())["state_rank"] == QUARANTINE_RANK
