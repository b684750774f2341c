"""How an export lies on the disk: a file, a folder of shards, or a ZIP of either."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO

from imports.synthetic.sidefiles import side_files
from imports.synthetic.stream import Parts, Stream

_PER_SHARD = 100
_BUFFER = 1 << 20
_STAMP = (2026, 6, 28, 20, 0, 0)

Open = Callable[[str], AbstractContextManager[IO[bytes]]]


def written(
    target: Path,
    documents: Iterator[Parts],
    stream: Stream,
    *,
    zipped: bool,
    shards: bool,
) -> int:
    """Write the documents, replace the target whole, and return the bytes of JSON."""
    draft = target.with_name(target.name + ".part")
    _remove(draft)
    try:
        if zipped:
            size = _zip(draft, documents, stream, shards=shards)
        elif shards:
            draft.mkdir()
            size = _members(_folder(draft), documents, stream, shards=True)
        else:
            with draft.open("wb", buffering=_BUFFER) as file:
                size = _array(file, documents)
        _remove(target)
        draft.rename(target)
    finally:
        _remove(draft)
    return size


def _zip(draft: Path, documents: Iterator[Parts], stream: Stream, *, shards: bool) -> int:
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:

        @contextmanager
        def member(name: str) -> Iterator[IO[bytes]]:
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                yield file

        return _members(member, documents, stream, shards=shards)


def _folder(folder: Path) -> Open:
    def member(name: str) -> IO[bytes]:
        return (folder / name).open("wb", buffering=_BUFFER)

    return member


def _members(
    open_member: Open, documents: Iterator[Parts], stream: Stream, *, shards: bool
) -> int:
    sizes: dict[str, int] = {}
    if shards:
        while first := next(documents, None):
            name = f"conversations-{len(sizes):03d}.json"
            with open_member(name) as file:
                batch = islice(documents, _PER_SHARD - 1)
                sizes[name] = _array(file, chain([first], batch))
    else:
        with open_member("conversations.json") as file:
            sizes["conversations.json"] = _array(file, documents)
    for name, content in side_files(stream, shards=sizes if shards else {}):
        with open_member(name) as file:
            file.write(content)
    return sum(sizes.values())


def _array(file: IO[bytes], documents: Iterable[Parts]) -> int:
    """Write a JSON array in pieces of about a megabyte; return its length."""
    size, waiting, pieces = 0, 0, ["["]
    separator = ""
    for parts in documents:
        pieces.append(separator)
        separator = ", "
        for part in parts:
            pieces.append(part)
            waiting += len(part)
            if waiting > _BUFFER:
                size += file.write("".join(pieces).encode("ascii"))
                pieces.clear()
                waiting = 0
    pieces.append("]")
    return size + file.write("".join(pieces).encode("ascii"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
