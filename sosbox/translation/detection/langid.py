"""A model of letters for nearly a hundred languages, held to those of the box, and helped.

py3langid knows whole sentences; words and spellings help it with the short ones that guests write,
the language of the page where that is not enough.
"""

import logging
import math
import threading
from collections.abc import Mapping, Sequence

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from sosbox.i18n import LANGUAGES
from sosbox.translation.contract import Detected
from sosbox.translation.detection.cleaning import words_alone
from sosbox.translation.detection.letters import BY_SCRIPT, by_script, has_foreign_letters_alone
from sosbox.translation.detection.words import evidence

# From here on a language is believed, whatever the page says.
RELIABLE = 0.7
# How likely it is, before a word is read, that a guest writes in the language of the page.
PAGE_WEIGHT = 0.6
# More says nothing more and takes time.
_MAX_LETTERS = 2000
_LEAST = 1e-9
# Whoever writes Japanese or Arabic writes some words with Latin letters.
_IN_LATIN_LETTERS = 0.02

_LANGUAGES = tuple(LANGUAGES)
# The others have been found by their letters before the model is asked.
_LATIN = tuple(each for each in LANGUAGES if each not in BY_SCRIPT)

_log = logging.getLogger(__name__)


class LangidDetector:
    """Reads its model, 55 MB of memory and two seconds, when it is first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: LanguageIdentifier | None = None
        self._has_failed = False

    def detect(self, text: str, *, page_language: str = "") -> Detected:
        """As the contract says. Never raises: without its model it goes by words alone."""
        page_language = page_language if page_language in LANGUAGES else ""
        words = words_alone(text[:_MAX_LETTERS])
        found = by_script(words, page_language)
        if found is not None:
            return found
        if not any(sign.isalpha() for sign in words) or has_foreign_letters_alone(words):
            return Detected(page_language or _LANGUAGES[0], 0.0)
        likelihoods = self._likelihoods(words)
        if max(likelihoods.values()) < RELIABLE and page_language:
            likelihoods = _with_page(likelihoods, page_language)
        # Where nothing is said of any, the first of the box's languages.
        ordered = sorted(likelihoods, key=_LANGUAGES.index)
        language = max(ordered, key=lambda each: likelihoods[each])
        return Detected(language, likelihoods[language])

    def _likelihoods(self, words: str) -> dict[str, float]:
        """What letters and words say together."""
        said = evidence(words)
        sums = {
            language: math.log(max(likelihood, _LEAST)) + said.get(language, 0.0)
            for language, likelihood in self._by_letters(words).items()
        }
        most = max(sums.values())
        return _normalized({language: math.exp(each - most) for language, each in sums.items()})

    def _by_letters(self, words: str) -> Mapping[str, float]:
        model = self._loaded()
        if model is None:
            return dict.fromkeys(_LATIN, 1 / len(_LATIN))
        return dict(model.rank(words))

    def _loaded(self) -> LanguageIdentifier | None:
        with self._lock:
            if self._model is None and not self._has_failed:
                try:
                    self._model = _load(_LATIN)
                except Exception as error:  # a file that is broken fails in many ways
                    self._has_failed = True
                    _log.error("no model for detecting languages: %s", type(error).__name__)
            return self._model


def _with_page(likelihoods: Mapping[str, float], page_language: str) -> dict[str, float]:
    likelihoods = {page_language: _IN_LATIN_LETTERS, **likelihoods}
    other = (1 - PAGE_WEIGHT) / (len(_LANGUAGES) - 1)
    weights = dict.fromkeys(_LANGUAGES, other) | {page_language: PAGE_WEIGHT}
    return _normalized(
        {language: each * weights[language] for language, each in likelihoods.items()}
    )


def _load(languages: Sequence[str]) -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(languages)
    # Made of its parts anew, it lets go of all other languages: 25 MB.
    return LanguageIdentifier(
        model.nb_ptc,
        model.nb_pc,
        model.nb_classes,
        model.tk_nextmove,
        model.tk_output,
        norm_probs=True,
        tk_row=model.tk_row,
    )


def _normalized(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
