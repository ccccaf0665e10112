"""`make bench`: measures, prints a table and writes build/bench.json."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.appliance import measure_appliance
from benchmarks.detect import measure_detect
from benchmarks.inbox import measure_inbox
from benchmarks.intake import measure_intake
from benchmarks.match import measure_match
from benchmarks.notify import measure_notify
from benchmarks.print_pages import measure_print
from benchmarks.translate import measure_translate

MEASURES: dict[str, Callable[[Path], dict[str, float]]] = {
    "intake": measure_intake,
    "notify": measure_notify,
    "inbox": measure_inbox,
    "match": measure_match,
    "translate": measure_translate,
    "detect": measure_detect,
    "print": measure_print,
    "appliance": measure_appliance,
}
GOALS: dict[str, tuple[str, float]] = {
    "intake_ratio": ("≥", 0.5),
    "notify_p95_ms": ("<", 500),
    "inbox_growth": ("≤", 2),
    "match_1000_rules_ms": ("<", 5),
    "translate_ratio": ("≥", 4),
    "translate_latency_ratio": ("<", 1.5),
    "translate_memory_mb": ("≤", 400),
    "detect_accuracy": ("≥", 0.95),
    "detect_accuracy_gl": ("≥", 0.85),
    "detect_ms": ("<", 2),
    "print_ratio": ("≤", 4),
    "print_peak_mb": ("<", 400),
    "print_web_ratio": ("≤", 1.5),
    "built_ready_s": ("≤", 3),
    "built_resident_mb": ("≤", 220),
    "built_one_file_mb": ("≤", 120),
}
OUTPUT = Path("build/bench.json")


def main(names: list[str]) -> int:
    figures: dict[str, float] = {}
    for name in names or MEASURES:
        print(f"measuring {name} …", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            figures |= MEASURES[name](Path(folder))
    for key, value in figures.items():
        print(f"{key:<26}{value:>12,.2f}  {_verdict(key, value)}")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({k: round(v, 4) for k, v in figures.items()}, indent=2) + "\n")
    return 0


def _verdict(key: str, value: float) -> str:
    if key not in GOALS:
        return ""
    sign, goal = GOALS[key]
    is_met = {"≥": value >= goal, "≤": value <= goal, "<": value < goal}[sign]
    return f"goal {sign} {goal:g}: {'met' if is_met else 'NOT MET'}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
