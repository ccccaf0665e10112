"""The configuration that is printed for Kannel, and the address for a phone used as gateway."""

import re
from pathlib import Path

import pytest

from sosbox.channels.sms.hooks import kannel_inbound_secret
from sosbox.cli.kannel_config import found_device
from sosbox.keys import load_keys
from tests.cli.conftest import Command


def _groups(text: str) -> dict[str, dict[str, str]]:
    """The groups of a configuration, read as Kannel reads them."""
    groups: dict[str, dict[str, str]] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        values = dict(line.split(" = ", 1) for line in lines)
        if values:
            groups[values.pop("group")] = {name: value.strip('"') for name, value in values.items()}
    return groups


def test_everything_that_kannel_needs_is_there(sosbox: Command, data_dir: Path) -> None:
    outcome = sosbox("kannel-config", "--device", "/dev/ttyACM0", "--data", data_dir)
    groups = _groups(outcome.out)

    assert (outcome.code, outcome.err) == (0, "")
    assert list(groups) == ["core", "smsbox", "sendsms-user", "sms-service", "modems", "smsc"]
    assert groups["smsc"]["device"] == "/dev/ttyACM0"
    assert groups["smsc"]["modemtype"] == groups["modems"]["id"]
    assert "pin" not in groups["smsc"]


def test_kannel_is_open_to_this_computer_alone(sosbox: Command, data_dir: Path) -> None:
    groups = _groups(sosbox("kannel-config", "--data", data_dir).out)

    for group, names in {
        "core": ("admin-interface", "smsbox-interface", "admin-allow-ip", "box-allow-ip"),
        "smsbox": ("sendsms-interface", "bearerbox-host"),
        "sendsms-user": ("user-allow-ip",),
    }.items():
        assert {groups[group][name] for name in names} == {"127.0.0.1"}
    # INFO and below name numbers and texts.
    assert groups["core"]["log-level"] == groups["smsbox"]["log-level"] == "2"


def test_kannel_and_box_know_the_same_secrets_and_ports(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_PORT", "80")
    monkeypatch.setenv("SOSBOX_HOST", "0.0.0.0")
    monkeypatch.setenv("SOSBOX_KANNEL_URL", "http://127.0.0.1:14013/cgi-bin/sendsms")
    groups = _groups(sosbox("kannel-config", "--data", data_dir).out)
    keys = load_keys(data_dir)

    assert groups["smsbox"]["sendsms-port"] == "14013"
    assert groups["core"]["admin-port"] == "13000"
    assert groups["sendsms-user"]["password"] == keys.hook_key("kannel sendsms")
    assert groups["core"]["status-password"] == keys.hook_key("kannel status")
    get_url = groups["sms-service"]["get-url"]
    assert get_url.startswith("http://127.0.0.1:80/sms/kannel/inbound?")
    assert f"secret={kannel_inbound_secret(keys)}&" in get_url
    passwords = {
        value
        for group in groups.values()
        for name, value in group.items()
        if name.endswith("password")
    }
    assert len(passwords) == 3


def test_it_is_the_same_each_time(sosbox: Command, data_dir: Path) -> None:
    assert len({sosbox("kannel-config", "--data", data_dir).out for _ in range(2)}) == 1


def test_a_password_with_any_sign_is_written_so_that_kannel_reads_it(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_KANNEL_PASSWORD", 'say "hi" \\o/ # no comment')
    out = sosbox("kannel-config", "--data", data_dir).out
    assert 'password = "say \\"hi\\" \\\\o/ # no comment"' in out


def test_a_sim_with_a_pin_is_opened(sosbox: Command, data_dir: Path) -> None:
    groups = _groups(sosbox("kannel-config", "--pin", "1234", "--data", data_dir).out)
    assert groups["smsc"]["pin"] == "1234"


@pytest.mark.parametrize(
    "words",
    [
        ("--device", "ttyUSB0"),
        ("--device", "/dev/tty\ngroup = core"),
        ("--device", '/dev/"'),
        ("--pin", "12"),
        ("--pin", "12345678\n"),
        ("--pin", "abcd"),
    ],
)
def test_what_is_no_device_or_pin_is_refused(
    sosbox: Command, data_dir: Path, words: tuple[str, str]
) -> None:
    outcome = sosbox("kannel-config", *words, "--data", data_dir)
    assert (outcome.code, outcome.out) == (2, "")
    assert words[0] in outcome.err


def test_the_modem_is_taken_by_the_name_that_stays(tmp_path: Path) -> None:
    assert found_device(tmp_path / "none") == "/dev/ttyUSB0"
    for name in ("usb-HUAWEI-if01", "usb-HUAWEI-if00"):
        (tmp_path / name).touch()
    assert found_device(tmp_path) == str(tmp_path / "usb-HUAWEI-if00")


def test_a_phone_is_told_an_address_that_nobody_can_guess(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_BASE_URL", "http://192.168.1.10")
    outcome = sosbox("sms-address", "--data", data_dir)
    secret = load_keys(data_dir).hook_key("sms inbound")

    assert outcome.out == f"http://192.168.1.10/sms/inbound/{secret}\n"
    assert re.fullmatch("[0-9a-f]{32}", secret)


@pytest.mark.parametrize("command", ["kannel-config", "sms-address"])
def test_without_its_keys_a_box_has_no_secrets(
    sosbox: Command, tmp_path: Path, command: str
) -> None:
    outcome = sosbox(command, "--data", tmp_path)

    assert (outcome.code, outcome.out) == (2, "")
    assert not (tmp_path / "keys").exists()
