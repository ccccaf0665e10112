"""The built program: how soon it is ready, and what it takes of the memory while nobody writes.

Measured where `make appliance` has built it; the same from its source stands beside it.
"""

import statistics
import time
from pathlib import Path

from tests.support import server
from tests.support.server import RunningBox, set_up

FOLDER = Path("build/appliance/sosbox.dist")
ONE_FILE = Path("build/appliance/sosbox")
NUM_STARTS = 5
# Until caches are full and the worker has looked round, seconds.
SETTLED_S = 20.0


def measure_appliance(folder: Path) -> dict[str, float]:
    """Nothing where nothing has been built."""
    program = FOLDER / "sosbox.bin"
    if not program.exists():
        print("nothing is built: `make appliance` first")
        return {}
    figures = {f"source_{key}": value for key, value in _started(folder / "source").items()}
    server.PROGRAM[:] = [str(program.resolve())]
    figures |= {f"built_{key}": value for key, value in _started(folder / "built").items()}
    figures["built_folder_mb"] = _size_mb(FOLDER)
    if ONE_FILE.exists():
        figures["built_one_file_mb"] = _size_mb(ONE_FILE)
    return figures


def _started(data_dir: Path) -> dict[str, float]:
    set_up(data_dir)
    box = RunningBox(data_dir, smtp_port=9)
    seconds = []
    for number in range(NUM_STARTS):
        begun = time.perf_counter()
        box.start()
        seconds.append(time.perf_counter() - begun)
        if number < NUM_STARTS - 1:
            box.stop()
    time.sleep(SETTLED_S)
    memory = _memory_mb(data_dir)
    box.kill()
    return {"ready_s": statistics.median(seconds), **memory}


def _memory_mb(data_dir: Path) -> dict[str, float]:
    """Of the web and the worker process: what is resident; and their share of it, where what they
    have in common counts once."""
    resident = shared = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
            if str(data_dir) not in words or not {"_web", "_worker"} & set(words):
                continue
            rollup = (process / "smaps_rollup").read_text("ascii")
        except OSError:
            continue
        facts = {line.split()[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
        resident += facts["Rss:"] * 1024 / 1e6
        shared += facts["Pss:"] * 1024 / 1e6
    return {"resident_mb": resident, "share_mb": shared}


def _size_mb(path: Path) -> float:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files) / 1e6
