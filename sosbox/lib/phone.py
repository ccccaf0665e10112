"""Phone numbers as people type them, brought into the one form that networks know (E.164)."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

DEFAULT_REGION = "ES"
# Longer than any number with every sign that people put in.
MAX_LENGTH = 40
# Marks of direction that phones put around a number when it is copied.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class WrongNumberError(ValueError):
    """This is no number that can be called from anywhere."""


def normal_number(text: str, region: str = DEFAULT_REGION) -> str:
    """The number in E.164, `+34600123456`.

    region: where a number without the code of a country is of, ISO 3166 ("ES"); empty: nowhere, so
    that it needs the code. Raises WrongNumberError.
    """
    text = _INVISIBLE.sub("", text)
    if len(text) > MAX_LENGTH or any(char.isalpha() for char in text):
        raise WrongNumberError
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        raise WrongNumberError from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise WrongNumberError
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_same_number(one: str, other: str, region: str = DEFAULT_REGION) -> bool:
    """Whether two spellings are of one number; what is no number is like nothing."""
    try:
        return normal_number(one, region) == normal_number(other, region)
    except WrongNumberError:
        return False
