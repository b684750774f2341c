"""Measure how an export is read beside ijson, json.load and unzip, all in one run.

    python -m bench.parse                         300 MB, made for the occasion
    python -m bench.parse --megabytes 300 1000    both sizes, to see that memory stays flat
                                                  (of like conversations, more of them)
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
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import ijson.backends.yajl2_c as ijson

from bench.report import Row, tell
from imports.formats import Conversation, Limits, open_container, read_conversations
from imports.formats.chatgpt.reading import DECODER
from imports.formats.slicing import Element, Slicer, array_elements
from imports.formats.sources import open_source

# By number, not by size: larger exports have longer conversations too, which is another question.
_PER_MEGABYTE = 10.75
_METHODS = ("slice", "decode", "records", "zip", "ijson", "json", "unzip")
_GOALS = {"slice": 5, "decode": 3}


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
            tell(_compare(*files, methods, options.repeats))


def _files(folder: Path, given: Path | None, megabytes: int) -> tuple[Path, Path]:
    """Give the JSON and the ZIP to read."""
    plain, packed = folder / f"{megabytes}.json", folder / f"{megabytes}.zip"
    if given is None:
        from imports.synthetic import write_export

        write_export(plain, seed=1, conversations=round(megabytes * _PER_MEGABYTE))
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


def _compare(plain: Path, packed: Path, methods: list[str], repeats: int) -> list[Row]:
    results: dict[str, list[Run]] = {method: [] for method in methods}
    for _ in range(repeats):
        for method in methods:
            results[method].append(_measure(method, plain, packed))
    megabytes = plain.stat().st_size / 1e6
    largest = max(each.end - each.start for each in _elements(plain)) / 1e6
    print(
        f"\n{megabytes:,.0f} MB of JSON, {packed.stat().st_size / 1e6:,.0f} MB as ZIP, "
        f"largest conversation {largest:.1f} MB"
    )
    medians = {method: _median(runs) for method, runs in results.items()}
    return [_row(method, medians, megabytes) for method in methods]


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        max(run.peak for run in runs),
        runs[0].found,
    )


def _row(method: str, medians: dict[str, Run], megabytes: float) -> Row:
    run = medians[method]
    rate = megabytes / run.cpu
    rows = Row(
        bench="parse",
        what=f"{method}, {megabytes:,.0f} MB: {run.found}".rstrip(": "),
        figure=f"{rate:.0f} MB per CPU s",
        peak_mb=run.peak or None,
    )
    if method == "zip" and "unzip" in medians:
        ratio = run.wall / medians["unzip"].wall
        return replace(
            rows, beside="unzip, wall", ratio=ratio, goal="at most 1", holds=ratio <= 1
        )
    if "ijson" not in medians:
        return rows
    rows = replace(rows, beside="times ijson", ratio=medians["ijson"].cpu / run.cpu)
    if least := _GOALS.get(method):
        return replace(
            rows,
            goal=f"at least {least}",
            holds=rows.ratio is not None and rows.ratio >= least,
        )
    return rows


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
    return Run(float(cpu_seconds), float(wall), float(peak), found)


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
    from bench.watching import peak_mb

    # Not ru_maxrss: a process starts with the peak of the one it was forked from.
    peak = peak_mb(os.getpid())
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
