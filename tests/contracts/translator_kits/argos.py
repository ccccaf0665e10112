"""Argos: the phrasebook, whose folder can be taken away."""

from datetime import UTC, datetime
from pathlib import Path

from sosbox.translation.argos.engine import ArgosTranslator
from sosbox.translation.argos.model import Trial
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair, Translator
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from sosbox.translation.phrasebook.examples import EXAMPLES

_ES_EN = Pair("es", "en")
_NUM_EXAMPLES = 6


class ArgosKit:
    def __init__(self, folder: Path) -> None:
        self._models = folder / "models"
        self._elsewhere = folder / "elsewhere"
        store = ModelStore(self._models)
        adder = ModelAdder(store, lambda *_: Trial(1.0, 1, ()), memory_limit_mb=600)
        (file,) = (path for path in PHRASEBOOK_FILES if "es_en" in path.name)
        adder.add(file, now=datetime(2026, 11, 22, tzinfo=UTC))
        self.translator: Translator = ArgosTranslator(store, memory_limit_mb=600, threads=1)
        self.pair: Pair | None = _ES_EN
        self.examples = {example.es: example.en for example in EXAMPLES[:_NUM_EXAMPLES]}

    def break_down(self) -> None:
        (self._models / str(_ES_EN)).rename(self._elsewhere)

    def recover(self) -> None:
        self._elsewhere.rename(self._models / str(_ES_EN))

    def interrupt(self) -> None:
        """It works in this very process."""

    def end(self) -> None:
        self.translator.close()
