"""Apertium: programs that stand for it, and Debian's own."""

import os
import signal
from pathlib import Path

import pytest

from sosbox.translation.apertium.engine import ApertiumTranslator
from sosbox.translation.apertium.modes import MODES_DIR
from sosbox.translation.contract import Pair, Translator
from tests.support.apertium import ES_GL, IS_INSTALLED, FakeApertium


class FakeApertiumKit:
    def __init__(self, folder: Path) -> None:
        self._fake = FakeApertium.install(folder / "apertium")
        self.translator: Translator = self._fake.translator()
        self.pair: Pair | None = ES_GL
        self.examples = {
            "No hay agua.": "auga",
            "Hola, buenas tardes.": "Ola",
            "¿Dónde está el agua?": "auga",
            "Hola": "Ola",
        }

    def break_down(self) -> None:
        self._fake.behave("ends at once")
        self.interrupt()

    def recover(self) -> None:
        self._fake.behave("fine")

    def interrupt(self) -> None:
        self._fake.kill()

    def end(self) -> None:
        self.translator.close()


class InstalledApertiumKit:
    """The programs of the system, with a copy of one mode that can be taken away."""

    def __init__(self, folder: Path) -> None:
        if not IS_INSTALLED:
            missing = "Apertium is not installed: installer/ensure-apertium does it"
            pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
        self._mode = folder / "es-pt.mode"
        self.recover()
        self.translator: Translator = ApertiumTranslator(folder, timeout_s=60)
        self.pair: Pair | None = Pair("es", "pt")
        self.examples = {
            "No hay agua caliente en la habitación 204.": "água quente",
            "Mañana vendrá el técnico a las 9.": "Amanhã",
            "Necesitamos dos toallas.": "toalhas",
            "¿A qué hora abre la piscina?": "piscina",
        }

    def break_down(self) -> None:
        self._mode.unlink()

    def recover(self) -> None:
        self._mode.write_bytes((MODES_DIR / "es-pt.mode").read_bytes())

    def interrupt(self) -> None:
        started = [pid for pid in _children() if "/apertium-es-pt/" in _command_line(pid)]
        assert started
        os.kill(started[0], signal.SIGKILL)

    def end(self) -> None:
        self.translator.close()


def _children() -> list[int]:
    """The processes that this one has started, on whichever thread."""
    files = Path("/proc/self/task").glob("*/children")
    return [int(pid) for file in files for pid in file.read_text().split()]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""
