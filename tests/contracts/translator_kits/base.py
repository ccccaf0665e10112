"""What an engine needs to translate, in the shared suite."""

from typing import Protocol

from sosbox.translation.contract import Pair, Translator


class TranslatorKit(Protocol):
    """An engine, and what it stands on.

    pair: one that it translates; None: there is none. examples: sentences of that pair, some, and
    what has to stand in their translations.
    """

    translator: Translator
    pair: Pair | None
    examples: dict[str, str]

    def break_down(self) -> None:
        """From now on the engine cannot translate: what it stands on is broken or gone."""

    def recover(self) -> None:
        """It can again."""

    def interrupt(self) -> None:
        """What works for the engine just now is ended from outside, and may be started anew."""

    def end(self) -> None:
        """Clears up."""
