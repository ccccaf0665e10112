"""Builds the program that runs on a box without Python: `make appliance`.

    build/appliance/sosbox.dist/   a folder, which the package installs
    build/appliance/sosbox         the same as one file, which unpacks itself when it is first run

Our modules are compiled, those of others embedded (nuitka_plugin.py). Both carry templates, static
files, catalogues, fonts, migrations and the licences of everything inside. Two builds of the same
tree in the same place give the same bytes (docs/decisions/0018-appliance.md).
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from installer.appliance.inside import ROOT, write_inside
from installer.appliance.sizes import print_sizes
from sosbox import __version__
from sosbox.i18n.localizer import LANGUAGES

OUT = ROOT / "build" / "appliance"
FOLDER = OUT / "sosbox.dist"
ONE_FILE = OUT / "sosbox"
REPORT = OUT / "report.xml"

# Loaded by name at run time, where Nuitka cannot see it.
_BY_NAME = ("uvicorn", "litestar", "aiosqlite", "piccolo.engine", "tzdata", "holidays.countries")
# Asked for somewhere in a library and never reached by what sosbox does with it.
_LEFT_OUT = (
    *("pytest", "_pytest", "IPython", "torch", "stanza", "spacy", "minisbd", "onnxruntime"),
    *("setuptools", "pip", "faker", "polyfactory", "pydantic", "pydantic_core", "black"),
    *("blib2to3", "matplotlib", "scipy", "tkinter", "hypothesis", "mypy", "fontTools"),
    *("playwright", "zstandard", "numpy.f2py", "numpy.testing", "numpy.typing", "email_validator"),
)
# Libraries that ask for their own version.
_METADATA = (
    *("litestar", "piccolo", "uvicorn", "argos-translate-lt", "typst", "pypdfium2", "holidays"),
    *("segno", "MarkupSafe"),
)
# A fixed day: what is built must not depend on when.
_NO_DATE = "1767225600"  # 2026-01-01


def main() -> int:
    parser = argparse.ArgumentParser(prog="make appliance", description="Builds the program.")
    parser.add_argument("--folder-only", action="store_true", help="do not pack the one file")
    parser.add_argument("--models", type=Path, help="a folder of .argosmodel files to go along")
    arguments = parser.parse_args()
    began = time.monotonic()
    shutil.rmtree(OUT, ignore_errors=True)
    write_inside(OUT / "licenses")
    build(arguments.models, is_folder_only=arguments.folder_only)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print_sizes(FOLDER, None if arguments.folder_only else ONE_FILE)
    print(f"built in {minutes} min {seconds} s")
    return 0


def build(models: Path | None, *, is_folder_only: bool) -> None:
    command = [
        *(sys.executable, "-m", "nuitka", "--python-flag=-m"),
        "--mode=standalone" if is_folder_only else "--mode=onefile",
        *("--quiet", "--no-progressbar", "--assume-yes-for-downloads", "--deployment"),
        *(
            f"--output-dir={OUT}",
            "--output-filename=sosbox.bin" if is_folder_only else "--output-filename=sosbox",
            f"--report={REPORT}",
        ),
        f"--user-plugin={Path(__file__).parent / 'nuitka_plugin.py'}",
        *([] if is_folder_only else [_unpacked_to()]),
        *(f"--include-package={name}" for name in _BY_NAME),
        *(f"--nofollow-import-to={name}" for name in _LEFT_OUT),
        f"--include-distribution-metadata={','.join(_METADATA)}",
        *("--include-package-data=sosbox", "--include-package-data=py3langid"),
        "--noinclude-data-files=*.po",
        f"--include-data-dir={OUT / 'licenses'}=sosbox/licenses",
        *([f"--include-data-dir={models}=models"] if models else []),
        "sosbox",
    ]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": _NO_DATE,
        "USED_LOCALES": " ".join(LANGUAGES),  # see nuitka_plugin.py
    }
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _unpacked_to() -> str:
    """Unpacked once for each build, not at every start."""
    return f"--onefile-tempdir-spec={{CACHE_DIR}}/sosbox/{__version__}-{_digest_of_sources()}"


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for file in sorted((ROOT / "sosbox").rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
