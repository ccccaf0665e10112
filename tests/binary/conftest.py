"""The built program, named by `make test-binary`; without one these tests are left out."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.server import PROGRAM, set_up

BASE_URL = "http://mar.example"
Run = Callable[..., subprocess.CompletedProcess[bytes]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PROGRAM_UNDER_TEST" not in os.environ:
        skip = pytest.mark.skip(reason="`make test-binary` builds the program and tries it")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the cast, made by the program."""
    data_dir = tmp_path_factory.mktemp("built") / "data"
    set_up(data_dir)
    return data_dir


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program as a service does: with nothing of this machine's Python in sight."""

    def run_it(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [*PROGRAM, *map(str, words)],
            capture_output=True,
            cwd=tmp_path,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(tmp_path),
                "LANG": "C.UTF-8",
                "SOSBOX_BASE_URL": BASE_URL,
            },
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        return done

    return run_it
