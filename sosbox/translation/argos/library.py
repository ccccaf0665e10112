"""What is used of argostranslate: reading an unpacked package and its tokenizer.

No more than that, on purpose. `argostranslate.translate` and `.sbd` import a package that is not
installed with the program and download models when they are first called. The rest, when it is
imported, reads options and makes folders in the home of whoever runs it, which a service does not
have, and changes the environment. Here it finds no options and no home and makes nothing, so that
the box also starts when its disk is full.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

_NO_HOME = "/nonexistent"
_PREFIXES = ("ARGOS_", "XDG_", "SNAP")


@contextmanager
def _nowhere() -> Iterator[None]:
    """For the moment of an import: no options, and folders that are asked for are not made."""
    environ, makedirs = dict(os.environ), os.makedirs
    try:
        for name in environ:
            if name.startswith(_PREFIXES):
                del os.environ[name]
        os.environ["HOME"] = _NO_HOME
        os.makedirs = _make_nothing
        yield
    finally:
        os.makedirs = makedirs
        for name in set(os.environ) - set(environ):
            del os.environ[name]
        for name, value in environ.items():
            if os.environ.get(name) != value:
                os.environ[name] = value


def _make_nothing(*_args: Any, **_options: Any) -> None:
    pass


with _nowhere():
    from argostranslate import settings  # type: ignore[import-untyped]
    from argostranslate.package import Package as _Package  # type: ignore[import-untyped]

# The list of models that the library would read.
DEFAULT_INDEX_URL: str = settings.remote_package_index


class Tokenizer(Protocol):
    """Cuts a sentence into the pieces that a model knows, and puts its pieces together.

    The library makes a space of each "_" in what it puts together, for some models use it as one.
    """

    def encode(self, sentence: str) -> list[str]: ...

    def decode(self, tokens: Sequence[str]) -> str: ...


class Package:
    """An unpacked package. Raises FileNotFoundError if its description is not there, ValueError if
    it has no tokenizer."""

    def __init__(self, folder: Path) -> None:
        package = _Package(folder)
        if not hasattr(package, "tokenizer"):
            raise ValueError("no tokenizer")
        self.tokenizer: Tokenizer = package.tokenizer
        self.model_folder = folder / "model"
        # A piece with which every translation is to begin; empty for most models.
        self.target_prefix = str(package.target_prefix)
