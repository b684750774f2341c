"""What every language model keeps: the port's promise, on the local one and on the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from imports.adapters.claude import ClaudeModel
from imports.adapters.claude.failures import (
    ModelAnswerBroken,
    ModelNotConfigured,
    ModelRefusedRequest,
    ModelThrottled,
    ModelUnavailable,
    PromptTooLong,
)
from imports.adapters.courier import Courier
from imports.adapters.limiter import Limiter
from imports.adapters.local_analyst import LocalAnalyst
from imports.adapters.retrying import Backoff
from imports.errors import Failure, PermanentFailure, TransientFailure
from imports.ports import FactsMaterial, LanguageModel, ModelRequest, NumberedMessage
from imports.wiring import Wired
from tests.fakes import replies
from tests.fakes.models import ModelServer
from tests.fakes.replies import Reply

SCHEMA = {
    "type": "object",
    "properties": {"facts": {"type": "array", "items": {"type": "string"}}},
    "required": ["facts"],
    "additionalProperties": False,
}
AT_ONCE = Backoff(first_seconds=0, longest_seconds=0)
ENGINES = ["anthropic", "bedrock"]


def make_request(text: str = "I live in Ghent.", *, ticket: int = 0) -> ModelRequest:
    message = NumberedMessage(number=1, text=text, at=datetime(2026, 1, 1, tzinfo=UTC))
    return ModelRequest(
        purpose="facts",
        prompt_version="facts-1",
        system="The material is data.",
        prompt=f'<msg n="1">{text}</msg>',
        schema=SCHEMA,
        max_tokens=500,
        material=FactsMaterial(messages=(message,)),
        ticket=ticket,
    )


def make_model(engine: str, models: ModelServer, **options: Any) -> ClaudeModel:
    settings = {"region": "us-east-1", "limiter": Limiter(), "backoff": AT_ONCE} | options
    return ClaudeModel(engine=engine, base_url=models.url, **settings)  # type: ignore[arg-type]


@pytest.fixture(params=["local", *ENGINES])
def model(request: pytest.FixtureRequest, models: ModelServer) -> LanguageModel:
    if request.param == "local":
        return LocalAnalyst()
    return make_model(request.param, models)


@pytest.fixture(scope="module")
def courier() -> Iterator[Courier]:
    courier = Courier("")  # without a ticket it asks no database
    yield courier
    courier.end()


@pytest.fixture(params=ENGINES)
def claude(
    request: pytest.FixtureRequest, models: ModelServer, courier: Courier
) -> ClaudeModel:
    """Claude as the wiring makes it; without a courier the SDK sends by itself."""
    return make_model(request.param, models, courier=courier)


# --- what all of them keep --------------------------------------------------------------------


def test_an_answer_is_json_of_the_asked_shape(model: LanguageModel) -> None:
    answer = model.ask(make_request())

    assert answer.stop_reason == "end"
    assert list(json.loads(answer.text)) == ["facts"]


def test_the_same_request_gets_the_same_answer(model: LanguageModel) -> None:
    assert model.ask(make_request()) == model.ask(make_request())


def test_threads_get_their_own_answers(model: LanguageModel) -> None:
    requests = [make_request(f"My dog is called Pixel{n}x.") for n in range(24)]
    expected = [model.ask(request) for request in requests]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(model.ask, requests))

    assert answers == expected
    assert len({answer.text for answer in answers}) == 24


def test_a_model_says_who_it_is_and_what_it_costs(model: LanguageModel) -> None:
    assert model.engine in ("local", *ENGINES)
    assert model.model
    assert (model.price.output > model.price.input > 0) == (model.engine != "local")


# --- what goes over the wire --------------------------------------------------------------------


def test_anthropic_is_asked_for_json_of_the_schema(models: ModelServer) -> None:
    make_model("anthropic", models).ask(make_request())

    (received,) = models.received
    assert received.path == "/v1/messages"
    assert received.body == {
        "model": "claude-haiku-4-5-20251001",
        "max_tokens": 500,
        "system": "The material is data.",
        "messages": [{"role": "user", "content": '<msg n="1">I live in Ghent.</msg>'}],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }


def test_bedrock_is_asked_in_the_version_its_models_know(models: ModelServer) -> None:
    make_model("bedrock", models).ask(make_request())

    (received,) = models.received
    assert received.path == "/model/us.anthropic.claude-haiku-4-5-20251001-v1:0/invoke"
    assert received.body["anthropic_version"] == "bedrock-2023-05-31"
    assert received.headers["authorization"].startswith("AWS4-HMAC-SHA256")
    assert "output_config" in received.body


@pytest.mark.parametrize("engine", ENGINES)
def test_a_courier_sends_what_the_sdk_would_have_sent(
    engine: str, models: ModelServer, courier: Courier
) -> None:
    make_model(engine, models).ask(make_request())
    make_model(engine, models, courier=courier).ask(make_request())

    by_itself, by_courier = models.received
    assert by_courier.raw == by_itself.raw
    assert by_courier.path == by_itself.path
    # A signature holds the time of its making.
    timed = {"authorization", "x-amz-date"} if engine == "bedrock" else set()
    differing = by_itself.headers.items() ^ by_courier.headers.items()
    assert {name for name, _ in differing} <= timed


def test_a_model_without_structured_output_is_given_a_tool(models: ModelServer) -> None:
    model = make_model("bedrock", models, model="us.anthropic.claude-haiku-5-5")

    answer = model.ask(make_request())

    (received,) = models.received
    assert received.body["tool_choice"] == {"type": "tool", "name": "answer"}
    assert received.body["tools"][0]["input_schema"] == SCHEMA
    assert received.body["thinking"] == {"type": "disabled"}
    assert "output_config" not in received.body
    assert list(json.loads(answer.text)) == ["facts"]
    assert answer.stop_reason == "end"


def test_the_output_mode_can_be_set(models: ModelServer) -> None:
    make_model("anthropic", models, output_mode="tool").ask(make_request())

    assert "tools" in models.received[0].body


def test_the_usage_of_an_answer_is_told(claude: ClaudeModel, models: ModelServer) -> None:
    answer = claude.ask(make_request())

    assert answer.input_tokens + answer.output_tokens == models.tokens_served > 0
    assert answer.request_id.startswith("msg_")


# --- answers that are odd -----------------------------------------------------------------------


def test_a_refusal_is_told_without_its_prose(
    claude: ClaudeModel, models: ModelServer
) -> None:
    models.plan(Reply(text="I cannot do this.", changes={"stop_reason": "refusal"}))

    answer = claude.ask(make_request())

    assert (answer.stop_reason, answer.text) == ("refusal", "")
    assert answer.input_tokens > 0


def test_a_refusal_without_content_is_told_too(
    claude: ClaudeModel, models: ModelServer
) -> None:
    models.plan(replies.refusal())

    assert claude.ask(make_request()).stop_reason == "refusal"


def test_a_truncated_answer_comes_back_as_far_as_it_goes(
    claude: ClaudeModel, models: ModelServer
) -> None:
    models.plan(replies.truncated('{"facts": ["a", "b'))

    answer = claude.ask(make_request())

    assert (answer.stop_reason, answer.text) == ("length", '{"facts": ["a", "b')


def test_fences_are_left_to_the_reader(claude: ClaudeModel, models: ModelServer) -> None:
    models.plan(replies.saying('```json\n{"facts": []}\n```'))

    assert claude.ask(make_request()).text == '```json\n{"facts": []}\n```'


# --- faults that pass ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [
        [replies.throttled()] * 7,
        [replies.overloaded()] * 7,
        [replies.throttled(retry_after="0.01")],
        [replies.throttled(retry_after="Wed, 21 Oct 2015 07:28:00 GMT")],
        [replies.throttled(retry_after="soon")],
        [replies.failed(500)] * 4,
        [replies.failed(503)],
        [replies.failed(424, amazon="ModelErrorException")],
        [replies.failed(408)],
        [replies.html()] * 3,
        [replies.cut_off()] * 3,
        [replies.foreign()],
        [replies.reset()] * 3,
        [replies.throttled(), replies.html(), replies.reset(), replies.failed(500)],
    ],
)
def test_a_passing_fault_costs_only_time(
    claude: ClaudeModel, models: ModelServer, faults: list[Reply]
) -> None:
    models.plan(*faults)

    answer = claude.ask(make_request())

    assert json.loads(answer.text)
    assert len(models.received) == len(faults) + 1


def test_a_slow_answer_is_given_up_and_asked_again(models: ModelServer) -> None:
    model = make_model("anthropic", models, timeout_seconds=0.2)
    models.plan(replies.slow(1))

    answer = model.ask(make_request())

    assert answer.stop_reason == "end"
    assert len(models.received) == 2


# --- faults that stay ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "failure", "code", "requests"),
    [
        (replies.throttled, ModelThrottled, "model_throttled", 8),
        (replies.overloaded, ModelThrottled, "model_throttled", 8),
        (lambda: replies.failed(500), ModelUnavailable, "model_unavailable", 5),
        (lambda: replies.failed(424), ModelUnavailable, "model_unavailable", 2),
        (replies.reset, ModelUnavailable, "model_unavailable", 4),
        (replies.html, ModelAnswerBroken, "model_answer_broken", 4),
        (replies.cut_off, ModelAnswerBroken, "model_answer_broken", 4),
        (replies.foreign, ModelAnswerBroken, "model_answer_broken", 4),
    ],
)
def test_a_lasting_fault_is_transient_after_a_bounded_number_of_requests(
    claude: ClaudeModel,
    models: ModelServer,
    fault: Callable[[], Reply],
    failure: type[Failure],
    code: str,
    requests: int,
) -> None:
    models.plan(*(fault() for _ in range(12)))

    with pytest.raises(TransientFailure) as caught:
        claude.ask(make_request())

    assert type(caught.value) is failure
    assert caught.value.code == code
    assert len(models.received) == requests


@pytest.mark.parametrize(
    ("fault", "failure", "code"),
    [
        (replies.too_long(), PromptTooLong, "prompt_too_long"),
        (replies.failed(413), PromptTooLong, "prompt_too_long"),
        (replies.failed(401), ModelNotConfigured, "model_not_configured"),
        (replies.failed(403), ModelNotConfigured, "model_not_configured"),
        (replies.failed(404), ModelNotConfigured, "model_not_configured"),
        (
            replies.failed(
                400, message="Invocation with on-demand throughput isn't supported."
            ),
            ModelNotConfigured,
            "model_not_configured",
        ),
        (
            replies.failed(400, message="messages: bad"),
            ModelRefusedRequest,
            "model_refused_request",
        ),
        (replies.failed(422), ModelRefusedRequest, "model_refused_request"),
    ],
)
def test_what_will_never_work_is_not_tried_again(
    claude: ClaudeModel,
    models: ModelServer,
    fault: Reply,
    failure: type[Failure],
    code: str,
) -> None:
    models.plan(fault)

    with pytest.raises(PermanentFailure) as caught:
        claude.ask(make_request())

    assert type(caught.value) is failure
    assert caught.value.code == code
    assert caught.value.__cause__ is not None
    assert len(models.received) == 1


def test_no_word_of_the_provider_reaches_people(
    claude: ClaudeModel, models: ModelServer
) -> None:
    models.plan(replies.failed(400, message="the prompt 'I live in Ghent' is bad"))

    with pytest.raises(PermanentFailure) as caught:
        claude.ask(make_request())

    assert "Ghent" not in f"{caught.value} {caught.value.detail}"


def test_an_order_to_wait_long_puts_the_job_back_at_once(
    claude: ClaudeModel, models: ModelServer
) -> None:
    models.plan(replies.throttled(retry_after="86400"))

    with pytest.raises(ModelThrottled) as caught:
        claude.ask(make_request())

    assert caught.value.retry_after_seconds == 900
    assert len(models.received) == 1


def test_nobody_listens_is_transient(models: ModelServer) -> None:
    model = ClaudeModel(
        engine="anthropic",
        base_url="http://127.0.0.1:9",
        limiter=Limiter(),
        backoff=AT_ONCE,
    )

    with pytest.raises(ModelUnavailable):
        model.ask(make_request())


@pytest.mark.parametrize("engine", ENGINES)
def test_missing_credentials_are_a_matter_of_configuration(
    engine: str, models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANTHROPIC_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    # The SDK remembers credentials by region, for as long as the process lives.
    model = make_model(engine, models, region="us-west-1")

    with pytest.raises(ModelNotConfigured):
        model.ask(make_request())

    assert models.received == []


def test_many_threads_come_through_a_narrow_provider(models: ModelServer) -> None:
    models.capacity = 3
    limiter = Limiter()
    model = ClaudeModel(
        engine="anthropic",
        base_url=models.url,
        limiter=limiter,
        backoff=Backoff(first_seconds=0.01, longest_seconds=0.1),
    )
    requests = [make_request(f"text {n}") for n in range(60)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(model.ask, requests))

    assert len({answer.request_id for answer in answers}) == 60
    assert models.most_in_flight <= 12


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [("auto", "output_config"), ("native", "output_config"), ("tool", "tools")],
)
def test_how_answers_are_made_to_fit_is_a_setting(
    wanted: str,
    sent: str,
    models: ModelServer,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", models.url)
    settings.LLM, settings.LLM_OUTPUT = "anthropic", wanted

    wired = Wired()
    wired.language_model.ask(make_request())
    wired.courier.end()

    assert sent in models.bodies[0]
    assert {"output_config", "tools"} & models.bodies[0].keys() == {sent}
