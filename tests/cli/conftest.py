"""Commands as they are typed, in this process where they can be."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from sosbox.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


DEADLINE_S = 15.0
Command = Callable[..., Outcome]
Typed = Callable[[bytes], None]


def wait_until(is_so: Callable[[], object]) -> None:
    """Asks again and again; fails when it takes absurdly long."""
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No option of whoever runs the tests gets in."""
    for name in [name for name in os.environ if name.startswith("SOSBOX_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Gives a command its standard input."""

    def give(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content), "utf-8"))

    return give


@pytest.fixture
def sosbox(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command; its words may be paths."""

    def run(*words: str | Path) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:  # argparse leaves this way
            code = stop.code if isinstance(stop.code, int) else 0
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
