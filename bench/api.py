"""Measure status polls beside a bare Django view and beside FastAPI with asyncpg.

    python -m bench.api                     three rounds of 3 s each, one server process each
    python -m bench.api --rounds 5 --seconds 5

soulprint    GET /api/imports/{id}/ with a service key, as the site's frontend polls it
unchanged    the same with If-None-Match: 304
django       a view with a raw cursor, nothing else (bench/peers/bare_django.py), on granian too
fastapi      FastAPI, uvicorn, asyncpg (bench/peers/fast.py); left out when it is not installed

The load comes from this process over eight connections that are kept open; the servers share the
machine with it, so only the ratios travel.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import importlib.util
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
SECRET = "bench-secret"  # noqa: S105 - of a server that lives for a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    per_second: float
    p99_ms: float


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-api-") as folder:
        Path(folder).chmod(0o755)
        job_id = _prepare(Path(folder))
        try:
            _compare(job_id, options.rounds, options.seconds)
        finally:
            _stop(Path(folder))


def _prepare(folder: Path) -> uuid.UUID:
    """Start a database with one job; give its id."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    os.environ.update(
        LOCAL_MODE="1",
        VAR_DIR=str(folder),
        LOG_LEVEL="WARNING",
        SERVICE_KEYS=f"bench:{digest}",
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "soulprint.settings"
    from soulprint.postgres import embedded_url

    os.environ["DATABASE_URL"] = embedded_url(folder / "postgres")
    import django

    django.setup()
    from django.core.management import call_command

    from imports.models import ImportJob

    call_command("migrate", verbosity=0)
    return ImportJob.objects.create(user_id=uuid.uuid4(), storage_path="imports/u/e.zip").id


def _stop(folder: Path) -> None:
    from django.db import connections

    from soulprint.postgres import stop

    connections.close_all()
    stop(folder / "postgres")


def _compare(job_id: uuid.UUID, rounds: int, seconds: float) -> None:
    results: dict[str, list[Result]] = {}
    for _ in range(rounds):
        with _granian("soulprint.wsgi:application") as port:
            etag = asyncio.run(_etag(port, job_id))
            for name, more in (
                ("soulprint", ""),
                ("unchanged", f"If-None-Match: {etag}\r\n"),
            ):
                result = asyncio.run(_load(port, _request(job_id, more), seconds))
                results.setdefault(name, []).append(result)
        with _granian("bench.peers.bare_django:application") as port:
            result = asyncio.run(_load(port, _request(job_id), seconds))
            results.setdefault("django", []).append(result)
        if importlib.util.find_spec("fastapi") and importlib.util.find_spec("asyncpg"):
            with _uvicorn("bench.peers.fast:app") as port:
                result = asyncio.run(_load(port, _request(job_id), seconds))
                results.setdefault("fastapi", []).append(result)
    _print(results)


def _request(job_id: uuid.UUID, more: str = "") -> bytes:
    return (
        f"GET /api/imports/{job_id}/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer bench.{SECRET}\r\n{more}\r\n"
    ).encode()


async def _load(port: int, request: bytes, seconds: float) -> Result:
    """Ask over and over on a few connections; every answer must be 200 or 304."""
    times: list[float] = []
    ends = time.perf_counter() + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < ends:
            writer.write(request)
            status, _ = await _answer(reader)
            if status not in (200, 304):
                raise SystemExit(f"the server answered {status}")
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    times.sort()
    return Result(
        per_second=len(times) / seconds, p99_ms=times[int(len(times) * 0.99)] * 1e3
    )


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers


async def _etag(port: int, job_id: uuid.UUID) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(job_id))
    _, headers = await _answer(reader)
    writer.close()
    return headers["etag"]


def _granian(application: str) -> contextmanager[int]:  # type: ignore[valid-type]
    run = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1"]
    return _server(
        [*run, "--blocking-threads", "1", "--no-ws", "--log-level", "error"], application
    )


def _uvicorn(application: str) -> contextmanager[int]:  # type: ignore[valid-type]
    return _server(["uvicorn", "--host", "127.0.0.1", "--log-level", "error"], application)


@contextmanager
def _server(run: list[str], application: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *run, "--port", str(port), application]
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("a server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)
            return


def _print(results: dict[str, list[Result]]) -> None:
    rate = {
        name: statistics.median(r.per_second for r in runs)
        for name, runs in results.items()
    }
    print(f"{'':12}{'polls/s':>9}{'p99 ms':>8}{'x django':>10}{'x fastapi':>11}")
    for name, runs in results.items():
        p99 = statistics.median(run.p99_ms for run in runs)
        beside = (
            f"{rate[name] / rate['fastapi']:11.2f}" if "fastapi" in rate else f"{'-':>11}"
        )
        print(
            f"{name:12}{rate[name]:9.0f}{p99:8.1f}{rate[name] / rate['django']:10.2f}{beside}"
        )
    if "fastapi" not in rate:
        print("fastapi is left out: pip install fastapi uvicorn asyncpg")


if __name__ == "__main__":
    main()
