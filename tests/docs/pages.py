"""The pages of the documentation, as the tests read them."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SOURCE = re.compile(r'src="([^"]+)"')
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Docs:
    """One page."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def prose(self) -> str:
        """Everything but the blocks of code."""
        return _FENCE.sub("", _COMMENT.sub("", self.text))

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def blocks(self, kind: str) -> list[str]:
        """The blocks of code of a kind, ```toml."""
        return [content for found, content in _FENCE.findall(self.text) if found == kind]

    def code(self) -> list[str]:
        """What stands between backticks, and the lines of the shell."""
        lines = [line for block in self.blocks("sh") for line in block.splitlines()]
        return _CODE.findall(self.prose) + lines

    def links(self) -> list[str]:
        return _LINK.findall(self.prose) + _SOURCE.findall(self.prose)

    def anchors(self) -> set[str]:
        """The headings as addresses name them."""
        return {_anchor(title) for _, title in _HEADING.findall(self.prose)}

    def section(self, title: str) -> str:
        """What stands under a heading, up to the next one that is not below it."""
        headings = list(_HEADING.finditer(self.text))
        for place, heading in enumerate(headings):
            if heading[2] == title:
                depth = len(heading[1])
                later = (h for h in headings[place + 1 :] if len(h[1]) <= depth)
                end = next((h.start() for h in later), len(self.text))
                return self.text[heading.end() : end]
        raise LookupError(f"{self.name} has no section {title}")

    def rows(self, title: str) -> list[list[str]]:
        """The cells of the first table in a section, without its head."""
        lines = self.section(title).splitlines()
        rows = [line for line in lines if line.startswith("|")][2:]
        return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


README = Docs(ROOT / "README.md")
OWNER = Docs(DOCS / "owner.md")
INSTALLER = Docs(DOCS / "installer.md")
DISASTER = Docs(DOCS / "disaster.md")
PRINTING = Docs(DOCS / "printing.md")
EXTENDING = Docs(DOCS / "extending.md")
PAGES = [README, *(Docs(path) for path in sorted(DOCS.rglob("*.md")))]
