"""Tells the service manager that the box is up, and goes on telling it while it works.

`sosbox.service` has a watchdog: when it has heard nothing for two minutes, it ends everything and
starts it anew. The supervisor sees children that end; this is for those that live and do nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sosbox.lib.service_manager import READY, STOPPING, WATCHDOG, ServiceManager

PROBE_PAUSE_S = 0.25
# A few chances before the watchdog is out of patience, and rarely enough to cost nothing.
_FEEDS_PER_WATCHDOG = 4
_LONGEST_PAUSE_S = 15.0


@contextmanager
def watched_by(
    manager: ServiceManager, *, what_fails: Callable[[], str], address: str
) -> Iterator[Callable[[], None]]:
    """While inside, the manager is told how the box is; gives what to call when it begins to stop.

    what_fails: asked again and again on a thread of its own; a few words, empty when all is well.
    """
    is_over = threading.Event()

    def stopping() -> None:
        is_over.set()
        manager.tell(STOPPING, status="Stopping")

    if manager.is_listening:
        arguments = (manager, what_fails, address, is_over)
        threading.Thread(target=_watch, args=arguments, name="watch", daemon=True).start()
    try:
        yield stopping
    finally:
        is_over.set()


def _watch(
    manager: ServiceManager, what_fails: Callable[[], str], address: str, is_over: threading.Event
) -> None:
    manager.tell(status="Starting")
    while what_fails():
        if is_over.wait(PROBE_PAUSE_S):
            return
    manager.tell(READY, WATCHDOG, status=f"Serving {address}")
    failing = ""
    while not is_over.wait(_pause_s(manager.watchdog_s, is_well=not failing)):
        found = what_fails()
        if is_over.is_set():
            return
        if found != failing:
            manager.tell(status=f"Waiting: {found}" if found else f"Serving {address}")
            failing = found
        if not found:
            manager.tell(WATCHDOG)


def _pause_s(watchdog_s: float, *, is_well: bool) -> float:
    usual = min(_LONGEST_PAUSE_S, watchdog_s / _FEEDS_PER_WATCHDOG or _LONGEST_PAUSE_S)
    # Soon again when something is being restarted, so that the status does not stay behind.
    return usual if is_well else min(usual, 1.0)
