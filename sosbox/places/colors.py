"""Colours of a house: whether they can be read on paper, and what would do instead. Pure.

Contrast as WCAG 2.2 counts it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import colorsys
import re

from sosbox.errors import SosboxError
from sosbox.i18n import N_

WHITE = "#ffffff"
# Of letters in the colour on white paper, and of white letters on it.
LEAST_TEXT_CONTRAST = 4.5
# Of lines and areas that only decorate.
LEAST_ACCENT_CONTRAST = 3.0

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
# How finely lighter and darker colours are tried.
_STEPS = 500

_TOO_LIGHT = N_(
    "White letters on {color} would be hard to read: the contrast is {ratio}, and it must be at"
    " least {least}. {suggestion} would do."
)
_TOO_PALE = N_(
    "{color} would hardly be seen on white paper: the contrast is {ratio}, and it must be at least"
    " {least}. {suggestion} would do."
)


def read_color(text: str) -> str:
    """A colour that letters are set in, "#0b5c6b"; empty for none. Raises SosboxError."""
    return _checked(text, LEAST_TEXT_CONTRAST, _TOO_LIGHT)


def read_accent_color(text: str) -> str:
    """A colour that decorates, "#0b5c6b"; empty for none. Raises SosboxError."""
    return _checked(text, LEAST_ACCENT_CONTRAST, _TOO_PALE)


def contrast(one: str, other: str) -> float:
    """From 1, no difference, to 21, black and white. Both "#rrggbb"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """How light "#rrggbb" is, from 0 to 1."""
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def darkened(color: str, least: float) -> str:
    """The nearest colour of the same hue that has this contrast to white; itself if it has."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    for step in range(_STEPS):
        channels = colorsys.hls_to_rgb(hue, lightness * (1 - step / _STEPS), saturation)
        found = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        if contrast(found, WHITE) >= least:
            return found
    return "#000000"


def _checked(text: str, least: float, problem: str) -> str:
    word = text.strip().lower()
    if not word:
        return ""
    found = _HEX.fullmatch(word)
    if found is None:
        raise SosboxError("Please write a colour like #0b5c6b, or choose one.")
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    color = f"#{digits}"
    ratio = contrast(color, WHITE)
    if ratio < least:
        raise SosboxError(
            problem,
            color=color,
            # Rounded down: what is refused never looks as if it were enough.
            ratio=f"{int(ratio * 10) / 10:g}",
            least=f"{least:g}",
            suggestion=darkened(color, least),
        )
    return color


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    # The threshold is that of sRGB; WCAG's 0.03928 makes no difference to eight bits.
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
