"""Fingerprints of what is stored, so that nobody overrules anybody unseen."""

import hashlib


def edition_of(*stored: object) -> str:
    """A fingerprint of something that is stored, for a form to say what it was made from.

    An action that is handed another one than that of what is stored now refuses: somebody else has
    changed it meanwhile, and must not be overruled unseen.
    """
    return hashlib.sha256(repr(stored).encode()).hexdigest()[:20]
