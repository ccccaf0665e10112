"""The engine that translates nothing."""

from pathlib import Path

from sosbox.translation.contract import Pair, Translator
from sosbox.translation.none import NoneTranslator


class NoneKit:
    def __init__(self, _folder: Path) -> None:
        self.translator: Translator = NoneTranslator()
        self.pair: Pair | None = None
        self.examples: dict[str, str] = {}

    def break_down(self) -> None:
        pass

    def recover(self) -> None:
        pass

    def interrupt(self) -> None:
        pass

    def end(self) -> None:
        self.translator.close()
