"""Options that the console sets: what comes first, what is refused, what a power cut leaves."""

import stat
from pathlib import Path

import pytest

from sosbox.config import CONSOLE_FILE, CONSOLE_OPTIONS, OPTIONS, load_config
from sosbox.console_options import store_options, with_options
from sosbox.errors import ConfigError
from sosbox.lib import whole_files


def test_what_the_console_sets_wins_over_the_default_alone(tmp_path: Path) -> None:
    store_options(tmp_path, {"smtp_host": "mail.mar.example", "smtp_port": 25, "smtp_user": "a"})
    (tmp_path / "sosbox.toml").write_text('smtp_user = "b"\n')
    config = load_config(tmp_path, {"SOSBOX_SMTP_PORT": "465"})

    assert (config.smtp_host, config.smtp_port, config.smtp_user) == ("mail.mar.example", 465, "b")
    assert config.settings["smtp_host"].source == CONSOLE_FILE
    assert not config.settings["smtp_host"].is_of_installer
    assert not config.settings["smtp_tls"].is_of_installer
    assert config.settings["smtp_port"].is_of_installer
    assert config.settings["smtp_user"].is_of_installer


def test_what_was_set_before_stays_when_something_else_is_set(tmp_path: Path) -> None:
    store_options(tmp_path, {"smtp_host": "mail.mar.example"})
    store_options(tmp_path, {"phone_region": "PT"})
    config = load_config(tmp_path, {})
    assert (config.smtp_host, config.phone_region) == ("mail.mar.example", "PT")


@pytest.mark.parametrize("value", ['"', "\\", "a\nb = 1\n", "ñ 日本 \x7f\x01", "# no", "'''"])
def test_every_text_comes_back_as_it_was(tmp_path: Path, value: str) -> None:
    store_options(tmp_path, {"smtp_password": value})
    assert load_config(tmp_path, {}).smtp_password == value


def test_the_file_is_for_the_box_alone(tmp_path: Path) -> None:
    store_options(tmp_path, {"smtp_password": "s3cret"})
    assert stat.S_IMODE((tmp_path / CONSOLE_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [CONSOLE_FILE]


def test_nothing_that_opens_a_way_in_may_be_set_by_the_console() -> None:
    assert {option.name for option in OPTIONS} > CONSOLE_OPTIONS
    assert not CONSOLE_OPTIONS & {"host", "port", "demo", "base_url", "session_hours", "kannel_url"}


@pytest.mark.parametrize(
    "values", [{"demo": True}, {"nothing": 1}, {"smtp_port": "x"}, {"smtp_tls": "maybe"}]
)
def test_what_the_console_may_not_set_is_refused_and_nothing_stored(
    tmp_path: Path, values: dict[str, object]
) -> None:
    store_options(tmp_path, {"smtp_host": "mail.mar.example"})
    before = (tmp_path / CONSOLE_FILE).read_bytes()
    with pytest.raises(ConfigError, match=next(iter(values))):
        store_options(tmp_path, values)
    assert (tmp_path / CONSOLE_FILE).read_bytes() == before


@pytest.mark.parametrize(
    "text", ["demo = true\n", "smtp_password_file = '/etc/passwd'\n", "smtp_port = 0\n", "[\n"]
)
def test_a_file_that_says_more_than_the_console_can_is_refused_by_its_name(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / CONSOLE_FILE).write_text(text)
    with pytest.raises(ConfigError, match=CONSOLE_FILE):
        load_config(tmp_path, {})


def test_a_disk_that_does_not_take_the_file_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_options(tmp_path, {"smtp_host": "old"})

    def fail(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store_options(tmp_path, {"smtp_host": "new"})
    monkeypatch.undo()
    assert load_config(tmp_path, {}).smtp_host == "old"
    assert [path.name for path in tmp_path.iterdir()] == [CONSOLE_FILE]


def test_options_can_be_tried_without_being_stored(tmp_path: Path) -> None:
    config = load_config(tmp_path, {"SOSBOX_SMTP_PORT": "465"})
    tried = with_options(config, {"smtp_host": "mail.mar.example", "smtp_port": 25})
    assert (tried.smtp_host, tried.smtp_port) == ("mail.mar.example", 465)
    assert config.smtp_host == ""
    assert not (tmp_path / CONSOLE_FILE).exists()
