"""Commands as a user types them."""

from tests.cli.conftest import plain_environment, sosbox, typed

__all__ = ["plain_environment", "sosbox", "typed"]
