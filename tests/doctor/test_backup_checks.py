"""Whether the box could be brought back, as the doctor sees it."""

from datetime import timedelta
from pathlib import Path

from tests.doctor.conftest import examine_box, ids_of, run_sql
from tests.support.venue import NOON


def _ids(data_dir: Path, mail_port: int, **options: str) -> list[str]:
    found = ids_of(examine_box(data_dir, mail_port, **options))
    return [finding for finding in found if finding.startswith("backup.")]


def test_a_box_that_was_never_backed_up_is_noticed(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "DELETE FROM backups")

    assert _ids(healthy, mail_port) == ["backup.none"]


def test_a_proven_backup_of_last_night_is_good(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE backups SET proven_at = ?", NOON - timedelta(hours=40))

    assert _ids(healthy, mail_port) == []


def test_one_of_three_days_ago_is_old(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE backups SET proven_at = ?", NOON - timedelta(days=3))

    assert _ids(healthy, mail_port) == ["backup.old"]


def test_a_failure_says_what_went_wrong_although_an_older_one_is_good(
    healthy: Path, mail_port: int
) -> None:
    run_sql(
        healthy,
        "INSERT INTO backups (made_at, file, message, arguments) VALUES (?, '', ?, ?)",
        NOON,
        "The folder for backups {folder} is not there. Is the stick or the disk plugged in?",
        '{"folder": "/media/stick"}',
    )
    (finding,) = (each for each in examine_box(healthy, mail_port) if each.id.startswith("backup."))

    assert finding.id == "backup.failed"
    assert "/media/stick is not there" in finding.message


def test_a_sheet_that_nobody_has_made_is_asked_for(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE box SET recovery_sheet_at = NULL")

    assert _ids(healthy, mail_port) == ["backup.no-sheet"]


def test_backups_beside_the_box_are_pointed_out(healthy: Path, mail_port: int) -> None:
    (healthy / "backups").mkdir()

    assert _ids(healthy, mail_port) == ["backup.same-disk"]


def test_a_stick_that_is_gone_is_missed(healthy: Path, mail_port: int, tmp_path: Path) -> None:
    gone = str(tmp_path / "stick")

    assert _ids(healthy, mail_port, SOSBOX_BACKUP_DIR=gone) == ["backup.no-folder"]
