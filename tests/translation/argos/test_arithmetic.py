"""Models calculate right also where no program may write code while it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.trial import make_trial
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.support.venue import NOON

# PR_SET_MDWE of Linux 6.3, which systemd sets for MemoryDenyWriteExecute=yes.
_SET_MDWE = 65

_PROGRAM = f"""
import ctypes, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl({_SET_MDWE}, 1, 0, 0, 0):
    sys.exit(77)
from sosbox.translation.argos.arithmetic import may_write_code
from sosbox.translation.argos.engine import ArgosTranslator
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
assert not may_write_code()
engine = ArgosTranslator(ModelStore(Path(sys.argv[1])), memory_limit_mb=600, threads=1)
(said,) = engine.translate(Pair("en", "es"), ["The shower in room 204 does not work."])
print(said)
"""


def test_under_the_protection_of_the_unit_translations_are_as_good(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    adder = ModelAdder(store, make_trial(threads=1), memory_limit_mb=600)
    for file in PHRASEBOOK_FILES:
        adder.add(file, now=NOON)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(store.folder)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE (Linux 6.3)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "La ducha de la habitación 204 no funciona."
