"""The modem of these tests speaks as the standard says, for what it finds is to be believed."""

from datetime import UTC, datetime

import pytest

from tests.support.pdu import Part, deliver_pdu, length_of, read_submit, report_pdu, text_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_message_in_seven_bits_is_read() -> None:
    # To +46708251358, "hellohello", with a validity period.
    part = read_submit("0011000B916407281553F80000AA0AE8329BFD4697D9EC37")

    assert part.number == "+46708251358"
    assert (part.is_ucs2, part.wants_report, part.total) == (False, False, 1)
    assert text_of([part]) == "hellohello"


def test_parts_are_put_together_in_their_order() -> None:
    parts = [
        Part("+34600123456", True, text.encode("utf-16-be"), True, 7, 2, place)
        for text, place in (("two", 2), ("one, ", 1))
    ]
    assert text_of(parts) == "one, two"


@pytest.mark.parametrize(
    ("text", "body"), [("hellohello", "00000AE8329BFD4697D9EC37"), ("ж", "0008020436")]
)
def test_a_message_that_comes_is_written(text: str, body: str) -> None:
    pdu = deliver_pdu("+46708251358", text, NOON)

    assert pdu.startswith("07914306090909F9040B916407281553F8")
    without_time = pdu.replace("62111221000000", "")
    assert without_time.endswith(body)
    assert length_of(pdu) == len(pdu) // 2 - 8


def test_a_report_names_the_message_and_what_became_of_it() -> None:
    assert report_pdu(7, "+46708251358", 0x41, NOON) == (
        "07914306090909F906070B916407281553F8" + "62111221000000" * 2 + "41"
    )
