"""Backups in the console: what an owner sees, and who gets the key."""

import asyncio
from datetime import timedelta

import pytest

from sosbox.backup.make import is_being_made, make_backup
from sosbox.backup.tables import BackupRecord, note_backup, note_recovery_sheet
from sosbox.box import Box
from sosbox.db import DB
from tests.admin.conftest import Staff
from tests.support.print_jobs import codes_in, pages_of
from tests.support.venue import NOON, PASSWORD

PAGE = "/admin/box/backup"
GONE = "The folder for backups {folder} is not there. Is the stick or the disk plugged in?"


async def _note(**facts: object) -> None:
    record = BackupRecord(made_at=NOON, file="x", **facts)  # type: ignore[arg-type]
    await DB.write(note_backup, record)


async def test_the_last_proven_restore_stands_on_the_page_and_on_the_overview(
    staff: Staff,
) -> None:
    await _note(proven_at=NOON - timedelta(hours=2), num_bytes=1)
    await DB.write(note_recovery_sheet, NOON)
    page = (await staff.anna.get(PAGE)).text
    overview = (await staff.anna.get("/admin/settings")).text

    assert "Last proven restore:" in page
    assert "2 hours ago" in page
    assert "Last proven restore: 2 hours ago" in overview


async def test_without_one_the_owner_is_told_what_that_means(staff: Staff) -> None:
    assert "everything is lost" in (await staff.anna.get(PAGE)).text
    assert "everything is lost" in (await staff.anna.get("/admin/settings")).text


async def test_a_failure_is_shown_with_its_reason(staff: Staff) -> None:
    await _note(proven_at=NOON)
    await _note(
        message=GONE,
        arguments='{"folder": "/media/<b>stick"}',
    )
    page = (await staff.anna.get(PAGE)).text

    assert "The last backup has failed." in page
    assert "/media/&lt;b&gt;stick is not there" in page


async def test_an_old_one_asks_for_the_stick(staff: Staff) -> None:
    await _note(proven_at=NOON - timedelta(days=3))

    assert "Is the stick plugged in?" in (await staff.anna.get(PAGE)).text


async def test_a_backup_is_made_by_a_process_of_its_own(
    staff: Staff, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, ...]] = []
    real = asyncio.create_subprocess_exec

    async def called_with(*words: str, **options: object) -> asyncio.subprocess.Process:
        called.append(words)
        return await real("true", **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", called_with)
    answer = await staff.anna.post(PAGE)

    assert answer.status_code == 303
    (words,) = called
    assert words[-3:] == ("backup", "--data", str(box.config.data_dir))


async def test_one_that_is_under_way_is_not_started_twice(
    staff: Staff, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosbox.admin.backup_page.is_being_made", lambda _folder: True)
    answer = await staff.anna.post(PAGE)
    page = await staff.anna.get(PAGE)

    assert answer.status_code == 303
    assert page.headers["Refresh"] == "5"
    assert "is being made" in page.text
    assert not is_being_made(box.config.data_dir)


async def test_the_sheet_is_given_to_whoever_knows_the_password(staff: Staff, box: Box) -> None:
    answer = await staff.anna.post(f"{PAGE}/sheet", current_password=PASSWORD)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    (code,) = codes_in(pages_of(answer.content)[0])
    assert f"{code}\n".encode() == (box.config.data_dir / "keys" / "backup.key").read_bytes()
    assert "Nobody has made it yet" not in (await staff.anna.get(PAGE)).text


async def test_without_the_password_nobody_gets_it(staff: Staff) -> None:
    answer = await staff.anna.post(f"{PAGE}/sheet", current_password="guess")

    assert answer.status_code == 422
    assert "not your current password" in answer.text
    assert "Nobody has made it yet" in (await staff.anna.get(PAGE)).text


async def test_staff_and_owners_of_other_companies_are_kept_out(staff: Staff) -> None:
    for visitor in (staff.boris, staff.otto):
        assert (await visitor.get(PAGE)).status_code == 403
        answer = await visitor.post(f"{PAGE}/sheet", current_password=PASSWORD)
        assert answer.status_code == 403


async def test_a_real_backup_is_what_the_page_speaks_of(staff: Staff, box: Box) -> None:
    folder = box.config.data_dir / "backups"
    made = await asyncio.to_thread(make_backup, box, folder)
    await _note(proven_at=NOON, num_bytes=made.num_bytes)

    assert str(folder) in (await staff.anna.get(PAGE)).text
