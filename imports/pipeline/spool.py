"""Where the parts of an export lie between download and ingest.

    <spool>/<job id>/
        version          which version of the object all this comes from
        000.json ...     the parts, in order
        looked           which files of a ZIP have been looked into (see ``download.looking``)
        object, held     what has travelled of a remote object (see ``download.hoard``)
        manifest.json    written last and at once: it is there, so everything is

Nothing of it is needed for good: on another machine, or after a crash, it is fetched again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from imports import faults
from imports.errors import DiskFull

_MANIFEST = "manifest.json"
_VERSION = "version"
# A folder this young may belong to a job that was not there yet when the jobs were listed.
_YOUNG_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a complete spool holds."""

    etag: str
    sizes: tuple[int, ...]
    missing: tuple[str, ...]  # shards that the export lists and lacks


def folder_of(spool: Path, job_id: uuid.UUID) -> Path:
    """Name the folder of a job."""
    return spool / str(job_id)


def part_path(folder: Path, number: int) -> Path:
    """Name a part."""
    return folder / f"{number:03}.json"


def parts_of(spool: Path, job_id: uuid.UUID) -> tuple[Path, ...] | None:
    """Give the parts of a complete spool; None if it is not complete, or not here."""
    folder = folder_of(spool, job_id)
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    return tuple(part_path(folder, number) for number in range(len(manifest.sizes)))


def read_manifest(folder: Path) -> Manifest | None:
    """Read what a spool holds; None unless it is complete and every part has its size."""
    try:
        stored = json.loads((folder / _MANIFEST).read_bytes())
        manifest = Manifest(
            etag=stored["etag"],
            sizes=tuple(stored["sizes"]),
            missing=tuple(stored["missing"]),
        )
        found = tuple(
            part_path(folder, number).stat().st_size
            for number in range(len(manifest.sizes))
        )
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None
    return manifest if found == manifest.sizes else None


def prepare(folder: Path, *, etag: str) -> None:
    """Make the folder ready for this version of the object; what is of another goes."""
    if version_of(folder) == etag:
        return
    remove_folder(folder)
    folder.mkdir(parents=True)
    (folder / _VERSION).write_text(etag)


def version_of(folder: Path) -> str | None:
    """Tell which version of the object the folder is ready for; None if it is not."""
    version = folder / _VERSION
    return version.read_text() if version.is_file() else None


def seal(folder: Path, *, etag: str, parts: int, missing: Sequence[str]) -> None:
    """Say that the spool is complete."""
    sizes = [part_path(folder, number).stat().st_size for number in range(parts)]
    aside = folder / f"{_MANIFEST}.aside"
    with aside.open("w") as file:
        json.dump({"etag": etag, "sizes": sizes, "missing": list(missing)}, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / _MANIFEST)


def remove(spool: Path, job_id: uuid.UUID) -> None:
    """Remove everything of a job."""
    remove_folder(folder_of(spool, job_id))
    faults.hit("spool.removed")


def remove_folder(folder: Path) -> None:
    """Remove a spool; one that is not there is no error."""
    # First of all it stops being complete.
    (folder / _MANIFEST).unlink(missing_ok=True)
    # Somebody else may be removing the same files.
    shutil.rmtree(folder, ignore_errors=True)


def orphans(spool: Path, *, keep: Collection[uuid.UUID]) -> Iterator[Path]:
    """Yield the folders of jobs that are not to be kept."""
    if not spool.is_dir():
        return
    for folder in spool.iterdir():
        job_id = _job_id(folder)
        if job_id and job_id not in keep and not _is_young(folder):
            yield folder


@contextmanager
def disk_full_ends(folder: Path) -> Iterator[None]:
    """Turn a full disk into a failure, and give back what this spool takes.

    :raises DiskFull: there is no room
    """
    try:
        yield
    except DiskFull:
        remove_folder(folder)
        raise
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        remove_folder(folder)
        raise DiskFull from error


def check_room(folder: Path, *, needed: int) -> None:
    """Look before the disk fills up: the database may lie on it too.

    :raises DiskFull: there is no room for that many bytes, with those that are here already
    """
    taken = sum(path.stat().st_blocks * 512 for path in folder.iterdir())
    if shutil.disk_usage(folder).free + taken < needed:
        raise DiskFull


def write_whole(file: IO[bytes], block: bytes) -> None:
    """Write to an unbuffered file, which may take less than it is given."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _job_id(folder: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(folder.name)
    except ValueError:
        return None


def _is_young(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime < _YOUNG_SECONDS
    except FileNotFoundError:
        return True
