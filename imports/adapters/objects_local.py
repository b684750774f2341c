"""Objects in a folder of this machine: the stand-in for a store, and the store of the local mode."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from imports.errors import (
    DiskFull,
    ObjectMissing,
    StorageRejected,
    StorageUnavailable,
)
from imports.object_path import ObjectPath
from imports.ports import OpenObject

# Where an object grows until it is whole; no bucket can have this name.
_DRAFTS = ".drafts"
_NAME = re.compile(r"[0-9a-f]{32}")  # of a draft
_SPARE = 500 * 10**6  # bytes that an upload leaves to everything else on this disk


class LocalObjects:
    """Holds each object as ``<root>/<bucket>/<user_id>/<object...>``."""

    def __init__(self, root: Path, buckets: Sequence[str]) -> None:
        self._root = root
        self._buckets = tuple(buckets)

    @contextmanager
    def open(self, path: str) -> Iterator[OpenObject]:
        """Open an object for reading; one that is replaced meanwhile is read to its old end.

        :raises BadObjectPath: this is no path of an object
        :raises ObjectMissing: there is no such object
        """
        place = self._place(path)
        if not place.is_file():
            raise ObjectMissing
        with place.open("rb") as file:
            facts = os.fstat(file.fileno())
            etag = f"{facts.st_size:x}-{facts.st_mtime_ns:x}-{facts.st_ino:x}"
            yield OpenObject(file=file, size=facts.st_size, etag=etag)

    def put(self, path: str, blocks: Iterable[bytes]) -> int:
        """Store an object whole, replacing one of the same name; give its size in bytes.

        :raises BadObjectPath: this is no path of an object
        :raises DiskFull: there is no room for it
        """
        place = self._place(path)
        # A draft: should this process be killed, it is removed with the other strays.
        aside = self._draft(uuid.uuid4().hex)
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            size = _write(aside, blocks)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._place(path)  # nobody may have put a link there meanwhile
            aside.replace(place)
        except OSError as error:
            raise _translated(error) from error
        finally:
            aside.unlink(missing_ok=True)
        _sync_folder(place.parent)
        return size

    def delete(self, path: str) -> None:
        """Remove an object, in whichever bucket it was once taken, and the folders empty without it.

        :raises BadObjectPath: this is no path of an object
        :raises StorageUnavailable: this machine does not let go of it
        """
        place = self._inside(str(ObjectPath.parse_kept(path)))
        try:
            if not place.is_file():
                return
            place.unlink(missing_ok=True)
        except OSError as error:
            raise StorageUnavailable from error
        # An empty folder would still tell that this person was here.
        for folder in place.relative_to(self._root.resolve()).parents[:-2]:
            try:
                (self._root / folder).rmdir()
            except OSError:
                return

    def forget(self, user_id: uuid.UUID) -> None:
        """Remove everything that a user has here, in every bucket.

        :raises StorageUnavailable: something stayed, as when an upload ends just then
        """
        for bucket in self._buckets:
            folder = self._inside(f"{bucket}/{user_id}")
            try:
                shutil.rmtree(folder)
            except OSError as error:
                if folder.exists():
                    raise StorageUnavailable from error

    # --- drafts ------------------------------------------------------------------------------

    def begin(self, draft: str, *, size: int) -> None:
        """Make an empty draft.

        :raises DiskFull: there is no room for so many bytes
        """
        place = self._draft(draft)
        place.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place.parent).free < size + _SPARE:
            raise DiskFull("Make room on the disk, or choose a smaller file.")
        place.touch(mode=0o600, exist_ok=False)

    def has(self, draft: str) -> bool:
        return self._draft(draft).is_file()

    def grow(self, draft: str, *, start: int, blocks: Iterable[bytes]) -> int:
        """Write blocks from here on, dropping what lay behind; give where they end.

        :raises ObjectMissing: there is no such draft
        :raises DiskFull: there is no room for it
        """
        try:
            with self._draft(draft).open("r+b") as file:
                file.truncate(start)
                file.seek(start)
                return _write_all(file, blocks)
        except FileNotFoundError as error:
            raise ObjectMissing from error
        except OSError as error:
            raise _translated(error) from error

    def publish(self, draft: str, path: str) -> None:
        """Give a draft its name; from now on it is an object like any other.

        :raises ObjectMissing: there is no such draft
        """
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._draft(draft).replace(place)
        except FileNotFoundError as error:
            raise ObjectMissing from error
        _sync_folder(place.parent)

    def discard(self, draft: str) -> None:
        """Remove a draft; one that is not there is no error."""
        self._draft(draft).unlink(missing_ok=True)

    def drafts(self, *, older_than_seconds: float) -> Iterator[str]:
        """Name the drafts that nobody has touched for so long."""
        oldest = time.time() - older_than_seconds
        for file in (self._root / _DRAFTS).glob("*"):
            if not _NAME.fullmatch(file.name):
                continue  # the desktop of this machine leaves files of its own everywhere
            with suppress(FileNotFoundError):  # it has just become an object
                if file.stat().st_mtime < oldest:
                    yield file.name

    def _draft(self, draft: str) -> Path:
        # The name becomes a file's: it is a UUID, or it is refused.
        return self._root / _DRAFTS / uuid.UUID(draft).hex

    def _place(self, path: str) -> Path:
        return self._inside(str(ObjectPath.parse_any(path, buckets=self._buckets)))

    def _inside(self, path: str) -> Path:
        """Locate a file or a folder; a link anywhere on the way leads out of the store."""
        place = self._root.resolve() / path
        if place.resolve() != place:
            raise StorageRejected
        return place


def _write(path: Path, blocks: Iterable[bytes]) -> int:
    path.touch(mode=0o600, exist_ok=False)
    with path.open("r+b") as file:
        return _write_all(file, blocks)


def _write_all(file: BinaryIO, blocks: Iterable[bytes]) -> int:
    """Write blocks, make them durable; give where they end."""
    for block in blocks:
        file.write(block)
    file.flush()
    os.fsync(file.fileno())
    return file.tell()


def _translated(error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    if error.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return StorageRejected()
    return error


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, not only the content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
