"""Runs all checks over a box."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sosbox.config import Config
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, check_schema
from sosbox.doctor.address_checks import check_printers, check_webhooks
from sosbox.doctor.backup_checks import check_backups
from sosbox.doctor.database_checks import (
    check_database_integrity,
    check_database_schema,
    check_deliveries,
    check_ledger,
)
from sosbox.doctor.finding import Check, Finding, Patient, bad
from sosbox.doctor.machine_checks import (
    check_clock,
    check_data_permissions,
    check_disk,
    check_keys,
)
from sosbox.doctor.mail_checks import check_mail
from sosbox.doctor.mailbox_checks import check_mailbox, check_replies
from sosbox.doctor.routing_checks import (
    check_fallbacks,
    check_recipients,
    check_routing,
    check_rules,
)
from sosbox.doctor.setup_checks import check_accounts, check_base_url, check_places
from sosbox.doctor.silence_checks import check_silence
from sosbox.doctor.sms_checks import check_sms, check_sms_numbers, check_sms_reports
from sosbox.doctor.translation_checks import check_models, check_translations
from sosbox.errors import ConfigError, SchemaError
from sosbox.keys import Keys, load_keys

CHECKS: tuple[Check, ...] = (
    check_disk,
    check_clock,
    check_data_permissions,
    check_keys,
    check_database_schema,
    check_database_integrity,
    check_ledger,
    check_backups,
    check_places,
    check_silence,
    check_base_url,
    check_routing,
    check_fallbacks,
    check_recipients,
    check_rules,
    check_accounts,
    check_deliveries,
    check_mail,
    check_mailbox,
    check_replies,
    check_sms,
    check_sms_numbers,
    check_sms_reports,
    check_printers,
    check_webhooks,
    check_models,
    check_translations,
)


def examine(config: Config, now: datetime) -> list[Finding]:
    """What is not as it should be, in the order of the checks; changes nothing."""
    data_dir = config.data_dir
    if not data_dir.is_dir():
        return [
            bad(
                "data.missing",
                f"There is no data folder {data_dir}.",
                "Name it with --data or SOSBOX_DATA; `sosbox serve` and `sosbox apply` make one.",
            )
        ]
    keys = _keys(data_dir)
    if not _is_usable(config):
        return _run(Patient(data_dir, config, now, None, keys))
    with closing(connect(config.database_path, is_read_only=True)) as connection:
        connection.execute("BEGIN")
        return _run(Patient(data_dir, config, now, connection, keys))


def _run(patient: Patient) -> list[Finding]:
    findings = []
    for check in CHECKS:
        try:
            findings += list(check(patient))
        except sqlite3.DatabaseError as error:
            findings.append(
                bad(
                    "database.integrity",
                    f"The database cannot be read: {error}",
                    "Stop the box, keep a copy of the data folder, and restore a backup.",
                )
            )
    return findings


def _is_usable(config: Config) -> bool:
    try:
        check_schema(config.database_path, MIGRATIONS)
    except (SchemaError, sqlite3.DatabaseError):
        return False
    return True


def _keys(data_dir: Path) -> Keys | None:
    """The keys that are there; never makes new ones."""
    if not all((data_dir / "keys" / name).is_file() for name in ("box.key", "master.key")):
        return None
    try:
        return load_keys(data_dir)
    except (ConfigError, OSError):
        return None
