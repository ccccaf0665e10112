"""Answers of the Internet Printing Protocol, as bytes. What is asked, a real CUPS reads:
test_printers.py."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.printing.ipp import GroupTag, Operation, Tag, attribute, read_answer, request

HEAD = b"\x01\x01\x00\x00\x00\x00\x00\x01"


def said(tag: int, name: bytes, value: bytes) -> bytes:
    lengths = len(name).to_bytes(2, "big"), len(value).to_bytes(2, "big")
    return bytes([tag]) + lengths[0] + name + lengths[1] + value


def test_values_are_read_by_their_kind() -> None:
    answer = read_answer(
        HEAD
        + b"\x02"
        + said(Tag.ENUM, b"job-state", b"\x00\x00\x00\x09")
        + said(Tag.KEYWORD, b"job-state-reasons", b"none")
        + said(Tag.BOOLEAN, b"is-there", b"\x01")
        + said(Tag.INTEGER, b"below", b"\xff\xff\xff\xff")
        + said(Tag.NAME, b"who", "Ñandú".encode())
        + said(0x10, b"unsupported", b"")
        + b"\x03"
    )

    assert answer.is_success
    assert answer.of(GroupTag.JOB) == [
        {
            "job-state": [9],
            "job-state-reasons": ["none"],
            "is-there": [True],
            "below": [-1],
            "who": ["Ñandú"],
            "unsupported": [b""],
        }
    ]


def test_several_values_belong_to_one_name_and_several_groups_stay_apart() -> None:
    answer = read_answer(
        HEAD
        + b"\x04"
        + said(Tag.KEYWORD, b"media-supported", b"iso_a4_210x297mm")
        + said(Tag.KEYWORD, b"", b"iso_a5_148x210mm")
        + b"\x04"
        + said(Tag.KEYWORD, b"media-supported", b"iso_a3_297x420mm")
        + b"\x03"
    )

    assert [group["media-supported"] for group in answer.of(GroupTag.PRINTER)] == [
        ["iso_a4_210x297mm", "iso_a5_148x210mm"],
        ["iso_a3_297x420mm"],
    ]


def test_what_is_put_together_of_parts_is_left_out_and_nothing_else() -> None:
    inner = said(Tag.BEGIN_COLLECTION, b"", b"") + said(Tag.MEMBER_NAME, b"", b"x-dimension")
    inner += said(Tag.INTEGER, b"", b"\x00\x00\x52\x08") + said(Tag.END_COLLECTION, b"", b"")
    answer = read_answer(
        HEAD
        + b"\x04"
        + said(Tag.BEGIN_COLLECTION, b"media-col-default", b"")
        + said(Tag.MEMBER_NAME, b"", b"media-size")
        + inner
        + said(Tag.END_COLLECTION, b"", b"")
        + said(Tag.NAME, b"printer-name", b"Office")
        + b"\x03"
    )

    assert answer.of(GroupTag.PRINTER) == [{"media-col-default": [], "printer-name": ["Office"]}]


def test_a_refusal_is_told_by_its_status() -> None:
    answer = read_answer(b"\x01\x01\x04\x06\x00\x00\x00\x01\x03")

    assert not answer.is_success
    assert answer.status == 0x0406


@pytest.mark.parametrize("num_bytes", [0, 3, 8, 9, 12, 20])
def test_an_answer_that_is_cut_off_is_none(num_bytes: int) -> None:
    whole = HEAD + b"\x02" + said(Tag.ENUM, b"job-state", b"\x00\x00\x00\x09") + b"\x03"

    with pytest.raises(ValueError, match="cut off"):
        read_answer(whole[:num_bytes])


@given(st.binary(max_size=200))
def test_nothing_that_comes_can_do_harm(data: bytes) -> None:
    for answer in (data, HEAD + data):
        with contextlib.suppress(ValueError):
            read_answer(answer)


def test_what_is_asked_names_its_letters_first_and_ends_with_the_document() -> None:
    asked = request(
        Operation.SEND_DOCUMENT,
        [attribute(Tag.URI, "printer-uri", "ipp://localhost/printers/A")],
        [attribute(Tag.KEYWORD, "media", "iso_a4_210x297mm")],
        b"%PDF",
    )
    read = read_answer(asked)

    assert [tag for tag, _group in read.groups] == [GroupTag.OPERATION, GroupTag.JOB]
    assert list(read.groups[0][1]) == [
        "attributes-charset",
        "attributes-natural-language",
        "printer-uri",
    ]
    assert asked.endswith(b"\x03%PDF")
