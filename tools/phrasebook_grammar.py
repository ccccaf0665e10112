"""A small grammar that says the same in Spanish and in English. Pure.

A pattern is a text with slots, `{thing}`, and agreements, `[o/a]`. Where a language has several
ways to say it they stand side by side, `no funciona|no va`: all are read, the first one is written.

Agreements follow the noun of the first slot that has a gender: two forms are singular and plural,
four are masculine, feminine, and both in the plural.
"""

import random
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LANGUAGES = ("es", "en")
# One in so many combinations is never trained on: they tell whether a model has learnt the grammar
# or the sentences.
HELD_OUT_SHARE = 8

_SLOT = re.compile(r"\{(\w+)\}")
_AGREEMENT = re.compile(r"\[([^\]]*)\]")
_FIRST_LETTER = re.compile(r"^([¿¡]?)(.)", re.DOTALL)


@dataclass(frozen=True)
class Phrase:
    """The same in both languages. gender: "m" or "f" of a Spanish noun, empty for anything else."""

    es: str
    en: str
    gender: str = ""
    is_plural: bool = False

    def pattern(self, language: str, pick: random.Random | None) -> str:
        """One of the ways to say it; the first without a `pick`."""
        ways = (self.es if language == "es" else self.en).split("|")
        return ways[0] if pick is None else pick.choice(ways)


@dataclass(frozen=True)
class Kind:
    """Sentences of one kind, drawn as often as `weight` says against the others."""

    weight: float
    sentences: Sequence[Phrase]


@dataclass(frozen=True)
class Pair:
    """What to read and what to write."""

    source: str
    target: str


class Grammar:
    """Draws sentences. slots: what may stand in a slot; numbers: slots filled with digits, the same
    in both languages."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        slots: Mapping[str, Sequence[Phrase]],
        numbers: Mapping[str, Sequence[str]],
        *,
        openings: Sequence[Phrase],
        endings: Sequence[Phrase],
    ) -> None:
        self._kinds = kinds
        self._slots = slots
        self._numbers = numbers
        self._openings = openings
        self._endings = endings

    def draw(self, draw: random.Random, source: str, *, is_held_out: bool, noise: bool) -> Pair:
        """A sentence in `source` and its translation into the other language.

        noise: as guests write: without accents, without the first question mark, all in small
        letters, and in other words than ours.
        """
        while True:
            (kind,) = draw.choices(self._kinds, [kind.weight for kind in self._kinds])
            sentence = draw.choice(kind.sentences)
            fillings = self._fill(sentence, draw)
            if _is_held_out(sentence, fillings) == is_held_out:
                break
        target = "en" if source == "es" else "es"
        opening = draw.choice(self._openings)
        is_question = sentence.es.split("|")[0].endswith("?")
        ending = Phrase("", "") if is_question else draw.choice(self._endings)
        mark = "" if is_question else draw.choices((".", "", "!"), (6, 3, 1))[0]
        pick = draw if noise else None

        def say(language: str, pick: random.Random | None) -> str:
            parts = [part.pattern(language, None) for part in (opening, ending)]
            start = "¡" if language == "es" and mark == "!" else ""
            return start + parts[0] + _express(sentence, fillings, language, pick) + parts[1] + mark

        written, read = say(target, None), say(source, pick)
        if not noise or draw.random() < 0.8:
            return Pair(capitalized(read), capitalized(written))
        return Pair(_disturbed(read, source, draw), capitalized(written))

    def _fill(self, sentence: Phrase, draw: random.Random) -> dict[str, Phrase]:
        """What stands in each slot; a number is the same phrase in both languages."""
        fillings: dict[str, Phrase] = {}
        open_slots = sorted(set(_SLOT.findall(sentence.es)))
        while open_slots:
            slot = open_slots.pop()
            # `time_2` is a second time; a slot within a filling is filled too.
            name = slot.rstrip("0123456789").rstrip("_")
            if name in self._numbers:
                number = _number(draw.choice(self._numbers[name]), draw)
                fillings[slot] = Phrase(number, number)
            else:
                fillings[slot] = draw.choice(self._slots[name])
                open_slots += sorted(set(_SLOT.findall(fillings[slot].es)) - set(fillings))
        return fillings


def capitalized(text: str) -> str:
    return _FIRST_LETTER.sub(lambda found: found.group(1) + found.group(2).upper(), text)


def _number(shape: str, draw: random.Random) -> str:
    """`#` is any digit, `@` one that is not 0, `H:M` a time of the day."""
    filled = shape.replace("H", str(draw.randint(0, 23)))
    filled = filled.replace("M", f"{draw.randrange(0, 60, 5):02}")
    filled = re.sub("#", lambda _: str(draw.randint(0, 9)), filled)
    return re.sub("@", lambda _: str(draw.randint(1, 9)), filled)


def _express(
    sentence: Phrase,
    fillings: Mapping[str, Phrase],
    language: str,
    pick: random.Random | None,
) -> str:
    text = sentence.pattern(language, pick)
    while slots := _SLOT.findall(text):
        for slot in slots:
            text = text.replace("{" + slot + "}", fillings[slot].pattern(language, pick))
    noun = next((fillings[s] for s in _slots_in_order(sentence) if fillings[s].gender), None)
    return _AGREEMENT.sub(lambda found: _form(found.group(1).split("/"), noun), text)


def _slots_in_order(sentence: Phrase) -> list[str]:
    return list(_SLOT.findall(sentence.es.split("|")[0]))


def _form(forms: Sequence[str], noun: Phrase | None) -> str:
    is_plural = noun is not None and noun.is_plural
    is_feminine = noun is not None and noun.gender == "f"
    return forms[(is_feminine if len(forms) == 4 else 0) + (len(forms) // 2 if is_plural else 0)]


def _is_held_out(sentence: Phrase, fillings: Mapping[str, Phrase]) -> bool:
    """Only what is put together can be: a sentence without slots would never be seen at all."""
    chosen = [filling.es for filling in fillings.values() if not filling.es[:1].isdigit()]
    if not chosen:
        return False
    key = "\n".join([sentence.es, *sorted(chosen)])
    return zlib.crc32(key.encode()) % HELD_OUT_SHARE == 0


def _disturbed(text: str, language: str, draw: random.Random) -> str:
    way = draw.choice(("small", "accents", "marks"))
    if way == "accents" and language == "es":
        spelled = unicodedata.normalize("NFD", text)
        return capitalized("".join(c for c in spelled if unicodedata.category(c) != "Mn"))
    if way == "marks":
        return capitalized(text.lstrip("¿¡").replace("'", "" if draw.random() < 0.3 else "’"))
    return text
