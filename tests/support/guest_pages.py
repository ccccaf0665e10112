"""Guest pages as a reader sees them, and receipts in every state."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from sosbox.db import Transaction
from sosbox.i18n import LANGUAGES

# What is read out or shown, but stands in no text.
_READ_ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title"})
_UNSEEN = frozenset({"script", "style"})


@dataclass
class ReadPage:
    """A page taken apart: the attributes of <html>, and everything that is meant for a reader."""

    attributes: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(self.texts)


def read_page(html: str) -> ReadPage:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ReadPage()
        self._unseen = 0
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.page.attributes = values
        # An isolate is part of its sentence.
        if tag != "bdi":
            self._end_text()
        self._unseen += tag in _UNSEEN
        for name, value in values.items():
            if name in _READ_ATTRIBUTES or name.startswith("data-"):
                self._keep(value)

    def handle_endtag(self, tag: str) -> None:
        if tag != "bdi":
            self._end_text()
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(data)

    def close(self) -> None:
        super().close()
        self._end_text()

    def _end_text(self) -> None:
        self._keep("".join(self._parts))
        self._parts.clear()

    def _keep(self, text: str) -> None:
        if text := re.sub(r"[ \t\r\n]+", " ", text).strip(" "):
            self.page.texts.append(text)


def offer_every_language(tx: Transaction) -> None:
    """All houses offer all languages to their guests."""
    tx.sql("UPDATE establishments SET guest_languages = ?", json.dumps(list(LANGUAGES)))
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
