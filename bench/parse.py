"""Measure how an export is read beside ijson, json.load and unzip, all in one run.

    python -m bench.parse                         300 MB, made for the occasion
    python -m bench.parse --megabytes 300 1000    both sizes, to see that memory stays flat
    python -m bench.parse --file export.zip       a real one, or one of manage.py make_export

slice    cut into elements        decode   slice and decode the needed fields
records  what read_conversations gives         zip   the same out of the ZIP, by the spool

Every method runs in a process of its own, several times and interleaved with the others,
because a shared machine drifts. Printed are medians; only the ratios travel.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import ijson.backends.yajl2_c as ijson

from imports.formats import Conversation, Limits, open_container, read_conversations
from imports.formats.chatgpt.reading import DECODER
from imports.formats.slicing import Element, Slicer, array_elements
from imports.formats.sources import open_source
from imports.synthetic import write_export

_METHODS = ("slice", "decode", "records", "zip", "ijson", "json", "unzip")


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--megabytes", type=int, nargs="+", default=[300])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=_METHODS)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _run_one(*options.run)
        return
    methods = [each for each in _METHODS if each not in options.without]
    with tempfile.TemporaryDirectory(prefix="bench-parse-") as folder:
        for megabytes in [0] if options.file else options.megabytes:
            files = _files(Path(folder), options.file, megabytes)
            _compare(*files, methods, options.repeats)


def _files(folder: Path, given: Path | None, megabytes: int) -> tuple[Path, Path]:
    """Give the JSON and the ZIP to read."""
    plain, packed = folder / f"{megabytes}.json", folder / f"{megabytes}.zip"
    if given is None:
        write_export(
            plain,
            seed=1,
            conversations=None,
            size_bytes=megabytes * 1_000_000,
            zipped=False,
            shards=False,
        )
    elif zipfile.is_zipfile(given):
        with zipfile.ZipFile(given) as archive, plain.open("wb") as target:
            name = max(archive.infolist(), key=lambda each: each.file_size)
            shutil.copyfileobj(archive.open(name), target)
    else:
        plain = given
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "conversations.json")
    return plain, packed


class Run(NamedTuple):
    """CPU seconds, wall seconds, peak RSS in MB, and what was found."""

    cpu: float
    wall: float
    peak: float
    found: str


def _compare(plain: Path, packed: Path, methods: list[str], repeats: int) -> None:
    results: dict[str, list[Run]] = {method: [] for method in methods}
    for _ in range(repeats):
        for method in methods:
            results[method].append(_measure(method, plain, packed))
    megabytes = plain.stat().st_size / 1e6
    print(f"\n{megabytes:,.0f} MB of JSON, {packed.stat().st_size / 1e6:,.0f} MB as ZIP")
    print(
        f"{'':10}{'CPU s':>8}{'wall s':>8}{'MB/CPU s':>10}{'x ijson':>9}{'RSS MB':>8}  found"
    )
    medians = {
        method: [
            statistics.median(run.cpu for run in runs),
            statistics.median(run.wall for run in runs),
            max(run.peak for run in runs),
        ]
        for method, runs in results.items()
    }
    for method, (cpu, wall, rss) in medians.items():
        beside = f"{medians['ijson'][0] / cpu:.2f}" if "ijson" in medians else ""
        found = results[method][0].found
        print(
            f"{method:10}{cpu:8.2f}{wall:8.2f}{megabytes / cpu:10.0f}{beside:>9}{rss:8.0f}  {found}"
        )


def _measure(method: str, plain: Path, packed: Path) -> Run:
    """Run one method in its own process; starting it does not count."""
    if method == "unzip":
        start = time.perf_counter()
        process = subprocess.Popen(["unzip", "-p", str(packed)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(cpu, time.perf_counter() - start, 0, "")
    command = [
        sys.executable,
        "-m",
        "bench.parse",
        "--run",
        method,
        str(plain),
        str(packed),
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cpu_seconds, wall, peak, found = output.split(" ", 3)
    return Run(float(cpu_seconds), float(wall), int(peak) / 1024, found)


def _run_one(method: str, plain: str, packed: str) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    run: Callable[[Path], str] = {
        "slice": _slice,
        "decode": _decode,
        "records": _records,
        "zip": _zip,
        "ijson": _ijson,
        "json": _json,
    }[method]
    start, cpu = time.perf_counter(), time.process_time()
    found = run(Path(packed if method == "zip" else plain))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - start
    # Not ru_maxrss: a process starts with the peak of the one it was forked from.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if "VmHWM" in line)
    print(cpu, wall, peak, found, end="")


def _slice(path: Path) -> str:
    return f"{sum(1 for _ in _elements(path)):,} elements"


def _decode(path: Path) -> str:
    nodes = sum(len(DECODER.decode(each.data).mapping or ()) for each in _elements(path))
    return f"{nodes:,} nodes"


def _elements(path: Path) -> Iterator[Element]:
    slicer = Slicer(open_source(path), offset=0, max_element_bytes=64 << 20, max_depth=512)
    return array_elements(slicer, is_resumed=False)


def _records(path: Path) -> str:
    limits = Limits(max_unpacked_bytes=1 << 40, max_conversation_bytes=64 << 20)
    conversations = messages = 0
    for record in read_conversations([path], limits=limits):
        if isinstance(record, Conversation):
            conversations += 1
            messages += len(record.messages)
    return f"{conversations:,} conversations, {messages:,} messages"


def _zip(path: Path) -> str:
    limits = Limits(max_unpacked_bytes=1 << 40, max_conversation_bytes=64 << 20)
    spool = path.with_suffix(".spool")
    with path.open("rb") as file, spool.open("wb", buffering=0) as target:
        container = open_container(file, size=path.stat().st_size, limits=limits)
        for block in container.read(container.parts[0]):
            target.write(block)
    return _records(spool)


def _ijson(path: Path) -> str:
    with path.open("rb") as file:
        return f"{sum(1 for _ in ijson.items(file, 'item', use_float=True)):,} elements"


def _json(path: Path) -> str:
    with path.open("rb") as file:
        return f"{len(json.load(file)):,} elements"


if __name__ == "__main__":
    main()
