"""A box whose worker is given texts to translate."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import process_with_port
from sosbox.box import open_box
from sosbox.config import load_config
from sosbox.jobs.queue import make_queue
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.trial import make_trial
from sosbox.translation.contract import Pair
from tests.support.server import RunningBox, set_up

TIMEOUT_S = 600
MEMORY_LIMIT_MB = 600
# As long as the console would take to notice; shorter than anything that is measured.
POLL_S = 0.002

_CASE = """
    INSERT INTO cases (reference, subscriber_id, establishment_id, area_id, access_point_id, kind,
        language, state, state_rank, excerpt, receipt_hash, filed_at, promise_due_at, legal_due_at)
    VALUES (?, 1, 1, 1, 1, 'complaint', ?, 'new', 0, '', randomblob(32), ?, ?, ?)
"""
_MESSAGE = """
    INSERT INTO messages (case_id, direction, is_routed, text, language, language_by, search_text,
        salt, created_at)
    VALUES (?, 'from_guest', 1, ?, ?, 'guest', '', randomblob(16), ?)
"""
_WAITING = """
    INSERT INTO translations (message_id, part, language, state, priority, created_at)
    VALUES (?, 'text', ?, 'waiting', 1, ?)
"""


class TranslatingBox:
    """Takes texts as the web process does, rows and a ring, and sees them stored."""

    def __init__(self, data_dir: Path) -> None:
        self._database = data_dir / "sosbox.db"
        self._queue = make_queue(open_box(data_dir))
        self._num_cases = 0

    def close(self) -> None:
        self._queue.close()

    def translate(self, texts: Sequence[str], pair: Pair) -> float:
        """Seconds from the commit of the rows until the last one is translated."""
        with closing(sqlite3.connect(self._database, timeout=30, isolation_level=None)) as database:
            ids = self._write(database, texts, pair)
            started = time.perf_counter()
            self._queue.ring()
            while database.execute(_NUM_LEFT, (ids[0],)).fetchone()[0]:
                assert time.perf_counter() - started < TIMEOUT_S, "the worker does not translate"
                time.sleep(POLL_S)
            duration_s = time.perf_counter() - started
            states = dict(database.execute(_STATES, (ids[0],)).fetchall())
        # The tiny models slip now and then, and the guards see it.
        assert states["done"] >= 0.9 * len(texts), states
        return duration_s

    def _write(self, database: sqlite3.Connection, texts: Sequence[str], pair: Pair) -> list[int]:
        now = datetime.now(UTC).isoformat(sep=" ")
        database.execute("BEGIN IMMEDIATE")
        ids = []
        for text in texts:
            self._num_cases += 1
            case = database.execute(
                _CASE, (f"B{self._num_cases}", pair.source, now, now, now)
            ).lastrowid
            message = database.execute(_MESSAGE, (case, text, pair.source, now)).lastrowid
            row = database.execute(_WAITING, (message, pair.target, now)).lastrowid
            assert row is not None
            ids.append(row)
        database.execute("COMMIT")
        return ids


_NUM_LEFT = "SELECT count(*) FROM translations WHERE id >= ? AND state = 'waiting'"
_STATES = "SELECT state, count(*) FROM translations WHERE id >= ? GROUP BY state"


def add_models(store: ModelStore, files: Sequence[Path]) -> list[Model]:
    """As `sosbox models add` does."""
    adder = ModelAdder(store, make_trial(threads=0), memory_limit_mb=MEMORY_LIMIT_MB)
    return [adder.add(path, now=datetime.now(UTC)).model for path in files]


@contextmanager
def translating_box(folder: Path, models: Sequence[Path]) -> Iterator[TranslatingBox]:
    """A box that runs, with these models."""
    set_up(folder / "data")
    add_models(ModelStore(load_config(folder / "data").models_dir), models)
    with process_with_port("benchmarks.mail_sink", str(folder / "times")) as smtp_port:
        running = RunningBox(folder / "data", smtp_port)
        running.start()
        box = TranslatingBox(folder / "data")
        try:
            yield box
        finally:
            box.close()
            running.kill()
