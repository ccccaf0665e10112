"""The style sheets work in both directions of reading, and leave letters as their scripts want."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "sosbox"
SHEETS = sorted(PACKAGE.glob("*/static/*.css"))

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)(?=[;}])")
_SIDE = r"(?:left|right|top|bottom)"
_PHYSICAL_NAME = re.compile(
    rf"{_SIDE}|(?:margin|padding|border|scroll-margin|scroll-padding|inset)-{_SIDE}(?:-\w+)?"
    rf"|border-(?:top|bottom)-(?:left|right)-radius"
)
_SIDED_VALUE = {"text-align", "float", "clear", "caption-side", "justify-content", "justify-self"}
_FOUR_SIDES = {"margin", "padding", "inset", "border-width", "border-color", "border-radius"}
# What Arabic, Chinese and Japanese letters do not have, or are torn apart by.
_SPOILS_LETTERS = {"letter-spacing", "text-transform", "font-variant-caps"}


def problems(css: str) -> list[str]:
    """The declarations that hold for one direction of reading alone, or for one script."""
    found = _DECLARATION.findall(_COMMENT.sub("", css))
    return [f"{name}: {value.strip()}" for name, value in found if _is_wrong(name, value)]


def _is_wrong(name: str, value: str) -> bool:
    if name.startswith("--"):
        return False
    words = value.replace("!important", "").split()
    return bool(
        _PHYSICAL_NAME.fullmatch(name)
        or (name in _SIDED_VALUE and set(words) & {"left", "right"})
        or (name in _FOUR_SIDES and len(words) == 4 and words[1] != words[3])
        or (name == "transform" and "translate" in value)
        or name in _SPOILS_LETTERS
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_style_sheet_knows_left_from_right(sheet: Path) -> None:
    assert problems(sheet.read_text("utf-8")) == []


def test_there_are_style_sheets() -> None:
    assert {"tokens.css", "guest.css", "easy.css", "console.css"} <= {s.name for s in SHEETS}


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-left: 1px",
        "padding-right: 0",
        "border-left-color: red",
        "border-top-left-radius: 4px",
        "left: 0",
        "top: 0",
        "text-align: right",
        "float: left",
        "margin: 0 1px 0 2px",
        "border-radius: 0 4px 4px 0",
        "transform: translateX(4px)",
        "letter-spacing: 1px",
        "text-transform: uppercase",
    ],
)
def test_what_holds_for_one_direction_or_script_is_found(declaration: str) -> None:
    css = (
        f"/* left */ .a {{ color: red; {declaration} }} @media print {{ .b {{ {declaration}; }} }}"
    )
    assert problems(css) == [declaration, declaration]


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-inline-start: 1px",
        "padding: 1px 2px",
        "inset-block-start: 0",
        "text-align: start",
        "float: inline-end",
        "max-width: 40rem",
        "transform: scaleX(-1)",
        "border-radius: 4px",
        "--left: 1px",
    ],
)
def test_what_holds_for_both_is_left_alone(declaration: str) -> None:
    assert problems(f".left {{ {declaration}; }}") == []
