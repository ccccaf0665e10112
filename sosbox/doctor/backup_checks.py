"""Whether the box could be brought back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sosbox.backup.tables import backup_state
from sosbox.doctor.finding import Finding, Patient, bad, warning

# Made every night; one night may be missed.
OLD = timedelta(days=2)


def check_backups(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    state = backup_state(patient.connection)
    if state.newest is not None and state.newest.proven_at is None:
        yield bad(
            "backup.failed",
            f"The last backup has failed: {state.newest.error}",
            "Put right what it says, then run `sosbox backup`.",
        )
    if state.proven_at is None:
        yield warning(
            "backup.none",
            "There is no backup yet that was brought back and proven.",
            "Run `sosbox backup --to DIR` on a stick or another disk; sosbox-backup.timer does it"
            " every night.",
        )
    elif patient.now - state.proven_at > OLD:
        yield bad(
            "backup.old",
            f"The last proven backup is of {state.proven_at:%Y-%m-%d}.",
            "See whether sosbox-backup.timer is active and the stick plugged in; run `sosbox"
            " backup`.",
        )
    if state.sheet_at is None:
        yield warning(
            "backup.no-sheet",
            "Nobody has made the recovery sheet: without its key no backup can be opened once the"
            " box is lost.",
            "Run `sosbox recovery-key --out sheet.pdf`, print it, and keep it away from the box.",
        )
    yield from _check_disk(patient)


def _check_disk(patient: Patient) -> Iterator[Finding]:
    folder = Path(patient.config.backup_dir or patient.data_dir / "backups")
    try:
        is_same = folder.stat().st_dev == patient.data_dir.stat().st_dev
    except OSError:
        if patient.config.backup_dir:
            yield bad(
                "backup.no-folder",
                f"The folder for backups {folder} is not there.",
                "Plug the stick or the disk in, or name another folder (backup_dir).",
            )
        return
    if is_same:
        yield warning(
            "backup.same-disk",
            f"The backups in {folder} lie on the disk of the box: whatever takes one takes both.",
            "Name a folder on a stick or another machine (backup_dir).",
        )
