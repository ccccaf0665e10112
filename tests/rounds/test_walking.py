"""Rounds: begun, left, resumed, walked by two at once, finished, and signed for good."""

import json
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, NotFoundError
from sosbox.ledger.rules import Event, round_statement
from sosbox.ledger.tables import LedgerEntry
from sosbox.pieces.actions import remove_pieces
from sosbox.pieces.codes import piece_number
from sosbox.pieces.tables import Piece
from sosbox.rounds.actions import give_round_up
from sosbox.rounds.queries import (
    NotedFinding,
    count_findings,
    load_houses,
    load_photo,
    load_repairs,
    load_rounds,
    read_code,
    read_typed,
)
from sosbox.rounds.rules import Found, Reading
from sosbox.rounds.tables import Round, RoundFinding
from sosbox.staff.rules import Viewer
from tests.support.pieces import make_piece, state_of
from tests.support.venue import BAR_TOKEN, NOON, Venue
from tests.support.walking import (
    JPEG,
    ORIGIN,
    Hung,
    finish,
    hang_paper,
    note,
    room_code,
    round_of,
    start,
    stops_of,
    table_code,
)

LATER = NOON + timedelta(days=7)


@pytest.fixture
async def hung(box: Box, venue: Venue) -> Hung:
    return await hang_paper(venue)


async def findings_of(round_id: int) -> list[tuple[object, ...]]:
    rows = await RoundFinding.select().where(RoundFinding.round_id == round_id)
    return [
        (row["access_point_id"], row["piece_id"], row["finding"], row["note"], row["photo"])
        for row in rows
    ]


async def condition_of(piece_id: int) -> tuple[str, object]:
    row = await Piece.select(Piece.condition, Piece.seen_at).where(Piece.id == piece_id).first()
    assert row is not None
    return row["condition"], row["seen_at"]


async def repairs(viewer: Viewer) -> list[tuple[int | None, Found]]:
    found: list[NotedFinding] = await DB.read(lambda c: load_repairs(c, viewer))
    return [(each.piece_id, each.finding) for each in found]


# Beginning ----------------------------------------------------------------------------------------


async def test_a_round_stops_where_something_hangs_in_the_order_of_the_building(
    box: Box, venue: Venue, hung: Hung
) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO access_points (establishment_id, area_id, code, label, token)"
            " VALUES (?1, ?2, 'R-30', '', 'a'), (?1, ?2, 'R-4', '', 'b'), (?1, ?2, 'R-5', '', 'c')",
            venue.house_id,
            venue.reception_id,
        )
    )
    rows = await DB.read(lambda c: dict(c.execute("SELECT code, id FROM access_points").fetchall()))
    await make_piece(rows["R-30"])
    await make_piece(rows["R-4"])
    await make_piece(rows["R-5"], state="replaced")
    await make_piece(rows["OLD-1"])
    round_id = await start(venue.anna, venue, venue.restaurant_id, venue.reception_id)

    stops = await stops_of(venue.anna, round_id)

    assert [stop.point.code for stop in stops] == ["R-4", "R-30", "R-204", "T-7"]
    assert [piece.id for piece in stops[2].pieces] == [hung.leaflet]


async def test_a_round_in_an_area_where_nothing_hangs_is_refused(box: Box, venue: Venue) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        await start(venue.anna, venue)
    assert "in which something hangs" in str(refused.value.fields["area"])


@pytest.mark.parametrize(
    ("who", "error"), [("clara", NotFoundError), ("otto", NotFoundError), ("dario", ForbiddenError)]
)
async def test_nobody_walks_where_they_have_no_business(
    box: Box, venue: Venue, hung: Hung, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await start(getattr(venue, who), venue)
    assert await Round.count() == 0


async def test_nobody_walks_twice_through_a_house_at_once(
    box: Box, venue: Venue, hung: Hung
) -> None:
    await start(venue.anna, venue)
    with pytest.raises(ConflictError, match="walking through this house already"):
        await start(venue.anna, venue, venue.restaurant_id)


async def test_two_people_walk_at_once_and_each_notes_their_own(
    box: Box, venue: Venue, hung: Hung
) -> None:
    by_boris = await start(venue.boris, venue)
    by_clara = await start(venue.clara, venue, venue.restaurant_id)
    await note(venue.clara, by_clara, venue.table_id, hung.tent, Found.STAINED)
    await note(venue.boris, by_boris, venue.room_id, hung.leaflet)
    with pytest.raises(NotFoundError):
        await note(venue.boris, by_clara, venue.table_id, hung.tent)
    with pytest.raises(ForbiddenError, match="Boris walks this round"):
        await note(venue.anna, by_boris, venue.room_id, hung.leaflet)

    await finish(box, venue.boris, by_boris)

    assert (await round_of(venue.clara, by_clara)).is_open
    seen = await DB.read(lambda c: [each.id for each in load_rounds(c, venue.clara)])
    assert seen == [by_clara]
    assert await DB.read(lambda c: [each.id for each in load_rounds(c, venue.dario)]) == [
        by_clara,
        by_boris,
    ]


async def test_a_round_waits_for_whoever_left_it(box: Box, venue: Venue, hung: Hung) -> None:
    round_id = await start(venue.boris, venue)
    DB.close()
    DB.open(box.config.database_path)
    (house,) = await DB.read(lambda c: load_houses(c, venue.boris))
    assert house.open_round is not None
    assert house.open_round.id == round_id
    assert [area.num_pieces for area in house.areas] == [1]


async def test_a_round_with_nothing_noted_can_be_given_up_and_no_other(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    with pytest.raises(ConflictError, match="Nothing was looked at"):
        await finish(box, venue.boris, round_id)
    await DB.write(give_round_up, viewer=venue.boris, round_id=round_id)
    again = await start(venue.boris, venue)
    await note(venue.boris, again, venue.room_id, hung.leaflet)
    with pytest.raises(ConflictError, match="Something was noted"):
        await DB.write(give_round_up, viewer=venue.boris, round_id=again)


# Noting -------------------------------------------------------------------------------------------


async def test_what_was_noted_later_stands_in_place_of_what_was_noted_before(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.TORN, photo=JPEG)
    assert await condition_of(hung.leaflet) == ("torn", NOON)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.TORN, note="a corner")
    assert await findings_of(round_id) == [(venue.room_id, hung.leaflet, "torn", "a corner", JPEG)]
    await note(venue.boris, round_id, venue.room_id, hung.leaflet, now=LATER)
    assert await findings_of(round_id) == [(venue.room_id, hung.leaflet, "good", "", None)]
    assert await condition_of(hung.leaflet) == ("good", LATER)


@pytest.mark.parametrize("finding", [Found.GOOD, Found.MISSING])
async def test_nothing_is_said_of_the_condition_of_what_should_not_hang_there(
    box: Box, venue: Venue, hung: Hung, finding: Found
) -> None:
    round_id = await start(venue.boris, venue)
    for piece_id in (hung.old_leaflet, hung.tent, 999, None):
        with pytest.raises(ConflictError, match="does not hang here any more"):
            await note(venue.boris, round_id, venue.room_id, piece_id, finding)
    assert await findings_of(round_id) == []


async def test_an_old_piece_that_hangs_settles_its_stop(box: Box, venue: Venue, hung: Hung) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.old_leaflet, Found.OLD)
    (stop,) = await stops_of(venue.boris, round_id)
    assert stop.is_settled
    with pytest.raises(ConflictError, match="newest of its kind"):
        await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.OLD)


async def test_what_was_taken_down_and_hangs_all_the_same_is_known_to_hang_again(
    box: Box, venue: Venue, hung: Hung
) -> None:
    await DB.write(
        remove_pieces, box.keys, now=NOON, viewer=venue.anna, piece_ids=[hung.old_leaflet]
    )
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.old_leaflet, Found.OLD)
    assert await state_of(hung.old_leaflet) == "replaced"
    assert await repairs(venue.boris) == [(hung.old_leaflet, Found.OLD)]


async def test_a_piece_of_another_area_is_noted_where_it_was_found(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    await note(
        venue.boris,
        round_id,
        venue.room_id,
        hung.tent,
        Found.ELSEWHERE,
        found_id=venue.table_id,
    )
    (stop,) = await stops_of(venue.boris, round_id)
    assert not stop.is_settled
    assert await repairs(venue.boris) == [(hung.tent, Found.ELSEWHERE)]
    assert await repairs(venue.clara) == []


async def test_what_belongs_elsewhere_must_belong_to_that_place(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    bar = await DB.read(
        lambda c: c.execute("SELECT id FROM access_points WHERE token = ?", (BAR_TOKEN,)).fetchone()
    )
    for piece_id, found_id in (
        (hung.tent, venue.room_id),
        (hung.tent, None),
        (hung.leaflet, venue.table_id),
        (None, bar[0]),
        (None, 999),
    ):
        with pytest.raises(NotFoundError):
            await note(
                venue.boris,
                round_id,
                venue.room_id,
                piece_id,
                Found.ELSEWHERE,
                found_id=found_id,
            )
    assert await findings_of(round_id) == []


async def test_a_stop_of_another_area_is_not_on_the_round(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.anna, venue)
    with pytest.raises(NotFoundError):
        await note(venue.anna, round_id, venue.table_id, hung.tent)


# Finishing ----------------------------------------------------------------------------------------


async def test_a_finished_round_is_signed_and_in_the_ledger(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.anna, venue, venue.reception_id, venue.restaurant_id)
    await note(venue.anna, round_id, venue.room_id, hung.leaflet, Found.TORN, photo=JPEG)
    await finish(box, venue.anna, round_id, LATER)

    done = await round_of(venue.anna, round_id)

    assert (done.finished_at, done.num_pieces) == (LATER, 2)
    assert done.signature is not None
    box.keys.public_key.verify(done.signature, round_statement(done.digest))
    with pytest.raises(InvalidSignature):
        box.keys.public_key.verify(done.signature, round_statement("0" * 64))
    (entry,) = await LedgerEntry.select().where(LedgerEntry.event == Event.ROUND_FINISHED)
    assert json.loads(entry["data"]) == {
        "round": round_id,
        "digest": done.digest,
        "found": {"torn": 1},
        "pieces": 2,
        "not_seen": 1,
    }
    assert (entry["case_id"], entry["actor"]) == (None, f"account:{venue.anna.account_id}")


async def test_a_finished_round_never_changes(box: Box, venue: Venue, hung: Hung) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet)
    await finish(box, venue.boris, round_id)
    before = await findings_of(round_id)
    with pytest.raises(ConflictError, match="finished and signed"):
        await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.TORN)
    with pytest.raises(ConflictError, match="finished and signed"):
        await finish(box, venue.boris, round_id)
    with pytest.raises(ConflictError, match="finished and signed"):
        await DB.write(give_round_up, viewer=venue.boris, round_id=round_id)
    assert await findings_of(round_id) == before
    assert await LedgerEntry.count().where(LedgerEntry.event == Event.ROUND_FINISHED) == 1


async def test_what_is_printed_later_does_not_change_what_was_signed(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet)
    await finish(box, venue.boris, round_id)
    await make_piece(venue.room_id, template="poster-a4")
    assert (await round_of(venue.boris, round_id)).num_pieces == 1
    assert await DB.read(lambda c: count_findings(c, [round_id])) == {round_id: {Found.GOOD: 1}}


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_another_area_and_another_subscriber_find_no_round_and_no_photo(
    box: Box, venue: Venue, hung: Hung, who: str
) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.TORN, photo=JPEG)
    (finding,) = await RoundFinding.select(RoundFinding.id)
    stranger = getattr(venue, who)
    with pytest.raises(NotFoundError):
        await round_of(stranger, round_id)
    with pytest.raises(NotFoundError):
        await DB.read(lambda c: load_photo(c, stranger, round_id, finding["id"]))
    assert await DB.read(lambda c: load_rounds(c, stranger)) == []
    assert await repairs(stranger) == []
    assert await DB.read(lambda c: load_photo(c, venue.dario, round_id, finding["id"])) == JPEG


# Left to be put right -----------------------------------------------------------------------------


async def test_what_is_torn_is_left_to_be_put_right_until_it_is_seen_in_good_order(
    box: Box, venue: Venue, hung: Hung
) -> None:
    first = await start(venue.boris, venue)
    await note(venue.boris, first, venue.room_id, hung.leaflet, Found.TORN)
    await finish(box, venue.boris, first)
    assert await repairs(venue.anna) == [(hung.leaflet, Found.TORN)]
    second = await start(venue.boris, venue)
    await note(venue.boris, second, venue.room_id, hung.leaflet)
    assert await repairs(venue.anna) == []


async def test_what_was_printed_anew_is_put_right(box: Box, venue: Venue, hung: Hung) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.leaflet, Found.MISSING)
    await DB.write(
        lambda tx: tx.sql("UPDATE pieces SET state = 'replaced' WHERE id = ?", hung.leaflet)
    )
    assert await repairs(venue.anna) == []


async def test_an_old_piece_is_no_matter_once_the_newer_one_was_seen(
    box: Box, venue: Venue, hung: Hung
) -> None:
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, hung.old_leaflet, Found.OLD)
    assert await repairs(venue.boris) == [(hung.old_leaflet, Found.OLD)]
    await note(venue.boris, round_id, venue.room_id, hung.leaflet)
    assert await repairs(venue.boris) == []


async def test_a_code_from_elsewhere_is_settled_by_the_next_round_that_comes_by(
    box: Box, venue: Venue, hung: Hung
) -> None:
    first = await start(venue.boris, venue)
    await note(venue.boris, first, venue.room_id, None, Found.ELSEWHERE, found_id=venue.table_id)
    await note(venue.boris, first, venue.room_id, hung.leaflet)
    assert await repairs(venue.boris) == [(None, Found.ELSEWHERE)]
    await finish(box, venue.boris, first)
    second = await start(venue.anna, venue)
    await note(venue.anna, second, venue.room_id, hung.leaflet)
    assert await repairs(venue.boris) == []


# Codes --------------------------------------------------------------------------------------------


async def read(box: Box, viewer: Viewer, text: str) -> Reading:
    return await DB.read(lambda connection: read_code(connection, box.config, viewer, text))


async def typed(box: Box, venue: Venue, text: str) -> Reading:
    return await DB.read(
        lambda connection: read_typed(connection, box.config, venue.boris, venue.house_id, text)
    )


async def test_a_code_says_which_piece_it_is(box: Box, venue: Venue, hung: Hung) -> None:
    reading = await read(box, venue.boris, room_code(hung.old_leaflet))
    assert reading.access_point_id == venue.room_id
    assert reading.piece is not None
    assert (reading.piece.id, reading.piece.state) == (hung.old_leaflet, "replaced")


@pytest.mark.parametrize("number", ["zzz", "", "0"])
async def test_a_number_that_no_piece_has_leaves_the_place(
    box: Box, venue: Venue, hung: Hung, number: str
) -> None:
    reading = await read(box, venue.boris, f"{room_code(1).partition('?')[0]}?p={number}")
    assert reading == Reading(venue.room_id)


async def test_a_number_of_a_piece_of_another_place_is_not_believed(
    box: Box, venue: Venue, hung: Hung
) -> None:
    assert await read(box, venue.boris, table_code(hung.leaflet)) == Reading(venue.table_id)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}/p/{BAR_TOKEN}",
        f"{ORIGIN}/p/nosuchtoken",
        "https://menu.example/drinks",
        "WIFI:S:Mar;T:WPA;P:x;;",
        "",
        "\x00",
    ],
)
async def test_a_code_of_somebody_else_is_none_of_ours(
    box: Box, venue: Venue, hung: Hung, text: str
) -> None:
    assert await read(box, venue.boris, text) == Reading(None)


async def test_a_code_that_leads_past_the_box_is_not_believed(
    box: Box, venue: Venue, hung: Hung
) -> None:
    forged = room_code(hung.leaflet).replace("mar.example", "mar-example.evil")
    assert await read(box, venue.boris, forged) == Reading(None, has_own_address=False)
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET base_url = ''"))
    assert (await read(box, venue.boris, forged)).access_point_id == venue.room_id


async def test_what_stands_on_the_paper_can_be_typed(box: Box, venue: Venue, hung: Hung) -> None:
    number = piece_number(hung.leaflet).upper()
    for text in (number, f" {number.lower()} ", f"v2 · 2026-11-21 · {number}"):
        reading = await typed(box, venue, text)
        assert reading.piece is not None, text
        assert reading.piece.id == hung.leaflet
    for text in ("R-204", "r 204", "R204"):
        assert await typed(box, venue, text) == Reading(venue.room_id)


@pytest.mark.parametrize("text", ["", "B-1", "nonsense", "9" * 30, "ü", "R-2"])
async def test_what_stands_on_no_paper_of_ours_is_unknown(
    box: Box, venue: Venue, hung: Hung, text: str
) -> None:
    assert await typed(box, venue, text) == Reading(None)
