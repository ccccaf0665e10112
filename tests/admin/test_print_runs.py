"""What was printed: how far it is, its files, and what has become of it."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar

from sosbox.admin.run_files import archive
from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.ledger.rules import Event
from sosbox.ledger.tables import LedgerEntry
from sosbox.lib.clock import FrozenClock
from sosbox.pieces.rules import RunOptions
from sosbox.pieces.runs import (
    Run,
    RunRequest,
    begin_run,
    end_run,
    fail_run,
    load_runs,
    note_run_progress,
    request_run,
)
from sosbox.staff.rules import Viewer
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.support.venue import NOON, Venue

RUNS = f"{SETTINGS}/print/runs"


def _ask(venue: Venue, template: str, **changes: Any) -> RunRequest:
    plain = {
        "establishment_id": venue.house_id,
        "template": template,
        "access_points": (venue.room_id, venue.table_id),
        "options": RunOptions(),
        "format": "pdf",
    }
    return RunRequest(**{**plain, **changes})


async def asked(venue: Venue, *templates: str, **changes: Any) -> list[int]:
    """Runs that somebody has asked for at once."""
    return [
        await DB.write(
            request_run, now=NOON, viewer=venue.anna, request=_ask(venue, template, **changes)
        )
        for template in templates
    ]


async def done(box: Box, run_id: int, content: bytes = b"%PDF-1.7 of a kind") -> None:
    await DB.write(begin_run, run_id, now=NOON)
    file = f"{run_id}-of-a-kind.pdf"
    box.config.prints_dir.mkdir(exist_ok=True)
    (box.config.prints_dir / file).write_bytes(content)
    await DB.write(end_run, box.keys, run_id, now=NOON, file=file, num_pages=2)


async def failed(run_id: int, error: SosboxError) -> None:
    await DB.write(begin_run, run_id, now=NOON)
    await DB.write(fail_run, run_id, now=NOON, error=error)


async def runs_for(viewer: Viewer) -> list[Run]:
    return await DB.read(lambda connection: load_runs(connection, viewer))


async def states_of_pieces() -> list[tuple[int, str]]:
    """Run and state of each."""
    sql = "SELECT run_id, state FROM pieces ORDER BY id"
    return await DB.read(lambda connection: connection.execute(sql).fetchall())


# Looking ------------------------------------------------------------------------------------------


async def test_the_list_says_what_who_when_and_how_far(
    box: Box, staff: Staff, venue: Venue
) -> None:
    waiting, running, finished, broken = await asked(
        venue, "leaflet-a5", "poster-a4", "label-l7160", "code", options=RunOptions(("es", "gl"))
    )
    await DB.write(begin_run, running, now=NOON)
    await DB.write(note_run_progress, running, 40)
    await done(box, finished)
    await failed(broken, SosboxError("“{text}” is too long.", text="Habitación"))

    page = said((await staff.anna.get(RUNS)).text)
    for words in (
        "Door leaflet, A5",
        "It waits for its turn.",
        "It is set and every code is read: 40 %",
        "2 pieces, 2 pages",
        "Spanish and Galician",
        "Ready; every code was read",
        "“Habitación” is too long.",
        "Anna",
        "Sat 21 Nov, 13:00",
    ):
        assert words in page
    assert waiting < running


async def test_a_page_is_looked_at_again_while_something_is_under_way(
    box: Box, staff: Staff, venue: Venue
) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    page = (await staff.anna.get(f"{RUNS}/{run_id}")).text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "data-open" in (await staff.anna.get(f"{RUNS}/{run_id}/live")).text
    await done(box, run_id)
    assert "http-equiv" not in (await staff.anna.get(f"{RUNS}/{run_id}")).text
    assert "data-open" not in (await staff.anna.get(f"{RUNS}/live")).text


async def test_before_anything_was_printed_the_page_says_where_to_begin(staff: Staff) -> None:
    page = (await staff.anna.get(RUNS)).text
    assert "Nothing has been printed yet" in page
    assert 'href="/admin/settings/print"' in page


# Fetching -----------------------------------------------------------------------------------------


async def test_a_file_comes_under_a_name_that_says_what_it_is(
    box: Box, staff: Staff, venue: Venue
) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await done(box, run_id)
    answer = await staff.anna.get(f"{RUNS}/{run_id}/file")
    assert answer.content == b"%PDF-1.7 of a kind"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="hotel-mar-leaflet-a5-2026-11-21.pdf"'
    )
    assert answer.headers["content-type"].startswith("application/pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert (await staff.dario.get(f"{RUNS}/{run_id}/file")).status_code == 200


async def test_several_files_come_as_one_archive(box: Box, staff: Staff, venue: Venue) -> None:
    first, second = await asked(venue, "leaflet-a5", "poster-a4")
    await done(box, first, b"leaflets" * 100_000)
    assert "Download all" not in (await staff.anna.get(RUNS)).text
    await done(box, second, b"posters")
    assert "Download all as one ZIP" in (await staff.anna.get(f"{RUNS}/{second}")).text

    answer = await staff.anna.get(f"{RUNS}/{second}/zip")
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="hotel-mar-2026-11-21.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name)[:8] for name in packed.namelist()} == {
            "hotel-mar-leaflet-a5-2026-11-21.pdf": b"leaflets",
            "hotel-mar-poster-a4-2026-11-21.pdf": b"posters",
        }


async def test_an_archive_is_never_whole_in_memory(box: Box) -> None:
    box.config.prints_dir.mkdir()
    path = box.config.prints_dir / "large.pdf"
    path.write_bytes(b"x" * 5_000_000)
    assert max(map(len, archive([("a.pdf", path), ("b.pdf", path)]))) < 300_000


async def test_a_file_that_is_kept_no_longer_is_404_with_words(
    box: Box, staff: Staff, venue: Venue
) -> None:
    first, second = await asked(venue, "leaflet-a5", "poster-a4")
    await done(box, first)
    await done(box, second)
    for path in box.config.prints_dir.glob("*"):
        path.unlink()
    for address in (f"{RUNS}/{first}/file", f"{RUNS}/{first}/zip"):
        answer = await staff.anna.get(address)
        assert answer.status_code == 404
        assert "This file is not kept any longer." in answer.text
    await DB.write(lambda tx: tx.sql("UPDATE print_runs SET file = ''"))
    page = (await staff.anna.get(f"{RUNS}/{first}")).text
    assert "The file is kept no longer." in page
    assert f"{first}/file" not in page


async def test_a_name_in_the_database_leads_nowhere_else(
    box: Box, staff: Staff, venue: Venue
) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await done(box, run_id)
    await DB.write(lambda tx: tx.sql("UPDATE print_runs SET file = '../sosbox.db'"))
    assert (await staff.anna.get(f"{RUNS}/{run_id}/file")).status_code == 404


async def test_nothing_is_fetched_of_a_run_that_waits(staff: Staff, venue: Venue) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    answer = await staff.anna.get(f"{RUNS}/{run_id}/file")
    assert answer.status_code == 404
    assert "The file is not ready yet." in answer.text


async def test_another_company_finds_nothing_of_it(box: Box, staff: Staff, venue: Venue) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await done(box, run_id)
    assert "leaflet" not in (await staff.otto.get(RUNS)).text
    for address in ("", "/live", "/file", "/zip"):
        assert (await staff.otto.get(f"{RUNS}/{run_id}{address}")).status_code == 404
    for action in ("again", "unused"):
        assert (await staff.otto.post(f"{RUNS}/{run_id}/{action}")).status_code == 404
    assert await states_of_pieces() == [(run_id, "current")] * 2
    assert len(await runs_for(venue.anna)) == 1


# What has become of it ----------------------------------------------------------------------------


async def test_what_failed_is_tried_again_as_it_was(
    staff: Staff, venue: Venue, clock: FrozenClock
) -> None:
    (run_id,) = await asked(venue, "leaflet-a5", options=RunOptions(("gl",), copies=2))
    await failed(run_id, SosboxError("It could not be done."))
    assert "Try again" in (await staff.anna.get(f"{RUNS}/{run_id}")).text
    clock.set(NOON + timedelta(minutes=5))
    answer = await staff.anna.post(f"{RUNS}/{run_id}/again")
    again, first = await runs_for(venue.anna)
    assert answer.headers["location"] == f"{RUNS}/{again.id}?done=print_asked"
    assert (again.template, again.access_points, again.options) == (
        first.template,
        first.access_points,
        first.options,
    )
    assert again.is_open
    assert not first.is_open


async def test_what_cannot_be_asked_for_any_more_is_said(staff: Staff, venue: Venue) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await failed(run_id, SosboxError("It could not be done."))
    await DB.write(lambda tx: tx.sql("UPDATE access_points SET retired_at = ?", NOON))
    answer = await staff.anna.post(f"{RUNS}/{run_id}/again")
    assert answer.status_code == 404
    assert "There is no such access point." in answer.text
    assert "Try again" in answer.text
    assert len(await runs_for(venue.anna)) == 1


async def test_what_was_not_used_hangs_nowhere_and_what_hung_before_does(
    box: Box, staff: Staff, venue: Venue
) -> None:
    before, after = await asked(venue, "leaflet-a5", "leaflet-a5")
    await done(box, before)
    await done(box, after)
    assert await states_of_pieces() == [(before, "replaced")] * 2 + [(after, "current")] * 2

    answer = await staff.anna.post(f"{RUNS}/{after}/unused")
    assert answer.headers["location"] == f"{RUNS}/{after}?done=pieces_unused"
    assert await states_of_pieces() == [(before, "current")] * 2 + [(after, "removed")] * 2
    assert await LedgerEntry.count().where(LedgerEntry.event == str(Event.PIECES_REMOVED)) == 1
    page = (await staff.anna.get(f"{RUNS}/{after}")).text
    assert page.count("I did not use these") == 1
    assert f"{RUNS}/{before}/unused" in page


async def test_what_is_being_printed_is_not_given_up(staff: Staff, venue: Venue) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await DB.write(begin_run, run_id, now=NOON)
    answer = await staff.anna.post(f"{RUNS}/{run_id}/unused")
    assert answer.status_code == 409
    assert "It is still being printed." in answer.text
    assert {state for _run, state in await states_of_pieces()} == {"planned"}


@pytest.mark.parametrize("who", ["boris", "dario"])
async def test_agents_and_auditors_change_nothing(
    app: Litestar, box: Box, staff: Staff, venue: Venue, who: str
) -> None:
    (run_id,) = await asked(venue, "leaflet-a5")
    await done(box, run_id)
    for action in ("again", "unused"):
        answer = await getattr(staff, who).post(f"{RUNS}/{run_id}/{action}")
        assert answer.status_code == 403
    assert await states_of_pieces() == [(run_id, "current")] * 2
    assert len(await runs_for(venue.anna)) == 1
