"""The house in numbers for Prometheus, read from the rows at the moment of the scrape.

Everything is a gauge, sums too: rows can be erased, and a counter that falls would be read as a
restart. The numbers are those of all processes and hosts, so one target is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from rest_framework import exceptions
from rest_framework.request import Request

from imports import dispatch, enqueue
from imports.api.principals import Kind
from imports.api.views.base import ApiView
from imports.models import (
    Erasure,
    ImportJob,
    MirrorState,
    ModelCall,
    StageLog,
    Status,
    Worker,
)

SUMS = {
    "bytes_read": "bytes_done",
    "conversations_stored": "conversations_stored",
    "conversations_skipped": "skipped",
    "messages": "messages",
    "chunks": "chunks",
    "facts": "facts",
    "model_calls": "model_calls",
    "spent_microdollars": "spent_microdollars",
}


class Metrics(ApiView):
    """For services and staff; a user has no business with the numbers of all."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        if self.principal.kind is Kind.USER:
            raise exceptions.PermissionDenied
        registry = CollectorRegistry()
        registry.register(House())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class House(Collector):
    """Reads every number once."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _queue()
        yield from _work()
        yield from _stages()
        yield from _models()
        yield from _promises()


def _queue() -> Iterator[GaugeMetricFamily]:
    counts = dict(_counted(ImportJob.objects.all(), "status"))
    yield _labeled(
        "imports", "Imports", "status", {s: counts.get(s, 0) for s in Status.values}
    )
    yield _plain(
        "imports_stalled", "Leased, lease over", ImportJob.objects.stalled().count()
    )
    waiting = ImportJob.objects.waiting()
    yield _plain("imports_due", "Waiting for a slot", waiting.count())
    wait = waiting.longest_wait()
    waited = wait.total_seconds() if wait else 0.0
    yield _plain("oldest_wait_seconds", "How long the oldest of them has waited", waited)
    yield _plain("slots", "Imports that may run at once", dispatch.slots())
    yield _plain("workers", "Supervisors that are alive", Worker.objects.alive().count())
    yield _plain("wake_ups", "Messages in the queue", enqueue.undelivered())


def _work() -> Iterator[GaugeMetricFamily]:
    sums = ImportJob.objects.aggregate(**{name: Sum(field) for name, field in SUMS.items()})
    for name, value in sums.items():
        yield _plain(name, f"Sum of {name.replace('_', ' ')} over all imports", value or 0)
    failed = ImportJob.objects.filter(status=Status.FAILED)
    yield _labeled("failed", "Failed imports", "code", dict(_counted(failed, "error_code")))


def _stages() -> Iterator[GaugeMetricFamily]:
    ran = GaugeMetricFamily(
        "soulprint_stage_runs", "Stages that ended", labels=("stage", "outcome")
    )
    took = GaugeMetricFamily(
        "soulprint_stage_seconds", "How long they ran", labels=("stage",)
    )
    ended = StageLog.objects.filter(kind="stage", ended_at__isnull=False)
    seconds: dict[str, float] = {}
    rows = ended.values("stage", "outcome").annotate(
        n=Count("id"), took=Sum(F("ended_at") - F("started_at"))
    )
    for row in rows.order_by("stage", "outcome"):
        ran.add_metric((row["stage"], row["outcome"]), row["n"])
        seconds[row["stage"]] = seconds.get(row["stage"], 0.0) + row["took"].total_seconds()
    for stage, total in seconds.items():
        took.add_metric((stage,), total)
    yield from (ran, took)


def _models() -> Iterator[GaugeMetricFamily]:
    calls = GaugeMetricFamily(
        "soulprint_calls", "Calls to models", labels=("model", "outcome")
    )
    tokens = GaugeMetricFamily("soulprint_tokens", "Tokens", labels=("model", "direction"))
    dollars = GaugeMetricFamily("soulprint_dollars", "What they cost", labels=("model",))
    rows = ModelCall.objects.values("model", "outcome").annotate(
        n=Count("id"),
        input=Sum("input_tokens"),
        output=Sum("output_tokens"),
        spent=Sum("microdollars"),
    )
    used: dict[tuple[str, str], int] = {}
    spent: dict[str, int] = {}
    for row in rows.order_by("model", "outcome"):
        calls.add_metric((row["model"], row["outcome"]), row["n"])
        spent[row["model"]] = spent.get(row["model"], 0) + row["spent"]
        for direction in ("input", "output"):
            key = (row["model"], direction)
            used[key] = used.get(key, 0) + row[direction]
    for labels, total in used.items():
        tokens.add_metric(labels, total)
    for model, microdollars in spent.items():
        dollars.add_metric((model,), microdollars / 1_000_000)
    yield from (calls, tokens, dollars)


def _promises() -> Iterator[GaugeMetricFamily]:
    """What is owed to somebody, and should be near nothing."""
    behind = dict(_counted(MirrorState.objects.troubled(), "problem", what="user_id"))
    yield _labeled("mirrors_behind", "Users whom the site does not see", "code", behind)
    yield _plain("erasures", "Users who wait to be erased", Erasure.objects.count())


def _counted(
    rows: QuerySet[Any], field: str, *, what: str = "id"
) -> Iterator[tuple[str, int]]:
    counts = rows.values_list(field).annotate(n=Count(what)).order_by(field)
    return ((str(value), count) for value, count in counts)


def _plain(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"soulprint_{name}", help_text, value=value)


def _labeled(
    name: str, help_text: str, label: str, values: dict[str, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"soulprint_{name}", help_text, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family
