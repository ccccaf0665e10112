"""Keeps the catalogues: `python -m sosbox.i18n.catalogues extract | update | compile | check`."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from sosbox.i18n.localizer import DOMAIN, LANGUAGES, LOCALES_DIR, SOURCE_LANGUAGE

PACKAGE_DIR = Path(__file__).parent.parent
_METHODS = [
    ("**/catalogues.py", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext.babel_extract"),
    ("**/templates/**.txt", "jinja2.ext.babel_extract"),
]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "plural": (1, 2),
    **dict.fromkeys(
        (
            "SosboxError",
            "NotFoundError",
            "ForbiddenError",
            "ConflictError",
            "TooManyError",
            "UnavailableError",
            "ConfigError",
            "SchemaError",
            "RefusedError",
            "RetryError",
        )
    ),
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def po_path(language: str) -> Path:
    return LOCALES_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def extract() -> Catalog:
    """All messages of the code and the templates."""
    catalogue = Catalog(project=DOMAIN, charset="utf-8")
    found = extract_from_dir(PACKAGE_DIR, _METHODS, keywords=_KEYWORDS, comment_tags=("i18n:",))
    for filename, _line, message, comments, context in found:
        catalogue.add(
            message, None, [(f"sosbox/{filename}", 1)], auto_comments=comments, context=context
        )
    return catalogue


def update() -> None:
    """Brings every .po file in line with the code; new messages are left empty."""
    template = extract()
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = _read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(
            buffer,
            catalogue,
            width=100,
            sort_output=True,
            include_lineno=False,
            omit_header=False,
            ignore_obsolete=True,
        )
        path.write_bytes(_without_dates(buffer.getvalue()))


def compile_all() -> None:
    """Writes the .mo files that the program reads."""
    for language in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            with po_path(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, _read(language))


def problems() -> Iterator[str]:
    """What is missing or wrong, a line each."""
    template = extract()
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = _read(language)
        for message in template:
            if not message.id:
                continue
            translated = catalogue.get(message.id, message.context)
            if translated is None or not all(_strings(translated)):
                yield f"{language}: not translated: {_ids(message)[0]!r}"
            elif problem := _placeholder_problem(message, translated):
                yield f"{language}: {problem}: {_ids(message)[0]!r}"
        known = {message.id for message in template}
        for message in catalogue:
            if message.id and message.id not in known:
                yield f"{language}: no longer used: {_ids(message)[0]!r}"


def _placeholder_problem(message: Message, translated: Message) -> str:
    wanted = set(_PLACEHOLDER.findall(_ids(message)[-1]))
    for text in _strings(translated):
        if set(_PLACEHOLDER.findall(text)) != wanted:
            return "other placeholders"
    return ""


def _ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


def _read(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project=DOMAIN, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _without_dates(text: bytes) -> bytes:
    # A date in the header would make every update a change.
    return re.sub(rb'^"(?:POT-Creation|PO-Revision)-Date:.*\n', b"", text, flags=re.MULTILINE)


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else ""
    if command == "update":
        update()
        compile_all()
    elif command == "compile":
        compile_all()
        return 0
    elif command != "check":
        print(__doc__, file=sys.stderr)
        return 2
    found = list(problems())
    print("\n".join(found) if found else "the catalogues are complete")
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
