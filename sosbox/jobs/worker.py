"""The worker process: rung by Huey, it sends what the outbox holds."""

import asyncio
import contextlib
import fcntl
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from huey.consumer import Consumer

from sosbox.box import Box
from sosbox.channels.mailbox.mailbox import Mailbox
from sosbox.channels.registry import make_channels
from sosbox.db import DB
from sosbox.deliveries.outbox import recover_interrupted
from sosbox.errors import ConflictError
from sosbox.jobs.dispatcher import Dispatcher
from sosbox.jobs.interpreter import Interpreter
from sosbox.jobs.mail_reader import MailReader
from sosbox.jobs.model_keeper import ModelKeeper
from sosbox.jobs.printer import Printer
from sosbox.jobs.queue import make_queue
from sosbox.jobs.sender import Sender
from sosbox.places.translation_settings import TRANSLATION_TOPIC
from sosbox.printing.press import Press
from sosbox.translation.argos.workshop import make_workshop
from sosbox.translation.registry import make_detector, make_translators

# Guests come first: on a small machine their pages must not wait for the mail.
NICENESS = 5
# Claims and outcomes that come closer together than this share a commit, seconds: each commit of
# the worker keeps the guests' from the disk.
COMMIT_INTERVAL_S = 0.04
# How often Huey looks for a ring, seconds. Constant, for a notice is to leave within half a second
# also when it is the first in an hour.
POLL_S = 0.02
# How long what is being sent may take when the worker is asked to end, seconds.
STOP_LIMIT_S = 10.0
HEALTH_CHECK_S = 10.0
# A worker whose loop has not come round for so long hangs, seconds.
HUNG_AFTER_S = 60.0

_log = logging.getLogger(__name__)


def run_worker(box: Box) -> int:
    """Works until SIGTERM or SIGINT; returns the exit code. To be called on the main thread.

    Of two workers of one data folder the second ends at once with 1: what one is sending would
    look to the other like something that a crash has left.
    """
    try:
        with _alone_in(box.config.data_dir):
            os.nice(NICENESS)
            # Huey names every task at INFO, every minute and for every ring.
            logging.getLogger("huey").setLevel(logging.WARNING)
            with _open_database(box):
                asyncio.run(_work(box))
    except ConflictError as error:
        _log.error("%s", error)
        return 1
    return 0


async def _work(box: Box) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stopping.set)
    num_recovered = await DB.write(recover_interrupted, now=box.clock.now())
    if num_recovered:
        _log.warning("%d notices were being sent when the worker ended", num_recovered)

    channels = make_channels(box.config, box.keys)
    queue = make_queue(box, on_due=lambda: _call_soon(loop, dispatcher.wake))
    # Jitter needs no secrets.
    rng = random.Random()  # noqa: S311
    sender = Sender(box, channels, ring_in=queue.ring_in, rng=rng)
    translators = make_translators(box.config)
    interpreter = Interpreter(box, translators, on_done=lambda: dispatcher.wake())
    keeper = ModelKeeper(box, make_workshop(box.config), on_change=interpreter.wake)
    printer = Printer(box, Press())
    # What routing and the outbox ask for in this process needs no ring.
    DB.listen(TRANSLATION_TOPIC, lambda: _call_soon(loop, interpreter.wake))

    detector = make_detector()
    # It reads its model when it is first asked: the first guest must not wait for that.
    loading = loop.run_in_executor(None, detector.detect, "hola")

    def on_work() -> None:
        sender.wake()
        interpreter.wake()
        keeper.wake()
        printer.wake()

    dispatcher = Dispatcher(box, on_work=on_work, ring_in=queue.ring_in, detector=detector)
    # Whatever was rung for so far is found by the first look at the outbox.
    queue.forget()
    sender.start()
    await interpreter.start()
    await keeper.start()
    await printer.start()
    dispatcher.start()
    mail_reader = MailReader(box, Mailbox(box.config), on_mail=dispatcher.wake)
    mail_reader.start()
    _lock_path(box.config.data_dir).write_text(str(os.getpid()), "utf-8")
    _beat(box.config.data_dir)
    consumer = _Consumer(queue.huey, workers=1, initial_delay=POLL_S, backoff=1.0, max_delay=POLL_S)
    consumer.start()
    try:
        while not await _happens(stopping, HEALTH_CHECK_S):
            consumer.check_worker_health()
            _beat(box.config.data_dir)
    finally:
        await asyncio.gather(loading, return_exceptions=True)
        await asyncio.to_thread(consumer.stop, graceful=True)
        await mail_reader.stop(STOP_LIMIT_S)
        await dispatcher.stop(STOP_LIMIT_S)
        await keeper.stop(STOP_LIMIT_S)
        await printer.stop(STOP_LIMIT_S)
        await interpreter.stop(STOP_LIMIT_S)
        await sender.stop(STOP_LIMIT_S)
        for channel in channels.values():
            await channel.close()
        for translator in translators:
            await asyncio.to_thread(translator.close)
        queue.close()


class _Consumer(Consumer):  # type: ignore[misc]
    """Huey's consumer without its signal handlers: SIGHUP would start the program anew."""

    def _set_signal_handlers(self) -> None:
        pass


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], Any]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(callback)


async def _happens(event: asyncio.Event, limit_s: float) -> bool:
    """Waits for the event; False when it has not come within `limit_s` seconds."""
    try:
        await asyncio.wait_for(event.wait(), limit_s)
    except TimeoutError:
        return False
    return True


@contextlib.contextmanager
def _alone_in(data_dir: Path) -> Iterator[None]:
    """Holds the lock of the worker. Raises ConflictError when another process has it."""
    with _lock_path(data_dir).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                "Another worker is running for {folder}.", folder=str(data_dir)
            ) from None
        file.truncate(0)
        yield


def is_working(data_dir: Path) -> bool:
    """Whether a worker has started and is looking after the outbox."""
    try:
        os.kill(int(_lock_path(data_dir).read_text("utf-8")), 0)
    except (OSError, ValueError):  # no file, nothing in it yet, or the process is gone
        return False
    return True


def is_beating(data_dir: Path) -> bool:
    """Whether that worker also gets round to what is to be done, as `is_working` cannot see."""
    try:
        beat_s = _lock_path(data_dir).stat().st_mtime
    except OSError:
        return False
    return is_working(data_dir) and time.monotonic() - beat_s < HUNG_AFTER_S


def _beat(data_dir: Path) -> None:
    """Notes on the lock that the loop has come round: seconds since the computer was started.

    Not the time of day: when that is put right, nobody has been hanging. On a disk that can only be
    read there is no beat, and nothing that a worker could do.
    """
    beat_s = time.monotonic()
    with contextlib.suppress(OSError):
        os.utime(_lock_path(data_dir), (beat_s, beat_s))


def _lock_path(data_dir: Path) -> Path:
    return data_dir / "worker.lock"


@contextlib.contextmanager
def _open_database(box: Box) -> Iterator[None]:
    is_ours = not DB.is_open
    if is_ours:
        DB.open(box.config.database_path, commit_interval_s=COMMIT_INTERVAL_S)
    try:
        yield
    finally:
        if is_ours:
            DB.close()
