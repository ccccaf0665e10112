"""What the doctor finds, each under an id that never changes."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sosbox.channels.catcher import MailCatcher
from sosbox.cli import main
from sosbox.config import load_config
from sosbox.doctor import machine_checks
from sosbox.doctor.examine import examine
from sosbox.doctor.finding import Severity
from tests.doctor.conftest import examine_box, ids_of, run_sql
from tests.support.venue import NOON


def test_a_box_as_it_should_be_has_no_findings(healthy: Path, mail_port: int) -> None:
    assert examine_box(healthy, mail_port) == []


def test_each_finding_says_what_to_do(tmp_path: Path) -> None:
    for finding in examine(load_config(tmp_path, {}), NOON):
        assert finding.message
        assert finding.hint


def test_a_folder_that_is_not_there_is_the_only_finding(tmp_path: Path) -> None:
    assert ids_of(examine(load_config(tmp_path / "none", {}), NOON)) == ["data.missing"]


def test_an_empty_folder_has_neither_keys_nor_database(tmp_path: Path) -> None:
    found = ids_of(examine(load_config(tmp_path, {}), NOON))

    assert {"keys.missing", "database.schema", "mail.not-configured"} <= set(found)
    assert list(tmp_path.iterdir()) == []


def test_a_box_without_a_mail_server_tells_nobody(healthy: Path, mail_port: int) -> None:
    findings = examine_box(healthy, mail_port, SOSBOX_SMTP_HOST="")

    assert ids_of(findings) == ["mail.not-configured"]
    assert "SMTP" in findings[0].message


def test_a_mail_server_that_does_not_answer_is_named(healthy: Path, mail_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed_port = server.getsockname()[1]
    (finding,) = examine_box(healthy, closed_port)

    assert finding.id == "mail.unreachable"
    assert f"127.0.0.1:{closed_port}" in finding.message


def test_a_wrong_login_at_the_mail_server_is_found_and_not_shown(healthy: Path) -> None:
    catcher = MailCatcher(login=("box", "right"))
    catcher.start()
    try:
        login = {"SOSBOX_SMTP_USER": "box", "SOSBOX_SMTP_PASSWORD": "swordfish"}
        (finding,) = examine_box(healthy, catcher.port, **login)
    finally:
        catcher.stop()

    assert finding.id == "mail.unreachable"
    assert "swordfish" not in str(finding)


@pytest.mark.parametrize(
    ("free", "severity"), [(100_000_000, Severity.BAD), (4_000_000_000, Severity.WARNING)]
)
def test_a_disk_that_fills_up_is_found(
    healthy: Path,
    mail_port: int,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    severity: Severity,
) -> None:
    class Usage:
        total = 100_000_000_000

    Usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("disk.nearly-full", severity)


def test_a_clock_before_the_release_is_wrong(healthy: Path) -> None:
    config = load_config(healthy, {})

    findings = examine(config, machine_checks.RELEASED_AT - timedelta(days=1))
    assert "clock.wrong" in ids_of(findings)


def test_a_clock_before_the_newest_entry_of_the_ledger_is_wrong(healthy: Path) -> None:
    run_sql(
        healthy,
        "INSERT INTO ledger (id, at, event, actor, data, previous, hash)"
        " VALUES (1, ?, 'read', 'guest', '{}', x'00', x'00')",
        (NOON + timedelta(hours=1)).isoformat(timespec="microseconds"),
    )

    findings = examine(load_config(healthy, {}), NOON)
    assert {"clock.wrong", "ledger.broken"} <= set(ids_of(findings))


def test_keys_that_others_may_read_are_found(healthy: Path, mail_port: int) -> None:
    (healthy / "keys" / "master.key").chmod(0o644)

    assert ids_of(examine_box(healthy, mail_port)) == ["keys.permissions"]


def test_a_key_that_is_damaged_or_gone_is_found_and_not_replaced(
    healthy: Path, mail_port: int
) -> None:
    (healthy / "keys" / "box.key").write_bytes(b"short")
    (healthy / "keys" / "master.key").unlink()

    assert "keys.missing" in ids_of(examine_box(healthy, mail_port))
    assert not (healthy / "keys" / "master.key").exists()


@pytest.mark.parametrize(("name", "mode"), [("", 0o755), ("sosbox.db", 0o666)])
def test_a_data_folder_that_is_open_to_others_is_found(
    healthy: Path, mail_port: int, name: str, mode: int
) -> None:
    (healthy / name).chmod(mode)

    assert ids_of(examine_box(healthy, mail_port)) == ["data.permissions"]


def test_a_damaged_database_is_found(healthy: Path, mail_port: int) -> None:
    with (healthy / "sosbox.db").open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(50_000))

    assert "database.integrity" in ids_of(examine_box(healthy, mail_port))


def test_a_file_that_is_no_database_is_found(healthy: Path, mail_port: int) -> None:
    (healthy / "sosbox.db").write_bytes(b"no database" * 1000)

    assert ids_of(examine_box(healthy, mail_port)) == ["database.integrity"]


def test_a_database_of_another_version_is_found(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "INSERT INTO migrations VALUES ('9999_later', '2030-01-01')")

    assert ids_of(examine_box(healthy, mail_port)) == ["database.schema"]


def test_a_box_without_places_is_found(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE access_points SET retired_at = ?", NOON)

    assert ids_of(examine_box(healthy, mail_port)) == ["places.none"]


def test_a_house_without_an_address_is_a_warning(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE establishments SET base_url = '' WHERE slug = 'bar-otto'")
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("base-url.missing", Severity.WARNING)
    assert examine_box(healthy, mail_port, SOSBOX_BASE_URL="http://box.example") == []


def test_a_subscriber_for_whom_nobody_can_log_in_is_named(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "UPDATE accounts SET password_hash = '' WHERE email = 'otto@otto.example'")
    (finding,) = examine_box(healthy, mail_port)

    assert finding.id == "accounts.none"
    assert "otto" in finding.message


def test_an_agent_who_sees_nothing_is_a_warning(healthy: Path, mail_port: int) -> None:
    run_sql(healthy, "DELETE FROM account_areas")
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("accounts.agent-without-area", Severity.WARNING)


def _file(data_dir: Path) -> None:
    run_sql(
        data_dir,
        "INSERT INTO cases (id, reference, subscriber_id, establishment_id, area_id,"
        " access_point_id, kind, language, state, state_rank, excerpt, receipt_hash, filed_at,"
        " promise_due_at, legal_due_at) VALUES (1, 'A', 1, 1, 1, 1, '', 'es', 'new', 0, '',"
        " x'00', ?, ?, ?)",
        *(NOON, NOON, NOON),
    )


def _deliver(data_dir: Path, state: str, next_attempt_at: object) -> None:
    _file(data_dir)
    run_sql(
        data_dir,
        "INSERT INTO deliveries (case_id, event, channel, address, name, language, state,"
        " created_at, next_attempt_at, last_attempt_at)"
        " VALUES (1, 'filed', 'email', 'a@b.example', '', 'es', ?, ?, ?, ?)",
        *(state, NOON, next_attempt_at, next_attempt_at),
    )


def test_notices_that_failed_are_a_warning(healthy: Path, mail_port: int) -> None:
    _deliver(healthy, "failed", NOON)
    (finding,) = examine_box(healthy, mail_port)

    assert (finding.id, finding.severity) == ("deliveries.failed", Severity.WARNING)


@pytest.mark.parametrize("state", ["pending", "sending"])
def test_notices_that_nobody_sends_are_bad(healthy: Path, mail_port: int, state: str) -> None:
    _deliver(healthy, state, NOON - timedelta(hours=1))

    assert ids_of(examine_box(healthy, mail_port)) == ["deliveries.stuck"]


def test_a_message_that_nobody_is_told_of_is_bad(healthy: Path, mail_port: int) -> None:
    _file(healthy)
    run_sql(
        healthy,
        "INSERT INTO messages (case_id, direction, text, is_routed, language, search_text, salt,"
        " created_at) VALUES (1, 'from_guest', '', 0, 'es', '', x'00', ?)",
        NOON - timedelta(hours=1),
    )

    assert ids_of(examine_box(healthy, mail_port)) == ["deliveries.stuck"]


def test_notices_that_wait_for_their_next_attempt_are_no_finding(
    healthy: Path, mail_port: int
) -> None:
    _deliver(healthy, "pending", NOON + timedelta(minutes=30))

    assert examine_box(healthy, mail_port) == []


# The command ------------------------------------------------------------------------------------


def test_the_command_ends_with_1_and_names_the_ids(
    healthy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOSBOX_SMTP_HOST", raising=False)
    run_sql(healthy, "UPDATE backups SET proven_at = ?", datetime.now(UTC))

    assert main(["doctor", "--data", str(healthy)]) == 1
    assert "BAD  mail.not-configured" in capsys.readouterr().out
    assert main(["doctor", "--json", "--data", str(healthy)]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["ok"] is False
    assert [row["id"] for row in shown["findings"]] == ["mail.not-configured"]


def test_a_warning_alone_is_no_failure(
    healthy: Path,
    mail_port: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_sql(healthy, "DELETE FROM account_areas")
    run_sql(healthy, "UPDATE backups SET proven_at = ?", datetime.now(UTC))
    for name, value in (("HOST", "127.0.0.1"), ("PORT", mail_port), ("TLS", "none")):
        monkeypatch.setenv(f"SOSBOX_SMTP_{name}", str(value))
    monkeypatch.setenv("SOSBOX_SMTP_FROM", "sosbox@mar.example")

    assert main(["doctor", "--data", str(healthy)]) == 0
    assert "WARNING  accounts.agent-without-area" in capsys.readouterr().out


def test_an_option_that_cannot_be_read_is_a_finding(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (healthy / "sosbox.toml").write_text('port = "many"\n')

    assert main(["doctor", "--data", str(healthy)]) == 1
    assert "BAD  config.invalid" in capsys.readouterr().out
