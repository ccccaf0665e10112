"""The commands that set up and show: what they print, and how they end when something is wrong."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sosbox import __version__
from sosbox.db.engine import connect
from sosbox.staff.passwords import is_password
from tests.cli.conftest import Command
from tests.support.venue import BAR_TOKEN, RETIRED_TOKEN, ROOM_TOKEN

AREA = '[[area]]\nestablishment = "hotel-mar"\nslug = "spa"\nname = "Spa"\n'


@pytest.fixture
def spa_file(tmp_path: Path) -> Path:
    path = tmp_path / "spa.toml"
    path.write_text(AREA)
    return path


# Usage ------------------------------------------------------------------------------------------


def test_the_version_is_printed(sosbox: Command) -> None:
    assert sosbox("version").out == f"sosbox {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("fly",),
        ("ledger",),
        ("serve", "--port", "70000"),
        ("serve", "--port", "x"),
        ("apply",),
        ("create-account", "--email", "a@b.example"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_how_it_is_done(
    sosbox: Command, words: tuple[str, ...]
) -> None:
    outcome = sosbox(*words)

    assert outcome.code == 2
    assert "usage: sosbox" in outcome.err


def test_the_commands_of_the_supervisor_are_not_offered(sosbox: Command) -> None:
    assert "_web" not in sosbox("--help").out


@pytest.mark.parametrize("is_first", [True, False])
def test_the_data_folder_may_be_named_before_the_command_or_after_it(
    sosbox: Command, data_dir: Path, *, is_first: bool
) -> None:
    words = ("--data", data_dir, "export") if is_first else ("export", "--data", data_dir)

    assert '"hotel-mar"' in sosbox(*words).out


def test_the_data_folder_may_come_from_the_environment(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_DATA", str(data_dir))

    assert '"hotel-mar"' in sosbox("export").out


@pytest.mark.parametrize(
    "words", [("export",), ("access-points",), ("ledger", "verify"), ("doctor",)]
)
def test_a_command_that_only_looks_makes_nothing(
    sosbox: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    outcome = sosbox(*words, "--data", tmp_path / "none")

    assert outcome.code == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [("export",), ("access-points",), ("ledger", "verify")])
def test_a_database_of_a_newer_version_is_refused(
    sosbox: Command, data_dir: Path, words: tuple[str, ...]
) -> None:
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute("INSERT INTO migrations VALUES ('9999_later', '2030-01-01')")

    outcome = sosbox(*words, "--data", data_dir)
    assert (outcome.code, outcome.out) == (1, "")
    assert "newer version (9999_later)" in outcome.err


def test_a_database_that_is_none_is_reported_in_one_line(sosbox: Command, data_dir: Path) -> None:
    (data_dir / "sosbox.db").write_bytes(b"no database" * 1000)

    outcome = sosbox("export", "--data", data_dir)
    assert outcome.code == 1
    assert outcome.err == "sosbox: the database cannot be used: file is not a database\n"


# apply, export, migrate ---------------------------------------------------------------------------


def test_apply_makes_the_box_and_says_what_it_did(sosbox: Command, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    path.write_text('[[subscriber]]\nslug = "mar"\nname = "Mar"\n')

    assert sosbox("apply", path, "--data", tmp_path / "new").out == "added subscriber mar\n"
    assert sosbox("apply", path, "--data", tmp_path / "new").out == "nothing to change\n"


def test_apply_names_the_file_and_the_key_of_a_mistake(
    sosbox: Command, tmp_path: Path, data_dir: Path
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(AREA + '[[rule]]\nsubscriber = "mar"\nslug = "x"\nnotify = ["nobody"]\n')

    outcome = sosbox("apply", path, "--data", data_dir)
    assert outcome.code == 2
    assert outcome.err == f'sosbox: {path}: rule[1].notify: there is no recipient "nobody"\n'
    assert '"spa"' not in sosbox("export", "--data", data_dir).out


def test_apply_of_a_file_that_is_not_there_makes_no_box(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("apply", tmp_path / "none.toml", "--data", tmp_path / "new")

    assert outcome.code == 2
    assert "none.toml cannot be read: No such file" in outcome.err
    assert not (tmp_path / "new").exists()


def test_apply_waits_for_nobody_who_only_reads(
    sosbox: Command, data_dir: Path, spa_file: Path
) -> None:
    with closing(connect(data_dir / "sosbox.db", is_read_only=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM areas").fetchall()

        assert sosbox("apply", spa_file, "--data", data_dir).out == "added area hotel-mar/spa\n"


def test_an_exported_file_can_be_applied_to_a_new_box(
    sosbox: Command, data_dir: Path, tmp_path: Path
) -> None:
    exported = tmp_path / "exported.toml"
    sosbox("export", "--out", exported, "--data", data_dir)

    assert sosbox("apply", exported, "--data", tmp_path / "other").code == 0
    again = sosbox("export", "--data", tmp_path / "other").out
    assert again == exported.read_text()


def test_migrate_says_what_it_applied(sosbox: Command, tmp_path: Path) -> None:
    assert (
        sosbox("migrate", "--data", tmp_path / "new").out
        == "applied 0001_first\napplied 0002_response\napplied 0003_languages\n"
        "applied 0004_paper\napplied 0005_backup\n"
    )
    assert sosbox("migrate", "--data", tmp_path / "new").out == "the database is up to date\n"


@pytest.mark.parametrize("command", ["migrate", "apply"])
def test_a_box_without_its_keys_gets_no_new_ones(
    sosbox: Command, data_dir: Path, spa_file: Path, command: str
) -> None:
    (data_dir / "keys" / "master.key").unlink()

    words = [command, spa_file] if command == "apply" else [command]
    outcome = sosbox(*words, "--data", data_dir)
    assert outcome.code == 2
    assert "master.key is missing although the database is there" in outcome.err
    assert not (data_dir / "keys" / "master.key").exists()


# access-points ----------------------------------------------------------------------------------


def test_access_points_are_listed_with_their_addresses(sosbox: Command, data_dir: Path) -> None:
    points = json.loads(sosbox("access-points", "--json", "--data", data_dir).out)

    assert {
        "code": "R-204",
        "label": "Habitación 204",
        "area": "reception",
        "establishment": "hotel-mar",
        "url": f"http://mar.example/p/{ROOM_TOKEN}",
    } in points
    assert f"http://127.0.0.1:8080/p/{BAR_TOKEN}" in {point["url"] for point in points}
    assert RETIRED_TOKEN not in json.dumps(points)


def test_retired_access_points_are_listed_when_asked_for(sosbox: Command, data_dir: Path) -> None:
    assert RETIRED_TOKEN in sosbox("access-points", "--all", "--data", data_dir).out


def test_the_address_of_the_box_stands_in_for_that_of_a_house(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_BASE_URL", "https://sos.example/")

    out = sosbox("access-points", "--data", data_dir).out
    assert f"https://sos.example/p/{BAR_TOKEN}" in out


def test_a_box_without_places_says_what_to_do(sosbox: Command, tmp_path: Path) -> None:
    sosbox("migrate", "--data", tmp_path)

    assert "sosbox apply" in sosbox("access-points", "--data", tmp_path).out
    assert json.loads(sosbox("access-points", "--json", "--data", tmp_path).out) == []


# config -----------------------------------------------------------------------------------------


def test_config_shows_where_each_value_came_from(
    sosbox: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sosbox.toml").write_text('smtp_host = "mail.example"\nport = 9000\n')
    monkeypatch.setenv("SOSBOX_PORT", "9001")

    shown = json.loads(sosbox("config", "--json", "--data", tmp_path).out)
    options = {row["name"]: (row["value"], row["source"]) for row in shown["options"]}
    assert options["smtp_host"] == ("mail.example", str(tmp_path / "sosbox.toml"))
    assert options["port"] == (9001, "SOSBOX_PORT")
    assert options["host"][1] == "default"


@pytest.mark.parametrize("words", [("config",), ("config", "--json")])
def test_config_hides_secrets(
    sosbox: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    secret_file = tmp_path / "secret"
    secret_file.write_text("swordfish")
    monkeypatch.setenv("SOSBOX_SMTP_PASSWORD_FILE", str(secret_file))

    out = sosbox(*words, "--data", tmp_path).out
    assert "swordfish" not in out
    assert "********" in out
    assert f"file {secret_file}" in out


def test_an_option_that_does_not_exist_is_named(sosbox: Command, tmp_path: Path) -> None:
    (tmp_path / "sosbox.toml").write_text('smpt_host = "mail.example"\n')

    outcome = sosbox("config", "--data", tmp_path)
    assert outcome.code == 2
    assert "there is no option smpt_host" in outcome.err


# create-account ---------------------------------------------------------------------------------

EVA = ("create-account", "--email", "Eva@mar.example", "--name", "Eva", "--subscriber", "mar")


def _accounts(data_dir: Path, email: str) -> list[sqlite3.Row]:
    with closing(connect(data_dir / "sosbox.db", is_read_only=True)) as connection:
        return connection.execute(
            "SELECT role, password_hash FROM accounts WHERE email = ?", (email,)
        ).fetchall()


def test_an_account_is_made_with_the_password_of_a_file(
    sosbox: Command, data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "pw").write_text("a password of Eva\n")

    words = (*EVA, "--role", "agent", "--area", "reception", "--password-file", tmp_path / "pw")
    outcome = sosbox(*words, "--data", data_dir)
    assert outcome.out == "eva@mar.example can log in now\n"
    ((role, password_hash),) = _accounts(data_dir, "eva@mar.example")
    assert role == "agent"
    assert is_password(password_hash, "a password of Eva")


def test_the_password_is_asked_for_twice(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["a password of Eva", "a password of Eve"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))

    outcome = sosbox(*EVA, "--role", "owner", "--data", data_dir)
    assert outcome.code == 2
    assert "the two passwords are not the same" in outcome.err
    assert _accounts(data_dir, "eva@mar.example") == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--role", "boss"), 2, "--role: invalid choice: 'boss'"),
        (("--role", "agent", "--area", "attic"), 2, '--area: there is no area "attic"'),
        (("--role", "owner", "--area", "reception"), 2, "--area: only an agent is limited"),
        (("--role", "owner", "--subscriber", "sun"), 2, '--subscriber: there is no subscriber "su'),
        (("--role", "owner", "--email", "eva"), 2, '--email: "eva" is no e-mail address'),
        (("--role", "owner", "--email", "anna@mar.example"), 1, "there is an account anna@mar"),
        (("--role", "owner", "--password-file", "/nowhere"), 2, "--password-file: /nowhere cannot"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused(
    sosbox: Command,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "a password of Eva")

    outcome = sosbox(*EVA, *words, "--data", data_dir)
    assert outcome.code == code
    assert message in outcome.err
    assert _accounts(data_dir, "eva@mar.example") == []


# ledger, healthcheck ----------------------------------------------------------------------------


def test_a_whole_ledger_ends_with_0(sosbox: Command, data_dir: Path) -> None:
    outcome = sosbox("ledger", "verify", "--data", data_dir)

    assert outcome.code == 0
    assert outcome.out.startswith("the ledger is whole: 0 entries")


def test_a_broken_ledger_ends_with_1_and_says_why(sosbox: Command, data_dir: Path) -> None:
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute(
            "INSERT INTO ledger (id, at, event, actor, data, previous, hash)"
            " VALUES (1, '', 'read', 'guest', '{}', x'00', x'00')"
        )

    outcome = sosbox("ledger", "verify", "--data", data_dir)
    assert (outcome.code, outcome.out) == (1, "")
    assert "entry 1 does not follow from the one before it" in outcome.err
    shown = json.loads(sosbox("ledger", "verify", "--json", "--data", data_dir).out)
    assert (shown["ok"], shown["problem"]["entry"]) == (False, 1)


def test_the_ledger_is_not_checked_against_a_new_key(sosbox: Command, data_dir: Path) -> None:
    (data_dir / "keys" / "box.key").unlink()

    outcome = sosbox("ledger", "verify", "--data", data_dir)
    assert outcome.code == 2
    assert not (data_dir / "keys" / "box.key").exists()


def test_the_health_of_a_box_that_does_not_run_is_bad(sosbox: Command) -> None:
    outcome = sosbox("healthcheck", "--url", "http://127.0.0.1:9")

    assert outcome.code == 1
    assert outcome.err.startswith("sosbox: http://127.0.0.1:9 does not answer")


@pytest.mark.parametrize("url", ["localhost", "ftp://box.example", "http://[", "http://box:x"])
def test_what_is_no_address_is_refused(sosbox: Command, url: str) -> None:
    assert sosbox("healthcheck", "--url", url).code == 2
