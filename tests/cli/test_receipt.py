"""Checking a receipt, anywhere."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sosbox.cases.receipts import ReceiptFacts, write_receipt
from sosbox.i18n import localizer
from sosbox.keys import fingerprint, load_keys
from tests.cli.conftest import Command
from tests.support.venue import NOON


@pytest.fixture
def receipt(data_dir: Path, tmp_path: Path) -> Path:
    facts = ReceiptFacts(
        reference="K7QF-2M9X",
        receipt_code="1234567890123456",
        establishment="Hotel Mar",
        legal_name="Grupo Mar S.L.",
        address="Vigo",
        area="Recepción",
        place_label="Habitación 204",
        place_code="R-204",
        filed_at=NOON,
        promise_due_at=NOON + timedelta(days=2),
        legal_due_at=NOON + timedelta(days=15),
        zone=ZoneInfo("Europe/Madrid"),
        texts=[(NOON, "El grifo gotea")],
        remedy="",
        contact="",
    )
    path = tmp_path / "receipt.txt"
    path.write_bytes(write_receipt(load_keys(data_dir), facts, localizer("en")))
    return path


def test_a_receipt_is_right_without_a_box(sosbox: Command, receipt: Path, data_dir: Path) -> None:
    outcome = sosbox("receipt", "verify", receipt)

    assert outcome.code == 0
    assert fingerprint(load_keys(data_dir).public_key) in outcome.out
    assert "this box" not in outcome.out


def test_a_receipt_is_right_with_the_box_that_gave_it_out(
    sosbox: Command, receipt: Path, data_dir: Path
) -> None:
    outcome = sosbox("receipt", "verify", receipt, "--data", data_dir)

    assert outcome.code == 0
    assert "which is the key of this box" in outcome.out


def test_a_receipt_of_another_box_is_refused(
    sosbox: Command, receipt: Path, tmp_path: Path
) -> None:
    load_keys(tmp_path / "other")

    outcome = sosbox("receipt", "verify", receipt, "--data", tmp_path / "other")
    assert outcome.code == 1
    assert "signed with another key" in outcome.err


@pytest.mark.parametrize("position", [0, 100, -2])
def test_a_receipt_with_one_byte_changed_is_refused(
    sosbox: Command, receipt: Path, position: int
) -> None:
    data = bytearray(receipt.read_bytes())
    data[position] ^= 1
    receipt.write_bytes(data)

    outcome = sosbox("receipt", "verify", receipt)
    assert (outcome.code, outcome.out) == (1, "")


def test_a_receipt_that_is_not_there_is_wrong_usage(sosbox: Command, tmp_path: Path) -> None:
    assert sosbox("receipt", "verify", tmp_path / "none.txt").code == 2
