"""Messages of the Internet Printing Protocol: how they are written and read.

As far as one prints with it: https://www.rfc-editor.org/rfc/rfc8010
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

# What attributes may be when they come back; what is of another kind stays bytes.
Value = int | bool | str | bytes
Group = Mapping[str, Sequence[Value]]

_VERSION = b"\x01\x01"
_HEAD = struct.Struct(">2sHi")
_LENGTH = struct.Struct(">H")
_MAX_BYTES = 0x7FFF
# Tags below are of groups, not of values.
_FIRST_VALUE = 0x10


class Operation(IntEnum):
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_PRINTERS = 0x4002


class GroupTag(IntEnum):
    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04


class Tag(IntEnum):
    """Kinds of values. Texts are everything from 0x40 on."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    BEGIN_COLLECTION = 0x34
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


class Status(IntEnum):
    """Of an answer; up to LAST_SUCCESS it was done."""

    LAST_SUCCESS = 0x00FF
    NOT_FOUND = 0x0406


class JobState(IntEnum):
    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True)
class Attribute:
    """values: texts are cut where the protocol has no room for more."""

    tag: Tag
    name: str
    values: tuple[int | bool | str, ...]


def attribute(tag: Tag, name: str, *values: int | bool | str) -> Attribute:
    return Attribute(tag, name, values)


@dataclass(frozen=True)
class Answer:
    """groups: what was asked for, in the order in which it came, with the tag of each."""

    status: int
    groups: Sequence[tuple[int, Group]]

    @property
    def is_success(self) -> bool:
        return self.status <= Status.LAST_SUCCESS

    def of(self, tag: GroupTag) -> list[Group]:
        return [group for each, group in self.groups if each == tag]


def request(
    operation: Operation,
    about: Sequence[Attribute],
    job: Sequence[Attribute] = (),
    data: bytes = b"",
) -> bytes:
    """A request. about: what it is about, the address first; job: how the job is to be."""
    words = [_HEAD.pack(_VERSION, operation, 1), bytes([GroupTag.OPERATION])]
    words += _attribute(attribute(Tag.CHARSET, "attributes-charset", "utf-8"))
    words += _attribute(attribute(Tag.LANGUAGE, "attributes-natural-language", "en"))
    for each in about:
        words += _attribute(each)
    if job:
        words.append(bytes([GroupTag.JOB]))
        for each in job:
            words += _attribute(each)
    return b"".join([*words, bytes([GroupTag.END]), data])


def _attribute(each: Attribute) -> list[bytes]:
    words = []
    name = each.name.encode()
    for value in each.values:
        coded = _coded(each.tag, value)
        words += [bytes([each.tag]), _LENGTH.pack(len(name)), name]
        words += [_LENGTH.pack(len(coded)), coded]
        name = b""  # which is how further values say that they belong to the same
    return words


def _coded(tag: Tag, value: int | bool | str) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")[:_MAX_BYTES]
    if tag is Tag.BOOLEAN:
        return bytes([value])
    return value.to_bytes(4, "big", signed=True)


def read_answer(data: bytes) -> Answer:
    """Raises ValueError for what is none. Values that consist of several are left out."""
    reader = _Reader(data)
    _version, status, _request_id = _HEAD.unpack(reader.take(_HEAD.size))
    groups: list[tuple[int, dict[str, list[Value]]]] = []
    values: list[Value] = []
    depth = 0
    while (tag := reader.byte()) != GroupTag.END:
        if tag < _FIRST_VALUE:
            groups.append((tag, {}))
            values, depth = [], 0
            continue
        name, coded = reader.short(), reader.short()
        if name and depth == 0:
            values = []
            if not groups:
                raise ValueError("an attribute outside of a group")
            groups[-1][1][name.decode("ascii", "replace")] = values
        depth += (tag == Tag.BEGIN_COLLECTION) - (tag == Tag.END_COLLECTION)
        if depth == 0 and tag != Tag.END_COLLECTION:
            values.append(_value(tag, coded))
    return Answer(status, groups)


def _value(tag: int, coded: bytes) -> Value:
    if tag in {Tag.INTEGER, Tag.ENUM}:
        return int.from_bytes(coded, "big", signed=True)
    if tag == Tag.BOOLEAN:
        return coded != b"\x00"
    if tag >= Tag.TEXT:
        return coded.decode("utf-8", "replace")
    return coded


class _Reader:
    """Takes bytes off the front. Raises ValueError when there are no more."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, num: int) -> bytes:
        taken = self._data[self._at : self._at + num]
        if len(taken) < num:
            raise ValueError("cut off")
        self._at += num
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def short(self) -> bytes:
        """Bytes whose number stands before them."""
        (num,) = _LENGTH.unpack(self.take(_LENGTH.size))
        return self.take(num)
