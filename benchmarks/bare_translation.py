"""CTranslate2 and nothing else, to compare with: `python -m benchmarks.bare_translation PACKAGE`.

Reads one JSON list of sentences a line and answers each with the seconds of one `translate_batch`,
with the settings of the box; the pieces are cut before the clock starts.
"""

import json
import os
import sys
import time
from pathlib import Path

import ctranslate2
import sentencepiece

from sosbox.jobs.worker import NICENESS
from sosbox.translation.argos.loaded_model import BEAM_SIZE, LENGTH_PENALTY


def main(package: Path) -> None:
    os.nice(NICENESS)  # as the worker: what disturbs the machine disturbs both alike
    tokenizer = sentencepiece.SentencePieceProcessor(
        model_file=str(package / "sentencepiece.model")
    )
    translator = ctranslate2.Translator(
        str(package / "model"),
        compute_type="int8",
        inter_threads=os.cpu_count() or 1,
        intra_threads=1,
    )
    print("ready", flush=True)
    for line in sys.stdin:
        pieces = [tokenizer.encode(sentence, out_type=str) for sentence in json.loads(line)]
        started = time.perf_counter()
        translator.translate_batch(
            pieces, beam_size=BEAM_SIZE, length_penalty=LENGTH_PENALTY, replace_unknowns=True
        )
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
