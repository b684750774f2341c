"""Measure a first time: from a fresh clone to the first complete import, and what starting costs.

    python -m bench.cold                    needs the package index, or its mirror

The clone is of what is committed. Import time and memory are those of a web process that has
loaded its application, and of the process that workers are forked from.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.report import Row, tell

WEB_MB = 120
ROOT = Path(__file__).resolve().parent.parent
PROCESSES = {
    "web": "import soulprint.wsgi; from django.urls import get_resolver; get_resolver().url_patterns",
    "worker": "import django; django.setup(); from imports import tasks, wiring; wiring.preload()",
}
READ_PEAK = (
    "; import pathlib; print(next(line.split()[1] for line in"
    " pathlib.Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM')))"
)


def main() -> None:
    """Parse the command line, measure, print a table."""
    argparse.ArgumentParser(description=__doc__.split("\n", 1)[0]).parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as folder:
        Path(folder).chmod(0o755)
        tell([*_first_time(Path(folder)), *map(_process, PROCESSES)])


def _first_time(folder: Path) -> list[Row]:
    clone = folder / "clone"
    environment = _environment(folder)
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    parts: dict[str, float] = {}
    with _timed("installing", parts):
        _make(".venv/.run", clone, environment).check_returncode()
    process = subprocess.Popen(
        ["make", "-s", "run"],
        cwd=clone,
        env={**environment, "LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,
    )
    try:
        with _timed("starting until ready", parts):
            _until_answered(f"http://127.0.0.1:{environment['PORT']}/readyz", process)
        with _timed("first import (1 MB)", parts):
            _import_first(clone, environment)
    finally:
        process.terminate()
        process.wait(timeout=60)
    return _rows(parts)


def _rows(parts: dict[str, float]) -> list[Row]:
    whole = sum(parts.values())
    return [
        Row(
            bench="cold",
            what="fresh clone to first complete import",
            figure=f"{whole:.0f} s",
        ),
        *(
            Row(bench="cold", what=what, figure=f"{seconds:.1f} s", ratio=seconds / whole)
            for what, seconds in parts.items()
        ),
    ]


@contextmanager
def _timed(what: str, parts: dict[str, float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    parts[what] = time.perf_counter() - began


def _environment(folder: Path) -> dict[str, str]:
    """Give what a newcomer's shell has: nothing of this process."""
    ours = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "MAKEFLAGS"}
    theirs = {name: value for name, value in os.environ.items() if name not in ours}
    return {**theirs, "VAR_DIR": str(folder / "var"), "PORT": str(_free_port())}


def _make(
    target: str, clone: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["make", "-s", target], cwd=clone, env=environment, stderr=subprocess.DEVNULL
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_answered(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own
            return
        time.sleep(0.2)
    raise SystemExit("`make run` ended before it answered")


def _import_first(clone: Path, environment: dict[str, str]) -> None:
    manage = [str(clone / ".venv/bin/python"), "manage.py"]
    local = {**environment, "LOCAL_MODE": "1"}
    for command in (
        ["make_export", "first.zip", "--size", "1MB", "--zip"],
        ["import_file", "first.zip", "--wait"],
    ):
        subprocess.run(
            [*manage, *command], cwd=clone, env=local, check=True, stdout=subprocess.DEVNULL
        )


def _process(name: str) -> Row:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROCESSES[name] + READ_PEAK],
        env={
            **os.environ,
            "LOCAL_MODE": "1",
            "DJANGO_SETTINGS_MODULE": "soulprint.settings",
            "DATABASE_URL": "postgres://nowhere/nothing",
        },
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    peak = int(done.stdout.split()[-1]) / 1024
    is_web = name == "web"
    return Row(
        bench="cold",
        what=f"a {name} process, loaded",
        figure=f"{time.perf_counter() - began:.1f} s",
        peak_mb=peak,
        goal=f"<= {WEB_MB} MB" if is_web else "",
        holds=peak <= WEB_MB if is_web else None,
    )


if __name__ == "__main__":
    main()
