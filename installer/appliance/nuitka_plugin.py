"""What Nuitka compiles: our own modules. Those of others go along as bytecode.

Compiled, the libraries would take 40 minutes on two cores instead of a few, and run hardly faster:
what is slow in them is C already. Nuitka loads this file by its path (`--user-plugin`).
"""

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
