"""The programs of one direction, kept running, that are asked one block after the other."""

import contextlib
import os
import resource
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

# Less urgent than the worker's own work, which other notices wait for.
NICENESS = 5
# The largest of them takes 250 MB.
_MEMORY_BYTES = 1 << 30
_CHUNK_BYTES = 65_536
# A translation is about as long as what it translates.
_MAX_GROWTH = 20
_SPARE_BYTES = 10_000


class PipelineError(Exception):
    """A program has ended, says nothing, or says what nobody has asked for."""


class Pipeline:
    """For one conversation at a time; only `kill` may be called by another thread meanwhile."""

    def __init__(
        self, stages: Sequence[Sequence[str]], *, program_path: str, timeout_s: float
    ) -> None:
        """Starts the programs. timeout_s: longest wait for each answer. Raises PipelineError."""
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._is_ended = False
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for stage in stages:
                self._start(stage, {"PATH": program_path, "LC_ALL": "C.UTF-8"})
        except OSError:
            self.end()
            raise PipelineError from None
        first, last = self._processes[0].stdin, self._processes[-1].stdout
        assert first is not None
        assert last is not None
        self._input, self._output = first.fileno(), last.fileno()
        os.set_blocking(self._input, False)

    def _start(self, stage: Sequence[str], environment: dict[str, str]) -> None:
        """One group for all, so that they end together with whatever they may have started."""
        before = self._processes[-1] if self._processes else None
        process = subprocess.Popen(  # noqa: S603 - a program out of a fixed list, without a shell
            stage,
            stdin=before.stdout if before else subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What they complain of may hold what somebody wrote.
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=environment,
            process_group=self._processes[0].pid if before else 0,
        )
        self._processes.append(process)
        if before is not None and before.stdout is not None:
            before.stdout.close()
        _restrain(process.pid)

    def converse(self, blocks: Sequence[bytes]) -> Iterator[bytes]:
        """The answer to each block, as they come; neither has the NUL at its end.

        Raises PipelineError; the pipeline is good for nothing afterwards but `end`.
        """
        if self._is_readable(0):
            raise PipelineError  # it has ended, or answers what was asked before
        to_write = memoryview(b"".join(block + b"\0" for block in blocks))
        max_bytes = max(map(len, blocks), default=0) * _MAX_GROWTH + _SPARE_BYTES
        received = b""
        num_missing = len(blocks)
        deadline = time.monotonic() + self._timeout_s
        while num_missing:
            to_write, data = self._exchange(to_write, deadline)
            *answers, received = (received + data).split(b"\0")
            if len(answers) > num_missing or len(received) > max_bytes:
                raise PipelineError
            if answers:
                num_missing -= len(answers)
                deadline = time.monotonic() + self._timeout_s
                yield from answers
        if received:
            raise PipelineError

    def _exchange(self, to_write: memoryview, deadline: float) -> tuple[memoryview, bytes]:
        """Writes and reads what is possible: what is still to be written, and what was read."""
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        if to_write:
            poll.register(self._input, select.POLLOUT)
        ready = dict(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
        if not ready:
            raise PipelineError
        data = b""
        try:
            if self._input in ready:
                with contextlib.suppress(BlockingIOError):
                    to_write = to_write[os.write(self._input, to_write[:_CHUNK_BYTES]) :]
            if self._output in ready:
                data = os.read(self._output, _CHUNK_BYTES)
                if not data:
                    raise PipelineError
        except OSError:
            raise PipelineError from None
        return to_write, data

    def _is_readable(self, timeout_s: float) -> bool:
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))

    def kill(self) -> None:
        """Ends the programs; who converses with them gets a PipelineError."""
        with self._lock:
            if not self._is_ended and self._processes:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._processes[0].pid, signal.SIGKILL)

    def end(self) -> None:
        """Ends the programs and lets go of everything; may be called twice."""
        self.kill()
        with self._lock:
            self._is_ended = True  # from here on the numbers may belong to other processes
            for process in self._processes:
                process.wait()
                for stream in (process.stdin, process.stdout):
                    if stream is not None:
                        stream.close()
            self._processes = []


def _restrain(pid: int) -> None:
    """No memory without bounds, no files, no dump of what was translated. As far as we may."""
    limits = {
        resource.RLIMIT_AS: _MEMORY_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for limit, most in limits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, limit, (most, most))
    # When memory is short, it goes and not the process that serves guests: it can start again.
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000", "ascii")
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
