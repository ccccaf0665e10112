"""Errors that a reader may see.

They carry a message id (the English sentence, which is the key of the catalogues) and its
arguments; whoever shows the error translates it into the reader's language.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

T = TypeVar("T")


class SosboxError(Exception):
    """Base of every error that is meant for a reader.

    message: the English sentence with `{name}` placeholders, the id in the catalogues.
    """

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str, **arguments: object) -> None:
        super().__init__(message)
        self.message = message
        self.arguments = arguments

    def __str__(self) -> str:
        return self.message.format(**self.arguments) if self.arguments else self.message


class NotFoundError(SosboxError):
    """Nothing there, or nothing that this reader may know of."""

    status = HTTPStatus.NOT_FOUND


class ForbiddenError(SosboxError):
    """The reader is known and may not do this."""

    status = HTTPStatus.FORBIDDEN


class ConflictError(SosboxError):
    """What the reader decided on has changed in the meantime."""

    status = HTTPStatus.CONFLICT


class TooManyError(SosboxError):
    """Try again later; `retry_after_s` says when, in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str, *, retry_after_s: int, **arguments: object) -> None:
        super().__init__(message, **arguments)
        self.retry_after_s = retry_after_s


class UnavailableError(SosboxError):
    """The box cannot do it now (disk full, database locked); nothing was stored."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class InvalidFieldsError(SosboxError):
    """A form whose fields need another look: field name -> error."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, fields: Mapping[str, SosboxError]) -> None:
        super().__init__("Please check the marked fields.")
        self.fields = dict(fields)


class ConfigError(SosboxError):
    """A setting or a set-up file that cannot be used; names the key."""


class SchemaError(SosboxError):
    """The database is of another version than the program."""


class Problems:
    """What is wrong with a form, by the field; of each field the first thing."""

    def __init__(self) -> None:
        self.fields: dict[str, SosboxError] = {}

    def add(self, field: str, error: SosboxError) -> None:
        self.fields.setdefault(field, error)

    def taken(self, field: str, check: Callable[[], T], otherwise: T) -> T:
        """What the check returns, or `otherwise` with a problem noted."""
        try:
            return check()
        except SosboxError as error:
            self.add(field, error)
            return otherwise

    def refuse(self) -> None:
        """Raises InvalidFieldsError if there are any."""
        if self.fields:
            raise InvalidFieldsError(self.fields)


def too_long(text: str, limit: int) -> SosboxError:
    """Says how long a text is and what fits."""
    return SosboxError(
        "This is {length} characters long; {limit} fit. Please shorten it.",
        length=len(text),
        limit=limit,
    )
