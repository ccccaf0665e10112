"""Which languages a test is run in where every one takes its time."""

import pytest

from sosbox.i18n import LANGUAGES

# The longest words, the other scripts, the other direction, and what houses here speak.
_TELLING = {"es", "gl", "de", "ru", "ar", "ja"}

# The others are for `make test-all`.
EVERY_LANGUAGE = [
    pytest.param(code, marks=[] if code in _TELLING else [pytest.mark.full], id=code)
    for code in LANGUAGES
]
