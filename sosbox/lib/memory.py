"""What this process takes of the memory."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

# In malloc.h.
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE_BYTES = 131_072
_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")
_STATUS = Path("/proc/self/status")


def resident_bytes() -> int:
    """The memory that this process takes now; 0 where the system does not say it."""
    return _statm(1)


def address_space_bytes() -> int:
    """What this process has laid claim to, most of it never touched; 0 as above."""
    return _statm(0)


def peak_bytes() -> int:
    """The most that this process has ever taken at once; 0 as above."""
    try:
        lines = _STATUS.read_text("ascii").splitlines()
    except OSError:
        return 0
    # Not of getrusage: that begins with what the parent took.
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def share_one_arena() -> None:
    """Has all threads take their memory from one place, where what is freed can be given back.

    The C library gives each thread a place of its own, and keeps the end of each for good. To be
    called before there are threads; it costs them nothing that could be measured.
    """
    if _mallopt is not None:
        _mallopt(_M_ARENA_MAX, 1)


def give_back_what_is_large() -> None:
    """Has every large piece of memory go back to the system as soon as it is freed.

    The C library holds back ever larger ones once it has seen such freed, up to 32 MB, and what
    grows leaves holes behind.
    """
    if _mallopt is not None:
        _mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Hands what was freed back to the system: the C library keeps most of it."""
    if _malloc_trim is not None:
        _malloc_trim(0)


def _statm(column: int) -> int:
    try:
        return int(_STATM.read_text("ascii").split()[column]) * _PAGE
    except OSError:
        return 0


def _c_function(name: str) -> Callable[..., int] | None:
    # glibc has them, others do without.
    function: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return function


_malloc_trim = _c_function("malloc_trim")
_mallopt = _c_function("mallopt")
