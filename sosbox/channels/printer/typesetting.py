"""Slips as pictures, set by typst: in every script that the machine has a font for."""

import json
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import regex
import segno
import typst

from sosbox.channels.printer.slip import Fact, Slip, SlipText

# 8 dots a millimetre, as receipt printers have: 576 on the 72 mm that they print.
DOTS_PER_INCH = 203.2

_FOLDER = Path(__file__).parent
_SOURCE = (_FOLDER / "slip.typ").read_bytes()
# The first that is there; for signs that it has not, typst looks through all others. The last is
# a part of typst.
_FAMILIES = ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Libertinus Serif")
# Dots for each module of a QR code: three quarters of a millimetre, unless it were wider than
# 44 mm.
_QR_DOTS = 6
_MAX_QR_DOTS = 352
_QR_BORDER = 4

# A PDF for archives may not hold signs without a glyph: typst then names every one of them, as
# nothing else makes it do.
_NOT_SHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_CLUSTER = regex.compile(r"\X")
_GAP = "[…]"
_GAPS = re.compile(r"\[…\](?:\s*\[…\])+")


@dataclass(frozen=True)
class Typeset:
    """png: the picture, black on white; slip: what can be read on it."""

    png: bytes
    slip: Slip


class Typesetter:
    """One slip at a time; blocks for about 50 ms.

    fonts: by default those of the system, read at the first slip, and those that belong to typst.
    """

    def __init__(self, fonts: typst.Fonts | None = None) -> None:
        self._fonts = fonts
        self._lock = threading.Lock()

    def typeset(self, slip: Slip) -> Typeset:
        """The slip as a picture; signs that no font has stand on it as words in brackets."""
        with self._lock:
            shown = replace(slip, missing="")
            compiler = self._compiler(shown)
            missing = _missing_signs(compiler)
            if missing:
                shown = _Spelling(missing).applied_to(slip)
                compiler = self._compiler(shown)
            png = compiler.compile(_SOURCE, format="png", ppi=DOTS_PER_INCH)
        assert isinstance(png, bytes)  # a single page, however long it is
        return Typeset(png, shown)

    def _compiler(self, slip: Slip) -> typst.Compiler:
        if self._fonts is None:
            self._fonts = typst.Fonts()
        there = set(self._fonts.families())
        code = segno.make_qr(slip.url, error="m")
        modules = code.symbol_size(border=_QR_BORDER)[0]
        data = {
            **asdict(slip),
            "qr": code.svg_inline(border=_QR_BORDER, omitsize=True),
            "qr_mm": modules * max(1, min(_QR_DOTS, _MAX_QR_DOTS // modules)) / 8,
        }
        inputs = {
            "slip": json.dumps(data),
            "fonts": json.dumps([family for family in _FAMILIES if family in there]),
        }
        return typst.Compiler(root=_FOLDER, font_paths=self._fonts, sys_inputs=inputs)


def _missing_signs(compiler: typst.Compiler) -> frozenset[str]:
    """The signs of a slip that no font has."""
    try:
        compiler.compile(_SOURCE, format="pdf", pdf_standards="a-2b")
    except typst.TypstError as error:
        found = _NOT_SHOWN.findall(error.diagnostic)
        return frozenset("".join(_ESCAPED.sub(_unescaped, text) for text in found))
    return frozenset()


def _unescaped(found: re.Match[str]) -> str:
    """A sign as Rust writes it in quotation marks."""
    number, sign = found.groups()
    return chr(int(number, 16)) if number else str(sign)


class _Spelling:
    """Puts words in the place of signs that cannot be shown."""

    def __init__(self, missing: frozenset[str]) -> None:
        self._missing = missing
        self._has_gaps = False

    def applied_to(self, slip: Slip) -> Slip:
        spelled = _each_text(slip, self._spelled)
        return spelled if self._has_gaps else replace(spelled, missing="")

    def _spelled(self, text: str) -> str:
        words = [self._word_for(cluster) for cluster in _CLUSTER.findall(text)]
        return _GAPS.sub(_GAP, "".join(words))

    def _word_for(self, cluster: str) -> str:
        """The name of a symbol, a gap for a letter.

        What joins signs, or stands on them, leaves nothing: it says little by itself.
        """
        first = cluster[0]
        if first not in self._missing:
            return "".join(sign for sign in cluster if sign not in self._missing)
        category = unicodedata.category(first)
        if category in {"Cf", "Cc", "Mn", "Me", "Sk", "Zs"}:
            return ""
        self._has_gaps = True
        name = unicodedata.name(first, "") if category.startswith("S") else ""
        return f"[{name.lower()}]" if name else _GAP


def _each_text(slip: Slip, change: Callable[[str], str]) -> Slip:
    """The slip with everything changed that somebody has typed."""
    return replace(
        slip,
        reason=change(slip.reason),
        code=change(slip.code),
        place=change(slip.place),
        house=change(slip.house),
        texts=tuple(_each_line(text, change) for text in slip.texts),
        facts=tuple(Fact(fact.label, change(fact.value)) for fact in slip.facts),
    )


def _each_line(text: SlipText, change: Callable[[str], str]) -> SlipText:
    lines = tuple(replace(line, text=change(line.text)) for line in text.lines)
    return replace(text, lines=lines)
