"""Keeps the catalogues: `python -m sosbox.i18n.catalogues update | compile | check`.

The console speaks three languages, guests and whoever gets notices have fourteen: the catalogues of
the other eleven hold what these read, and nothing of the console.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from sosbox.i18n.extraction import extract
from sosbox.i18n.localizer import (
    CONSOLE_LANGUAGES,
    DOMAIN,
    LANGUAGES,
    LOCALES_DIR,
    SOURCE_LANGUAGE,
)

PACKAGE_DIR = Path(__file__).parent.parent
# Where the messages are that somebody outside the console reads, below the package: guests, whoever
# gets a notice, and whoever opens the page that a notice links to.
OUTSIDE = (
    "web/",
    "ui/",
    "i18n/",
    "errors.py",
    "db/engine.py",
    "cases/guest_actions.py",
    "cases/receipts.py",
    "cases/rules.py",
    "channels/words.py",
    "channels/email/message.py",
    "channels/email/templates/",
    "channels/printer/slip.py",
    "channels/sms/sample.py",
    "channels/sms/text.py",
    "deliveries/digests.py",
    "dispatch/acknowledge.py",
    "admin/acknowledge_page.py",
    "admin/templates/acknowledge.html",
    "printing/words.py",
)


class _Catalogue(Catalog):
    """A catalogue whose header says what programs need, and no names or dates: those would make
    every update a change."""

    def __init__(self, language: str) -> None:
        super().__init__(language, charset="utf-8", fuzzy=False)
        self.header_comment = f"# {self.locale.get_display_name('en')} texts of {DOMAIN}."

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", DOMAIN),
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def po_path(language: str, locales: Path = LOCALES_DIR) -> Path:
    return locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def update(package: Path = PACKAGE_DIR, locales: Path = LOCALES_DIR) -> None:
    """Brings every .po file in line with the code; new messages are left empty."""
    template = extract(package)
    for language in _translations():
        catalogue = _read(language, locales)
        catalogue.update(wanted_in(language, template), no_fuzzy_matching=True)
        path = po_path(language, locales)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(
            buffer,
            catalogue,
            width=100,
            sort_output=True,
            include_lineno=False,
            ignore_obsolete=True,
        )
        path.write_bytes(buffer.getvalue())


def compile_all(locales: Path = LOCALES_DIR) -> None:
    """Writes the .mo files that the program reads."""
    for language in _translations():
        with po_path(language, locales).with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(language, locales))


def wanted_in(language: str, template: Catalog) -> Catalog:
    """The messages of `template` that are to be said in a language."""
    if language in CONSOLE_LANGUAGES:
        return template
    wanted = Catalog(charset="utf-8")
    for message in template:
        outside = [
            (path, line)
            for path, line in message.locations
            if path.partition("/")[2].startswith(OUTSIDE)
        ]
        if message.id and outside:
            wanted.add(message.id, None, outside)
    return wanted


def problems(package: Path = PACKAGE_DIR, locales: Path = LOCALES_DIR) -> Iterator[str]:
    """What is missing or wrong, a line each."""
    template = extract(package)
    for language in _translations():
        wanted = {message.id: message for message in wanted_in(language, template) if message.id}
        catalogue = _read(language, locales)
        for message in wanted.values():
            if problem := _problem(message, catalogue.get(message.id)):
                yield f"{language}: {problem}: {_ids(message)[0]!r}"
        for message in catalogue:
            if message.id and message.id not in wanted:
                yield f"{language}: no longer used: {_ids(message)[0]!r}"


def _problem(message: Message, translated: Message | None) -> str:
    # A fuzzy translation is not compiled.
    if translated is None or translated.fuzzy or not all(_strings(translated)):
        return "not translated"
    placeholders = _placeholders(_ids(message)[-1])
    for text in _strings(translated):
        try:
            if _placeholders(text) != placeholders:
                return "other placeholders"
        except ValueError:
            return "a brace without the other"
    return ""


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


def _translations() -> list[str]:
    return [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


def _read(language: str, locales: Path) -> Catalog:
    """The catalogue of a language; empty when there is none yet."""
    catalogue = _Catalogue(language)
    path = po_path(language, locales)
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    catalogue[message.id] = message
    return catalogue


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
