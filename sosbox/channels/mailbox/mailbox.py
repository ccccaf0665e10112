"""The mailbox of the option `imap_host`: connecting, looking for answers, marking them as read.

Nothing is moved or deleted, and what is not for the reply address is left as it was.
"""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from imap_tools import AND, BaseMailBox, MailMessageFlags
from imap_tools.errors import MailboxFolderSelectError

from sosbox.channels.base import RetryError
from sosbox.channels.mailbox.mail import MAX_MAIL_BYTES, ReceivedMail, read_mail
from sosbox.config import Config
from sosbox.i18n import N_
from sosbox.lib.clock import Clock, SystemClock

# Mails that are fetched in one go.
MAX_MAILS = 20
# Of everything that the server says over one connection.
_MAX_BYTES = 32 * 1024 * 1024
# Older mails are no answers to anything that is still open.
_LOOK_BACK = timedelta(days=60)
# How many of those that are not for the box are remembered, so as not to be fetched again.
_MAX_LEFT_ALONE = 100_000

NO_ANSWER = N_("The mailbox server does not answer in time.")
BROKEN_OFF = N_("The mailbox server has broken the connection off.")
NOT_UNDERSTOOD = N_("The mailbox server answers in a way that the box does not understand.")
NOT_LET_IN = N_("The mailbox server refuses the user name or the password.")
NO_FOLDER = N_("The mailbox has no folder of that name.")


class Mailbox:
    """One mailbox, with one connection at a time.

    Everything here waits for the network, so it is called on a thread; `cut` alone may be called
    meanwhile. tls_context: which certificates are trusted, by default those of the system. Raises
    RetryError, nothing else.
    """

    def __init__(
        self,
        config: Config,
        *,
        tls_context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._config = config
        self._tls_context = tls_context
        self._clock = clock or SystemClock()
        self._wire = _Wire()
        self._box: _Box | None = None
        self._folder_id = ""
        self._left_alone: set[str] = set()

    def open(self) -> None:
        """Connects, logs in and opens the folder."""
        config = self._config
        self._wire.is_cut = False
        try:
            self._box = box = _Box(config, self._tls(), self._wire)
        except Exception as error:
            raise _error(error) from None
        try:
            log_in = box.login if _is_plain(config) else box.login_utf8
            log_in(config.imap_user, config.imap_password, initial_folder=None)
        except (imaplib.IMAP4.abort, OSError) as error:
            raise _error(error) from None
        except Exception:
            # What the server says may repeat what it was told.
            raise RetryError(NOT_LET_IN, is_outage=True) from None
        try:
            box.folder.set(config.imap_folder)
            folder_id = _folder_id(box)
        except Exception as error:
            raise _error(error) from None
        if folder_id != self._folder_id:
            self._folder_id = folder_id
            self._left_alone.clear()

    def fetch(self) -> list[ReceivedMail]:
        """Answers that nobody has read, at most MAX_MAILS, the newest first; marks none."""
        box = self._required_box()
        try:
            since = (self._clock.now() - _LOOK_BACK).date()
            unread = box.uids(AND(seen=False, date_gte=since), charset=None)
            new = [uid for uid in reversed(unread) if uid not in self._left_alone][:MAX_MAILS]
            return [mail for uid in new if (mail := self._read(box, uid)) is not None]
        except Exception as error:
            raise _error(error) from None

    def mark(self, uids: Collection[str]) -> None:
        """Marks mails as read."""
        if not uids:
            return
        client = self._required_box().client
        try:
            # Not with the method of imap-tools: that one expunges the folder as well.
            status, _ = client.uid("STORE", ",".join(uids), "+FLAGS", f"({MailMessageFlags.SEEN})")
        except Exception as error:
            raise _error(error) from None
        if status != "OK":
            raise RetryError(NOT_UNDERSTOOD, is_outage=True)

    def leave_alone(self, uid: str) -> None:
        """Does not fetch this mail again: it is not for the box."""
        if len(self._left_alone) < _MAX_LEFT_ALONE:
            self._left_alone.add(uid)

    def close(self) -> None:
        """Says goodbye and hangs up; harmless when there is no connection."""
        box, self._box = self._box, None
        if box is not None:
            with contextlib.suppress(Exception):
                box.logout()
        self._wire.close()

    def cut(self) -> None:
        """Breaks the connection off: whoever waits for the server gets an error at once."""
        self._wire.cut()

    def check(self) -> None:
        """Says whether answers could be read now."""
        try:
            self.open()
        finally:
            self.close()

    def _tls(self) -> ssl.SSLContext | None:
        if self._config.imap_tls == "none":
            return None
        return self._tls_context or ssl.create_default_context()

    def _required_box(self) -> "_Box":
        if self._box is None:
            raise RetryError(BROKEN_OFF, is_outage=True)
        return self._box

    def _read(self, box: "_Box", uid: str) -> ReceivedMail | None:
        # Its beginning alone, and without marking it.
        status, answer = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)")
        raw = next((item[1] for item in answer if isinstance(item, tuple)), None)
        if status != "OK" or not isinstance(raw, bytes):
            # Another program may be holding it; the next round tries again.
            return None
        mail = read_mail(raw, self._config.reply_address, uid=uid, folder_id=self._folder_id)
        if mail is None:
            self.leave_alone(uid)
        return mail


class _Wire:
    """The connection, for whoever has to break it off."""

    def __init__(self) -> None:
        self.client: imaplib.IMAP4 | None = None
        self.is_cut = False

    def cut(self) -> None:
        self.is_cut = True
        client = self.client
        if client is not None:
            with contextlib.suppress(OSError):
                # Past the encryption, which another thread may be using.
                socket.socket.shutdown(client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            with contextlib.suppress(OSError):
                client.shutdown()


class _Client(imaplib.IMAP4):
    """Tells the wire of itself, and hangs up on a server that does not stop talking."""

    def __init__(self, wire: _Wire, **address: Any) -> None:
        self._wire = wire
        self._num_bytes = 0
        super().__init__(**address)

    def open(self, *address: Any, **named: Any) -> None:
        super().open(*address, **named)
        self._wire.client = self
        if self._wire.is_cut:
            raise self.abort("cut off while connecting")

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, num_bytes: int) -> None:
        self._num_bytes += num_bytes
        if self._num_bytes > _MAX_BYTES:
            raise self.abort("too much")


class _TlsClient(_Client, imaplib.IMAP4_SSL):
    pass


class _Box(BaseMailBox):
    """imap-tools on one of these clients."""

    def __init__(self, config: Config, tls_context: ssl.SSLContext | None, wire: _Wire) -> None:
        self._config = config
        self._tls_context = tls_context
        self._wire = wire
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        config = self._config
        address = {
            "host": config.imap_host,
            "port": config.imap_port,
            "timeout": config.imap_timeout_s,
        }
        if config.imap_tls == "tls":
            return _TlsClient(self._wire, ssl_context=self._tls_context, **address)
        client = _Client(self._wire, **address)
        if config.imap_tls == "starttls":
            client.starttls(self._tls_context)
        return client


def _is_plain(config: Config) -> bool:
    """Whether LOGIN can carry user name and password; AUTHENTICATE PLAIN can all others."""
    return bool(config.imap_user.isascii() and config.imap_password.isascii())


def _folder_id(box: _Box) -> str:
    """What changes when the server numbers the mails anew."""
    _, values = box.client.response("UIDVALIDITY")
    value = values[-1] if values else None
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""


def _error(error: Exception) -> RetryError:
    """What went wrong, in words; without what the server said, which may hold anything."""
    return RetryError(_message(error), detail=type(error).__name__, is_outage=True)


def _message(error: Exception) -> str:
    if isinstance(error, RetryError):
        return error.message
    if isinstance(error, ssl.SSLCertVerificationError):
        return N_("The certificate of the mailbox server cannot be trusted.")
    if isinstance(error, ssl.SSLError):
        return N_("The encrypted connection to the mailbox server failed.")
    if isinstance(error, socket.gaierror):
        return N_("There is no mailbox server of that name.")
    if isinstance(error, TimeoutError):
        return NO_ANSWER
    if isinstance(error, ConnectionRefusedError):
        return N_("Nothing answers at the address of the mailbox server.")
    if isinstance(error, MailboxFolderSelectError):
        return NO_FOLDER
    if isinstance(error, ConnectionError | imaplib.IMAP4.abort | EOFError):
        return BROKEN_OFF
    if isinstance(error, OSError):
        return N_("There is no connection to the mailbox server.")
    return NOT_UNDERSTOOD
