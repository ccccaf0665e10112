"""The secrets of a box: made once, never replaced, of no use to another box."""

import os
import stat
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sosbox.errors import ConfigError
from sosbox.keys import Keys, fingerprint, load_keys, public_key_bytes

NAMES = ("box.key", "master.key")
CODES = st.integers(min_value=0, max_value=10**16 - 1).map(lambda number: f"{number:016d}")


def _keys(signing: int = 1, master: int = 2) -> Keys:
    """Keys that are the same in every run."""
    signing_key = Ed25519PrivateKey.from_private_bytes(bytes([signing]) * 32)
    return Keys(signing_key, bytes([master]) * 32)


KEYS = _keys()
OTHER_BOX = _keys(3, 4)


def test_keys_are_made_on_the_first_start_and_found_on_the_next(tmp_path: Path) -> None:
    first, second = load_keys(tmp_path), load_keys(tmp_path)
    assert public_key_bytes(first.public_key) == public_key_bytes(second.public_key)
    assert first.receipt_code(1, "a") == second.receipt_code(1, "a")
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == sorted(NAMES)


def test_no_two_boxes_have_the_same_keys(tmp_path: Path) -> None:
    one, other = load_keys(tmp_path / "one"), load_keys(tmp_path / "other")
    assert public_key_bytes(one.public_key) != public_key_bytes(other.public_key)
    assert one.receipt_code(1, "a") != other.receipt_code(1, "a")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_service_may_read_them(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        load_keys(tmp_path)
    finally:
        os.umask(before)
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in NAMES} == {0o600}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33, b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_damaged_key_is_refused_and_left_as_it_is(
    tmp_path: Path, name: str, content: bytes
) -> None:
    load_keys(tmp_path)
    path = tmp_path / "keys" / name
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_keys(tmp_path)
    assert str(caught.value) == f"{path} is damaged: restore it from a backup"
    assert path.read_bytes() == content


def test_of_two_processes_that_start_at_once_both_have_the_same_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = load_keys(tmp_path / "winner")
    link = os.link

    def be_too_late(draft: Path, path: Path) -> None:
        path.write_bytes((tmp_path / "winner" / "keys" / path.name).read_bytes())
        link(draft, path)

    monkeypatch.setattr(os, "link", be_too_late)
    loser = load_keys(tmp_path / "loser")
    assert public_key_bytes(loser.public_key) == public_key_bytes(winner.public_key)
    assert loser.receipt_code(1, "a") == winner.receipt_code(1, "a")
    assert sorted(path.name for path in (tmp_path / "loser" / "keys").iterdir()) == sorted(NAMES)


def test_a_power_cut_while_a_key_is_made_leaves_no_half_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(descriptor: int) -> None:
        raise OSError("no power")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", cut)
        with pytest.raises(OSError, match="no power"):
            load_keys(tmp_path)
    assert not [name for name in NAMES if (tmp_path / "keys" / name).exists()]
    load_keys(tmp_path)


def test_what_is_derived_stays_the_same_from_version_to_version() -> None:
    # Receipts that guests hold, hashes in databases: with other values all of them were void.
    assert fingerprint(KEYS.public_key) == "3475 0F98 BD59 FCFC 946D A45A AABE 933B"
    assert KEYS.receipt_code(7, "submission") == "7105645429265481"
    assert KEYS.receipt_token("1234567890123456") == "yosBBprtUrMDAVZdXdLyu3TuReCySiE"
    assert (
        KEYS.receipt_hash("1234567890123456").hex()
        == "ee132fe885d0515e337e9b68714865dadf96032d67b3376b9873a4a100f566ee"
    )
    assert (
        KEYS.follow_up_hash(7, "submission").hex()
        == "a7d885e4d8fdf4a32b0e3247fe17dd0e802c9cf0cb1af1607955d315c7f31114"
    )
    assert (
        KEYS.staff_hash("token").hex()
        == "3a1b5b5f61e2996da7da94f6a4420ac977f8c8e66886c90a03278a6a845ce7ad"
    )
    assert (
        KEYS.webhook_secret("https://hooks.example/")
        == "whsec_Q1jUO0tf1TNObygebAbzA4EHzsFDuymVniKNLiFC8zc="
    )
    assert (
        KEYS.queue_secret.hex()
        == "edb2fbe92db2fe67c83c4e15f18a8ac49e0cdc30dda6349e8ce00248427db9b1"
    )


@given(st.integers(min_value=1), st.text(max_size=40))
def test_a_receipt_code_has_sixteen_digits_and_belongs_to_its_submission(
    access_point_id: int, submission_id: str
) -> None:
    code = KEYS.receipt_code(access_point_id, submission_id)
    assert len(code) == 16
    assert code.isdecimal()
    assert code == KEYS.receipt_code(access_point_id, submission_id)
    assert code != KEYS.receipt_code(access_point_id + 1, submission_id)
    assert code != KEYS.receipt_code(access_point_id, submission_id + "x")
    assert code != OTHER_BOX.receipt_code(access_point_id, submission_id)


@given(CODES)
def test_the_private_link_leads_back_to_the_code(code: str) -> None:
    token = KEYS.receipt_token(code)
    assert KEYS.receipt_code_from_token(token) == code
    assert code not in token


@given(CODES)
def test_the_link_of_another_box_leads_nowhere(code: str) -> None:
    assert KEYS.receipt_code_from_token(OTHER_BOX.receipt_token(code)) is None


@given(st.text(max_size=80) | st.text("ABCxyz019-_", min_size=20, max_size=64))
def test_a_made_up_link_leads_nowhere(token: str) -> None:
    assert KEYS.receipt_code_from_token(token) is None


def test_a_link_with_one_sign_changed_leads_nowhere() -> None:
    token = KEYS.receipt_token("1234567890123456")
    for position, sign in enumerate(token):
        other = "A" if sign != "A" else "B"
        changed = token[:position] + other + token[position + 1 :]
        assert KEYS.receipt_code_from_token(changed) is None


def test_another_spelling_of_the_same_bytes_is_no_link() -> None:
    token = KEYS.receipt_token("1234567890123456")
    sealed = urlsafe_b64decode(token + "=")
    last = token[:-1] + chr(ord(token[-1]) + 1)
    spellings = [
        urlsafe_b64encode(sealed).decode(),
        f"{token}=",
        f" {token}",
        f"{token}\n",
        f"{token[:10]}.{token[10:]}",
        token.replace("-", "+").replace("_", "/") + "==",
    ]
    if urlsafe_b64decode(last + "=") == sealed:
        spellings.append(last)
    for spelling in spellings:
        assert KEYS.receipt_code_from_token(spelling) is None


def test_no_two_uses_share_a_key() -> None:
    text = "1234567890123456"
    assert KEYS.receipt_hash(text) != KEYS.staff_hash(text)
    assert KEYS.follow_up_hash(1, "a") != KEYS.staff_hash("1:a")
    assert KEYS.follow_up_hash(1, "a") != KEYS.receipt_hash("1:a")


def test_every_web_address_has_a_secret_of_its_own() -> None:
    url = "https://hooks.example/"
    secrets = {KEYS.webhook_secret(url), KEYS.webhook_secret(f"{url}2")}
    assert len(secrets | {OTHER_BOX.webhook_secret(url)}) == 3
    # 24 to 64 bytes, as the specification of Standard Webhooks asks.
    assert {len(b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}


def test_hashes_of_another_box_are_others() -> None:
    assert KEYS.receipt_hash("1") != OTHER_BOX.receipt_hash("1")
    assert KEYS.staff_hash("1") != OTHER_BOX.staff_hash("1")
    assert KEYS.follow_up_hash(1, "a") != OTHER_BOX.follow_up_hash(1, "a")
    assert KEYS.queue_secret != OTHER_BOX.queue_secret


def test_every_purpose_of_a_hook_has_a_key_of_its_own() -> None:
    assert len({KEYS.hook_key(purpose) for purpose in ("sms", "sms 1", "sms 11", "mail")}) == 4
    assert KEYS.hook_key("sms") == KEYS.hook_key("sms")
    assert KEYS.hook_key("sms") != OTHER_BOX.hook_key("sms")


def test_a_follow_up_belongs_to_its_case() -> None:
    assert KEYS.follow_up_hash(1, "1:a") != KEYS.follow_up_hash(11, "a")
    assert KEYS.follow_up_hash(1, "a") == KEYS.follow_up_hash(1, "a")


def test_what_the_box_signs_can_be_checked_and_nothing_else() -> None:
    signature = KEYS.sign(b"filed")
    assert len(signature) == 64
    KEYS.public_key.verify(signature, b"filed")
    with pytest.raises(InvalidSignature):
        KEYS.public_key.verify(signature, b"Filed")
    with pytest.raises(InvalidSignature):
        OTHER_BOX.public_key.verify(signature, b"filed")


def test_the_keys_do_not_show_themselves() -> None:
    shown = f"{KEYS!r} {KEYS}"
    assert (b"\x02" * 32).hex() not in shown
    assert repr(b"\x02" * 32) not in shown
