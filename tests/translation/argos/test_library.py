"""What is used of argostranslate: it touches nothing and needs nothing that is not there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sosbox.translation.argos.library import DEFAULT_INDEX_URL, Package
from tests.support.model_packages import ES_EN_FILE, package_files, real_files

# Sentences through a real model, with what must not be needed out of reach.
_WITHOUT = """
import os, sys
from pathlib import Path
HIDDEN = ("minisbd", "torch", "stanza", "spacy", "onnxruntime")
class Hider:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HIDDEN:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hider())
before = dict(os.environ)
from sosbox.translation.argos.loaded_model import LoadedModel
assert dict(os.environ) == before, "the environment was changed"
(said,) = LoadedModel(Path(sys.argv[1]), threads=1).translate(["No podemos dormir."])
assert said == "We cannot sleep.", said
loaded = {name.split(".")[0] for name in sys.modules}
assert not loaded & set(HIDDEN), loaded & set(HIDDEN)
assert not {"argostranslate.translate", "argostranslate.sbd"} & set(sys.modules)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An unpacked package of the phrasebook."""
    return _write(tmp_path / "package", real_files(ES_EN_FILE))


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_it_needs_neither_a_home_nor_what_is_not_installed(folder: Path, tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "ARGOS_PACKAGES_DIR": "/proc/none", "SNAP": "/proc/none"}
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, str(folder)],
        env=environ | {"HOME": "/proc/none", "TMPDIR": "/proc/none"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_importing_it_makes_nothing_in_the_home(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    subprocess.run(
        [sys.executable, "-c", "import sosbox.translation.argos.engine"],
        env=environ | {"HOME": str(home)},
        check=True,
    )

    assert list(home.iterdir()) == []


def test_the_index_is_asked_over_https() -> None:
    assert DEFAULT_INDEX_URL.startswith("https://")
    assert DEFAULT_INDEX_URL.endswith("/index.json")


def test_a_sentence_is_cut_into_pieces_and_put_together_again(folder: Path) -> None:
    tokenizer = Package(folder).tokenizer
    sentence = "La ducha de la habitación 204 no funciona."

    assert len(tokenizer.encode(sentence)) > 5
    assert tokenizer.decode(tokenizer.encode(sentence)).strip() == sentence


def test_an_underscore_becomes_a_space(folder: Path) -> None:
    # Why addresses and keys are kept out of what engines see.
    tokenizer = Package(folder).tokenizer

    assert "_" not in tokenizer.decode(["▁wifi", "_", "key"])


def test_a_package_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    files = package_files()
    del files["sentencepiece.model"]
    with pytest.raises(ValueError, match="no tokenizer"):
        Package(_write(tmp_path / "package", files))


def test_a_package_without_a_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Package(tmp_path)


# The other tokenizer ------------------------------------------------------------------------------

_MERGES = "#version: 0.2\nl a</w>\nd u\ndu c\nh a</w>\n"


def test_the_tokenizer_of_older_packages_works(tmp_path: Path) -> None:
    files = package_files()
    del files["sentencepiece.model"]
    tokenizer = Package(
        _write(tmp_path / "package", files | {"bpe.model": _MERGES.encode()})
    ).tokenizer
    tokens = tokenizer.encode("la ducha, señor")

    assert tokens[:3] == ["la", "duc@@", "ha"]
    assert tokenizer.decode(tokens) == "la ducha, señor"
