"""Asks under the number of a call, as the ledger does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from imports.adapters.claude import ClaudeModel
from imports.adapters.courier import Courier
from imports.errors import Failure
from imports.models import ModelCall, StageName
from imports.ports import ModelAnswer
from imports.wiring import Wired
from tests.fakes.models import ModelServer
from tests.integration.adapters.test_language_models import make_model, make_request
from tests.integration.pipeline.scripted import make_running_job


@pytest.fixture
def make_courier() -> Iterator[Callable[[], Courier]]:
    """Hire couriers as the wiring does, each for another worker."""
    hired: list[Courier] = []

    def hire() -> Courier:
        hired.append(Wired().courier)
        return hired[-1]

    yield hire
    for courier in hired:
        courier.end()


@pytest.fixture
def model(models: ModelServer, make_courier: Callable[[], Courier]) -> ClaudeModel:
    return make_model("anthropic", models, courier=make_courier())


@pytest.fixture
def call() -> ModelCall:
    """A call that was reserved, and not sent yet."""
    job = make_running_job(StageName.FACTS)
    return ModelCall.objects.create(user_id=job.user_id, job=job, stage=StageName.FACTS)


def ask(model: ClaudeModel, call: ModelCall) -> ModelAnswer:
    return model.ask(make_request(ticket=call.id))


def asking(model: ClaudeModel, call: ModelCall) -> tuple[threading.Thread, list[Any]]:
    """Ask in a thread; give it, and where its answer or its failure comes."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(ask(model, call))
        except Failure as failure:
            came.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def standing(call: ModelCall) -> tuple[bool, bool]:
    """Tell whether a courier is under way with a call, and whether it has brought something."""
    call.refresh_from_db()
    return call.answer_due_at is not None, call.parcel is not None
