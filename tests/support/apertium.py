"""Programs that stand for Apertium's, and misbehave as told."""

import os
import signal
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from sosbox.translation.apertium.engine import ApertiumTranslator
from sosbox.translation.apertium.modes import MODES_DIR
from sosbox.translation.contract import Pair

IS_INSTALLED = {"es-gl.mode", "spa-cat.mode", "es-pt.mode", "pt-gl.mode"} <= {
    path.name for path in MODES_DIR.glob("*.mode")
}

# Reads its file anew for each block, so that a test can change its mind. What it has to tell it
# says with folders: it may not write files.
_PROGRAM = """#!{python} -IS
import os, signal, sys
flag, folder = sys.argv[1], sys.argv[-1]
assert flag == "-z", sys.argv
for name in os.environ:
    os.makedirs(os.path.join(folder, "environment", name), exist_ok=True)
os.mkdir(os.path.join(folder, "started", str(os.getpid())))
def behaviour():
    with open(os.path.join(folder, "behaviour")) as file:
        return file.read()
if behaviour() == "ends at once":
    sys.exit(1)
def blocks():
    read = b""
    while data := os.read(0, 65536):
        *whole, read = (read + data).split(b"\\0")
        yield from whole
for block in blocks():
    how = behaviour()
    if how == "ends" or (how == "ends at 7" and b"7" in block):
        sys.exit(1)
    elif how == "is silent":
        signal.pause()
    elif how == "dribbles":
        while True:
            os.write(1, b"bla " * 1000)
    elif how == "answers twice":
        os.write(1, (block + b"\\0") * 2)
    elif how == "loses the end":
        os.write(1, block[:-1] + b"\\0")
    elif how == "writes no UTF-8":
        os.write(1, b"\\xff" + block + b"\\0")
    elif how == "leaves marks":
        os.write(1, b"^ola<ij>$" + block + b"\\0")
    elif how == "loses addresses":
        os.write(1, block[block.index(b" "):] + b"\\0")
    else:
        os.write(1, block.replace(b"agua", b"auga").replace(b"Hola", b"Ola") + b"\\0")
"""


@dataclass(frozen=True)
class FakeApertium:
    """An installation in a folder: es-gl and gl-es, of two programs each."""

    folder: Path

    @classmethod
    def install(cls, folder: Path) -> "FakeApertium":
        fake = cls(folder)
        fake.modes_dir.mkdir(parents=True)
        fake.bin_dir.mkdir()
        fake.started_dir.mkdir()
        for name in ("lt-proc", "cg-proc"):
            fake.add_program(name)
        fake.behave("fine")
        for pair in ("es-gl", "gl-es"):
            fake.add_mode(pair)
        return fake

    @property
    def modes_dir(self) -> Path:
        return self.folder / "modes"

    @property
    def bin_dir(self) -> Path:
        return self.folder / "bin"

    @property
    def started_dir(self) -> Path:
        return self.folder / "started"

    def translator(self, *, timeout_s: float = 60, **others: object) -> ApertiumTranslator:
        return ApertiumTranslator(
            self.modes_dir,
            program_path=str(self.bin_dir),
            timeout_s=timeout_s,
            **others,  # type: ignore[arg-type]
        )

    def add_program(self, name: str) -> None:
        path = self.bin_dir / name
        path.write_text(_PROGRAM.format(python=sys.executable))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def add_mode(self, name: str, text: str = "") -> None:
        folder = f"'{self.folder}'"
        text = text or f"lt-proc $1 {folder} | cg-proc -g $2 {folder}"
        (self.modes_dir / f"{name}.mode").write_text(text + "\n")

    def behave(self, how: str) -> None:
        """What both programs of all directions do from the next block on."""
        new = self.folder / "behaviour.new"
        new.write_text(how)
        new.replace(self.folder / "behaviour")

    def started(self) -> list[int]:
        """The numbers of all processes that there were, in the order of their beginning."""
        made = sorted(self.started_dir.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [int(path.name) for path in made]

    def environment(self) -> set[str]:
        """The names of the variables that the programs have seen."""
        return {path.name for path in (self.folder / "environment").iterdir()}

    def kill(self) -> None:
        """Ends the first process that is still there, as the kernel does when memory runs out."""
        pid = next(pid for pid in self.started() if is_alive(pid))
        os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        for path in self.modes_dir.glob("*.mode"):
            path.unlink()


def is_alive(pid: int) -> bool:
    """Whether the process runs: not one that has ended and waits to be asked how."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


ES_GL = Pair("es", "gl")
