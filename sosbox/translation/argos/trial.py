"""Trying a model before anybody relies on it, in a process of its own.

A damaged file can end a process or ask for more memory than there is. The worker must not notice.
"""

import json
import logging
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sosbox.i18n import N_
from sosbox.lib.own_program import own_command
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.model import Trial, trial_from
from sosbox.translation.contract import Pair

# The command that does the trial; nobody types it.
TRY_MODEL = "_try-model"
# What it prints before it opens the model.
STARTED = b"started\n"
# A full model takes five seconds on a slow box.
TIMEOUT_S = 180.0
_POLL_S = 0.05
_MAX_ANSWER = 1_000_000
_OPTIONS = "SOSBOX_"

_log = logging.getLogger(__name__)


class TryModel(Protocol):
    """Tries the unpacked package in a folder. Raises ModelError."""

    def __call__(self, folder: Path, pair: Pair, is_cancelled: Callable[[], bool]) -> Trial: ...


def make_trial(
    *, threads: int, program: Sequence[str] | None = None, timeout_s: float = TIMEOUT_S
) -> TryModel:
    """A trial in a child process.

    threads: as the engine has it; program: the words that start this program.
    """
    words = [*(own_command() if program is None else program), TRY_MODEL]

    def try_model(folder: Path, pair: Pair, is_cancelled: Callable[[], bool]) -> Trial:
        own = ["--folder", str(folder), "--pair", str(pair), "--threads", str(threads)]
        return _outcome(*_run([*words, *own], timeout_s, is_cancelled))

    return try_model


def _run(
    words: Sequence[str], timeout_s: float, is_cancelled: Callable[[], bool]
) -> tuple[int, bytes]:
    """The exit code and what was printed. Raises ModelError."""
    deadline = time.monotonic() + timeout_s
    # What reads a file from anywhere has no business with the secrets of the box.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_OPTIONS)}
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            words,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ModelError(
            N_("The model could not be tried: {problem}"), problem=error.strerror or ""
        ) from None
    assert process.stdout is not None
    with process, process.stdout as printed:
        try:
            # The answer fits into the pipe: nobody has to read before the end.
            while process.poll() is None:
                if is_cancelled():
                    raise CancelledError
                if time.monotonic() > deadline:
                    raise ModelError(
                        N_("The trial took longer than {num} minutes."), num=round(timeout_s / 60)
                    )
                time.sleep(_POLL_S)
            return process.returncode, printed.read(_MAX_ANSWER)
        finally:
            process.kill()


def _outcome(exit_code: int, answer: bytes) -> Trial:
    """Raises ModelError."""
    if not answer.startswith(STARTED):
        # Whatever is wrong here, the model is not to blame.
        raise ModelError(N_("The model could not be tried: {problem}"), problem=f"exit {exit_code}")
    result = answer.removeprefix(STARTED)
    if exit_code == 0:
        try:
            return trial_from(json.loads(result))
        except (ValueError, RecursionError):
            pass
    _log.warning("a model has failed its trial: exit %d %.60s", exit_code, ascii(result))
    if exit_code < 0:
        raise ModelError(
            N_("The model is damaged: the program that loads it ended while it was tried.")
        )
    raise ModelError(N_("The model cannot be loaded. It is damaged, or made for another program."))
