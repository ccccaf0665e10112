"""The text of a page of HTML, as mails have it: what is read, and what is quoted. Pure."""

import re
from html import unescape
from html.parser import HTMLParser

# More is no answer to anybody.
MAX_HTML = 100_000

# fmt: off
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "div", "dl", "dt", "dd", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tr", "ul",
})
# fmt: on
_UNREAD = frozenset({"head", "script", "style", "title", "template"})
# The standard library looks for the end of such a tag again and again, up to the end of the page.
_OPEN_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def html_text(html: str) -> str:
    """The words of a page, one line for each block; quoted lines begin with `> `.

    Whatever the page is like, its words come out.
    """
    html = _OPEN_TAG.sub("&lt;", html[:MAX_HTML])
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # a declaration that the standard library does not know
        return unescape(_TAG.sub("\n", html)).strip()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._num_quotes = 0
        self._unread: list[str] = []

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip()

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag == "br":
            self._end_line(is_forced=True)
        elif tag in _BLOCKS:
            self._end_line()
        if tag == "body":
            self._unread.clear()
        if tag == "blockquote":
            self._num_quotes += 1

    def handle_endtag(self, tag: str) -> None:
        if self._unread and tag == self._unread[-1]:
            self._unread.pop()
        if tag in _BLOCKS:
            self._end_line(is_forced=tag == "p")
        if tag == "blockquote":
            self._num_quotes = max(0, self._num_quotes - 1)

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._pieces.append(data)

    def _end_line(self, *, is_forced: bool = False) -> None:
        line = _SPACE.sub(" ", "".join(self._pieces)).strip()
        self._pieces.clear()
        if line:
            self._lines.append(f"> {line}" if self._num_quotes else line)
        elif is_forced and self._lines and self._lines[-1]:
            self._lines.append("")
