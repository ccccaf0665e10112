"""Which translations stand beside which text on the page of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from sosbox.cases.queries import ThreadItem
from sosbox.cases.rules import HAS_TRANSLATION, Part, TranslationState
from sosbox.cases.translations import ShownTranslation

_WORTH_SHOWING = HAS_TRANSLATION | {TranslationState.WAITING}


@dataclass(frozen=True)
class Block:
    """A translation under its original. is_folded: it stands there for whoever wants to look."""

    translation: ShownTranslation
    is_folded: bool


class TranslationBlocks:
    """The translations of a case for one reader.

    house_language: what colleagues read to each other; reader_language: of the reader's console.
    """

    def __init__(
        self, rows: Sequence[ShownTranslation], house_language: str, reader_language: str
    ) -> None:
        self._rows = rows
        self._house_language = house_language
        self._reader_language = reader_language

    def of(self, item: ThreadItem, part: Part = Part.TEXT) -> list[Block]:
        """What stands under a text of the thread, in the order in which it does."""
        if item.is_note:
            return []
        rows = {
            row.language: row
            for row in self._rows
            if row.message_id == item.id and row.part == part and _says_something(row, item)
        }
        if not item.is_from_guest:
            return [Block(row, row.state in HAS_TRANSLATION) for row in rows.values()]
        return self._of_guest(item, rows)

    def _of_guest(self, item: ThreadItem, rows: dict[str, ShownTranslation]) -> list[Block]:
        blocks = []
        if (house := rows.get(self._house_language)) is not None:
            blocks.append(Block(house, is_folded=False))
        own = rows.get(self._reader_language)
        if own is not None and own is not house and own.state in _WORTH_SHOWING:
            # Whoever works in this house can read a message in its language.
            blocks.append(Block(own, is_folded=item.language == self._house_language))
        return blocks


def _says_something(row: ShownTranslation, item: ThreadItem) -> bool:
    """Not so what nobody had to translate: a number or a name alone, or a text that has been put
    right to the language of its translation."""
    return row.language != item.language and (
        row.state != TranslationState.DONE or bool(row.engine)
    )
