"""The engine: directions are started when they are used, and ended when nobody uses them."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sosbox.i18n import N_
from sosbox.translation.apertium.direction import Direction
from sosbox.translation.apertium.modes import MODES_DIR, PROGRAM_PATH, InstalledModes, Mode
from sosbox.translation.apertium.pipeline import PipelineError
from sosbox.translation.contract import Health, Pair, TranslationError
from sosbox.translation.engine_table import APERTIUM

# A direction that has to start answers its first sentence after half a second, on a slow box
# after several.
TIMEOUT_S = 10.0
IDLE_S = 900.0
# A direction takes 40 to 250 MB.
MAX_RUNNING = 3
_SWEEP_S = 60.0

# What a box that speaks Spanish and Galician wants of it.
PACKAGES = (
    "apertium",
    "apertium-es-gl",
    "apertium-es-pt",
    "apertium-lex-tools",
    "apertium-pt-gl",
    "apertium-spa-cat",
)
_INSTALL = f"apt-get install {' '.join(PACKAGES)}"
_STOPPED = N_("Apertium has stopped working.")
_SHUT_DOWN = N_("Apertium has been shut down.")

_log = logging.getLogger(__name__)


class ApertiumTranslator:
    """Directions that are installed in the system, each a chain of programs that keeps running.

    timeout_s: longest wait for the next sentence; twice as long, and it is given up. idle_s: after
    so long without use a direction ends. max_running: as soon as more are running, the one that was
    not used for longest ends.
    """

    name = APERTIUM

    def __init__(
        self,
        modes_dir: Path = MODES_DIR,
        *,
        program_path: str = PROGRAM_PATH,
        timeout_s: float = TIMEOUT_S,
        idle_s: float = IDLE_S,
        max_running: int = MAX_RUNNING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._installed = InstalledModes(modes_dir, program_path)
        self._program_path = program_path
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._max_running = max_running
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._directions: dict[Pair, Direction] = {}
        self._closing = threading.Event()
        self._sweeper: threading.Thread | None = None

    def pairs(self) -> frozenset[Pair]:
        return frozenset(self._installed.working())

    def via(self, _pair: Pair) -> tuple[str, ...]:
        return ()

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        mode = self._installed.working().get(pair)
        if mode is None:
            raise TranslationError(N_("Apertium does not translate {pair} here."), pair=str(pair))
        direction = self._direction(mode)
        try:
            return direction.translate(sentences)
        except PipelineError:
            if self._closing.is_set():
                raise TranslationError(_SHUT_DOWN) from None
            _log.warning("apertium has failed twice in a row, %s", pair)
            raise TranslationError(_STOPPED) from None

    def health(self) -> Health:
        working = self._installed.working()
        missing = self._installed.missing()
        directions = self._all_directions()
        failing = [each.mode.pair for each in directions if each.has_failed]
        facts = {
            "pairs": working,
            "running": [each.mode.pair for each in directions if each.is_running],
            "failing": failing,
            "programs not installed": missing,
        }
        detail = "; ".join(f"{name}: {_listed(items)}" for name, items in facts.items() if items)
        problem = ""
        if failing:
            problem = _STOPPED
        elif missing:
            problem = N_("Programs of Apertium are missing: it translates less than it could.")
        elif not working:
            problem = N_("Apertium is not installed.")
        return Health(self.name, bool(working) and not failing, problem, detail or _INSTALL)

    def close(self) -> None:
        self._closing.set()
        for direction in self._all_directions():
            direction.close()

    def end_idle(self) -> None:
        """Ends what nobody has used for `idle_s`; called every minute."""
        now = self._monotonic()
        for direction in self._all_directions():
            if direction.is_running and now - direction.used_at >= self._idle_s:
                direction.end_unless_busy()

    def _direction(self, mode: Mode) -> Direction:
        """The one for a mode, with room for it to run."""
        with self._lock:
            if self._closing.is_set():
                raise TranslationError(_SHUT_DOWN)
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="apertium", daemon=True)
                self._sweeper.start()
            direction = self._directions.get(mode.pair)
            if direction is None or direction.mode != mode:
                if direction is not None:
                    direction.end_unless_busy()
                direction = Direction(
                    mode,
                    program_path=self._program_path,
                    timeout_s=self._timeout_s,
                    monotonic=self._monotonic,
                )
                self._directions[mode.pair] = direction
            others = [each for each in self._directions.values() if each is not direction]
        self._make_room(others)
        return direction

    def _make_room(self, others: Iterable[Direction]) -> None:
        running = [each for each in others if each.is_running]
        running.sort(key=lambda each: each.used_at)
        for direction in running[: max(0, len(running) - self._max_running + 1)]:
            direction.end_unless_busy()

    def _sweep(self) -> None:
        while not self._closing.wait(_SWEEP_S):
            self.end_idle()

    def _all_directions(self) -> list[Direction]:
        with self._lock:
            return list(self._directions.values())


def _listed(items: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, items)))
