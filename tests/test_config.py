"""Where options come from, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from sosbox.config import OPTIONS, Config, data_dir_from, load_config
from sosbox.errors import ConfigError


def _write(folder: Path, text: str) -> Path:
    file = folder / "sosbox.toml"
    file.write_text(text, "utf-8")
    return file


def _refusal(folder: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, environ or {})
    return str(caught.value)


def test_without_file_and_environment_every_option_has_its_default(tmp_path: Path) -> None:
    config = load_config(tmp_path, {})
    assert [config.settings[option.name].value for option in OPTIONS] == [
        option.default for option in OPTIONS
    ]
    assert {setting.source for setting in config.settings.values()} == {"default"}


def test_the_file_wins_over_the_default(tmp_path: Path) -> None:
    file = _write(tmp_path, 'smtp_host = "mail.mar.example"\nsmtp_port = 25\ndemo = true\n')
    config = load_config(tmp_path, {})
    assert (config.smtp_host, config.smtp_port, config.demo) == ("mail.mar.example", 25, True)
    assert config.settings["smtp_port"].source == str(file)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    _write(tmp_path, "smtp_port = 25\n")
    config = load_config(tmp_path, {"SOSBOX_SMTP_PORT": "465"})
    assert config.smtp_port == 465
    assert config.settings["smtp_port"].source == "SOSBOX_SMTP_PORT"


def test_an_empty_variable_wins_too(tmp_path: Path) -> None:
    _write(tmp_path, 'smtp_host = "mail.mar.example"\n')
    assert load_config(tmp_path, {"SOSBOX_SMTP_HOST": ""}).smtp_host == ""


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "  s3cret \r\n"])
def test_a_secret_may_stand_in_a_file_named_by_the_environment(
    tmp_path: Path, content: str
) -> None:
    secret = tmp_path / "password"
    secret.write_text(content, "utf-8")
    _write(tmp_path, 'smtp_password = "another"\n')
    config = load_config(tmp_path, {"SOSBOX_SMTP_PASSWORD_FILE": str(secret)})
    assert config.smtp_password == "s3cret"
    assert config.settings["smtp_password"].source == f"file {secret}"


def test_a_secret_may_stand_in_a_file_named_by_the_option_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n", "utf-8")
    _write(tmp_path, f'smtp_password_file = "{secret}"\n')
    assert load_config(tmp_path, {}).smtp_password == "s3cret"


def test_a_secret_in_the_environment_wins_over_the_file_that_it_names(tmp_path: Path) -> None:
    environ = {"SOSBOX_SMTP_PASSWORD": "s3cret", "SOSBOX_SMTP_PASSWORD_FILE": "/nowhere"}
    assert load_config(tmp_path, environ).smtp_password == "s3cret"


def test_a_secret_that_is_named_twice_in_the_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    _write(tmp_path, 'smtp_password = "s3cret"\nsmtp_password_file = "/nowhere"\n')
    assert load_config(tmp_path, {}).smtp_password == "s3cret"


@pytest.mark.parametrize("text", ["1", "true", "YES", " on "])
def test_truth_has_several_spellings(tmp_path: Path, text: str) -> None:
    assert load_config(tmp_path, {"SOSBOX_DEMO": text}).demo is True


@pytest.mark.parametrize("text", ["0", "false", "No", "off", ""])
def test_so_has_untruth(tmp_path: Path, text: str) -> None:
    assert load_config(tmp_path, {"SOSBOX_DEMO": text}).demo is False


def test_what_else_is_in_the_environment_does_not_matter(tmp_path: Path) -> None:
    assert load_config(tmp_path, {"SOSBOX_DATA": "/x", "SMTP_HOST": "y"}).smtp_host == ""


@pytest.mark.parametrize(
    ("argument", "environ", "expected"),
    [
        ("/a", {"SOSBOX_DATA": "/b"}, "/a"),
        (None, {"SOSBOX_DATA": "/b"}, "/b"),
        ("", {"SOSBOX_DATA": "/b"}, "/b"),
        (None, {"SOSBOX_DATA": ""}, "/var/lib/sosbox"),
        (None, {}, "/var/lib/sosbox"),
    ],
)
def test_the_data_folder_is_the_argument_else_the_variable_else_the_usual_one(
    argument: str | None, environ: dict[str, str], expected: str
) -> None:
    assert data_dir_from(argument, environ) == Path(expected)


def test_a_relative_data_folder_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_dir_from("data", {}) == tmp_path / "data"


def test_database_and_queue_lie_in_the_data_folder(tmp_path: Path) -> None:
    config = load_config(tmp_path, {})
    assert {config.database_path.parent, config.queue_path.parent} == {tmp_path}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SOSBOX_SMTP_PORT", ""),
        ("SOSBOX_SMTP_PORT", "many"),
        ("SOSBOX_SMTP_PORT", "25.5"),
        ("SOSBOX_SMTP_PORT", "0"),
        ("SOSBOX_SMTP_PORT", "65536"),
        ("SOSBOX_PORT", "-1"),
        ("SOSBOX_PORT", "9" * 5000),
        ("SOSBOX_SMTP_TLS", "ssl"),
        ("SOSBOX_SMTP_TLS", ""),
        ("SOSBOX_SMTP_TLS", "STARTTLS"),
        ("SOSBOX_DEMO", "maybe"),
        ("SOSBOX_SESSION_HOURS", "721"),
    ],
)
def test_a_wrong_value_in_the_environment_is_refused_by_its_name(
    tmp_path: Path, variable: str, value: str
) -> None:
    assert _refusal(tmp_path, {variable: value}).startswith(f"{variable} must ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("smtp_port", '"many"'),
        ("smtp_port", "25.0"),
        ("smtp_port", "true"),
        ("smtp_port", "0"),
        ("smtp_port", "[25]"),
        ("smtp_host", "25"),
        ("smtp_host", "{}"),
        ("smtp_tls", '"ssl"'),
        ("demo", "1"),
        ("demo", "[]"),
    ],
)
def test_a_wrong_value_in_the_file_is_refused_by_its_name(
    tmp_path: Path, key: str, value: str
) -> None:
    _write(tmp_path, f"{key} = {value}\n")
    assert _refusal(tmp_path).startswith(f"{key} must ")


@pytest.mark.parametrize("key", ["smtp_hots", "SMTP_HOST", "smtp-host", "smtp_file", "password"])
def test_an_option_that_there_is_not_is_refused(tmp_path: Path, key: str) -> None:
    file = _write(tmp_path, f'smtp_host = "mail.mar.example"\n{key} = "x"\n')
    assert _refusal(tmp_path) == f"{file}: there is no option {key}"


def test_a_table_in_the_file_is_no_option(tmp_path: Path) -> None:
    _write(tmp_path, '[smtp]\nhost = "mail.mar.example"\n')
    assert _refusal(tmp_path).endswith("there is no option smtp")


@pytest.mark.parametrize("content", [b"smtp_host = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_none_of_its_kind_is_refused_by_its_name(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "sosbox.toml"
    file.write_bytes(content)
    assert _refusal(tmp_path).startswith(f"{file} cannot be read: ")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sosbox.toml").mkdir()
    assert "cannot be read" in _refusal(tmp_path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secrets_file_that_cannot_be_read_is_refused_by_the_options_name(
    tmp_path: Path, content: bytes | None
) -> None:
    secret = tmp_path / "password"
    if content is not None:
        secret.write_bytes(content)
    by_variable = _refusal(tmp_path, {"SOSBOX_SMTP_PASSWORD_FILE": str(secret)})
    assert by_variable == f"SOSBOX_SMTP_PASSWORD: the file {secret} cannot be read"
    _write(tmp_path, f'smtp_password_file = "{secret}"\n')
    assert _refusal(tmp_path) == f"smtp_password: the file {secret} cannot be read"


@pytest.mark.parametrize("value", ["5", "true", '["s3cret"]'])
def test_no_refusal_repeats_a_secret(tmp_path: Path, value: str) -> None:
    _write(tmp_path, f"smtp_password = {value}\n")
    assert value not in _refusal(tmp_path).replace("smtp_password", "")


def test_a_name_that_is_no_option_is_no_attribute(tmp_path: Path) -> None:
    config: Any = load_config(tmp_path, {})
    with pytest.raises(AttributeError):
        _ = config.smtp_hots
    with pytest.raises(AttributeError):
        _ = Config(tmp_path, {}).smtp_host


def test_the_table_of_options_is_sound() -> None:
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)
    for option in OPTIONS:
        assert type(option.default) is option.type
        assert option.help
        assert not option.choices or option.default in option.choices
        assert not option.is_secret or option.default == ""
