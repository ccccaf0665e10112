"""Passwords: argon2id with the library's parameters (RFC 9106, low memory)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 200
_HASHER = PasswordHasher()
# What a login with an unknown address is checked against, so that it takes as long as any other.
NOBODY_HASH = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """About 50 ms and 64 MiB: call it on a thread."""
    return _HASHER.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed; as slow as hashing."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
