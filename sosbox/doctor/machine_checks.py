"""Disk, clock, and who may read the files."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sosbox.doctor.finding import Finding, Patient, bad, warning

# The program is not older than this: a clock that shows an earlier time is wrong.
RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
# Clocks of two machines differ a little; deadlines do not care.
_TOLERANCE = timedelta(minutes=5)

NEARLY_FULL_BYTES = 500_000_000
GETTING_FULL_SHARE = 0.05
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def check_disk(patient: Patient) -> Iterator[Finding]:
    usage = shutil.disk_usage(patient.data_dir)
    hint = "Free some space on this disk, or move the data folder to a larger one."
    message = f"{usage.free / 1e9:.1f} GB are left on the disk of the data folder."
    if usage.free < NEARLY_FULL_BYTES:
        yield bad("disk.nearly-full", message, hint)
    elif usage.free < GETTING_FULL_SHARE * usage.total:
        yield warning("disk.nearly-full", message, hint)


def check_clock(patient: Patient) -> Iterator[Finding]:
    hint = "Set the time of this computer and let it be kept by NTP (timedatectl set-ntp true)."
    if patient.now < RELEASED_AT:
        yield bad(
            "clock.wrong",
            f"The clock shows {patient.now:%Y-%m-%d}, which is before this program was made.",
            hint,
        )
        return
    if patient.connection is None:
        return
    row = patient.connection.execute("SELECT at FROM ledger ORDER BY id DESC LIMIT 1").fetchone()
    if row is not None and datetime.fromisoformat(row[0]) > patient.now + _TOLERANCE:
        yield bad(
            "clock.wrong",
            f"The clock shows {patient.now:%Y-%m-%d %H:%M} UTC, but the newest entry of the ledger"
            f" was made on {row[0][:16].replace('T', ' ')} UTC.",
            hint,
        )


def check_data_permissions(patient: Patient) -> Iterator[Finding]:
    """Guests' texts are in the database: other accounts of the machine have no business there."""
    folder = patient.data_dir
    if folder.stat().st_mode & _OTHERS:
        yield warning(
            "data.permissions",
            f"Other accounts of this computer may look into {folder}.",
            f"chmod 700 {folder}",
        )
    for path in (patient.config.database_path, patient.config.queue_path):
        if path.exists() and path.stat().st_mode & _WRITABLE_BY_OTHERS:
            yield bad(
                "data.permissions",
                f"Other accounts of this computer may change {path.name}.",
                f"chmod 600 {path}",
            )
    if not os.access(folder, os.W_OK):
        yield bad(
            "data.permissions",
            f"The account that runs this may not write to {folder}.",
            "Run the doctor as the account of the service, or give the folder to it (chown).",
        )


def check_keys(patient: Patient) -> Iterator[Finding]:
    folder = patient.data_dir / "keys"
    if patient.keys is None:
        yield bad(
            "keys.missing",
            f"The keys in {folder} are missing or damaged.",
            "Restore box.key and master.key from a backup: receipts cannot be found without them.",
        )
    for path in _key_files(folder):
        if path.stat().st_mode & _OTHERS:
            yield bad(
                "keys.permissions",
                f"Other accounts of this computer may read {path}.",
                f"chmod 600 {path}",
            )


def _key_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.key"))
