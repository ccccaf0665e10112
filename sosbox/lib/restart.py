"""Asking the supervisor to start both processes anew, so that new options count."""

import os
import signal
from collections.abc import Mapping

# In the environment of the children: the process id of the supervisor. Not the parent's, for
# a program in one file unpacks itself in a process between the two.
SUPERVISOR_VARIABLE = "SOSBOX_SUPERVISOR"
RESTART_SIGNAL = signal.SIGUSR1


def ask_for_restart(environ: Mapping[str, str] | None = None) -> bool:
    """Whether there is a supervisor, which then restarts worker and web process in a moment."""
    pid = (os.environ if environ is None else environ).get(SUPERVISOR_VARIABLE, "")
    if not pid.isdigit() or int(pid) <= 1:
        return False
    try:
        os.kill(int(pid), RESTART_SIGNAL)
    except OSError:
        return False
    return True
