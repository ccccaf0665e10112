"""Which library CTranslate2 calculates with.

On processors that are not Intel's it takes oneDNN, which writes machine code while it runs. Where
that is forbidden (`MemoryDenyWriteExecute=yes` of our systemd unit) oneDNN does not complain: what
it calculates is nonsense. Intel's library needs no such code, and is slower on other processors.
"""

import contextlib
import mmap
import os

# Read by CTranslate2 when it is loaded.
_USE_MKL = "CT2_USE_MKL"


def may_write_code() -> bool:
    """Whether this process may run what it has written."""
    protection = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    try:
        with contextlib.closing(mmap.mmap(-1, mmap.PAGESIZE, prot=protection)):
            return True
    except OSError:
        return False


if not may_write_code():
    # What somebody has chosen holds.
    os.environ.setdefault(_USE_MKL, "1")

import ctranslate2  # type: ignore[import-untyped]  # noqa: E402 - the choice comes first

__all__ = ["ctranslate2", "may_write_code"]
