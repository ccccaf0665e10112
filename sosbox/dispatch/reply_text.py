"""What somebody says who answers a notice in a few words. Pure."""

import re
from typing import NamedTuple

# "I have seen it and take care of it", as it is typed on a phone.
_CONSENT = (
    r"(?:ok|okay|okey|vale|s[ií]|sim|yes|oui|ja|recibid[oa]|recebido|entendid[oa]|enterad[oa]|voy|vou"
    r"|\U0001f44d)(?![^\W\d_])"
)
# In the digits of any script. No code begins with a zero.
_CODE = r"(?!0)(\d{4})(?!\w)"
_BEGINNING = re.compile(rf"\W*?(?:({_CONSENT})\W*)?(?:{_CODE}[\s.,:;!\-–]*)?", re.IGNORECASE)


class Words(NamedTuple):
    """code: four digits at the beginning, empty without; has_consent: "OK" or the like stands
    before it, or in its place; rest: what follows, empty when that is no word.
    """

    code: str
    has_consent: bool
    rest: str

    @property
    def is_consent_alone(self) -> bool:
        return not self.rest and (self.has_consent or bool(self.code))

    @property
    def must_be_code(self) -> bool:
        """Whether the digits can be nothing else, as a price or a year."""
        return bool(self.code) and (self.has_consent or not self.rest)


def read_words(text: str) -> Words:
    """Takes an answer apart: `OK 4217 we are coming`."""
    text = text.strip()
    found = _BEGINNING.match(text)
    assert found is not None
    consent, code = found.group(1), found.group(2)
    rest = text[found.end() :].strip()
    if not any(char.isalnum() for char in rest):
        rest = ""
    if not code and rest:
        # "OK, we are coming" is for the guest as it stands.
        return Words("", bool(consent), text)
    return Words(str(int(code)).zfill(4) if code else "", bool(consent), rest)
