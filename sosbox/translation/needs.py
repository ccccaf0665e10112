"""Which pairs of languages a house needs, how each is translated, and which models are missing.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sosbox.translation.contract import Pair, Translator
from sosbox.translation.engine_table import APERTIUM, EngineTable

# The language that nearly all models translate from or to.
HUB = "en"

# What each engine can do: its pairs, with the languages in between.
Offers = Mapping[str, Mapping[Pair, tuple[str, ...]]]


def offers_of(translators: Iterable[Translator]) -> Offers:
    """What engines can do now."""
    return {
        translator.name: {pair: translator.via(pair) for pair in translator.pairs()}
        for translator in translators
    }


@dataclass(frozen=True)
class Way:
    """How a pair is translated.

    engine: as translations carry it, "argos, en"; empty if nothing translates it. missing: the
    models that would help then; none where the owner wants it so.
    """

    pair: Pair
    engine: str
    missing: tuple[Pair, ...] = ()


def pairs_of_house(
    language: str, guest_languages: Iterable[str], recipient_languages: Iterable[str]
) -> list[Pair]:
    """From and into the languages of its guests, and into those of who is told; without doubles."""
    guests = [code for code in guest_languages if code != language]
    pairs = [Pair(code, language) for code in guests]
    pairs += [Pair(language, code) for code in guests]
    for recipient in recipient_languages:
        pairs += [Pair(code, recipient) for code in (language, *guests) if code != recipient]
    return list(dict.fromkeys(pairs))


def ways(pairs: Iterable[Pair], table: EngineTable, offers: Offers) -> list[Way]:
    """One for each pair, in their order."""
    return [_way(pair, table.engines_for(pair), offers) for pair in pairs]


def missing_models(found: Iterable[Way]) -> list[Pair]:
    """Without doubles, in the order in which they are missed."""
    return list(dict.fromkeys(model for way in found for model in way.missing))


def _way(pair: Pair, engines: Sequence[str], offers: Offers) -> Way:
    for engine in engines:
        between = offers.get(engine, {}).get(pair)
        if between is not None:
            return Way(pair, ", ".join((engine, *between)))
    if not engines or tuple(engines) == (APERTIUM,):
        return Way(pair, "")
    models = {model for model, between in offers.get(engines[-1], {}).items() if not between}
    legs = [pair] if HUB in (pair.source, pair.target) else _legs(pair)
    return Way(pair, "", tuple(leg for leg in legs if leg not in models))


def _legs(pair: Pair) -> list[Pair]:
    return [Pair(pair.source, HUB), Pair(HUB, pair.target)]
