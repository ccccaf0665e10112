"""How this program is started once more."""

import os
import sys

# Read when the program starts: once a newer one lies in its place, the link says "(deleted)". What
# unpacks itself from one file starts what it has unpacked, so that no child unpacks it again.
_RUNNING = os.path.realpath("/proc/self/exe")


def own_command() -> list[str]:
    """The words that start this program, as Python or as the compiled binary."""
    if "__compiled__" in globals():
        return [_RUNNING]
    # Without -P, Python would look for every module in the working directory first.
    return [sys.executable, "-P", "-m", "sosbox"]
