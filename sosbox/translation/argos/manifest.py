"""What a package says of itself, and whether all is in it that a model needs."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sosbox.i18n import N_
from sosbox.translation.argos.archive import Archive
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.language_codes import LANGUAGE_CODES
from sosbox.translation.argos.model import VERSION
from sosbox.translation.contract import Pair

METADATA_FILE = "metadata.json"
README_FILE = "README.md"
SENTENCEPIECE_FILE = "sentencepiece.model"
BPE_FILE = "bpe.model"
MODEL_FOLDER = "model"
WEIGHTS_FILE = f"{MODEL_FOLDER}/model.bin"
CONFIG_FILE = f"{MODEL_FOLDER}/config.json"

_MAX_METADATA_BYTES = 100_000
_MAX_README_BYTES = 200_000
_MAX_CONFIG_BYTES = 1_000_000
_MAX_ATTRIBUTION = 4000
_MAX_PREFIX = 50
_LICENCE_FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING")
_TOKENIZERS = (SENTENCEPIECE_FILE, BPE_FILE)
_SHARED_VOCABULARIES = ("shared_vocabulary.json", "shared_vocabulary.txt")
_OWN_VOCABULARIES = (
    ("source_vocabulary.json", "source_vocabulary.txt"),
    ("target_vocabulary.json", "target_vocabulary.txt"),
)

# Licences as packages name them, with their version, and how they are written here.
_LICENCES = (
    (r"CC[ -]?BY[ -]NC[ -]SA(?:[ -](\d\.\d))?", "CC BY-NC-SA"),
    (r"CC[ -]?BY[ -]NC[ -]ND(?:[ -](\d\.\d))?", "CC BY-NC-ND"),
    (r"CC[ -]?BY[ -]NC(?:[ -](\d\.\d))?", "CC BY-NC"),
    (r"CC[ -]?BY[ -]SA(?:[ -](\d\.\d))?", "CC BY-SA"),
    (r"CC[ -]?BY[ -]ND(?:[ -](\d\.\d))?", "CC BY-ND"),
    (r"CC[ -]?BY(?:[ -](\d\.\d))?", "CC BY"),
    (r"CC[ -]?0(?:[ -](\d\.\d))?", "CC0"),
    (r"public domain", "public domain"),
    (r"AGPL(?:[ -]?v?(\d(?:\.\d)?))?|Affero General Public Licen[sc]e", "AGPL"),
    (r"LGPL(?:[ -]?v?(\d(?:\.\d)?))?|Lesser General Public Licen[sc]e", "LGPL"),
    (r"GPL(?:[ -]?v?(\d(?:\.\d)?))?|GNU General Public Licen[sc]e", "GPL"),
    (r"Apache(?: Licen[sc]e)?,?(?: Version| v)?[ -]?(2\.0)?", "Apache"),
    (r"MIT(?: Licen[sc]e)?", "MIT"),
    (r"BSD(?:[ -](\d)[ -]Clause)?", "BSD"),
)


@dataclass(frozen=True)
class Manifest:
    """licence: empty if nothing is said; target_prefix: what a translation is to begin with, for
    the model alone."""

    pair: Pair
    version: str
    target_prefix: str
    licence: str
    attribution: str

    def metadata(self) -> bytes:
        """What the library wants to know, in ASCII: it reads the file in the system's encoding."""
        content = {
            "type": "translate",
            "package_version": self.version,
            "argos_version": "",
            "from_code": self.pair.source,
            "to_code": self.pair.target,
            "target_prefix": self.target_prefix,
        }
        return json.dumps(content, ensure_ascii=True).encode("ascii")


def read_manifest(archive: Archive) -> Manifest:
    """Raises ModelError for what is no model that translates."""
    if METADATA_FILE not in archive.entries:
        raise ModelError(N_("This is no model: it has no {name}."), name=METADATA_FILE)
    metadata = _json_object(archive, METADATA_FILE, _MAX_METADATA_BYTES)
    kind = metadata.get("type", "translate")
    if kind != "translate":
        raise ModelError(
            N_('This package does not translate. It is of the kind "{kind}".'), kind=_short(kind)
        )
    pair = _pair(metadata)
    version = str(metadata.get("package_version", "")) or "0"
    if not VERSION.fullmatch(version):
        raise ModelError(N_('"{version}" is no version of a model.'), version=_short(version))
    prefix = metadata.get("target_prefix", "")
    if not isinstance(prefix, str) or len(prefix) > _MAX_PREFIX or " " in prefix:
        raise _unreadable(METADATA_FILE)
    readme = _text(archive, README_FILE)
    licence = _licence(metadata, [_text(archive, name) for name in _LICENCE_FILES], readme)
    return Manifest(pair, version, prefix, licence, readme.strip()[:_MAX_ATTRIBUTION])


def needed_files(archive: Archive) -> list[str]:
    """The files that are to be unpacked. Raises ModelError if one is missing or wrong."""
    entries = archive.entries
    tokenizer = next((name for name in _TOKENIZERS if name in entries), None)
    if tokenizer is None:
        raise ModelError(N_("The model is not complete: it has no {name}."), name=_TOKENIZERS[0])
    in_model = {name for name in entries if name.startswith(f"{MODEL_FOLDER}/")}
    if WEIGHTS_FILE not in in_model:
        raise ModelError(N_("The model is not complete: it has no {name}."), name=WEIGHTS_FILE)
    if not _has_vocabulary({name.removeprefix(f"{MODEL_FOLDER}/") for name in in_model}):
        raise ModelError(
            N_("The model is not complete: it has no {name}."),
            name=f"{MODEL_FOLDER}/{_SHARED_VOCABULARIES[0]}",
        )
    if CONFIG_FILE in in_model:
        _json_object(archive, CONFIG_FILE, _MAX_CONFIG_BYTES)
    for name in (tokenizer, WEIGHTS_FILE):
        if not entries[name].size_bytes:
            raise ModelError(N_("The model is not complete: {name} is empty."), name=name)
    # Nothing lies deeper: CTranslate2 reads the files of one folder.
    return [tokenizer, *sorted(name for name in in_model if name.count("/") == 1)]


def _has_vocabulary(names: Collection[str]) -> bool:
    if any(name in names for name in _SHARED_VOCABULARIES):
        return True
    return all(any(name in names for name in side) for side in _OWN_VOCABULARIES)


def _json_object(archive: Archive, name: str, max_bytes: int) -> dict[str, Any]:
    try:
        content = json.loads(archive.read(name, max_bytes).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unreadable(name) from None
    if not isinstance(content, dict):
        raise _unreadable(name)
    return content


def _unreadable(name: str) -> ModelError:
    return ModelError(N_("{name} in the file cannot be understood."), name=name)


def _pair(metadata: dict[str, Any]) -> Pair:
    codes = [metadata.get("from_code"), metadata.get("to_code")]
    for code in codes:
        if not isinstance(code, str) or code not in LANGUAGE_CODES:
            raise ModelError(N_('"{code}" is no language that is known here.'), code=_short(code))
    source, target = codes
    assert isinstance(source, str)
    assert isinstance(target, str)
    if source == target:
        raise ModelError(N_("This model translates from a language into the same language."))
    return Pair(source, target)


def _short(value: object) -> str:
    text = str(value)[:40]
    return text if text.isprintable() else ascii(text)


def _text(archive: Archive, name: str) -> str:
    if name not in archive.entries:
        return ""
    return archive.read(name, _MAX_README_BYTES).decode("utf-8", "replace")


def _licence(metadata: dict[str, Any], licence_texts: list[str], readme: str) -> str:
    """The licence by its usual short name; empty if none is named."""
    said = [metadata.get("license"), metadata.get("licence")]
    texts = [text for text in said if isinstance(text, str)]
    # The first lines of a licence name it; the rest may name others.
    texts += [text[:300] for text in licence_texts]
    texts += _passages(readme)
    return next((name for text in texts if (name := _licence_named(text))), "")


def _passages(readme: str) -> Iterator[str]:
    """What follows the word, in a sentence or under a heading; other licences, of the data, may be
    named elsewhere."""
    for found in re.finditer(r"\blicen[sc]e[sd]?\b", readme, re.IGNORECASE):
        yield readme[found.start() : found.end() + 200]
        yield readme[max(0, found.start() - 40) : found.start()]


def _licence_named(text: str) -> str:
    found = []
    for pattern, name in _LICENCES:
        match = re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", text, re.IGNORECASE)
        if match is not None:
            version = next((group for group in match.groups() if group), "")
            found.append((match.start(), -match.end(), f"{name} {version}".strip()))
    return min(found)[2] if found else ""
