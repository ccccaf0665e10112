"""Kannel itself: bearerbox, smsbox and the pretended network of its own tests."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_to_bytes

import httpx

from sosbox.channels.sms.kannel_config import Group, as_text

FAKE_NETWORK = "/usr/lib/kannel/test/fakesmsc"
_PATH = f"{os.environ['PATH']}:/usr/sbin"
BEARERBOX, SMSBOX = (shutil.which(name, path=_PATH) for name in ("bearerbox", "smsbox"))
IS_INSTALLED = bool(BEARERBOX and SMSBOX and shutil.which(FAKE_NETWORK))
START_TIMEOUT_S = 20
STOP_TIMEOUT_S = 10
_POLL_S = 0.02
_PRINTED = re.compile(r"Got message \d+: <(.*)>$")
_BEGUN = re.compile(
    r"\S+ (?P<number>\+?\d+) (?P<kind>text|ucs-2|udh (?P<header>\S+) data) (?P<content>.*)",
    re.DOTALL,
)


def free_ports(num: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(num)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def changed(groups: list[Group], name: str, **values: str | int) -> list[Group]:
    """The groups with other values in one of them; an underscore stands for a hyphen."""
    named = {key.replace("_", "-"): value for key, value in values.items()}
    return [
        replace(group, values=group.values | named) if group.name == name else group
        for group in groups
    ]


class Kannel:
    """Both programs, from a configuration that lies in a folder of the test's own."""

    def __init__(self, folder: Path, groups: list[Group]) -> None:
        (folder / "spool").mkdir(parents=True)
        groups = changed(
            groups,
            "core",
            log_file=f"{folder}/bearerbox.log",
            store_location=f"{folder}/spool",
        )
        groups = changed(groups, "smsbox", log_file=f"{folder}/smsbox.log")
        values = {group.name: group.values for group in groups}
        self._file = folder / "kannel.conf"
        self._file.write_text(as_text(groups), "utf-8")
        self._sendsms_port = int(values["smsbox"]["sendsms-port"])
        core = values["core"]
        self._status_url = f"http://127.0.0.1:{core['admin-port']}/status.xml"
        self._password = str(core["status-password"])
        self._bearerbox: subprocess.Popen[bytes] | None = None
        self._smsbox: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once messages can be handed over; does nothing when they can be already."""
        if self._bearerbox is not None:
            return
        self._bearerbox = _run([BEARERBOX, str(self._file)])
        _wait_until(lambda: bool(self.status()), "bearerbox")
        self._smsbox = _run([SMSBOX, str(self._file)])
        _wait_until(lambda: _is_open(self._sendsms_port), "smsbox")
        _wait_until(lambda: "<type>smsbox" in self.status(), "smsbox")

    def wait_until_online(self) -> None:
        _wait_until(lambda: "<status>online" in self.status(), "the network")

    def wait_until_offline(self) -> None:
        _wait_until(lambda: "<status>online" not in self.status(), "the end of the network")

    def status(self) -> str:
        """The page that Kannel tells its state on; empty while it does not run."""
        try:
            url = f"{self._status_url}?password={self._password}"
            return httpx.get(url, trust_env=False).text.partition("<boxes>")[2]
        except httpx.TransportError:
            return ""

    def stop(self) -> None:
        """As the service manager does it."""
        for process in (self._smsbox, self._bearerbox):
            if process is not None:
                process.terminate()
        for process in (self._smsbox, self._bearerbox):
            if process is not None:
                _end(process)
        self._smsbox = self._bearerbox = None


class FakeNetwork:
    """Kannel's `fakesmsc`: takes every message, and each is reported as arrived at once.

    It ends when Kannel does.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Does nothing when it runs already."""
        if self._process is not None:
            return
        # It wants a message to send, and sends none of them.
        command = [FAKE_NETWORK, "-H", "127.0.0.1", "-r", str(self._port), "-m", "0", "1 2 text x"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            _end(self._process)
            self._reader.join()
            self._process = None

    def wait_for(self, last_line: str, timeout_s: float) -> tuple[str, str]:
        """Number and text of the first message that ends like this; it comes line by line."""
        found: list[tuple[str, str]] = []

        def has_come() -> bool:
            found.extend(message for message in self.messages if message[1].endswith(last_line))
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(has_come, timeout_s), f"{last_line} has not come"
        return found[0]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Number and text of each, the parts of a long one put together again."""
        messages: list[tuple[str, str]] = []
        open_parts: dict[str, bytes] = {}
        for number, header, data in _parts(self._lines):
            # The header of a part: reference, number of parts, place (3GPP TS 23.040, 9.2.3.24.1).
            reference, total, place = unquote_to_bytes(header)[-3:] if header else (0, 1, 1)
            key = f"{number} {reference}"
            open_parts[key] = open_parts.get(key, b"") + data
            if place == total:
                messages.append((number, _text(open_parts.pop(key))))
        return messages

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                with self._changed:
                    self._lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._changed.notify_all()


def _parts(lines: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Number, header and content of what was sent, as `fakesmsc` prints it.

    Its protocol knows lines: a message with several comes as several.
    """
    printed: list[str] = []
    for line in lines:
        if (found := _PRINTED.search(line)) is None:
            continue
        if _BEGUN.match(found[1]):
            printed.append(found[1])
        else:
            printed[-1] += f"\n{found[1]}"
    for text in printed:
        begun = _BEGUN.match(text)
        assert begun is not None
        content = begun["content"]
        is_plain = begun["kind"] == "text"
        data = content.encode() if is_plain else unquote_to_bytes(content.replace("+", " "))
        yield begun["number"], begun["header"] or "", data


def _text(data: bytes) -> str:
    # It does not say which of the two a part with a header is in; all texts here hold some ASCII.
    return data.decode("utf-16-be" if b"\0" in data else "utf-8")


def _run(command: list[str | None]) -> subprocess.Popen[bytes]:
    assert command[0] is not None
    return subprocess.Popen(
        [word for word in command if word], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Kannel tells nobody when it is ready: it has to be asked."""
    deadline = time.monotonic() + START_TIMEOUT_S
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, f"{what} does not come"
        pause.wait(_POLL_S)
