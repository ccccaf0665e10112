"""The addresses that a recipient may have, for each channel. Pure."""

from collections.abc import Callable, Mapping

from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.channels.webhook.address import webhook_problem
from sosbox.errors import SosboxError
from sosbox.lib.phone import DEFAULT_REGION, WrongNumberError, normal_number
from sosbox.lib.text import clean, is_email
from sosbox.routing.problems import too_many

# Of each channel.
MAX_ADDRESSES = 20


def read_addresses(channel: str, lines: str, phone_region: str = DEFAULT_REGION) -> tuple[str, ...]:
    """The addresses of a channel, one on each line, each once. Raises SosboxError.

    phone_region: where a phone number without the code of a country is of.
    """
    check = ADDRESS_CHECKS[channel]
    found: dict[str, None] = {}
    for line in clean(lines).split("\n"):
        if address := line.strip():
            found[check(address, phone_region)] = None
    if len(found) > MAX_ADDRESSES:
        raise too_many(MAX_ADDRESSES)
    return tuple(found)


def _email(address: str, _region: str) -> str:
    if not is_email(address):
        raise SosboxError(
            "“{address}” does not look like an e-mail address. An example: anna@example.com",
            address=address,
        )
    return address


def _sms(number: str, region: str) -> str:
    try:
        return normal_number(number, region)
    except WrongNumberError:
        raise SosboxError(
            "“{number}” does not look like a phone number. An example: +34 600 123 456",
            number=number,
        ) from None


def _webhook(url: str, _region: str) -> str:
    if webhook_problem(url):
        raise SosboxError(
            "“{url}” cannot be used. An example: https://example.com/sosbox. Addresses with"
            " http:// may only be inside the house.",
            url=url,
        )
    return url


def _printer(host: str, _region: str) -> str:
    try:
        parse_address(host)
    except AddressError:
        raise SosboxError(
            "“{host}” does not look like the address of a printer. An example: 192.168.1.50",
            host=host,
        ) from None
    return host


# In the order in which they are tried when a recipient has not said so.
ADDRESS_CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "email": _email,
    "sms": _sms,
    "webhook": _webhook,
    "printer": _printer,
}
