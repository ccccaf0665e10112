"""Sets jobs with typst, in memory alone: what it needs comes with the job. Runs in the press."""

import io
import json
import re
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import typst

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.printing.codes import QrCode, make_code
from sosbox.printing.inspection import NamedCode, inspect_pdf
from sosbox.printing.pictures import draw_pages

FONTS = Path(__file__).parent / "fonts"
# Of the standard for accessible PDFs: texts for pictures, a title, an order of headings.
_STANDARD = "ua-1"
_NOT_SHOWN = re.compile(r'"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_DOES_NOT_FIT = re.compile(r'panicked with: "?does not fit: (.*?)"?$', re.DOTALL)
_PLACE = re.compile(r"^\s*(?:┌─|-->)\s*\S*?:(\d+):(\d+)", re.MULTILINE)
# No package of the internet, no file of the box: there is nothing that could be opened.
_OTHER_FILE = re.compile(
    r"failed to download package|file not found|failed to load file|access denied|would escape"
)
_MAX_PROBLEM = 300

# Every family in every weight, in a script that it has.
_SAMPLES = ("Aa Ñ Я ‘’…", "אa أهلا", "你好 あいう")

Progress = Callable[[float], None]


class SettingError(SosboxError):
    """A job that could not be set. `line`: of the template, from 1, or 0."""


class Typesetter:
    """Has its fonts in memory once `warm_up` has run; opens no file after that."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        )

    def warm_up(self) -> None:
        """Reads every font: typst does so when it first draws with one."""
        lines = [
            f'#text(font: "{font.family}", weight: {font.weight}, fallback: true)[{sample}]'
            for font in self._fonts.fonts()
            for sample in _SAMPLES
        ]
        typst.compile("\n".join(lines).encode(), font_paths=self._fonts, format="svg")

    def set(self, job: Mapping[str, Any], on_progress: Progress) -> tuple[bytes, int]:
        """The file of a job, its codes checked, and its number of pages.

        Raises SettingError, UnreadableError.
        """
        codes = _codes_of(job)
        if job["format"] == "eps":
            return self._set_eps(job, codes, on_progress)
        document = self._document(job, codes)
        pdf = self._compiled(document, job, format="pdf", pdf_standards=[_STANDARD])
        on_progress(0.3)
        if not job["is_draft"]:
            _inspect(pdf, job, codes, lambda part: on_progress(0.3 + 0.3 * part))
        if job["format"] == "pdf":
            return pdf, _num_pages(job)
        if job["format"] == "svg":
            made = self._compiled(document, job, format="svg", ppi=job["ppi"])
            return _packed(made if isinstance(made, list) else [made], "svg")
        # All pages as dots are more than the memory: from here on there is one at a time.
        pages = draw_pages(pdf, job["ppi"], lambda part: on_progress(0.6 + 0.4 * part))
        return _packed(pages, "png")

    def _set_eps(
        self, job: Mapping[str, Any], codes: list[QrCode], on_progress: Progress
    ) -> tuple[bytes, int]:
        """The codes alone for the page of somebody else. They are checked as a PDF of the same."""
        self.set({**job, "format": "pdf"}, on_progress)
        points = job["paper"]["width"] / 25.4 * 72
        drawn = codes[: len(_with_codes(job))]
        return _packed([code.eps(points).encode() for code in drawn], "eps")

    def _document(self, job: Mapping[str, Any], codes: list[QrCode]) -> dict[str, Any]:
        """What typst takes."""
        return {
            "input": job["program"].encode(),
            "font_paths": self._fonts,
            "sys_inputs": {"job": json.dumps(kit_data(job, codes), ensure_ascii=False)},
        }

    def _compiled(self, document: dict[str, Any], job: Mapping[str, Any], **options: Any) -> Any:
        try:
            return typst.compile(**document, **options)
        except typst.TypstError as error:
            raise _in_words(error, job["num_kit_lines"]) from None


def _with_codes(job: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """All pieces but those that are of the house as a whole."""
    return [piece for piece in job["pieces"] if piece["url"]]


def _codes_of(job: Mapping[str, Any]) -> list[QrCode]:
    """One for each piece, and that of the wifi. Raises SettingError."""
    texts = [piece["url"] for piece in _with_codes(job)]
    if job["house"]["wifi"]:
        texts.append(job["house"]["wifi"]["address"])
    try:
        return [make_code(text, job["level"]) for text in texts]
    except ValueError:
        raise SettingError(N_("The address of the box is too long for a QR code.")) from None


def _inspect(
    pdf: bytes, job: Mapping[str, Any], codes: list[QrCode], on_progress: Progress
) -> None:
    """Raises UnreadableError."""
    pieces = [
        NamedCode(code.text, piece["code"], code.num_modules)
        for piece, code in zip(_with_codes(job), codes, strict=False)
    ]
    wifi = None
    if job["house"]["wifi"]:
        name, code = job["house"]["wifi"]["name"], codes[-1]
        wifi = NamedCode(code.text, name, code.num_modules, is_of_piece=False)
    inspect_pdf(
        pdf,
        pieces,
        wifi=wifi,
        is_wifi_needed=job["needs"] == "wifi",
        is_one_a_page=job["paper"]["columns"] * job["paper"]["rows"] == 1,
        distance_cm=job["distance_cm"],
        on_progress=on_progress,
    )


def kit_data(job: Mapping[str, Any], codes: list[QrCode]) -> dict[str, Any]:
    """The job as the kit reads it. Each code is there once, however many copies there are."""
    house = dict(job["house"])
    for name in ("logo", "company_logo", "service_logo"):
        house[name] = picture_for_kit(house[name])
    if house["wifi"]:
        house["wifi"] = {
            **house["wifi"],
            "qr": {**_code(codes[-1]), "alt": house["wifi"]["name"]},
        }
    drawn = {code.text: code for code in codes[: len(_with_codes(job))]}
    numbers = {text: number for number, text in enumerate(drawn)}
    return {
        "title": job["title"],
        "paper": job["paper"],
        "house": house,
        "codes": [_code(code) for code in drawn.values()],
        "pieces": [{**piece, "qr": _code_of(piece, numbers)} for piece in job["pieces"]],
        "files": {name: picture_for_kit(picture) for name, picture in job["files"].items()},
    }


def _code(code: QrCode) -> dict[str, Any]:
    return {"svg": code.svg(), "text": code.text, "modules": code.num_modules}


def _code_of(piece: Mapping[str, str], numbers: Mapping[str, int]) -> dict[str, Any] | None:
    """Which code a piece carries, and what it is called; none for one of the house as a whole."""
    if not piece["url"]:
        return None
    return {"number": numbers[piece["url"]], "alt": piece["label"] or piece["code"]}


def picture_for_kit(picture: Mapping[str, str] | None) -> dict[str, Any] | None:
    """A picture as the kit of templates reads it."""
    if picture is None:
        return None
    data = b64decode(picture["data"])
    if picture["type"] == "svg":
        return {"type": "svg", "text": data.decode("utf-8", "replace")}
    return {"type": picture["type"], "bytes": list(data)}


def _num_pages(job: Mapping[str, Any]) -> int:
    paper = job["paper"]
    used = paper["start"] - 1 + len(job["pieces"])
    return int(-(-used // (paper["columns"] * paper["rows"])))


def _packed(pages: Iterable[bytes], ending: str) -> tuple[bytes, int]:
    """Several pages as one file, or the only one as it is; and how many there are. Pictures are
    compressed already."""
    packed = io.BytesIO()
    method = zipfile.ZIP_STORED if ending == "png" else zipfile.ZIP_DEFLATED
    number, only = 0, b""
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, page in enumerate(pages, start=1):
            name = zipfile.ZipInfo(f"{number:03}.{ending}", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(name, page, compress_type=method)
            only = page if number == 1 else b""
    return only if number == 1 else packed.getvalue(), number


# What typst says ----------------------------------------------------------------------------------


def _in_words(error: typst.TypstError, num_kit_lines: int) -> SettingError:
    text = error.diagnostic
    if missing := _NOT_SHOWN.findall(text):
        signs = "".join(dict.fromkeys("".join(_ESCAPED.sub(_unescaped, each) for each in missing)))
        return SettingError(
            N_("The printed pieces have no letters for {signs}. Please write it in another way."),
            signs=signs[:40],
        )
    if found := _DOES_NOT_FIT.search(error.message):
        return SettingError(
            N_("“{text}” is too long for this piece. Please shorten it, or choose a larger piece."),
            text=found[1].replace('\\"', '"')[:60],
        )
    line = _line_of(text, num_kit_lines)
    if _OTHER_FILE.search(error.message):
        return SettingError(
            N_("Line {line}: a template can use its own pictures and nothing else."), line=line
        )
    problem = error.message[:_MAX_PROBLEM]
    if line:
        return SettingError(N_("Line {line}: {problem}"), line=line, problem=problem)
    return SettingError(N_("The template does not work: {problem}"), problem=problem)


def _line_of(diagnostic: str, num_kit_lines: int) -> int:
    """The line of the template that is at fault; 0 when it is none of its own."""
    lines = [int(line) - num_kit_lines for line, _column in _PLACE.findall(diagnostic)]
    return next((line for line in lines if line > 0), 0)


def _unescaped(found: re.Match[str]) -> str:
    """A sign as Rust writes it in quotation marks."""
    number, sign = found.groups()
    return chr(int(number, 16)) if number else str(sign)
