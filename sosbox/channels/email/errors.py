"""What the mail server's refusals and silences mean for a notice."""

import socket
import ssl

from aiosmtplib.errors import (
    SMTPConnectError,
    SMTPConnectTimeoutError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from sosbox.channels.base import ChannelError, RefusedError, RetryError
from sosbox.i18n import N_
from sosbox.lib.text import clean

# RFC 4954, 6: a login is missing, too weak, wrong or needs TLS. Any of them can be mended.
_LOGIN_CODES = frozenset({530, 534, 535, 538})

NOT_UNDERSTOOD = N_("The mail server answers in a way that the box does not understand.")
NO_ANSWER = N_("The mail server does not answer in time.")
BROKEN_OFF = N_("The mail server has broken the connection off.")
TRY_LATER = N_("The mail server asks to try again later.")
LOGIN_NEEDED = N_("The mail server asks for a user name and password.")


def connect_error(error: Exception) -> RetryError:
    """No connection that could be used: always worth another try."""
    cause = error.__cause__ if isinstance(error, SMTPConnectError) else error
    if isinstance(error, SMTPConnectTimeoutError | SMTPTimeoutError | TimeoutError):
        message = NO_ANSWER
    elif isinstance(error, SMTPResponseException):
        message = N_("The mail server does not want to talk to this box.")
    elif isinstance(cause, ssl.SSLCertVerificationError):
        message = N_("The certificate of the mail server cannot be trusted.")
    elif isinstance(cause, ssl.SSLError):
        message = N_("The encrypted connection to the mail server failed.")
    elif isinstance(cause, socket.gaierror):
        message = N_("There is no mail server of that name.")
    elif isinstance(cause, ConnectionRefusedError):
        message = N_("Nothing answers at the address of the mail server.")
    elif isinstance(cause, SMTPServerDisconnected | ConnectionError):
        message = BROKEN_OFF
    else:
        message = N_("There is no connection to the mail server.")
    return RetryError(message, detail=_detail(error), is_outage=True)


def login_error(error: SMTPException) -> RetryError:
    """The mail server did not let the box in."""
    if isinstance(error, SMTPTimeoutError):
        message = NO_ANSWER
    elif isinstance(error, SMTPServerDisconnected):
        message = BROKEN_OFF
    elif not isinstance(error, SMTPResponseException):
        message = N_("The mail server offers no way to log in that the box knows.")
    elif error.code >= 500:
        message = N_("The mail server refuses the password.")
    else:
        message = TRY_LATER
    return RetryError(message, detail=_detail(error), is_outage=True)


def sender_error(error: SMTPException) -> ChannelError:
    """The server did not accept who the notice is from; an option mends that."""
    return _answer_error(error, RetryError, N_("The mail server refuses the sender's address."))


def recipient_error(error: SMTPException) -> ChannelError:
    """The server did not accept whom the notice is for."""
    return _answer_error(error, RefusedError, N_("The mail server refuses this address."))


def content_error(error: SMTPException) -> ChannelError:
    """The server did not accept the notice itself, or has not said that it did."""
    refusal = N_("The mail server refuses this message.")
    return _answer_error(error, RefusedError, refusal, may_have_arrived=True)


def _answer_error(
    error: SMTPException,
    kind: type[ChannelError],
    refusal: str,
    *,
    may_have_arrived: bool = False,
) -> ChannelError:
    """A `kind` of error that says `refusal` for a final no, else what went wrong on the way."""
    detail = _detail(error)
    if isinstance(error, SMTPTimeoutError):
        return RetryError(NO_ANSWER, detail=detail, may_have_arrived=may_have_arrived)
    if isinstance(error, SMTPServerDisconnected):
        return RetryError(BROKEN_OFF, detail=detail, may_have_arrived=may_have_arrived)
    if not isinstance(error, SMTPResponseException) or not 400 <= error.code <= 599:
        return RetryError(NOT_UNDERSTOOD, detail=detail, may_have_arrived=may_have_arrived)
    if error.code in _LOGIN_CODES:
        return RetryError(LOGIN_NEEDED, detail=detail)
    if error.code < 500:
        return RetryError(TRY_LATER, detail=detail)
    return kind(refusal, detail=detail)


def _detail(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error)
    return " ".join(clean(text).split())
