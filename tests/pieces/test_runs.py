"""Runs of the printer: what may be asked for, which pieces come of it, and what of a failure."""

from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
)
from sosbox.ledger.queries import newest_entry_id
from sosbox.pieces.actions import discard_run
from sosbox.pieces.material import load_preview_job, load_run_job
from sosbox.pieces.queries import pieces_of_points
from sosbox.pieces.rules import KEPT_FOR, RunOptions, RunState
from sosbox.pieces.runs import (
    Run,
    RunRequest,
    begin_run,
    end_run,
    fail_run,
    forget_old_files,
    give_up_interrupted_runs,
    issue_pieces,
    load_run,
    load_run_for,
    load_runs,
    next_run,
    note_run_progress,
    request_run,
)
from sosbox.staff.rules import Viewer
from tests.support.venue import NOON, Venue


def leaflets(venue: Venue, *points: int, **changes: Any) -> RunRequest:
    facts = {
        "establishment_id": venue.house_id,
        "template": "leaflet-a5",
        "access_points": points or (venue.room_id,),
        "options": RunOptions(),
        "format": "pdf",
        **changes,
    }
    return RunRequest(**facts)


async def ask(viewer: Viewer, request: RunRequest) -> int:
    return await DB.write(request_run, now=NOON, viewer=viewer, request=request)


async def printed(box: Box, venue: Venue, *points: int, **changes: Any) -> Run:
    """A run that went well."""
    run_id = await ask(venue.anna, leaflets(venue, *points, **changes))
    assert await DB.write(begin_run, run_id, now=NOON)
    await DB.write(end_run, box.keys, run_id, now=NOON, file=f"{run_id}.pdf", num_pages=1)
    return await load(run_id)


async def load(run_id: int) -> Run:
    return await DB.read(lambda connection: load_run(connection, run_id))


async def hanging(point_id: int) -> list[tuple[str, int, str]]:
    found = await DB.read(lambda connection: pieces_of_points(connection, [point_id]))
    return [(piece.template, piece.version, piece.state) for piece in found.get(point_id, [])]


async def states(run_id: int) -> list[str]:
    rows = await DB.write(lambda tx: tx.sql("SELECT state FROM pieces WHERE run_id = ?", run_id))
    return [row[0] for row in rows]


# Asking -------------------------------------------------------------------------------------------


async def test_the_owner_asks_and_the_oldest_run_comes_first(box: Box, venue: Venue) -> None:
    first = await ask(venue.anna, leaflets(venue))
    await ask(venue.anna, leaflets(venue, venue.table_id))

    assert await DB.read(next_run) == first
    waiting = await load(first)
    assert waiting.state is RunState.WAITING
    assert waiting.options == RunOptions()


async def test_agents_and_auditors_print_nothing(box: Box, venue: Venue) -> None:
    for viewer in (venue.boris, venue.dario):
        with pytest.raises(ForbiddenError):
            await ask(viewer, leaflets(venue))
    assert await DB.read(next_run) is None


async def test_nobody_prints_for_another_subscriber(box: Box, venue: Venue) -> None:
    with pytest.raises(NotFoundError):
        await ask(venue.otto, leaflets(venue))


async def test_a_place_of_another_house_or_a_retired_one_is_not_there(
    box: Box, venue: Venue
) -> None:
    ((bar_point,),) = await DB.write(
        lambda tx: tx.sql("SELECT id FROM access_points WHERE code = 'B-1'")
    )
    ((retired,),) = await DB.write(
        lambda tx: tx.sql("SELECT id FROM access_points WHERE code = 'OLD-1'")
    )
    for point_id in (bar_point, retired, 999):
        with pytest.raises(NotFoundError):
            await ask(venue.anna, leaflets(venue, venue.room_id, point_id))


async def test_a_template_that_there_is_not_is_refused(box: Box, venue: Venue) -> None:
    for template in ("leaflet-a1", "own-leaflet-a5", "../leaflet-a5", ""):
        with pytest.raises(NotFoundError):
            await ask(venue.anna, leaflets(venue, template=template))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"access_points": ()}, "points"),
        ({"format": "eps"}, "format"),
        ({"format": "ticket", "printer": "raw:192.168.1.50"}, "printer"),
        ({"options": RunOptions(languages=("es", "xx"))}, "languages"),
        ({"options": RunOptions(languages=("es", "es"))}, "languages"),
        (
            {"options": RunOptions(languages=("es", "gl", "en", "ca", "eu", "pt", "fr"))},
            "languages",
        ),
        ({"options": RunOptions(start=2)}, "start"),
        ({"options": RunOptions(copies=0)}, "copies"),
        ({"options": RunOptions(copies=100)}, "copies"),
        ({"access_points": tuple(range(1, 101)), "options": RunOptions(copies=51)}, "copies"),
        ({"template": "code", "options": RunOptions(start=0)}, "start"),
    ],
)
async def test_what_cannot_be_printed_so_is_said_beside_its_field(
    box: Box, venue: Venue, changes: dict[str, Any], field: str
) -> None:
    request = (
        leaflets(venue, **changes)
        if changes.get("access_points") != ()
        else RunRequest(venue.house_id, "leaflet-a5", (), RunOptions(), "pdf")
    )
    with pytest.raises(InvalidFieldsError) as refused:
        await ask(venue.anna, request)
    assert set(refused.value.fields) == {field}


# Pieces -------------------------------------------------------------------------------------------


async def test_pieces_have_versions_and_a_newer_one_replaces_the_older(
    box: Box, venue: Venue
) -> None:
    await printed(box, venue, venue.room_id, venue.table_id)
    await printed(box, venue, venue.room_id)

    assert await hanging(venue.room_id) == [
        ("leaflet-a5", 2, "current"),
        ("leaflet-a5", 1, "replaced"),
    ]
    assert await hanging(venue.table_id) == [("leaflet-a5", 1, "current")]


async def test_another_template_replaces_nothing(box: Box, venue: Venue) -> None:
    await printed(box, venue)
    await printed(box, venue, template="code")

    assert await hanging(venue.room_id) == [("code", 1, "current"), ("leaflet-a5", 1, "current")]


async def test_a_run_that_fails_leaves_no_piece_and_says_why(box: Box, venue: Venue) -> None:
    await printed(box, venue)
    run_id = await ask(venue.anna, leaflets(venue))
    await DB.write(begin_run, run_id, now=NOON)
    problem = SosboxError("“{text}” is too long for this piece.", text="Habitación")
    await DB.write(fail_run, run_id, now=NOON, error=problem)

    assert await hanging(venue.room_id) == [("leaflet-a5", 1, "current")]
    failed = await load(run_id)
    assert failed.state is RunState.FAILED
    assert (failed.message, failed.arguments) == (problem.message, {"text": "Habitación"})


async def test_what_is_being_printed_does_not_hang_yet_and_replaces_nothing(
    box: Box, venue: Venue
) -> None:
    await printed(box, venue)
    run_id = await ask(venue.anna, leaflets(venue))
    await DB.write(begin_run, run_id, now=NOON)

    assert await hanging(venue.room_id) == [("leaflet-a5", 1, "current")]


async def test_what_a_printer_had_before_it_failed_keeps_its_numbers(
    box: Box, venue: Venue
) -> None:
    run_id = await ask(venue.anna, leaflets(venue, printer="cups:office"))
    await DB.write(begin_run, run_id, now=NOON)
    await DB.write(issue_pieces, box.keys, run_id, now=NOON)
    await DB.write(fail_run, run_id, now=NOON, error=SosboxError("No paper."))

    assert await hanging(venue.room_id) == [("leaflet-a5", 1, "current")]
    await printed(box, venue)
    assert await hanging(venue.room_id) == [
        ("leaflet-a5", 2, "current"),
        ("leaflet-a5", 1, "replaced"),
    ]


async def test_pieces_that_were_not_used_give_way_to_older_ones_while_newer_are_printed(
    box: Box, venue: Venue
) -> None:
    await printed(box, venue)
    unused = await printed(box, venue)
    newer = await ask(venue.anna, leaflets(venue))
    await DB.write(begin_run, newer, now=NOON)

    for _ in range(2):
        await DB.write(discard_run, box.keys, now=NOON, viewer=venue.anna, run_id=unused.id)
    await DB.write(fail_run, newer, now=NOON, error=SosboxError("No."))
    assert await hanging(venue.room_id) == [("leaflet-a5", 1, "current")]


async def test_nobody_fills_the_queue_for_the_others(
    box: Box, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosbox.pieces.runs.MAX_OPEN_RUNS", 1)
    await ask(venue.anna, leaflets(venue))
    with pytest.raises(ConflictError):
        await ask(venue.anna, leaflets(venue))


async def test_the_number_of_a_piece_that_never_left_is_not_used_again(
    box: Box, venue: Venue
) -> None:
    numbers = []
    for _ in range(2):
        run_id = await ask(venue.anna, leaflets(venue))
        await DB.write(begin_run, run_id, now=NOON)
        rows = await DB.write(
            lambda tx, run_id=run_id: tx.sql("SELECT id FROM pieces WHERE run_id = ?", run_id)
        )
        numbers.append(rows[0][0])
        await DB.write(fail_run, run_id, now=NOON, error=SosboxError("No."))

    assert numbers[0] < numbers[1]


async def test_only_one_takes_a_run_up(box: Box, venue: Venue) -> None:
    run_id = await ask(venue.anna, leaflets(venue))

    assert await DB.write(begin_run, run_id, now=NOON)
    assert not await DB.write(begin_run, run_id, now=NOON)
    assert await states(run_id) == ["planned"]


async def test_what_was_interrupted_has_failed_and_the_command_line_is_left_alone(
    box: Box, venue: Venue
) -> None:
    ours = await ask(venue.anna, leaflets(venue))
    await DB.write(begin_run, ours, now=NOON)
    await DB.write(note_run_progress, ours, 40)
    typed = await ask(venue.anna, leaflets(venue, venue.table_id))
    await DB.write(begin_run, typed, now=NOON)
    await DB.write(lambda tx: tx.sql("UPDATE print_runs SET account_id = NULL WHERE id = ?", typed))

    await DB.write(give_up_interrupted_runs, now=NOON)
    assert (await load(ours)).state is RunState.FAILED
    assert await hanging(venue.room_id) == []
    assert (await load(typed)).state is RunState.RUNNING

    await DB.write(give_up_interrupted_runs, now=NOON + timedelta(days=2))
    assert (await load(typed)).state is RunState.FAILED


async def test_what_was_printed_stands_in_the_ledger(box: Box, venue: Venue) -> None:
    before = await DB.read(newest_entry_id)
    run = await printed(box, venue, venue.room_id, venue.table_id)

    rows = await DB.write(
        lambda tx: tx.sql("SELECT event, actor, data FROM ledger WHERE id > ?", before)
    )
    assert [row[:2] for row in rows] == [("printed", f"account:{venue.anna.account_id}")]
    assert f'"run":{run.id}' in rows[0][2]


# Reading ------------------------------------------------------------------------------------------


async def test_runs_of_others_are_not_there(box: Box, venue: Venue) -> None:
    run = await printed(box, venue)

    assert [found.id for found in await DB.read(lambda c: load_runs(c, venue.anna))] == [run.id]
    assert await DB.read(lambda c: load_runs(c, venue.otto)) == []
    with pytest.raises(NotFoundError):
        await DB.read(lambda c: load_run_for(c, venue.otto, run.id))


async def test_files_are_let_go_after_a_month_and_what_was_printed_is_not(
    box: Box, venue: Venue
) -> None:
    run = await printed(box, venue)

    assert await DB.write(forget_old_files, now=NOON + KEPT_FOR) == {run.file}
    later = NOON + KEPT_FOR + timedelta(minutes=1)
    assert await DB.write(forget_old_files, now=later) == frozenset()
    assert (await load(run.id)).file == ""
    assert await hanging(venue.room_id) == [("leaflet-a5", 1, "current")]


# What the press is handed -------------------------------------------------------------------------


async def test_the_pieces_of_a_run_carry_their_address_number_version_and_date(
    box: Box, venue: Venue
) -> None:
    run_id = await ask(venue.anna, leaflets(venue, options=RunOptions(copies=2)))
    await DB.write(begin_run, run_id, now=NOON)
    run = await load(run_id)

    job = await DB.read(lambda connection: load_run_job(connection, box.config, run))

    assert len(job.pieces) == 2
    assert job.pieces[0] == job.pieces[1]
    assert job.pieces[0].code == "R-204"
    assert job.pieces[0].url.startswith("http://mar.example/p/room204token?p=")
    assert job.pieces[0].stamp.startswith("v1 · 2026-11-21 · ")
    assert job.house.languages == ("es", "gl", "en")
    assert job.house.sheets == "Galicia"


async def test_without_an_address_nothing_is_printed_for_a_wall(box: Box, venue: Venue) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET base_url = ''"))
    run_id = await ask(venue.anna, leaflets(venue))
    await DB.write(begin_run, run_id, now=NOON)
    run = await load(run_id)

    with pytest.raises(ConflictError, match="under which address"):
        await DB.read(lambda connection: load_run_job(connection, box.config, run))


async def test_what_somebody_looks_at_before_has_no_number_yet(box: Box, venue: Venue) -> None:
    job = await DB.read(
        lambda connection: load_preview_job(
            connection,
            box.config,
            subscriber_id=venue.subscriber_id,
            establishment_id=venue.house_id,
            template="leaflet-a5",
            access_points=[venue.table_id, venue.room_id],
            options=RunOptions(languages=("en",)),
            now=NOON,
        )
    )

    assert [piece.code for piece in job.pieces] == ["T-7"]
    assert job.format == "png"
    assert job.house.languages == ("en",)
    assert await hanging(venue.table_id) == []
