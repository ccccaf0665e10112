"""The worker's printer: runs become files or paper, or a reason; never half of one."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.jobs.printer import Printer
from sosbox.lib.clock import FrozenClock
from sosbox.pieces.queries import hanging_of_runs
from sosbox.pieces.rules import KEPT_FOR, RunOptions, RunState
from sosbox.pieces.runs import Run, RunRequest, load_run, request_run
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import Press, Printed, PrintError
from tests.support.print_jobs import codes_in, pages_of
from tests.support.venue import NOON, Venue


class QuickPress(Press):
    """Prints at once, and remembers what; or fails as it was told to."""

    def __init__(self) -> None:
        super().__init__(program=["false"])
        self.jobs: list[PrintJob] = []
        self.trouble: Exception | None = None
        self.is_closed = asyncio.Event()
        self.hold: asyncio.Event | None = None

    async def print(self, job: PrintJob, **options: Any) -> Printed:
        self.jobs.append(job)
        if self.hold is not None:
            self.hold.set()
            await self.is_closed.wait()
            raise PrintError("It could not be done.")
        if self.trouble is not None:
            raise self.trouble
        options["on_progress"](0.5)
        return Printed(b"%PDF-1.7 of a kind", len(job.pieces))

    async def close(self) -> None:
        self.is_closed.set()


@pytest.fixture
def press() -> QuickPress:
    return QuickPress()


async def ask(venue: Venue, **changes: Any) -> int:
    facts = {
        "establishment_id": venue.house_id,
        "template": "code",
        "access_points": (venue.room_id,),
        "options": RunOptions(),
        "format": "pdf",
        **changes,
    }
    request = RunRequest(**facts)
    return await DB.write(request_run, now=NOON, viewer=venue.anna, request=request)


async def load(run_id: int) -> Run:
    return await DB.read(lambda connection: load_run(connection, run_id))


async def num_pieces() -> int:
    return await DB.read(lambda c: int(c.execute("SELECT count(*) FROM pieces").fetchone()[0]))


def kept(box: Box, run: Run) -> bytes:
    path: Path = box.config.prints_dir / run.file
    return path.read_bytes()


def files(box: Box) -> list[str]:
    return sorted(path.name for path in box.config.prints_dir.glob("*"))


async def test_a_run_becomes_a_file_that_is_kept(box: Box, venue: Venue, press: QuickPress) -> None:
    run_id = await ask(venue)

    assert await Printer(box, press).do_next()
    run = await load(run_id)
    assert run.state is RunState.DONE
    assert (run.progress, run.num_pages) == (100, 1)
    assert kept(box, run) == b"%PDF-1.7 of a kind"
    assert stat.S_IMODE(box.config.prints_dir.stat().st_mode) == 0o700
    assert not await Printer(box, press).do_next()


async def test_what_the_real_press_makes_leads_to_the_page_of_the_place(
    box: Box, venue: Venue
) -> None:
    press = Press()
    run_id = await ask(venue)
    await Printer(box, press).do_next()
    await press.close()

    run = await load(run_id)
    (page,) = pages_of(kept(box, run))
    (code,) = codes_in(page)
    assert code.startswith("http://mar.example/p/room204token?p=")


async def test_a_refusal_of_the_press_is_kept_with_its_words(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    press.trouble = PrintError("The code of {name} is too pale.", name="R-204")
    run_id = await ask(venue)
    await Printer(box, press).do_next()

    run = await load(run_id)
    assert run.state is RunState.FAILED
    assert (run.message, run.arguments) == ("The code of {name} is too pale.", {"name": "R-204"})
    assert (await num_pieces(), files(box)) == (0, [])


async def test_an_error_that_nobody_thought_of_fails_one_run_and_not_the_next(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    press.trouble = RuntimeError("a secret of the wall")
    failed = await ask(venue)
    fine = await ask(venue)
    printer = Printer(box, press)
    await printer.do_next()
    press.trouble = None
    await printer.do_next()

    assert (await load(failed)).message == "The box could not do this."
    assert (await load(fine)).state is RunState.DONE


async def test_a_full_disk_leaves_no_half_of_a_file(
    box: Box, venue: Venue, press: QuickPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sosbox.jobs.printer.os.fsync", full)
    run_id = await ask(venue)
    await Printer(box, press).do_next()

    assert "disk may be full" in (await load(run_id)).message
    assert (await num_pieces(), files(box)) == (0, [])


async def test_a_house_without_an_address_is_told_before_anything_is_set(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET base_url = ''"))
    run_id = await ask(venue)
    await Printer(box, press).do_next()

    assert "base_url" in (await load(run_id)).message
    assert press.jobs == []


async def test_a_printer_that_is_not_there_fails_the_run_and_no_piece_hangs(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    run_id = await ask(venue, printer="cups:no-such-queue-of-ours")
    await Printer(box, press).do_next()

    run = await load(run_id)
    assert run.state is RunState.FAILED
    assert run.message
    assert await num_pieces() == 0


async def test_what_a_printer_had_when_it_failed_may_hang_and_keeps_its_numbers(
    box: Box, venue: Venue, press: QuickPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_half(*_file: Any, on_begin: Any, **_options: Any) -> None:
        await on_begin()
        raise PrintError("The printer has no paper.")

    monkeypatch.setattr("sosbox.jobs.printer.send", send_half)
    run_id = await ask(venue, printer="cups:office")
    await Printer(box, press).do_next()

    run = await load(run_id)
    assert (run.state, run.message) == (RunState.FAILED, "The printer has no paper.")
    hanging = await DB.read(lambda connection: hanging_of_runs(connection, [run_id]))
    assert len(hanging[run_id]) == 1


async def test_a_run_that_cannot_be_read_fails_and_the_next_is_printed(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    strange = await ask(venue)
    options = '{"languages": [], "is_from_the_future": true}'
    await DB.write(
        lambda tx: tx.sql("UPDATE print_runs SET options = ? WHERE id = ?", options, strange)
    )
    fine = await ask(venue)
    printer = Printer(box, press)
    while await printer.do_next():
        pass

    rows = await DB.write(lambda tx: tx.sql("SELECT state FROM print_runs ORDER BY id"))
    assert [row[0] for row in rows] == ["failed", "done"]
    assert (await load(fine)).file


async def test_old_files_and_what_a_power_cut_left_are_removed(
    box: Box, venue: Venue, press: QuickPress, clock: FrozenClock
) -> None:
    old = await ask(venue)
    await Printer(box, press).do_next()
    half = box.config.prints_dir / "9-poster-a4.part"
    half.write_bytes(b"half")
    for path in box.config.prints_dir.glob("*"):
        os.utime(path, (0, 0))
    new = box.config.prints_dir / "10-poster-a4.pdf"
    new.write_bytes(b"written a moment ago, and not in the database yet")

    await Printer(box, press).tidy()
    assert files(box) == sorted([(await load(old)).file, new.name])

    clock.set(NOON + 2 * KEPT_FOR)
    await Printer(box, press).tidy()
    assert files(box) == [new.name]


async def test_a_stop_breaks_off_what_is_being_set(
    box: Box, venue: Venue, press: QuickPress
) -> None:
    press.hold = asyncio.Event()
    run_id = await ask(venue)
    printer = Printer(box, press)
    await printer.start()
    await press.hold.wait()
    await printer.stop(10)

    assert (await load(run_id)).state is RunState.FAILED
    assert await num_pieces() == 0
