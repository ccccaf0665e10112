"""Sets jobs with typst, in memory alone: what it needs comes with the job. Runs in the press."""

import io
import json
import re
import zipfile
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import segno
import typst

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.printing.codes import QUIET_ZONE, QrCode, make_code
from sosbox.printing.inspection import NamedCode, inspect_pdf

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
            inspect_pdf(
                pdf,
                _named(job, codes),
                num_needed=len(_with_codes(job)),
                distance_cm=job["distance_cm"],
                on_progress=lambda part: on_progress(0.3 + 0.6 * part),
            )
        if job["format"] == "pdf":
            return pdf, _num_pages(job)
        kind = "svg" if job["format"] == "svg" else "png"
        made = self._compiled(document, job, format=kind, ppi=job["ppi"])
        pages = made if isinstance(made, list) else [made]
        if len(pages) == 1:
            return pages[0], 1
        return _zipped(pages, kind), len(pages)

    def _set_eps(
        self, job: Mapping[str, Any], codes: list[QrCode], on_progress: Progress
    ) -> tuple[bytes, int]:
        """The codes alone for the page of somebody else. They are checked as a PDF of the same."""
        self.set({**job, "format": "pdf"}, on_progress)
        drawn = codes[: len(_with_codes(job))]
        pages = [_eps(code, job["level"], job["paper"]["width"]) for code in drawn]
        return (pages[0], 1) if len(pages) == 1 else (_zipped(pages, "eps"), len(pages))

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


def _named(job: Mapping[str, Any], codes: list[QrCode]) -> list[NamedCode]:
    """The codes as messages name them, those of the pieces first."""
    names = [piece["code"] for piece in _with_codes(job)]
    if job["house"]["wifi"]:
        names.append(job["house"]["wifi"]["name"])
    return [
        NamedCode(code.text, name, code.num_modules)
        for code, name in zip(codes, names, strict=True)
    ]


def kit_data(job: Mapping[str, Any], codes: list[QrCode]) -> dict[str, Any]:
    """The job as the kit reads it."""
    house, drawn = dict(job["house"]), iter(codes)
    for name in ("logo", "company_logo", "service_logo"):
        house[name] = picture_for_kit(house[name])
    if house["wifi"]:
        house["wifi"] = {**house["wifi"], "qr": _code(codes[-1], {"label": house["wifi"]["name"]})}
    return {
        "title": job["title"],
        "paper": job["paper"],
        "house": house,
        "pieces": [
            {**piece, "qr": _code(next(drawn), piece) if piece["url"] else None}
            for piece in job["pieces"]
        ],
        "files": {name: picture_for_kit(picture) for name, picture in job["files"].items()},
    }


def _code(code: QrCode, piece: Mapping[str, str]) -> dict[str, Any]:
    return {
        "svg": code.svg(),
        "text": code.text,
        "modules": code.num_modules,
        "alt": piece["label"] or piece["code"],
    }


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


def _zipped(pages: list[bytes], ending: str) -> bytes:
    """Several pages as one file; pictures are compressed already."""
    packed = io.BytesIO()
    method = zipfile.ZIP_STORED if ending == "png" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, page in enumerate(pages, start=1):
            name = zipfile.ZipInfo(f"{number:03}.{ending}", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(name, page, compress_type=method)
    return packed.getvalue()


def _eps(code: QrCode, level: str, width_mm: float) -> bytes:
    points = width_mm / 25.4 * 72
    written = io.StringIO()
    drawn = segno.make_qr(code.text, error=level, boost_error=False)
    drawn.save(
        written,
        kind="eps",
        border=QUIET_ZONE,
        scale=points / drawn.symbol_size(border=QUIET_ZONE)[0],
    )
    return written.getvalue().encode()


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
