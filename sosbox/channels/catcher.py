"""A mail server that keeps what it is given: for the demonstration and for tests."""

import asyncio
import logging
import ssl
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sosbox.lib.clock import SystemClock

# How many mails a folder keeps.
MAX_IN_FOLDER = 200

# It names addresses at INFO.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass(frozen=True)
class CaughtMail:
    """One mail with its envelope; `received_monotonic` is of `time.monotonic()`, seconds."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    received_at: datetime
    received_monotonic: float


class MailCatcher:
    """Listens on a thread of its own between `start` and `stop`; may be started again.

    folder: every mail is also kept there as a file, the newest 200 of them.
    port: 0 takes a free one, which is then `port`.
    login: user name and password that a client has to give.
    starttls: offers STARTTLS with this context; tls: speaks TLS from the first byte.
    refuse_recipients: addresses that are answered with 550, for good.
    answer_temporarily: every mail is answered with 451, for now.
    """

    def __init__(
        self,
        folder: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        login: tuple[str, str] | None = None,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.messages: list[CaughtMail] = []
        self.num_caught = 0
        self.num_connections = 0
        self.refuse_recipients: set[str] = set()
        self.answer_temporarily = False
        self._folder = folder
        self._login = login
        self._starttls = starttls
        self._tls = tls
        self._arrived = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ending: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def start(self) -> None:
        """Returns when mails are taken. Raises OSError when the port is taken."""
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(ready)), name="mail-catcher", daemon=True
        )
        self._thread.start()
        ready.result()

    def stop(self) -> None:
        """Hangs up on everybody and ends the thread."""
        if self._thread is not None and self._ending is not None:
            loop, stopping = self._ending
            loop.call_soon_threadsafe(stopping.set)
            self._thread.join()
            self._thread = None

    def wait_for(self, num: int, timeout: float) -> list[CaughtMail]:
        """Waits until `num` mails were caught in all, at most `timeout` seconds.

        Returns those that are kept. Raises TimeoutError.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: self.num_caught >= num, timeout):
                raise TimeoutError(f"{self.num_caught} of {num} mails have come")
            return list(self.messages)

    async def _serve(self, ready: "Future[None]") -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        try:
            server = await loop.create_server(self._protocol, self.host, self.port, ssl=self._tls)
        except OSError as error:
            ready.set_exception(error)
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ending = (loop, stopping)
        ready.set_result(None)
        await stopping.wait()
        server.close()

    def _protocol(self) -> SMTP:
        self.num_connections += 1
        return SMTP(
            _Handler(self),
            hostname="sosbox-catcher",
            ident="ready",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=self._authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and self._login == (
            data.login.decode(),
            data.password.decode(),
        )
        return AuthResult(success=is_right, handled=False)

    def sender_answer(self, session: Session) -> str:
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        return "250 OK"

    def recipient_answer(self, address: str) -> str:
        if address in self.refuse_recipients:
            return "550 5.1.1 There is nobody of that name"
        return "250 OK"

    def take(self, envelope: Envelope) -> str:
        """Keeps a mail and returns the answer."""
        if self.answer_temporarily:
            return "451 4.3.0 Not now"
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            self._store(content)
        except OSError:
            return "451 4.3.1 The folder cannot be written"
        mail = CaughtMail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=content,
            received_at=SystemClock().now(),
            received_monotonic=time.monotonic(),
        )
        with self._arrived:
            self.messages.append(mail)
            if self._folder is not None:
                del self.messages[:-MAX_IN_FOLDER]
            self.num_caught += 1
            self._arrived.notify_all()
        return "250 OK"

    def _store(self, content: bytes) -> None:
        if self._folder is None:
            return
        # Named by time, so that names sort; renamed when whole, so that nobody reads half of one.
        draft = self._folder / f"{time.time_ns()}.part"
        draft.write_bytes(content)
        draft.rename(draft.with_suffix(".eml"))
        for old in sorted(self._folder.glob("*.eml"))[:-MAX_IN_FOLDER]:
            old.unlink(missing_ok=True)


class _Handler:
    """What aiosmtpd calls, on the catcher's thread."""

    def __init__(self, catcher: MailCatcher) -> None:
        self._catcher = catcher

    async def handle_MAIL(
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = self._catcher.sender_answer(session)
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self._catcher.recipient_answer(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        return self._catcher.take(envelope)
