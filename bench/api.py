"""Measure status polls beside a bare Django view and beside FastAPI with asyncpg.

    python -m bench.api                     twelve rounds of half a second for each server
    python -m bench.api --rounds 30 --seconds 1

soulprint    GET /api/imports/{id}/ with a service key, as the site's frontend polls it
unchanged    the same with If-None-Match: 304
django       a view with a raw cursor, nothing else (bench/peers/bare_django.py)
fastapi      FastAPI with asyncpg (bench/peers/fast.py); left out when it is not installed
trigger      POST /api/imports/ with a service key, one after the other, each for another user

All are served by granian with one worker of two threads. The load comes from this process over eight connections
that are kept open. The servers take turns in short bursts, because a machine is never as free in
one second as in the next: the ratio is the median over the rounds of the ratio within a round.
"us of a processor" is what the server's process computes for one answer, which does not depend on
the rest of the machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import statistics
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx

from bench.report import Row, tell
from bench.serving.house import CALLERS, SECRET, house, poll, starts
from bench.serving.load import Load, ask_for
from bench.serving.servers import Server, served

TRIGGERS = 500
_GOALS = {("soulprint", "django"): 0.7, ("soulprint", "fastapi"): 0.5}


@dataclass(slots=True, kw_only=True)
class Runner:
    """One line of the table: who is asked what, and what came of each round."""

    name: str
    server: Server
    requests: Iterator[bytes]
    rounds: list[Load] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def run(self, seconds: float) -> None:
        before = self.server.cpu_seconds()
        self.rounds.append(ask_for(self.server.port, self.requests, seconds=seconds))
        self.cpu_seconds += self.server.cpu_seconds() - before

    @property
    def rates(self) -> list[float]:
        return [load.per_second for load in self.rounds]

    @property
    def answers(self) -> int:
        return sum(len(load.times) for load in self.rounds)


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    with house(), ExitStack() as servers:
        runners = _runners(servers)
        for runner in runners:
            ask_for(runner.server.port, runner.requests, seconds=0.5)
        for _ in range(options.rounds):
            for runner in runners:
                runner.run(options.seconds)
        tell([*_rows(runners), _triggers(runners[0].server)])


def _runners(servers: ExitStack) -> list[Runner]:
    from imports.models import ImportJob

    user = uuid.uuid4()
    job = ImportJob.objects.create(user_id=user, storage_path=f"imports/{user}/e.zip")
    ours = servers.enter_context(served("soulprint.wsgi:application"))
    bare = servers.enter_context(served("bench.peers.bare_django:application"))
    every = itertools.repeat(poll(job.id))
    unchanged = itertools.repeat(poll(job.id, etag=_etag(ours, job.id)))
    runners = [
        Runner(name="soulprint", server=ours, requests=every),
        Runner(name="unchanged", server=ours, requests=unchanged),
        Runner(name="django", server=bare, requests=every),
    ]
    if importlib.util.find_spec("fastapi") and importlib.util.find_spec("asyncpg"):
        fast = servers.enter_context(served("bench.peers.fast:app", interface="asgi"))
        runners.append(Runner(name="fastapi", server=fast, requests=every))
    return runners


def _etag(server: Server, job_id: uuid.UUID) -> str:
    answer = httpx.get(
        f"http://127.0.0.1:{server.port}/api/imports/{job_id}/",
        headers={"Authorization": f"Bearer {CALLERS[0]}.{SECRET}", "Host": "localhost"},
    )
    return str(answer.headers["ETag"])


def _rows(runners: list[Runner]) -> list[Row]:
    rows = []
    for ours in runners[:2]:
        for peer in runners[2:]:
            ratio, goal = _ratio(ours, peer), _GOALS.get((ours.name, peer.name))
            rows.append(
                Row(
                    bench="api",
                    what=f"polls, {ours.name}",
                    figure=_figure(ours),
                    ratio=ratio,
                    beside=f"{peer.name}: {_figure(peer)}",
                    goal="" if goal is None else f">= {goal}",
                    holds=None if goal is None else ratio >= goal,
                )
            )
    if len(runners) < len(_GOALS) + 2:
        why = "pip install fastapi asyncpg"
        rows.append(Row(bench="api", what="fastapi", figure=f"left out: {why}"))
    return rows


def _figure(runner: Runner) -> str:
    _insist(runner.rounds, {200, 304})
    p99 = statistics.median(load.p99_ms for load in runner.rounds)
    cpu = runner.cpu_seconds / runner.answers * 1e6
    rate = statistics.median(runner.rates)
    return f"{rate:.0f}/s, p99 {p99:.1f} ms, {cpu:.0f} us of a processor"


def _ratio(one: Runner, other: Runner) -> float:
    pairs = zip(one.rates, other.rates, strict=True)
    return statistics.median(mine / theirs for mine, theirs in pairs)


def _triggers(server: Server) -> Row:
    load = ask_for(
        server.port, itertools.islice(starts(), TRIGGERS), seconds=60, connections=1
    )
    _insist([load], {202})
    p50 = statistics.median(load.times) * 1e3
    return Row(
        bench="api",
        what=f"{len(load.times)} triggers, one after the other",
        figure=f"p50 {p50:.1f} ms, p99 {load.p99_ms:.1f} ms",
        peak_mb=server.peak_megabytes(),
    )


def _insist(loads: list[Load], wanted: set[int]) -> None:
    odd = {status for load in loads for status in load.statuses} - wanted
    if odd:
        raise SystemExit(f"the server answered {sorted(odd)}")


if __name__ == "__main__":
    main()
