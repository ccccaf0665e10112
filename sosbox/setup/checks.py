"""What the keys of a set-up file may hold: each check returns the value as it is kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.channels.webhook.address import webhook_problem
from sosbox.errors import SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.ids import is_slug
from sosbox.lib.phone import WrongNumberError, normal_number
from sosbox.lib.text import clean, is_email, is_phone, is_website
from sosbox.places.branding import MAX_PRINT_LANGUAGES
from sosbox.staff.rules import Role

Check = Callable[[Any], Any]

MAX_PROMISE_HOURS = 24 * 60
# How "yes, without saying which region's" is kept among the names of regions.
SHEETS_WITHOUT_REGION = "yes"


class WrongValueError(Exception):
    """A value that cannot be used; the message is the end of "key: …"."""


def text(max_length: int, *, may_be_empty: bool = False) -> Callable[[Any], str]:
    """One line of text without control characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongValueError("must be a text in quotation marks")
        cleaned = clean(value).replace("\n", " ")
        if not cleaned and not may_be_empty:
            raise WrongValueError("must not be empty")
        if len(cleaned) > max_length:
            raise WrongValueError(f"is longer than {max_length} characters")
        return cleaned

    return check


def whole_number(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        # A truth value is an int to Python and not to whoever wrote the file.
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongValueError("must be a whole number")
        if not low <= value <= high:
            raise WrongValueError(f"must lie between {low} and {high}")
        return value

    return check


def list_of(item_check: Check, *, may_be_empty: bool = True) -> Check:
    """A list without repetitions."""

    def check(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise WrongValueError('must be a list, such as ["one", "two"]')
        items = [item_check(item) for item in value]
        for position, item in enumerate(items):
            if item in items[:position]:
                raise WrongValueError(f'"{item}" stands there twice')
        if not items and not may_be_empty:
            raise WrongValueError("must not be empty")
        return items

    return check


def optional(check: Check) -> Check:
    """The check, or an empty text."""
    return lambda value: "" if value == "" else check(value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError("must be true or false")
    return value


def slug(value: Any) -> str:
    word = text(64)(value)
    if not is_slug(word):
        raise WrongValueError(
            f'"{word}" is no short name: use lower-case letters, digits and hyphens'
        )
    return word


def place_code(value: Any) -> str:
    code = text(32)(value)
    if "/" in code:
        raise WrongValueError('must not contain "/"')
    return code


def language(value: Any) -> str:
    word = text(16)(value)
    if word not in LANGUAGES:
        raise WrongValueError(f'"{word}" is not among the languages: {", ".join(LANGUAGES)}')
    return word


def term(max_length: int) -> Callable[[Any], str]:
    """A word or a few, with letters in it."""

    def check(value: Any) -> str:
        word = " ".join(text(max_length)(value).split())
        if not any(char.isalpha() for char in word):
            raise WrongValueError("has no letters")
        return word

    return check


def by_language(word_check: Callable[[Any], str]) -> Check:
    """A word for each of some languages, written { en = "half board", de = "Halbpension" }."""

    def check(value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise WrongValueError('must be a table, such as { en = "half board" }')
        words = {language(code): word_check(word) for code, word in sorted(value.items())}
        return {code: word for code, word in words.items() if word}

    return check


def as_in_the_console(read: Callable[[str], str]) -> Callable[[Any], str]:
    """A check of a text that a page makes as well."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongValueError("must be a text in quotation marks")
        try:
            return read(value)
        except SosboxError as error:
            raise WrongValueError(str(error)) from None

    return check


def print_languages(value: Any) -> list[str]:
    languages: list[str] = list_of(language)(value)
    if len(languages) > MAX_PRINT_LANGUAGES:
        raise WrongValueError(f"has more than {MAX_PRINT_LANGUAGES} languages")
    return languages


def timezone(value: Any) -> str:
    name = text(64)(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongValueError(
            f'there is no time zone "{name}"; an example: Europe/Madrid'
        ) from None
    return name


def base_url(value: Any) -> str:
    """Scheme, host and perhaps a port or a path, without the slash at the end."""
    url = text(200)(value)
    try:
        parts = urlsplit(url)
        has_port_in_range = parts.port is None or parts.port > 0
    except ValueError:
        raise WrongValueError(f'"{url}" is no web address') from None
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc or " " in url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
        raise WrongValueError("must look like http://sos.example or http://192.168.1.10:8080")
    if not has_port_in_range:
        raise WrongValueError(f'"{url}" is no web address')
    return url.rstrip("/")


def website(value: Any) -> str:
    address = text(200)(value)
    if not is_website(address):
        raise WrongValueError("must look like https://www.example.com")
    return address


def phone(value: Any) -> str:
    number = text(40)(value)
    if not is_phone(number):
        raise WrongValueError(f'"{number}" is no phone number; an example: +34 600 123 456')
    return number


def sms_number(value: Any) -> str:
    """A number with the code of its country, in the form that networks know.

    Which country one without it is of says an option of the box, which a file knows nothing of:
    it is kept as it stands.
    """
    number = phone(value)
    if not number.lstrip().startswith("+"):
        return number
    try:
        return normal_number(number)
    except WrongNumberError:
        raise WrongValueError(f'"{number}" is no phone number that there is') from None


def email(value: Any) -> str:
    address = text(254)(value)
    if not is_email(address):
        raise WrongValueError(f'"{address}" is no e-mail address')
    return address


def webhook_url(value: Any) -> str:
    url = text(1_000)(value)
    problem = webhook_problem(url)
    if problem:
        raise WrongValueError(problem)
    return url


def printer_address(value: Any) -> str:
    address = text(300)(value)
    try:
        parse_address(address)
    except AddressError as error:
        raise WrongValueError(str(error)) from None
    return address


def login(value: Any) -> str:
    """The address that somebody logs in with; accounts are kept in lower case."""
    return email(value).lower()


def role(value: Any) -> str:
    word = text(16)(value)
    if word not in set(Role):
        raise WrongValueError(f'"{word}" is not among the roles: {", ".join(Role)}')
    return word


def official_sheets(value: Any) -> str:
    """true, false, or the region whose complaint sheets the house has."""
    if isinstance(value, bool):
        return SHEETS_WITHOUT_REGION if value else ""
    if not isinstance(value, str):
        raise WrongValueError("must be true, false or the name of a region")
    return text(80, may_be_empty=True)(value)
