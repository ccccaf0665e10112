"""A small IMAP server (RFC 3501), as far as reading a mailbox goes; it can misbehave as told."""

import base64
import re
import shlex
import socket
import socketserver
import ssl
import threading
from dataclasses import dataclass
from typing import Any

HANG = "hang"
HANG_UP = "hang up"
GARBAGE = "garbage"
# Sends a sign every now and then, and never a whole line.
DRIBBLE = "dribble"
# Says that more comes than anybody has room for.
HUGE = "huge"
_MISBEHAVIOUR = frozenset({HANG, HANG_UP, GARBAGE, DRIBBLE, HUGE})

_STARTED_TLS = "started TLS"
_DRIBBLE_S = 0.02


@dataclass
class StoredMail:
    uid: int
    raw: bytes
    is_seen: bool = False


class ImapServer:
    """Listens on a thread of its own between `start` and `stop`.

    scripts: how it misbehaves, by command: GREETING, LOGIN, SELECT, SEARCH, FETCH, STORE, LOGOUT,
    STARTTLS. Values are those above, or a line that is answered in the place of OK.
    tls: speaks TLS from the first byte; starttls: offers it.
    """

    def __init__(
        self,
        *,
        user: str = "replies",
        password: str = "open sesame",
        folder: str = "INBOX",
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
    ) -> None:
        self.scripts: dict[str, str] = {}
        self.mails: list[StoredMail] = []
        self.commands: list[str] = []
        self.uid_validity = 7
        self.changed = threading.Condition()
        self.is_stopping = threading.Event()
        self.login = (user, password)
        self.folder = folder
        self.tls = tls
        self.starttls = starttls
        self._server = _Server(self)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> "ImapServer":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.is_stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def add(self, raw: bytes | str) -> StoredMail:
        """A mail arrives."""
        data = raw.encode() if isinstance(raw, str) else raw
        mail = StoredMail(len(self.mails) + 1, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.mails.append(mail)
        return mail

    def wait_for(self, command: str, num: int = 1, timeout_s: float = 20) -> None:
        """Waits until the command was given so often."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.commands.count(command) >= num, timeout_s), (
                self.commands
            )

    def note(self, command: str) -> None:
        with self.changed:
            self.commands.append(command)
            self.changed.notify_all()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, imap: ImapServer) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.imap = imap

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are none."""


class _EndError(Exception):
    pass


class _Session(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.imap: ImapServer = self.server.imap  # type: ignore[attr-defined]
        if self.imap.tls is not None:
            self.request = self.imap.tls.wrap_socket(self.request, server_side=True)
        self.lines = self.request.makefile("rb")
        try:
            self.say("GREETING", "* OK ready")
            while line := self.lines.readline(10_000):
                self.answer(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (_EndError, OSError):
            pass
        finally:
            self.lines.close()
            self.request.close()

    def answer(self, line: str) -> None:
        tag, _, rest = line.partition(" ")
        command, _, arguments = rest.partition(" ")
        command = command.upper()
        if command == "UID":
            command, _, arguments = arguments.partition(" ")
            command = command.upper()
        self.imap.note(command)
        work = getattr(self, f"do_{command.lower()}", None)
        if work is None:
            self.send(f"{tag} BAD what?")
            return
        script = self.imap.scripts.get(command, "")
        if script in _MISBEHAVIOUR:
            self.say(command, "")
        result = work(arguments)
        if result == _STARTED_TLS:
            self.say(command, f"{tag} OK begin")
            assert self.imap.starttls is not None
            self.request = self.imap.starttls.wrap_socket(self.request, server_side=True)
            self.lines = self.request.makefile("rb")
            return
        self.say(command, f"{tag} {script or result}")
        if command == "LOGOUT":
            raise _EndError

    def say(self, command: str, line: str) -> None:
        script = self.imap.scripts.get(command, "")
        if script == HANG:
            self.imap.is_stopping.wait()
            raise _EndError
        if script == HANG_UP:
            raise _EndError
        while script == DRIBBLE and not self.imap.is_stopping.wait(_DRIBBLE_S):
            self.request.sendall(b"*")
        if script == GARBAGE:
            self.request.sendall(b"\x00\xff{nonsense\r\n" * 3)
            raise _EndError
        if script == HUGE:
            self.request.sendall(b"* 1 FETCH (BODY[] {99999999999}\r\nabc\r\n")
            self.imap.is_stopping.wait()
            raise _EndError
        self.send(line)

    def send(self, line: str) -> None:
        self.request.sendall(line.encode() + b"\r\n")

    # Commands -----------------------------------------------------------------------------------

    def do_capability(self, _arguments: str) -> str:
        more = " STARTTLS" if self.imap.starttls is not None else ""
        self.send(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN{more}")
        return "OK done"

    def do_starttls(self, _arguments: str) -> str:
        return "BAD no" if self.imap.starttls is None else _STARTED_TLS

    def do_login(self, arguments: str) -> str:
        return self._login(tuple(shlex.split(arguments)))

    def do_authenticate(self, _arguments: str) -> str:
        self.send("+ ")
        _, user, password = base64.b64decode(self.lines.readline()).decode().split("\0")
        return self._login((user, password))

    def _login(self, given: tuple[str, ...]) -> str:
        is_right = given == self.imap.login
        return "OK welcome" if is_right else "NO [AUTHENTICATIONFAILED] no such user or password"

    def do_select(self, arguments: str) -> str:
        if arguments.strip('"') != self.imap.folder:
            return "NO there is no such folder"
        self.send(f"* {len(self.imap.mails)} EXISTS")
        self.send(f"* OK [UIDVALIDITY {self.imap.uid_validity}] valid")
        return "OK [READ-WRITE] selected"

    def do_search(self, _arguments: str) -> str:
        unseen = [str(mail.uid) for mail in self.imap.mails if not mail.is_seen]
        self.send(f"* SEARCH {' '.join(unseen)}".rstrip())
        return "OK done"

    def do_fetch(self, arguments: str) -> str:
        found = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", arguments)
        assert found is not None, arguments
        if "FETCH" in self.imap.scripts:
            return "NO nothing"
        uid, size = int(found[1]), int(found[2])
        for mail in self.imap.mails:
            if mail.uid == uid:
                part = mail.raw[:size]
                head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n"
                self.request.sendall(head.encode() + part + b")\r\n")
        return "OK done"

    def do_store(self, arguments: str) -> str:
        uids, _, flags = arguments.partition(" ")
        assert flags.upper() == "+FLAGS (\\SEEN)", flags
        for mail in self.imap.mails:
            mail.is_seen = mail.is_seen or str(mail.uid) in uids.split(",")
        return "OK done"

    def do_logout(self, _arguments: str) -> str:
        self.send("* BYE")
        return "OK bye"
