"""Keeps the web process and the worker running: starts, restarts and stops them.

A child that dies is started again, at once at first, more slowly when it keeps dying. A child may
ask for all of them to be started anew. Should the supervisor itself be killed, the children notice
by the end of a pipe that it holds open.
"""

import logging
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sosbox.lib.own_program import own_command
from sosbox.lib.restart import RESTART_SIGNAL, SUPERVISOR_VARIABLE

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
# A child that has run this long has recovered from whatever it died of before.
CALM_AFTER_S = 10.0
KILL_AFTER_S = 15.0
_PROBE_PAUSE_S = 0.05
# What children print goes to the log; stdout is for what the command itself says.
_STDERR = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChildSpec:
    """A process to keep running.

    arguments: what follows the program; `{lifeline}` in them becomes the number of the pipe.
    fds: what it inherits.
    """

    name: str
    arguments: Sequence[str]
    fds: Sequence[int] = ()


class _Child:
    def __init__(self, spec: ChildSpec, environ: Mapping[str, str], lifeline: int) -> None:
        self.spec = spec
        self._environ = environ
        self._lifeline = lifeline
        self._pause_s = FIRST_PAUSE_S
        self._started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self.start_at = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self._started_at = time.monotonic()
        arguments = [word.format(lifeline=self._lifeline) for word in self.spec.arguments]
        # A terminal sends these to every process: blocked in the children, which inherit that,
        # they reach the supervisor alone, and it stops the children in order.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [*own_command(), *arguments],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=_STDERR,
                pass_fds=(*self.spec.fds, self._lifeline),
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def has_died(self) -> bool:
        """Whether it has ended by itself since it was started; plans the next start."""
        if self.process is None or self.process.poll() is None:
            return False
        if time.monotonic() - self._started_at > CALM_AFTER_S:
            self._pause_s = FIRST_PAUSE_S
        _log.warning(
            "the %s process ended (%s); starting it again", self.spec.name, self.process.returncode
        )
        self.process = None
        self.start_at = time.monotonic() + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        return True

    def stop(self, deadline: float) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("the %s process does not stop; killing it", self.spec.name)
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Stops it and starts it again at once, however often it has died."""
        self.stop(time.monotonic() + KILL_AFTER_S)
        self._pause_s = FIRST_PAUSE_S
        self.start()


class Supervisor:
    """Runs its children until it is told to stop by SIGTERM, SIGINT or SIGHUP.

    children: in the order in which they are stopped.
    is_ready: asked again and again until it says so once; then on_ready is called, both on a
    thread of their own.
    on_stopping: called once, before the first child is told to stop.
    """

    def __init__(
        self,
        children: Sequence[ChildSpec],
        environ: Mapping[str, str],
        *,
        is_ready: Callable[[], bool],
        on_ready: Callable[[], None],
        on_stopping: Callable[[], None] = lambda: None,
    ) -> None:
        self._is_ready = is_ready
        self._on_ready = on_ready
        self._on_stopping = on_stopping
        self._is_stopping = threading.Event()
        self._is_restarting = threading.Event()
        # The children hold the reading end; the writing end is closed when this process is gone.
        self._lifeline, self._lifeline_held = os.pipe()
        environ = {**environ, SUPERVISOR_VARIABLE: str(os.getpid())}
        self._children = [_Child(spec, environ, self._lifeline) for spec in children]

    def run(self) -> None:
        """Returns when all children have been stopped."""
        with _wakeups(self._is_stopping, self._is_restarting) as wakeup_fd:
            threading.Thread(target=self._announce, name="announce", daemon=True).start()
            try:
                while not self._is_stopping.is_set():
                    self._start_due()
                    _sleep(wakeup_fd, self._next_start_in())
                    for child in self._children:
                        child.has_died()
                    if self._is_restarting.is_set() and not self._is_stopping.is_set():
                        self._restart()
            finally:
                self._is_stopping.set()
                self._on_stopping()
                deadline = time.monotonic() + KILL_AFTER_S
                for child in self._children:
                    child.stop(deadline)
        os.close(self._lifeline)
        os.close(self._lifeline_held)

    def _restart(self) -> None:
        """The worker first: whoever asked waits for the web process, and finds all done then."""
        self._is_restarting.clear()
        for child in reversed(self._children):
            if not self._is_stopping.is_set():
                child.restart()

    def _start_due(self) -> None:
        for child in self._children:
            if child.process is None and child.start_at <= time.monotonic():
                child.start()

    def _next_start_in(self) -> float | None:
        planned = [child.start_at for child in self._children if child.process is None]
        return max(0.0, min(planned) - time.monotonic()) if planned else None

    def _announce(self) -> None:
        while not self._is_stopping.wait(_PROBE_PAUSE_S):
            if all(child.is_running for child in self._children) and self._is_ready():
                self._on_ready()
                return


@contextmanager
def _wakeups(is_stopping: threading.Event, is_restarting: threading.Event) -> Iterator[int]:
    """Signals as bytes in a pipe, so that waiting for them and for a time is one `select`."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    stopping = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    caught = (*stopping, RESTART_SIGNAL, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in caught}
    for number in stopping:
        signal.signal(number, lambda *_: is_stopping.set())
    signal.signal(RESTART_SIGNAL, lambda *_: is_restarting.set())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    fd_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _sleep(wakeup_fd: int, timeout_s: float | None) -> None:
    readable, _, _ = select.select([wakeup_fd], [], [], timeout_s)
    if readable:
        os.read(wakeup_fd, 4096)
