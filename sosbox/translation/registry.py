"""Every engine, by the name that the table of engines calls it, and the detector."""

from collections.abc import Callable

from sosbox.config import Config
from sosbox.translation.apertium.engine import ApertiumTranslator
from sosbox.translation.argos.engine import ArgosTranslator
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Detector, Translator
from sosbox.translation.detection.langid import LangidDetector
from sosbox.translation.engine_table import APERTIUM, ARGOS, NONE
from sosbox.translation.none import NoneTranslator


def _argos(config: Config) -> Translator:
    return ArgosTranslator(
        ModelStore(config.models_dir),
        memory_limit_mb=config.translation_memory_mb,
        threads=config.translation_threads,
    )


TRANSLATOR_FACTORIES: dict[str, Callable[[Config], Translator]] = {
    ARGOS: _argos,
    APERTIUM: lambda _config: ApertiumTranslator(),
    NONE: lambda _config: NoneTranslator(),
}


def make_translators(config: Config) -> tuple[Translator, ...]:
    """One of each, to live as long as the process; nothing is loaded before it is used."""
    return tuple(make(config) for make in TRANSLATOR_FACTORIES.values())


def make_detector() -> Detector:
    """The detector, to live as long as the process; it reads its model when it is first asked."""
    return LangidDetector()
