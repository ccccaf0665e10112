"""How this program is started once more."""

import shutil
import sys


def own_command() -> list[str]:
    """The words that start this program, as Python or as the compiled binary."""
    if "__compiled__" in globals():
        return [shutil.which(sys.argv[0]) or sys.argv[0]]
    return [sys.executable, "-m", "sosbox"]
