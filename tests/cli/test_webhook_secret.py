"""What the owner of a web address is given to check signatures with."""

from base64 import b64decode
from pathlib import Path

import pytest

from sosbox.keys import load_keys
from tests.cli.conftest import Command

URL = "https://hooks.example/sosbox"


def test_the_secret_is_the_one_that_webhooks_are_signed_with(
    sosbox: Command, data_dir: Path
) -> None:
    outcome = sosbox("webhook-secret", URL, "--data", data_dir)

    assert outcome.code == 0
    assert outcome.out == load_keys(data_dir).webhook_secret(URL) + "\n"
    assert len(b64decode(outcome.out.strip().removeprefix("whsec_"))) == 32


@pytest.mark.parametrize("url", ["hooks.example", "http://hooks.example/"])
def test_what_is_no_address_has_no_secret(sosbox: Command, data_dir: Path, url: str) -> None:
    outcome = sosbox("webhook-secret", url, "--data", data_dir)

    assert (outcome.code, outcome.out) == (2, "")
    assert "https://" in outcome.err


def test_without_its_keys_a_box_has_no_secrets(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("webhook-secret", URL, "--data", tmp_path)

    assert (outcome.code, outcome.out) == (2, "")
    assert not (tmp_path / "keys").exists()
