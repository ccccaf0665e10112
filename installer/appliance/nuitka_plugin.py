"""What Nuitka compiles, our own modules, and what of the data of others goes along.

Compiled, the libraries would take 40 minutes on two cores instead of a few, and run hardly faster:
what is slow in them is C already. Nuitka loads this file by its path (`--user-plugin`).
"""

import os
import subprocess
from pathlib import Path

from nuitka.plugins.PluginBase import NuitkaPluginBase


class NuitkaPluginOwnCodeOnly(NuitkaPluginBase):
    plugin_name = "own-code-only"
    plugin_desc = "Compile the program, embed what it is built on."

    def decideCompilation(self, module_name):
        name = str(module_name)
        if name.split(".", 1)[0] in {"sosbox", "__main__"}:
            return "compiled"
        # Nuitka writes each embedded module into a C name: these cannot be one.
        if name.startswith("__") or "-" in name or "Load" in name:
            return None
        # Nuitka mends this one, which it can do with compiled code alone.
        if name == "xmlrpc.server":
            return None
        return "bytecode"

    def onStandaloneDistributionFinished(self, dist_dir):
        _leave_out_locales(Path(dist_dir))
        _strip(Path(dist_dir))


def _leave_out_locales(folder):
    """Nine tenths of what Babel knows is of languages that nobody is answered in. Taken out here:
    asked to leave out a thousand files, Nuitka compares each with each other."""
    used = {"root", *os.environ["USED_LOCALES"].split()}
    for file in (folder / "babel" / "locale-data").glob("*.dat"):
        if file.stem.partition("_")[0] not in used:
            file.unlink()


def _strip(folder):
    """Takes out what only debuggers read, a third of all, for some are released with it.

    Of some libraries, whose paths have been changed before, `strip` makes one that cannot be
    loaded: these stay as they are.
    """
    for file in sorted(folder.rglob("*.so*")):
        if file.is_file() and not file.is_symlink():
            smaller = file.with_name(f"{file.name}.stripped")
            subprocess.run(["strip", "--strip-unneeded", "-o", smaller, file], check=True)
            if _can_be_loaded(smaller):
                smaller.replace(file)
            else:
                smaller.unlink()


def _can_be_loaded(file):
    """Whether each part lies as far into its page in the file as it will in memory."""
    headers = subprocess.run(["readelf", "-lW", file], capture_output=True, text=True, check=True)
    parts = [line.split() for line in headers.stdout.splitlines() if line.split()[:1] == ["LOAD"]]
    return all((int(part[2], 16) - int(part[1], 16)) % int(part[-1], 16) == 0 for part in parts)
