"""Which engine translates which pair. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sosbox.translation.contract import Pair

ARGOS = "argos"
APERTIUM = "apertium"
NONE = "none"
ENGINES = (ARGOS, APERTIUM, NONE)

# Where rules written by linguists beat the models: languages that are close, tried with sentences
# of hotels. For others Apertium is poor to misleading and is used only where the owner says so.
APERTIUM_FIRST = frozenset(
    Pair.parse(pair) for pair in ("es-gl", "gl-es", "es-ca", "es-pt", "pt-gl")
)


@dataclass(frozen=True)
class EngineTable:
    """What the owner has chosen, and what holds where they have not."""

    chosen: Mapping[Pair, str] = field(default_factory=dict)

    def engines_for(self, pair: Pair) -> tuple[str, ...]:
        """The names of the engines to ask, the first choice first; none: not translated."""
        chosen = self.chosen.get(pair)
        if chosen is not None:
            return () if chosen == NONE else (chosen,)
        return (APERTIUM, ARGOS) if pair in APERTIUM_FIRST else (ARGOS,)
