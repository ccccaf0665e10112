"""What the answers, refusals and silences of the other side mean for a notice."""

import socket
import ssl
from http import HTTPStatus

import httpx

from sosbox.channels.base import ChannelError, RefusedError, RetryError
from sosbox.i18n import N_

NOT_AN_ADDRESS = N_("This is not an address that a webhook can be sent to.")
NO_ANSWER = N_("The other side does not answer in time.")
_NOT_FOUND = N_("The other side knows no webhook at this address.")
_NOT_LET_IN = N_("The other side does not let the box in.")
_LATER = N_("The other side asks to try again later.")
_TROUBLE = N_("The other side has trouble of its own.")
_REDIRECTED = N_("The other side points to another address; the box does not follow.")
_MOVED = N_("This webhook has moved. Enter its new address.")
_GONE = N_("This webhook is no longer there.")
_REFUSED = N_("The other side refuses this notice.")

# 301 and 308 say so for good. A notice that is too large, malformed or of a kind that is not taken
# stays what it is however often it is sent. Whatever else is wrong can be mended by somebody, even
# a wrong path or password, and a server at work may answer 404, 405 or a page to log in.
_FINAL = {
    HTTPStatus.MOVED_PERMANENTLY: _MOVED,
    HTTPStatus.PERMANENT_REDIRECT: _MOVED,
    HTTPStatus.BAD_REQUEST: _REFUSED,
    HTTPStatus.GONE: _GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _REFUSED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _REFUSED,
    HTTPStatus.UNPROCESSABLE_ENTITY: _REFUSED,
}
_NOT_NOW = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_NO_ENTRY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}
# A gateway that handed everything on and heard no more.
_LOST = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}


def answer_error(status: int) -> ChannelError | None:
    """What an answer means; None: the other side has taken the notice.

    `detail` is the status alone: the rest of an answer may repeat what a guest wrote.
    """
    if 200 <= status <= 299:
        return None
    detail = _named(status)
    if status in _FINAL:
        return RefusedError(_FINAL[HTTPStatus(status)], detail=detail)
    if status in _NOT_NOW:
        return RetryError(_LATER, detail=detail)
    if status >= 500:
        return RetryError(_TROUBLE, detail=detail, may_have_arrived=status in _LOST, is_outage=True)
    if 300 <= status <= 399:
        message = _REDIRECTED
    else:
        message = _NOT_LET_IN if status in _NO_ENTRY else _NOT_FOUND
    return RetryError(message, detail=detail, is_outage=True)


def connect_error(error: BaseException) -> RetryError:
    """No connection that could be used: nothing was handed over."""
    cause = _root(error)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        message = NO_ANSWER
    elif isinstance(cause, ssl.SSLCertVerificationError):
        message = N_("The certificate of the other side cannot be trusted.")
    elif isinstance(cause, ssl.SSLError):
        message = N_("The encrypted connection to the other side failed.")
    elif isinstance(cause, socket.gaierror):
        message = N_("There is no server of that name.")
    elif isinstance(cause, ConnectionRefusedError):
        message = N_("Nothing answers at this address.")
    else:
        message = N_("There is no connection to the other side.")
    return RetryError(message, detail=type(cause).__name__, is_outage=True)


def transfer_error(error: httpx.TransportError) -> RetryError:
    """The connection was there, and no answer came over it that could be understood."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return connect_error(error)
    detail = type(error).__name__
    if isinstance(error, httpx.WriteError | httpx.WriteTimeout):
        message = N_("The other side has not taken all of the notice.")
        return RetryError(message, detail=detail, is_outage=True)
    if isinstance(error, httpx.TimeoutException):
        return RetryError(NO_ANSWER, detail=detail, may_have_arrived=True, is_outage=True)
    message = N_("The other side has broken off or does not answer as a web server does.")
    return RetryError(message, detail=detail, may_have_arrived=True, is_outage=True)


def _root(error: BaseException) -> BaseException:
    """What lies behind an error that libraries have wrapped."""
    while (behind := error.__cause__ or error.__context__) is not None:
        error = behind
    return error


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
