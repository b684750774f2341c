"""Measure other importers of ChatGPT exports beside ours, on the same file in the same run.

    python -m bench.importers --peers FOLDER           the bin folder of an environment that has them
    python -m bench.importers --peers FOLDER --size 20MB --rounds 3

The peers write Markdown, or rows of SQLite; soulprint reads the same ZIP, cuts it into chunks and
commits everything to PostgreSQL: that is what is compared. How long it takes until vectors, facts
and soulprint are there as well stands beside it; no peer makes them. Each is timed as a whole
process, interpreter and imports included. A peer that is not installed, fails or is not done after
five minutes is left out with its reason.

They are installed apart, since they want other versions of libraries than we do:

    python3.12 -m venv peers
    peers/bin/pip install convoviz basic-memory chatgpt-to-sqlite chat-history
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from bench.house import house
from bench.report import Row, tell

PATIENCE_SECONDS = 300
LEAST_GAIN = {"convoviz": 5.0}
LEAST_THRIFT = {"convoviz": 20.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A process: wall seconds and peak resident size, or why there is none."""

    seconds: float = 0
    peak_mb: float = 0
    reason: str = ""


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", default="300MB")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(os.environ.get("BENCH_PEERS", Path(sys.executable).parent)),
        help="folder of their commands (or BENCH_PEERS)",
    )
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        _import(options.ours, is_whole=options.whole)
        return
    with house("importers") as folder:
        _unpacked(folder, options.size)
        commands = {
            "soulprint": _ours(folder),
            "complete": [*_ours(folder), "--whole"],
            **_commands(options.peers, folder),
        }
        timed: dict[str, list[Timed]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                if not any(each.reason for each in timed[name]):
                    timed[name].append(_time(command, folder))
                _empty()
        tell(_rows(options.size, timed))


def _unpacked(folder: Path, size: str) -> None:
    from imports.synthetic import write_export
    from soulprint.env import parse_size

    write_export(folder / "export.zip", seed=1, size_bytes=parse_size(size), zipped=True)
    with zipfile.ZipFile(folder / "export.zip") as archive:
        archive.extractall(folder / "unpacked")


def _ours(folder: Path) -> list[str]:
    return [sys.executable, "-m", "bench.importers", "--ours", str(folder)]


def _import(folder: Path, *, is_whole: bool) -> None:
    import django

    django.setup()
    from bench.ingest import store
    from imports import wiring
    from imports.models import ImportJob, StageName
    from imports.pipeline import stages_from

    store(folder)
    if is_whole:
        job = ImportJob.objects.get()
        for stage in stages_from(StageName.QUICK_PASS):
            for _ in stage.run(job, wiring.ports()):
                pass


def _commands(peers: Path, folder: Path) -> dict[str, list[str]]:
    export, unpacked = str(folder / "export.zip"), str(folder / "unpacked")
    plain = f"{unpacked}/conversations.json"
    arguments = {
        "convoviz": [
            "-z",
            export,
            "-o",
            "OUT",
            "--outputs",
            "markdown",
            "--no-interactive",
        ],
        "basic-memory": ["import", "chatgpt", plain],
        "chatgpt-to-sqlite": [plain, "OUT/chatgpt.db"],
        "chat-history": ["export", "--provider", "chatgpt", "--out", "OUT"],
    }
    return {name: [str(peers / name), *rest] for name, rest in arguments.items()}


def _time(command: list[str], folder: Path) -> Timed:
    if not Path(command[0]).exists():
        return Timed(reason="not installed")
    with tempfile.TemporaryDirectory(dir=folder, prefix="out-") as out:
        environment = {
            **os.environ,
            "HOME": out,  # what they keep there is theirs, and of this run
            "CHAT_HISTORY_DATA_DIR": str(folder / "unpacked"),
        }
        told = Path(out) / "told"
        with told.open("wb") as file:
            began = time.perf_counter()
            process = subprocess.Popen(
                [each.replace("OUT", out) for each in command],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment if command[0] != sys.executable else None,
            )
            return _waited(process, began, told)


def _waited(process: subprocess.Popen[bytes], began: float, told: Path) -> Timed:
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - began
        if pid:
            break
        if seconds > PATIENCE_SECONDS:
            process.kill()
            process.wait()
            return Timed(reason=f"not done after {PATIENCE_SECONDS} s")
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = told.read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return Timed(reason=f"ended with {process.returncode}: {last[:80]}")
    unit = 1024 if sys.platform == "linux" else 1024**2
    return Timed(seconds=seconds, peak_mb=usage.ru_maxrss / unit)


def _empty() -> None:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE imports_importjob CASCADE")
        cursor.execute("CHECKPOINT")
    shutil.rmtree(settings.OBJECTS_DIR, ignore_errors=True)
    shutil.rmtree(settings.SPOOL_DIR, ignore_errors=True)


def _rows(size: str, timed: dict[str, list[Timed]]) -> list[Row]:
    ours, complete = timed.pop("soulprint"), timed.pop("complete")
    for each in (ours[-1], complete[-1]):
        if each.reason:
            raise SystemExit(f"soulprint: {each.reason}")
    seconds = statistics.median(each.seconds for each in ours)
    peak = max(each.peak_mb for each in ours)
    rows = [
        Row(
            bench="importers",
            what=f"{size}: ZIP to committed rows and chunks",
            figure=f"{seconds:.1f} s",
            peak_mb=peak,
        ),
        Row(
            bench="importers",
            what=f"{size}: and until vectors, facts and soulprint are complete",
            figure=f"{statistics.median(each.seconds for each in complete):.1f} s",
            peak_mb=max(each.peak_mb for each in complete),
        ),
    ]
    for name, runs in timed.items():
        rows += _beside(name, runs, seconds, peak)
    return rows


def _beside(name: str, runs: list[Timed], ours: float, our_peak: float) -> list[Row]:
    if runs[-1].reason:
        return [Row(bench="importers", what=name, figure=f"left out: {runs[-1].reason}")]
    seconds = statistics.median(each.seconds for each in runs)
    peak = max(each.peak_mb for each in runs)
    gain, thrift = LEAST_GAIN.get(name, 1.0), LEAST_THRIFT.get(name)
    rows = [
        Row(
            bench="importers",
            what=f"time of {name}",
            figure=f"{seconds:.1f} s",
            beside="soulprint",
            ratio=seconds / ours,
            peak_mb=peak,
            goal=f">= {gain:.0f}",
            holds=seconds / ours >= gain,
        )
    ]
    if thrift:
        rows.append(
            Row(
                bench="importers",
                what=f"memory of {name}",
                figure=f"{peak:.0f} MB",
                beside="soulprint",
                ratio=peak / our_peak,
                goal=f">= {thrift:.0f}",
                holds=peak / our_peak >= thrift,
            )
        )
    return rows


if __name__ == "__main__":
    main()
