"""`sosbox translate`: lines in another language, as the box translates messages."""

import json
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import NamedTuple

from sosbox.cli.command import FAILED, OK, Command, UsageError, config_of, database_to_read
from sosbox.cli.lines import Line, batches_of_input
from sosbox.config import Config
from sosbox.i18n import LANGUAGES
from sosbox.places.translation_settings import load_engine_table, load_glossary
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import EngineTable
from sosbox.translation.glossary import EMPTY_GLOSSARY, Glossary
from sosbox.translation.registry import make_detector, make_translators
from sosbox.translation.texts import Outcome, Text, TextTranslator, Translation


class _Settings(NamedTuple):
    """What the owner has settled."""

    table: EngineTable
    glossary: Glossary


class _Done(NamedTuple):
    """What became of a line."""

    line: Line
    source: str
    translation: Translation

    @property
    def text(self) -> str:
        """What cannot be translated stays as it was written."""
        is_translated = self.translation.outcome in (Outcome.DONE, Outcome.PARTIAL)
        return self.translation.text if is_translated else self.line.text

    @property
    def is_whole(self) -> bool:
        return self.translation.outcome is Outcome.DONE

    def as_json(self) -> str:
        flags = list(self.translation.flags)
        if not (self.is_whole or flags):
            flags = [str(self.translation.outcome)]
        facts = {
            "language": self.source,
            "text": self.text,
            "engine": self.translation.engine,
            "flags": flags,
        }
        return json.dumps(facts, ensure_ascii=False)

    def note(self, target: str) -> str:
        """What is to be said of a line that is not wholly translated."""
        is_partial = self.translation.outcome is Outcome.PARTIAL
        how_far = "translated only in part" if is_partial else "not translated"
        if self.translation.outcome is Outcome.UNAVAILABLE:
            why = f"nothing here translates {self.source}-{target}"
        else:
            why = ", ".join(self.translation.flags) or "the engine has failed"
        return f"line {self.line.number} is {how_far}: {why}"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", choices=list(LANGUAGES), required=True, help="into which language")
    parser.add_argument(
        "--from",
        dest="source",
        choices=list(LANGUAGES),
        help="the language of the lines; by default that of each is looked for",
    )
    parser.add_argument(
        "--house", metavar="SLUG", help="with the fixed words of this establishment"
    )
    parser.add_argument("--json", action="store_true", help="for programs: an object a line")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    settings = _settings(config, arguments.house)
    detector = make_detector()
    is_whole = True
    with ExitStack() as stack:
        translators = make_translators(config)
        for translator in translators:
            stack.callback(translator.close)
        texts = TextTranslator(translators, lambda: settings.table)
        for batch in batches_of_input():
            sources = [arguments.source or detector.detect(line.text).language for line in batch]
            translations = texts.translate(
                [
                    Text(line.text, Pair(source, arguments.to), settings.glossary)
                    for line, source in zip(batch, sources, strict=True)
                ]
            )
            done = list(map(_Done, batch, sources, translations))
            for each in done:
                print(each.as_json() if arguments.json else each.text)
            sys.stdout.flush()
            for each in done:
                if not each.is_whole:
                    is_whole = False
                    print(f"sosbox: {each.note(arguments.to)}", file=sys.stderr)
    return OK if is_whole else FAILED


def _settings(config: Config, house: str | None) -> _Settings:
    """Those in the database. A folder with models alone is enough to translate."""
    if house is None and not config.database_path.exists():
        return _Settings(EngineTable(), EMPTY_GLOSSARY)
    with database_to_read(config) as connection:
        table = load_engine_table(connection)
        if house is None:
            return _Settings(table, EMPTY_GLOSSARY)
        row = connection.execute(
            "SELECT id FROM establishments WHERE slug = ?", (house,)
        ).fetchone()
        if row is None:
            raise UsageError('there is no establishment "{slug}"', slug=house)
        return _Settings(table, load_glossary(connection, row[0]))


COMMAND = Command(
    "translate",
    "translate lines, as the box translates messages",
    run,
    add_arguments,
    details="Reads lines from the standard input and prints one for each, with the models of the\n"
    "data folder and with Apertium, if it is installed. A line that cannot be translated is\n"
    "printed as it is, a note about it goes to the standard error, and the command ends with 1.\n"
    "Nothing is stored, no internet is asked.",
)
