"""The list of models that can be fetched, as the Argos project publishes it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sosbox.i18n import N_
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.language_codes import LANGUAGE_CODES
from sosbox.translation.argos.model import VERSION
from sosbox.translation.contract import Pair

MAX_INDEX_BYTES = 5_000_000
_MAX_LINKS = 10
_MAX_LINK = 2000
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Offer:
    """A model that can be fetched from any of the links.

    size_bytes: 0, sha256: empty, if the list does not say it.
    """

    pair: Pair
    version: str
    links: tuple[str, ...]
    size_bytes: int = 0
    sha256: str = ""


def read_index(content: bytes) -> list[Offer]:
    """The models of a list; what is not understood in it is passed over.

    Raises ModelError for what is no such list.
    """
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise ModelError(N_("What the address of the list answers is no list of models."))
    return list(_offers(rows))


def newest(offers: Iterable[Offer], pair: Pair) -> Offer:
    """Raises ModelError if there is none for the pair."""
    fitting = [offer for offer in offers if offer.pair == pair]
    if not fitting:
        raise ModelError(N_("The list has no model for {pair}."), pair=str(pair))
    return max(fitting, key=lambda offer: _version_key(offer.version))


def _offers(rows: list[Any]) -> Iterator[Offer]:
    for row in rows:
        if not isinstance(row, dict) or row.get("type", "translate") != "translate":
            continue
        source, target, version = (
            row.get(name) for name in ("from_code", "to_code", "package_version")
        )
        links = row.get("links")
        if not (isinstance(version, str) and VERSION.fullmatch(version)):
            continue
        if not _are_codes(source, target) or not isinstance(links, list):
            continue
        # Others are of networks that the box does not take part in.
        usable = [link for link in links if isinstance(link, str) and _is_web(link)][:_MAX_LINKS]
        if usable:
            yield Offer(
                pair=Pair(str(source), str(target)),
                version=version,
                links=tuple(usable),
                size_bytes=_whole(row.get("size")),
                sha256=_digest(row.get("sha256")),
            )


def _are_codes(source: Any, target: Any) -> bool:
    if not (isinstance(source, str) and isinstance(target, str)):
        return False
    return source != target and {source, target} <= LANGUAGE_CODES


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://")) and len(link) <= _MAX_LINK


def _whole(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value.lower()):
        return ""
    return value.lower()


def _version_key(version: str) -> tuple[tuple[int, ...], str]:
    """1.10 is newer than 1.9."""
    return tuple(map(int, _NUMBER.findall(version))), version
