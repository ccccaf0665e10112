"""Input that comes line by line."""

from io import BytesIO

import pytest

from sosbox.cli import lines
from sosbox.cli.command import UsageError
from sosbox.cli.lines import MAX_LINE_BYTES, Line, batches_of
from tests.cli.conftest import Typed


def _texts(content: bytes, size: int = 2) -> list[list[str]]:
    return [[line.text for line in batch] for batch in batches_of(BytesIO(content), size)]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"", []),
        (b"a", [["a"]]),
        (b"a\nb\nc\n", [["a", "b"], ["c"]]),
        (b"a\r\n\r\nb", [["a", ""], ["b"]]),
        (b"\n\n", [["", ""]]),
        (b"\xef\xbb\xbfa\n", [["a"]]),
        ("á\u2028\x0b\x85\n水".encode(), [["á\u2028\x0b\x85", "水"]]),
    ],
)
def test_a_line_ends_where_an_editor_ends_it(content: bytes, texts: list[list[str]]) -> None:
    assert _texts(content) == texts


def test_lines_are_numbered_from_the_first_on() -> None:
    assert list(batches_of(BytesIO(b"a\nb\nc"), 2)) == [
        [Line(1, "a"), Line(2, "b")],
        [Line(3, "c")],
    ]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (b"\xff\n", "line 4 is not UTF-8"),
        (b"caf\xe9\n", "line 4 is not UTF-8"),
        (b"x" * (MAX_LINE_BYTES + 1), "line 4 is longer than 100000 bytes"),
        (b"x" * 1_000_000 + b"\n", "line 4 is longer than 100000 bytes"),
    ],
)
def test_what_stands_before_a_wrong_line_is_worked_on(wrong: bytes, problem: str) -> None:
    batches = batches_of(BytesIO(b"a\nb\nc\n" + wrong + b"d\n"), 2)
    assert [line.text for line in next(batches)] == ["a", "b"]
    assert [line.text for line in next(batches)] == ["c"]

    with pytest.raises(UsageError) as caught:
        next(batches)
    assert str(caught.value) == problem


def test_at_a_terminal_each_line_is_answered_before_the_next_is_read(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(b"a\nb\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    assert [len(batch) for batch in lines.batches_of_input()] == [1, 1]


def test_elsewhere_many_lines_go_together(typed: Typed) -> None:
    typed(b"a\n" * 150)

    assert [len(batch) for batch in lines.batches_of_input()] == [100, 50]
