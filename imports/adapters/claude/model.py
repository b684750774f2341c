"""Asks Claude one question at a time and gives its answer unread.

The SDK does everything but the sending; that is done by a courier, which outlives this process.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from imports.adapters.claude.capabilities import (
    BEDROCK_VERSION,
    DEFAULT_MODELS,
    Engine,
    OutputMode,
    capability_of,
    price_of,
)
from imports.adapters.limiter import Limiter
from imports.adapters.retrying import Backoff, Troubled, Verdict, retrying
from imports.ports import ModelAnswer, ModelRequest, Price

if TYPE_CHECKING:
    from anthropic import Anthropic, AnthropicBedrock
    from anthropic.types import Message

    from imports.adapters.courier import Carried, Courier

_TOOL = "answer"
_STOPS = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
# One per process, because the provider counts what a process asks, whatever asks it.
_LIMITER = Limiter()


class ClaudeModel:
    """Claude behind the language model port.

    :raises ModelNotConfigured: no price is known for the model
    """

    def __init__(
        self,
        *,
        engine: Engine,
        model: str = "",
        region: str = "",
        base_url: str = "",
        prices: str = "",
        output_mode: OutputMode | None = None,
        timeout_seconds: float = 120,
        courier: Courier | None = None,
        limiter: Limiter = _LIMITER,
        backoff: Backoff = Backoff(),  # noqa: B008 - immutable
    ) -> None:
        self.engine = engine
        self.model = model or DEFAULT_MODELS[engine]
        self.price: Price = price_of(self.model, prices=prices)
        self._capability = capability_of(self.model)
        self._output_mode = output_mode or (
            self._capability.output_mode_on_bedrock
            if engine == "bedrock"
            else self._capability.output_mode
        )
        self._region = region
        self._base_url = base_url or None
        self._timeout_seconds = timeout_seconds
        self._courier = courier
        self._limiter = limiter
        self._backoff = backoff
        self._lock = threading.Lock()
        self._client: Anthropic | AnthropicBedrock | None = None

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """Ask one question, again if the provider stumbles.

        :raises ModelThrottled: it has no capacity for us, however long we wait
        :raises ModelUnavailable: it does not answer
        :raises ModelAnswerLost: it may have answered, but what it said is gone
        :raises ModelAnswerBroken: it sends something else than an answer
        :raises ModelNotConfigured: credentials, region or model are wrong
        :raises PromptTooLong: the question has to be split
        :raises ModelRefusedRequest: it refuses the form of the question
        """
        from imports.adapters.courier import Carried

        carried = Carried(ticket=request.ticket)
        return retrying(
            lambda: self._ask_once(request, carried),
            limiter=self._limiter,
            backoff=self._backoff,
        )

    def _ask_once(self, request: ModelRequest, carried: Carried) -> ModelAnswer:
        from imports.adapters.claude.translation import CAUGHT, verdict_on

        try:
            with carried.underway():
                message = self._connected().messages.create(**self._body(request))
        except CAUGHT as error:
            if verdict := verdict_on(error):
                raise Troubled(verdict) from error
            raise
        return self._answer(message)

    def _connected(self) -> Anthropic | AnthropicBedrock:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Anthropic | AnthropicBedrock:
        from anthropic import Anthropic, AnthropicBedrock, DefaultHttpxClient, Timeout

        from imports.adapters.courier import CourierTransport

        timeout = Timeout(self._timeout_seconds, connect=5.0)
        courier = self._courier
        sender = (
            DefaultHttpxClient(transport=CourierTransport(courier)) if courier else None
        )
        if self.engine == "anthropic":
            return Anthropic(
                base_url=self._base_url,
                max_retries=0,
                timeout=timeout,
                http_client=sender,
                open_telemetry=False,
            )
        return AnthropicBedrock(
            aws_region=self._region or None,
            base_url=self._base_url,
            max_retries=0,
            timeout=timeout,
            http_client=sender,
            open_telemetry=False,
        )

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": request.max_tokens,
            "system": request.system,
            "messages": [{"role": "user", "content": request.prompt}],
        }
        schema = dict(request.schema)
        if self._output_mode == "native":
            body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        else:
            body["tools"] = [
                {"name": _TOOL, "description": "Give the answer.", "input_schema": schema}
            ]
            body["tool_choice"] = {"type": "tool", "name": _TOOL}
        if self._capability.thinks_by_itself:
            body["thinking"] = {"type": "disabled"}
        if self.engine == "bedrock":
            # The SDK would send a newer version that dated models do not know; ours is kept.
            body["extra_body"] = {"anthropic_version": BEDROCK_VERSION}
        return body

    def _answer(self, message: Message) -> ModelAnswer:
        from anthropic.types import Message

        # A page of HTML comes back as a str, a foreign JSON object as a message without content.
        if not isinstance(message, Message) or not isinstance(message.content, list):
            raise Troubled(_broken())
        usage = message.usage
        if usage is None or usage.output_tokens is None:
            raise Troubled(_broken())
        stop_reason = _STOPS.get(message.stop_reason or "", "end")
        return ModelAnswer(
            text="" if stop_reason == "refusal" else _text_of(message),
            stop_reason=stop_reason,
            input_tokens=usage.input_tokens or 0,
            output_tokens=usage.output_tokens or 0,
            cache_read_tokens=usage.cache_read_input_tokens or 0,
            cache_write_tokens=usage.cache_creation_input_tokens or 0,
            request_id=message.id or "",
        )


def _text_of(message: Message) -> str:
    """Give the text, or the input of the tool that the model was made to call."""
    for block in message.content:
        if block.type == "tool_use" and block.name == _TOOL:
            return json.dumps(block.input, ensure_ascii=False)
    return "".join(block.text for block in message.content if block.type == "text")


def _broken() -> Verdict:
    from imports.adapters.claude.failures import ModelAnswerBroken

    return Verdict(failure=ModelAnswerBroken(), tries=4)
