"""Which of the languages on offer suits a reader best. Pure."""

from collections.abc import Sequence


def negotiate(accept_language: str, offered: Sequence[str], default: str) -> str:
    """The best of `offered` for an Accept-Language header (RFC 9110, 12.5.4), else `default`.

    Compares primary subtags, so that es-MX and es-419 find es. Whatever cannot be read is ignored.
    """
    wishes = []
    for position, part in enumerate(accept_language[:500].split(",")):
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter)
        if tag and quality > 0:
            wishes.append((-quality, position, tag.split("-")[0].strip().lower()))
    for _, _, language in sorted(wishes):
        if language in offered:
            return language
        if language == "*":
            break
    return default


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
