"""The secrets of one box, kept in `keys/` of its data folder, readable by the service alone.

`box.key` is the Ed25519 key that signs receipts and the ledger: everybody may know its public
half. `master.key` never leaves the box: every other secret is derived from it by purpose (HKDF,
RFC 5869), so that one file has to be kept and no two uses share a key.
"""

import hashlib
import hmac
import os
import secrets
from base64 import b32decode, b32encode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sosbox.errors import ConfigError

RECEIPT_CODE_DIGITS = 16
_SEALED_BYTES = 7  # 10**16 < 2**56


class Keys:
    """What the box can sign, hash and recognise."""

    def __init__(self, signing_key: Ed25519PrivateKey, master: bytes) -> None:
        self.signing_key = signing_key
        self.public_key = signing_key.public_key()
        self._follow_up = _derived(master, b"follow-up")
        self._submission = _derived(master, b"submission")
        self._receipt_code = _derived(master, b"receipt code")
        self._receipt_hash = _derived(master, b"receipt hash")
        self._link = AESSIV(_derived(master, b"receipt link", 64))
        self._staff = _derived(master, b"staff")
        self._acknowledge = AESSIV(_derived(master, b"acknowledge", 64))
        self._reply = AESSIV(_derived(master, b"reply", 64))
        self._webhook = _derived(master, b"webhook")
        self._hooks = _derived(master, b"hooks")
        self._puzzle = _derived(master, b"puzzle")
        self.queue_secret = _derived(master, b"queue")

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self.signing_key.sign(data)

    def submission_hash(self, access_point_id: int, submission_id: str) -> bytes:
        """Tells two submissions apart whose receipt codes happen to be the same."""
        return _mac(self._submission, f"{access_point_id}:{submission_id}".encode())

    def follow_up_hash(self, case_id: int, submission_id: str) -> bytes:
        """Recognises what is written under a receipt when the phone sends it again."""
        return _mac(self._follow_up, f"{case_id}:{submission_id}".encode())

    def receipt_code(self, access_point_id: int, submission_id: str) -> str:
        """The 16 digits of the receipt for this submission.

        Derived, not drawn: when a phone sends the same submission again because it never saw the
        answer, the box finds the case and can show the same code, although it has stored neither
        the submission id nor the code.
        """
        digest = _mac(self._receipt_code, f"{access_point_id}:{submission_id}".encode())
        return f"{int.from_bytes(digest, 'big') % 10**RECEIPT_CODE_DIGITS:016d}"

    def receipt_hash(self, code: str) -> bytes:
        """What the database holds of a receipt code."""
        return _mac(self._receipt_hash, code.encode())

    def receipt_token(self, code: str) -> str:
        """The token of the private link: the code, encrypted and authenticated (RFC 5297)."""
        return _sealed(self._link, int(code))

    def receipt_code_from_token(self, token: str) -> str | None:
        """The code behind a private link; None for a token that this box has not made."""
        number = _unsealed(self._link, token)
        return None if number is None else f"{number:016d}"

    def acknowledge_token(self, delivery_id: int) -> str:
        """What lets whoever was told of a case say, without logging in, that they take care of it.

        Good for nothing else: an answer to the guest, by e-mail, has a token of another key.
        """
        return _sealed(self._acknowledge, delivery_id)

    def delivery_from_acknowledge_token(self, token: str) -> int | None:
        return _unsealed(self._acknowledge, token)

    def reply_token(self, delivery_id: int) -> str:
        """What an answer by e-mail to a notice is recognised by; in lower case, as an address
        survives."""
        sealed = self._reply.encrypt(delivery_id.to_bytes(_SEALED_BYTES, "big"), None)
        return b32encode(sealed).decode().rstrip("=").lower()

    def delivery_from_reply_token(self, token: str) -> int | None:
        if not (20 <= len(token) <= 64 and token.isascii()):
            return None
        try:
            padded = token.upper() + "=" * (-len(token) % 8)
            return int.from_bytes(self._reply.decrypt(b32decode(padded), None), "big")
        except (ValueError, InvalidTag):
            return None

    def staff_hash(self, secret: str) -> bytes:
        """What the database holds of a session token or of a throttled address."""
        return _mac(self._staff, secret.encode())

    def webhook_secret(self, url: str) -> str:
        """What the owner of a web address checks our signatures with: `whsec_` and base64.

        Each address has its own, so that none can sign for another.
        """
        return "whsec_" + b64encode(_mac(self._webhook, url.encode())).decode()

    def puzzle_mac(self, access_point_id: int, expires: int) -> str:
        """Signs the puzzle of an access point, 32 hexadecimal digits. expires: Unix time."""
        return _mac(self._puzzle, f"{access_point_id}:{expires}".encode()).hex()[:32]

    def hook_key(self, purpose: str) -> str:
        """What a program beside the box says to be believed, 32 hexadecimal digits.

        purpose: what it may say with it; every purpose has a key of its own. Compare with
        `hmac.compare_digest`.
        """
        return _mac(self._hooks, purpose.encode()).hex()[:32]


def load_keys(data_dir: Path) -> Keys:
    """Reads the keys of a box, or makes them on its first start.

    Raises ConfigError when a key file is there and cannot be used: a box never replaces its keys
    by itself, for every receipt that it has given out would lose its meaning.
    """
    folder = data_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing = _read_or_make(folder / "box.key")
    return Keys(Ed25519PrivateKey.from_private_bytes(signing), _read_or_make(folder / "master.key"))


def public_key_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Eight groups of four hexadecimal signs, to compare by eye: 128 bits of its SHA-256."""
    digest = hashlib.sha256(public_key_bytes(key)).hexdigest()[:32].upper()
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))


def make_key_file(path: Path, content: bytes) -> None:
    """Makes the file with this content, for its owner alone, unless it is there by now."""
    # Written whole beside its place and then linked there: of two processes that start at once
    # one makes the key and the other finds it, and a power cut leaves no half of one.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _derived(master: bytes, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"sosbox " + purpose).derive(
        master
    )


def _sealed(cipher: AESSIV, number: int) -> str:
    sealed = cipher.encrypt(number.to_bytes(_SEALED_BYTES, "big"), None)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _unsealed(cipher: AESSIV, token: str) -> int | None:
    if not (20 <= len(token) <= 64 and token.isascii()):
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        number = int.from_bytes(cipher.decrypt(sealed, None), "big")
    except (ValueError, InvalidTag):
        return None
    # Base64 has several spellings of the same bytes; only ours is a link.
    return number if hmac.compare_digest(_sealed(cipher, number), token) else None


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        make_key_file(path, secrets.token_bytes(32))
    key = path.read_bytes()
    if len(key) != 32:
        raise ConfigError("{path} is damaged: restore it from a backup", path=str(path))
    return key
