"""What this process takes of the memory."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


def resident_bytes() -> int:
    """The memory that this process takes now; 0 where the system does not say it."""
    return _statm(1)


def address_space_bytes() -> int:
    """What this process has laid claim to, most of it never touched; 0 as above."""
    return _statm(0)


def give_back() -> None:
    """Hands what was freed back to the system: the C library keeps most of it, for each thread."""
    if _malloc_trim is not None:
        _malloc_trim(0)


def _statm(column: int) -> int:
    try:
        return int(_STATM.read_text("ascii").split()[column]) * _PAGE
    except OSError:
        return 0


def _found_malloc_trim() -> Callable[[int], int] | None:
    # glibc has it, others do without.
    function: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return function


_malloc_trim = _found_malloc_trim()
