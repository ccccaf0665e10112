"""Starting this program once more."""

import subprocess
from pathlib import Path

from sosbox.lib.own_program import own_command


def test_nothing_is_run_that_lies_in_the_working_directory(tmp_path: Path) -> None:
    for name in ("sosbox.py", "segno.py", "json.py"):
        (tmp_path / name).write_text('print("taken over")', encoding="ascii")

    done = subprocess.run(
        [*own_command(), "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert "taken over" not in done.stdout
    assert done.stdout
