"""One server that speaks Anthropic's own API, Claude on Bedrock, and Titan, faults on request.

Answers depend on the request alone. ``plan`` says how the next requests end; ``capacity`` refuses
what is in flight beyond it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from tests.fakes.replies import Reply, failed, throttled

Json = dict[str, Any]
CHARACTERS_PER_TOKEN = 3.6  # of English, as Claude counts it


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it came in; ``path`` is unquoted."""

    path: str
    headers: Mapping[str, str]
    body: Json
    raw: str


class ModelServer:
    """The fake, as a test sees it."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.capacity = 10_000
        self.delay_seconds = 0.0  # before every answer
        self.most_in_flight = 0
        self.usages: list[Json] = []  # of every answer that was sent, and so is billed
        self.embedded: list[str] = []  # every text that a vector was sent for
        # A text, or a whole reply: a refusal, an answer that was cut off.
        self.answer: Callable[[Json], str | Reply] = example
        self.usage: Callable[[Json, str], Json] = usage_of
        self._plan: deque[Reply] = deque()
        self._in_flight = 0
        self._lock = threading.Lock()

    def plan(self, *replies: Reply) -> None:
        """Say how the next requests end, in order."""
        self._plan.extend(replies)

    @property
    def in_flight(self) -> int:
        return self._in_flight

    @property
    def tokens_served(self) -> int:
        return sum(usage["input_tokens"] + usage["output_tokens"] for usage in self.usages)

    @property
    def bodies(self) -> list[Json]:
        return [each.body for each in self.received]

    def next_reply(self, received: Received) -> Reply:
        """Note a request and choose its end."""
        with self._lock:
            self.received.append(received)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            if self._in_flight > self.capacity:
                return throttled()
            return self._plan.popleft() if self._plan else Reply()

    def left(self) -> None:
        """Note that a request has ended."""
        with self._lock:
            self._in_flight -= 1

    def body_for(self, received: Received, reply: Reply) -> bytes:
        """Write the body of an answer."""
        if reply.body is not None:
            return reply.body
        if "titan" in received.path:
            answer = titan_answer(received.body)
            self.embedded.append(received.body["inputText"])
        else:
            answer = self._claude_answer(received.body, reply)
        return json.dumps(answer).encode()[: reply.keep_bytes]

    def _claude_answer(self, body: Json, reply: Reply) -> Json:
        answered = self.answer(body) if reply.text is None else reply.text
        if isinstance(answered, Reply):
            reply, answered = answered, answered.text or ""
        usage = self.usage(body, answered)
        with self._lock:
            self.usages.append(usage)
        return claude_answer(body, answered, usage) | dict(reply.changes)


def usage_of(body: Json, text: str) -> Json:
    """Count tokens by length, over everything that a model has to read."""
    read = [
        body[name]
        for name in ("system", "messages", "tools", "output_config")
        if name in body
    ]
    return {
        "input_tokens": int(
            len(json.dumps(read, ensure_ascii=False)) / CHARACTERS_PER_TOKEN
        ),
        "output_tokens": int(len(text) / CHARACTERS_PER_TOKEN),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }


def answer_id(body: Json) -> str:
    """Name the answer to a request: the same body, the same name."""
    return f"msg_{_digest(body)[:12]}"


def claude_answer(body: Json, text: str, usage: Json) -> Json:
    """Write an answer of Claude: text, or the call of the tool it was told to use."""
    content: Json = {"type": "text", "text": text}
    stop_reason = "end_turn"
    if "tools" in body:
        name = body["tool_choice"]["name"]
        content = {
            "type": "tool_use",
            "id": "toolu_1",
            "name": name,
            "input": json.loads(text),
        }
        stop_reason = "tool_use"
    return {
        "id": answer_id(body),
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": [content],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage,
    }


def titan_answer(body: Json) -> Json:
    """Write a unit vector that depends on the text alone."""
    chance = random.Random(body["inputText"])
    values = [chance.gauss(0, 1) for _ in range(body["dimensions"])]
    length = sum(value * value for value in values) ** 0.5
    return {
        "embedding": [value / length for value in values],
        "inputTextTokenCount": len(body["inputText"].split()),
    }


def example(body: Json, *, seed: str = "") -> str:
    """Fill the schema of a request with values that depend on the request, or on a seed, alone."""
    if "tools" in body:
        schema = body["tools"][0]["input_schema"]
    else:
        schema = body.get("output_config", {}).get("format", {}).get("schema", {})
    return json.dumps(_filled(schema, seed or _digest(body)[:8]))


def _filled(schema: Json, seed: str) -> Any:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {name: _filled(each, seed) for name, each in properties.items()}
        case "array":
            return [_filled(schema.get("items", {}), seed)]
        case "string":
            return schema.get("enum", [f"text {seed}"])[0]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return None


def _digest(body: Json) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _objection(received: Received) -> Reply | None:
    """Refuse what the real ones refuse."""
    body = received.body
    if "titan" in received.path:
        known = received.path == "/model/amazon.titan-embed-text-v2:0/invoke"
        return (
            None
            if known and body.get("inputText")
            else _invalid("Malformed input request.")
        )
    if {"temperature", "top_p", "top_k"} & body.keys():
        return _invalid("temperature: Extra inputs are not permitted")
    if received.path.startswith("/model/"):
        if body.get("anthropic_version") != "bedrock-2023-05-31" or "model" in body:
            return _invalid("anthropic_version: not supported")
        return None
    known = received.path == "/v1/messages" and "anthropic-version" in received.headers
    return None if known and body.get("model") else failed(404, "not_found_error")


def _invalid(message: str) -> Reply:
    return failed(400, "invalid_request_error", "ValidationException", message=message)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        received = Received(
            path=unquote(self.path),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(raw),
            raw=raw.decode(),
        )
        models = self.server.models
        reply = models.next_reply(received)
        try:
            self._send(models, received, _objection(received) or reply)
        finally:
            models.left()

    def _send(self, models: ModelServer, received: Received, reply: Reply) -> None:
        time.sleep(models.delay_seconds + reply.delay_seconds)
        if reply.is_reset:
            self.close_connection = True
            return
        body = models.body_for(received, reply)
        # A client that gave up is what a slow answer is for.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(reply.status)
            for name, value in (
                {"content-type": "application/json"} | dict(reply.headers)
            ).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body) + reply.missing_bytes))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = self.close_connection or reply.missing_bytes > 0

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A burst of threads connects at once; the default of 5 makes some wait a second.
    request_queue_size = 128

    def __init__(self, models: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = models

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Run the fake on a free port of the loopback."""
    models = ModelServer()
    server = _Server(models)
    models.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield models
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
