"""How many short sentences of guests the detector gets right, and how long it takes for one."""

import time
from collections.abc import Callable
from pathlib import Path

from sosbox.translation.detection.langid import LangidDetector
from tests.support.detection import HELD_OUT, TUNING, accuracy, detected

ROUNDS = 5
_PAGE_BYTES = 4096
# A page in another language than the guest's: the neighbour's where there is one.
_WRONG_PAGES = {"es": "gl", "gl": "es", "pt": "gl", "ca": "es", "eu": "es"}


def measure_detect(_folder: Path) -> dict[str, float]:
    """Shares of 1 of the sentences in tests/translation/detection/; milliseconds; megabytes.

    Without a suffix: no page is known, all sentences. `_held_out`: those alone with which the
    detector was not made. `_page`: on a page in the guest's language. `_wrong_page`: in another.
    """
    detector = LangidDetector()
    memory_mb = _memory_mb()
    started = time.perf_counter()
    detector.detect("hola")
    figures = {"detect_load_ms": (time.perf_counter() - started) * 1000}
    figures["detect_memory_mb"] = _memory_mb() - memory_mb
    figures["detect_ms"] = _milliseconds(detector)
    figures |= _shares(detector, "", (HELD_OUT, TUNING))
    figures |= _shares(detector, "_held_out", (HELD_OUT,))
    figures |= _shares(detector, "_page", (HELD_OUT, TUNING), lambda language: language)
    figures |= _shares(
        detector,
        "_wrong_page",
        (HELD_OUT, TUNING),
        lambda language: _WRONG_PAGES.get(language, "en"),
    )
    return figures


def _shares(
    detector: LangidDetector,
    suffix: str,
    parts: tuple[str, ...],
    page_of: Callable[[str], str] = lambda _language: "",
) -> dict[str, float]:
    found = [each for part in parts for each in detected(detector, part, page_of)]
    return {
        f"detect_accuracy{suffix}": accuracy(found),
        f"detect_accuracy_gl{suffix}": accuracy(found, "gl"),
    }


def _memory_mb() -> float:
    """What this process holds in memory now."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * _PAGE_BYTES / 1e6


def _milliseconds(detector: LangidDetector) -> float:
    started = time.perf_counter()
    num = sum(len(detected(detector, part)) for _ in range(ROUNDS) for part in (HELD_OUT, TUNING))
    return (time.perf_counter() - started) / num * 1000
