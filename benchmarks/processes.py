"""Starting what is measured, and ending it again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def process_with_port(module: str, *arguments: str) -> Iterator[int]:
    """Runs `python -m module`, which prints "port N"; yields the port and ends the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("port "):
                yield int(line.split()[1])
                break
        else:
            raise RuntimeError(f"{module} did not start")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
