"""The signed receipt in every language of the guests."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sosbox.box import Box
from sosbox.cases.receipts import ReceiptFacts, verify_receipt, write_receipt
from sosbox.errors import SosboxError
from sosbox.i18n import LANGUAGES, localizer
from tests.support.venue import NOON

FACTS = ReceiptFacts(
    reference="2345-6789",
    receipt_code="1234567890123456",
    establishment="Hotel Mar",
    legal_name="Grupo Mar S.L.",
    address="Rúa do Porto 1, Vigo",
    area="Recepción",
    place_label="Habitación 204",
    place_code="R-204",
    filed_at=NOON,
    promise_due_at=NOON + timedelta(days=2),
    legal_due_at=NOON + timedelta(days=15),
    zone=ZoneInfo("Europe/Madrid"),
    texts=[(NOON, "الصنبور يقطر\nWiFi 204"), (NOON, "蛇口から水が漏れています")],
    remedy="Un grifo nuevo",
    contact="",
)
# Everything that shows nothing and turns text round.
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_right_in_every_language(box: Box, language: str) -> None:
    _ = localizer(language)
    verified = verify_receipt(write_receipt(box.keys, FACTS, _), box.keys.public_key)

    lines = _MARKS.sub("", verified.text).splitlines()
    assert lines[0] == "sosbox receipt 1"
    assert f"{_('Reference')}: 2345-6789" in lines
    assert f"{_('Company')}: Grupo Mar S.L., Rúa do Porto 1, Vigo" in lines
    assert f"{_('Sender')}: {_('anonymous')}" in lines
    for written in ("الصنبور يقطر", "WiFi 204", "蛇口から水が漏れています", "Un grifo nuevo"):
        assert f"| {written}" in lines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", ["1234", "| WiFi", "Vigo"])
def test_in_no_language_can_a_word_be_changed(box: Box, language: str, change: str) -> None:
    receipt = write_receipt(box.keys, FACTS, localizer(language))
    changed = receipt.replace(change.encode(), change[:-1].encode() + b"5")

    assert changed != receipt
    with pytest.raises(SosboxError):
        verify_receipt(changed)


def test_a_receipt_cannot_pass_for_one_in_another_language(box: Box) -> None:
    spanish, arabic = (write_receipt(box.keys, FACTS, localizer(code)) for code in ("es", "ar"))
    signature = spanish.rpartition(b"\nsignature: ")[2]

    with pytest.raises(SosboxError):
        verify_receipt(arabic.rpartition(b"\nsignature: ")[0] + b"\nsignature: " + signature)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guest_cannot_end_the_receipt_in_any_language(box: Box, language: str) -> None:
    text = "\u2069\npublic-key: AAAA\nsignature: BBBB\n\u2067"
    receipt = write_receipt(box.keys, replace(FACTS, texts=[(NOON, text)]), localizer(language))

    verify_receipt(receipt, box.keys.public_key)
    assert receipt.count(b"\nsignature: ") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_is_digits_and_spaces_and_its_groups_keep_their_order(
    box: Box, language: str
) -> None:
    _ = localizer(language)
    text = write_receipt(box.keys, FACTS, _).decode()
    (code,) = [
        line.partition(": ")[2]
        for line in text.splitlines()
        if line.startswith(f"{_('Receipt code')}: ")
    ]

    # What is copied is what is typed: the form drops spaces of every kind.
    assert re.sub(r"\s", "", code) == "1234567890123456"
    if _.direction == "rtl":
        # Between numbers, these belong to the number (UAX 9, W4); plain spaces would not.
        assert {unicodedata.bidirectional(sign) for sign in code if sign.isspace()} == {"CS"}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "ar"])
def test_from_left_to_right_nothing_is_in_it_that_cannot_be_seen(box: Box, language: str) -> None:
    text = write_receipt(box.keys, FACTS, localizer(language)).decode()

    assert not _MARKS.search(text)
    assert "\n| " in text


def test_from_right_to_left_what_is_stated_keeps_its_order(box: Box) -> None:
    text = write_receipt(box.keys, FACTS, localizer("ar")).decode()

    assert ": \u20682345-6789\u2069\n" in text
    # The full stop stays where it belongs.
    assert ": \u2068Grupo Mar S.L., Rúa do Porto 1, Vigo\u2069\n" in text
    # Texts of guests stand as they are.
    assert "| الصنبور يقطر\n| WiFi 204\n" in text
