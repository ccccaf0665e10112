"""The engine that translates nothing: for a box, or a pair, whose owner wants none."""

from collections.abc import Sequence

from sosbox.i18n import N_
from sosbox.translation.contract import Health, Pair, TranslationError
from sosbox.translation.engine_table import NONE

_TRANSLATES_NOTHING = N_("The engine “none” translates nothing.")


class NoneTranslator:
    """Has no pairs, and says so."""

    name = NONE

    def pairs(self) -> frozenset[Pair]:
        return frozenset()

    def via(self, _pair: Pair) -> tuple[str, ...]:
        return ()

    def translate(self, _pair: Pair, _sentences: Sequence[str]) -> list[str]:
        raise TranslationError(_TRANSLATES_NOTHING)

    def health(self) -> Health:
        return Health(self.name, is_ready=False, problem=_TRANSLATES_NOTHING)

    def close(self) -> None:
        pass
