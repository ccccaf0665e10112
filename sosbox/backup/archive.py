"""The file of a backup: a compressed tar, encrypted in the format of age.

Both are read and written piece by piece, so that a large box needs no more memory than a small one.
"""

import errno
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage import x25519

from sosbox.backup import manifest as manifests
from sosbox.backup.errors import BackupError
from sosbox.backup.manifest import Entry, Manifest, damaged, read_manifest
from sosbox.i18n import N_

_PACKED = "packed.tar.gz"
_CHUNK = 1 << 20
_COMPRESSION = 6
_WRONG_KEY = "No matching keys"
_ERRNO = re.compile(r"\[Errno (\d+)\]")


def entry_of(folder: Path, name: str) -> Entry:
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Entry(name, file.tell(), digest)


def pack(folder: Path, manifest: Manifest, out: Path, key: x25519.Identity) -> None:
    """Writes the entries of the manifest, which lie in `folder`, into the new file `out`, down to
    the disk. Raises OSError."""
    packed = folder / _PACKED
    with tarfile.open(packed, "w:gz", compresslevel=_COMPRESSION, format=tarfile.PAX_FORMAT) as tar:
        content = manifest.to_json()
        tar.addfile(_member(manifests.FILE, len(content)), io.BytesIO(content))
        for entry in manifest.entries:
            with (folder / entry.name).open("rb") as file:
                tar.addfile(_member(entry.name, entry.size), file)
    with packed.open("rb") as plain, _new_file(out) as sealed:
        _encrypt(plain, sealed, key)
        sealed.flush()
        os.fsync(sealed.fileno())
        # What is read back then comes from the disk, not from the memory of the system.
        os.posix_fadvise(sealed.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    packed.unlink()


def unpack(sealed: Path, key: x25519.Identity, folder: Path) -> Manifest:
    """Brings everything back into `folder`, which is empty; each entry as the manifest says.

    Raises BackupError for another key, a damaged or cut file, and one of a newer program.
    """
    packed = folder / _PACKED
    with sealed.open("rb") as source, _new_file(packed) as plain:
        _decrypt(source, plain, key)
    try:
        with tarfile.open(packed, "r:gz") as tar:
            members = iter(tar)
            manifest = _manifest_in(tar, next(members, None))
            _bring_back(tar, members, manifest, folder)
    except (tarfile.TarError, EOFError, zlib.error, ValueError):
        raise damaged() from None
    finally:
        packed.unlink()
    return manifest


def _encrypt(plain: IO[bytes], sealed: IO[bytes], key: x25519.Identity) -> None:
    try:
        pyrage.encrypt_io(plain, sealed, [key.to_public()])
    except pyrage.EncryptError as error:
        # Nothing but the files can fail, and of that only the text is left.
        number = _ERRNO.search(str(error))
        raise OSError(int(number[1]) if number else errno.EIO, str(error)) from None


def _decrypt(source: IO[bytes], plain: IO[bytes], key: x25519.Identity) -> None:
    try:
        pyrage.decrypt_io(source, plain, [key])
    except pyrage.DecryptError as error:
        if _WRONG_KEY in str(error):
            raise BackupError(N_("This key does not open this backup.")) from None
        raise BackupError(N_("This file is no backup of sosbox, or it is cut off.")) from None
    except OSError as error:
        if error.errno is not None:  # the disk; the library's own have no number
            raise
        raise BackupError(N_("The backup is damaged or cut off.")) from None


def _manifest_in(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    if member is None or member.name != manifests.FILE or not member.isreg():
        raise damaged()
    if member.size > manifests.MAX_BYTES:
        raise damaged()
    file = tar.extractfile(member)
    assert file is not None
    return read_manifest(file.read())


def _bring_back(
    tar: tarfile.TarFile, members: Iterable[tarfile.TarInfo], manifest: Manifest, folder: Path
) -> None:
    """Names come from the manifest, which allows but few: none leads out of the folder."""
    expected = iter(manifest.entries)
    for member in members:
        entry = next(expected, None)
        if (
            entry is None
            or not member.isreg()
            or (member.name, member.size) != (entry.name, entry.size)
        ):
            raise damaged()
        file = tar.extractfile(member)
        assert file is not None
        target = folder / entry.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with _new_file(target) as out:
            digest = _copied(file, out)
            out.flush()
            os.fsync(out.fileno())
        if digest != entry.sha256:
            raise damaged()
    if next(expected, None) is not None:
        raise damaged()


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def _new_file(path: Path) -> Iterator[IO[Any]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
