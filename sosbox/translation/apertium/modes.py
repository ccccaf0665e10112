"""Which directions are installed, and the programs that each is made of.

A `.mode` file is a line of shell: programs with their files, joined by pipes. It is read here and
never given to a shell.
"""

import re
import shlex
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from sosbox.translation.contract import Pair

MODES_DIR = Path("/usr/share/apertium/modes")
PROGRAM_PATH = "/usr/bin:/bin:/usr/local/bin"

# Those known to take -z: to answer each block that ends with NUL before they read on.
PROGRAMS = frozenset(
    {
        "apertium-anaphora",
        "apertium-interchunk",
        "apertium-postchunk",
        "apertium-posttransfer",
        "apertium-pretransfer",
        "apertium-tagger",
        "apertium-transfer",
        "cg-proc",
        "lrx-proc",
        "lsx-proc",
        "lt-proc",
        "rtx-proc",
    }
)

# Older packages name languages by two letters, newer ones by three: es-gl, spa-cat.
_TWO_LETTERS = {
    "ara": "ar",
    "cat": "ca",
    "deu": "de",
    "eng": "en",
    "eus": "eu",
    "fra": "fr",
    "glg": "gl",
    "ita": "it",
    "jpn": "ja",
    "nld": "nl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "zho": "zh",
}
_CODES = frozenset(_TWO_LETTERS.values())
# Variants such as spa-cat_valencia or pt-gl-latin1 are not taken.
_FILE_NAME = re.compile(r"([a-z]{2,3})-([a-z]{2,3})\.mode")
_PROGRAM_NAME = re.compile(r"[a-z][a-z0-9-]*")
_MAX_BYTES = 65_536
# What `apertium` fills in: unknown words without a mark, and nothing more for the tagger.
_ARGUMENTS = {"$1": ["-n"], "$2": []}


@dataclass(frozen=True)
class Mode:
    """A direction as it is installed.

    stages: for each program what is to be executed, with its path. missing: the programs that are
    not there; empty for a direction that works.
    """

    pair: Pair
    file_name: str
    stages: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]


class InstalledModes:
    """What is installed now; read again only when a folder has changed."""

    def __init__(self, folder: Path, program_path: str) -> None:
        self._folder = folder
        self._program_path = program_path
        self._lock = threading.Lock()
        self._read_at: tuple[int, ...] = ()
        self._modes: dict[Pair, Mode] = {}

    def working(self) -> dict[Pair, Mode]:
        """Those whose programs are all there."""
        return {pair: mode for pair, mode in self._all().items() if not mode.missing}

    def missing(self) -> list[str]:
        """The programs that other directions would need."""
        return sorted({name for mode in self._all().values() for name in mode.missing})

    def _all(self) -> dict[Pair, Mode]:
        with self._lock:
            changed_at = tuple(map(_changed_at, self._folders()))
            if changed_at != self._read_at:
                self._modes = read_modes(self._folder, self._program_path)
                self._read_at = changed_at
            return self._modes

    def _folders(self) -> list[Path]:
        return [self._folder, *map(Path, self._program_path.split(":"))]


def read_modes(folder: Path, program_path: str = PROGRAM_PATH) -> dict[Pair, Mode]:
    """The directions between languages of the box; files that are none are left out."""
    modes: dict[Pair, Mode] = {}
    # Three letters, the newer package, are read last and win.
    for path in sorted(folder.glob("*.mode"), key=lambda path: (len(path.name), path.name)):
        mode = _read_mode(path, program_path)
        if mode is not None and not (mode.missing and mode.pair in modes):
            modes[mode.pair] = mode
    return modes


def parse_mode(text: str) -> list[list[str]]:
    """The words of each program. Raises ValueError for what is more than programs and pipes."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|<>&;()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    stages: list[list[str]] = [[]]
    for word in lexer:
        if word == "|":
            stages.append([])
        elif word in _ARGUMENTS:
            stages[-1] += _ARGUMENTS[word]
        elif set(word) & set("$`|<>&;()"):
            raise ValueError(word)
        else:
            stages[-1].append(word)
    if not all(stage and _PROGRAM_NAME.fullmatch(stage[0]) for stage in stages):
        raise ValueError(text)
    return stages


def _read_mode(path: Path, program_path: str) -> Mode | None:
    pair = _pair_of(path.name)
    if pair is None:
        return None
    try:
        with path.open(encoding="utf-8") as file:
            stages = parse_mode(file.read(_MAX_BYTES))
    except (ValueError, OSError):
        return None
    found = [(stage, _find(stage[0], program_path)) for stage in stages]
    missing = sorted({stage[0] for stage, program in found if program is None})
    executed = tuple((program, "-z", *stage[1:]) for stage, program in found if program)
    return Mode(pair, path.name, executed, tuple(missing))


def _pair_of(file_name: str) -> Pair | None:
    found = _FILE_NAME.fullmatch(file_name)
    if found is None:
        return None
    source, target = (_TWO_LETTERS.get(code, code) for code in found.groups())
    return Pair(source, target) if {source, target} <= _CODES and source != target else None


def _find(program: str, program_path: str) -> str | None:
    return shutil.which(program, path=program_path) if program in PROGRAMS else None


def _changed_at(folder: Path) -> int:
    """Nanoseconds; 0 for a folder that is not there."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
