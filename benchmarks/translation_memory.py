"""What a dozen models of full size take of the memory: `… FOLDER LIMIT_MB`.

Run as `python -m benchmarks.translation_memory`, in a process of its own. FOLDER is a store of
models. Translates with one after the other, twice around, and prints as JSON by how many MB the
process has grown at its peak, the moments of loading and of translating included.
"""

import json
import sys
from pathlib import Path

from benchmarks.sentences import SENTENCES
from sosbox.cases.translations import BATCH_CHARACTERS
from sosbox.lib.memory import resident_bytes
from sosbox.translation.argos.engine import ArgosTranslator
from sosbox.translation.argos.store import ModelStore

NUM_ROUNDS = 2
MB = 1_000_000

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def main(folder: str, limit_mb: str) -> None:
    translator = ArgosTranslator(ModelStore(Path(folder)), memory_limit_mb=int(limit_mb), threads=0)
    pairs = sorted(pair for pair in translator.pairs() if not translator.via(pair))
    # As many as the worker translates in one go.
    sentences = SENTENCES[: BATCH_CHARACTERS // len(SENTENCES[0])]
    before = resident_bytes()
    _CLEAR_REFS.write_text(_RESET_PEAK)
    for _ in range(NUM_ROUNDS):
        for pair in pairs:
            assert all(translator.translate(pair, sentences))
    now = resident_bytes()
    figures = {
        "num_models": len(pairs),
        "peak_mb": (_peak_bytes() - before) / MB,
        "at_rest_mb": (now - before) / MB,
    }
    print(json.dumps(figures))


def _peak_bytes() -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
