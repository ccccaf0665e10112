"""What the script of a text says about its language. Pure."""

import re

from sosbox.translation.contract import Detected
from sosbox.translation.scripts import ARABIC, CYRILLIC, HAN, HIRAGANA, KATAKANA, LATIN

# A sign of these stands for as much as some letters of the others.
_CJK_LETTERS = 3
# A script that one language of the box has alone.
_SURE = 0.99
# Several languages have it, of which the box speaks one.
_UNSURE = 0.5
# Chinese and Japanese share their signs: so few may be either.
_SHORT_HAN = 10

_LETTERS = {
    "ar": re.compile(f"[{ARABIC}]"),
    "ja": re.compile(f"[{HIRAGANA}{KATAKANA}]"),
    "ru": re.compile(f"[{CYRILLIC}]"),
    "zh": re.compile(f"[{HAN}]"),
}
# The languages that need nothing but a look at their letters.
BY_SCRIPT = frozenset(_LETTERS)
_LATIN = re.compile(f"[{LATIN}]")
_LETTER = re.compile(r"[^\W\d_]")

# Letters of Persian, Urdu and Kurdish; of Ukrainian, Belarusian, Serbian and their neighbours.
_OTHER_ARABIC = re.compile("[پچژگکیےہھٹڈڑںێۆەڵ]")
_OTHER_CYRILLIC = re.compile("[іїєґўјљњћђџѓќѕәғқңөұүһ]", re.IGNORECASE)
# Simplified signs, and those of everyday words, that Japanese does not write.
_CHINESE_ALONE = re.compile("[们这请没个说谢吗呢你她它吧啊怎么为还给让们东车门问间开关电坏热两]")


def by_script(text: str, page_language: str) -> Detected | None:
    """The language of a text in a script that says it.

    None: it is written in Latin letters, or in none at all, or in those of a language that the box
    does not speak.
    """
    counts = {language: len(letters.findall(text)) for language, letters in _LETTERS.items()}
    counts["ja"] *= _CJK_LETTERS
    counts["zh"] *= _CJK_LETTERS
    has_kana = counts["ja"] > 0
    cjk = counts.pop("ja") + counts.pop("zh")
    counts["ja" if has_kana else "zh"] = cjk
    language = max(counts, key=lambda each: counts[each])
    num_latin = len(_LATIN.findall(text))
    if counts[language] <= num_latin:
        return None
    if language == "zh":
        return _chinese(text, page_language)
    others = {"ar": _OTHER_ARABIC, "ru": _OTHER_CYRILLIC}.get(language)
    is_other = others is not None and others.search(text) is not None
    return Detected(language, _UNSURE if is_other else _SURE)


def has_foreign_letters_alone(text: str) -> bool:
    """Whether most letters are of a script that no language of the box has."""
    num_letters = len(_LETTER.findall(text))
    return num_letters > 2 * len(_LATIN.findall(text))


def _chinese(text: str, page_language: str) -> Detected:
    """Signs that Japanese has, too, and nothing but them."""
    if page_language == "ja" and not _CHINESE_ALONE.search(text):
        if len(_LETTERS["zh"].findall(text)) <= _SHORT_HAN:
            return Detected("ja", 0.8)
        return Detected("ja", _UNSURE)
    return Detected("zh", _SURE if _CHINESE_ALONE.search(text) else 0.8)
