"""Channels and what they cost, in words."""

from functools import lru_cache

from sosbox.channels.sms.parts import Cost, Encoding
from sosbox.channels.sms.sample import typical_cost
from sosbox.i18n import N_, Localizer

# Each channel with its icon.
CHANNEL_LABELS = {
    "email": ("mail", N_("E-mail")),
    "sms": ("phone", N_("SMS")),
    "webhook": ("route", N_("Webhook")),
    "printer": ("print", N_("Printer")),
}


def sms_cost(language: str, max_parts: int, _: Localizer) -> str:
    """What a typical notice in a language costs."""
    cost = _cost(language, max_parts)
    words = _.plural("{num} SMS", "{num} SMS", cost.num_parts)
    if cost.encoding is Encoding.UCS2:
        return _("{number}, for its letters fit in less well", number=words)
    return words


@lru_cache(maxsize=64)
def _cost(language: str, max_parts: int) -> Cost:
    return typical_cost(language, max_parts)
