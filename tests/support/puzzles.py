"""Solving the puzzle of a guest page, as its script does."""

import hashlib
import re

from sosbox.web.bursts import NUM_PARTS, ZERO_BITS


def solve(challenge: str, submission_id: str) -> str:
    """The solution that the form sends."""
    seed = hashlib.sha256(f"{challenge}.{submission_id}".encode()).digest()
    return ".".join(str(_nonce(seed + bytes([part]))) for part in range(NUM_PARTS))


def challenge_in(page: str) -> str:
    """The challenge that a page carries; empty for none."""
    found = re.search(r'name="challenge" value="([^"]*)"', page)
    return found.group(1) if found else ""


def _nonce(begin: bytes) -> int:
    nonce = 0
    while True:
        digest = hashlib.sha256(begin + nonce.to_bytes(4, "big")).digest()
        if int.from_bytes(digest, "big") >> (256 - ZERO_BITS) == 0:
            return nonce
        nonce += 1
