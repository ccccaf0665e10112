"""Two tiny models, Spanish to English and back, for tests and the demonstration.

They know the phrasebook of a hotel and nothing else: whatever is not in it comes out as confident
nonsense. `tools/build_phrasebook_models.py` has made them; what they may be used for stands in the
README.md of each.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent

# Packages as the Argos index has them.
PHRASEBOOK_FILES: tuple[Path, ...] = (
    _FOLDER / "translate-es_en.argosmodel",
    _FOLDER / "translate-en_es.argosmodel",
)
