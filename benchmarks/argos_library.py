"""argostranslate's own `translate()`, to compare with.

`python -m benchmarks.argos_library FROM TO` reads one JSON list of texts a line, translates them
one after the other as a script would, and answers each line with the seconds that it took.
ARGOS_PACKAGES_DIR says where the models are.

The library splits sentences with a model that it would download first. Here it gets the cheapest
splitter that there is instead, one that cuts after a full stop, which is to its advantage.
"""

import json
import os
import sys
import time

from argostranslate import sbd, translate

from sosbox.jobs.worker import NICENESS


class FullStops(sbd.ISentenceBoundaryDetectionModel):  # type: ignore[misc]
    """Cuts at full stops; good enough for sentences that were written for it."""

    def __init__(self, pkg: object) -> None:
        self.pkg = pkg

    def split_sentences(self, text: str) -> list[str]:
        *sentences, last = text.split(". ")
        return [f"{sentence}." for sentence in sentences] + [last]


def main(source: str, target: str) -> None:
    os.nice(NICENESS)  # as the worker: what disturbs the machine disturbs both alike
    translate.MiniSBDSentencizer = FullStops
    translate.translate("Hello.", source, target)  # loads the model
    print("ready", flush=True)
    for line in sys.stdin:
        texts = json.loads(line)
        started = time.perf_counter()
        for text in texts:
            assert translate.translate(text, source, target)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
