"""How this program is started once more."""

import shutil
import sys


def own_command() -> list[str]:
    """The words that start this program, as Python or as the compiled binary."""
    if "__compiled__" in globals():
        return [shutil.which(sys.argv[0]) or sys.argv[0]]
    # Without -P, Python would look for every module in the working directory first.
    return [sys.executable, "-P", "-m", "sosbox"]
