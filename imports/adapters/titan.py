"""Amazon Titan behind the embedder port: one text a call, a few calls at a time."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from imports.adapters.limiter import Limiter
from imports.adapters.retrying import Backoff, Troubled, Verdict, retrying
from imports.errors import PermanentFailure, TransientFailure
from imports.ports import Price

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODEL = "amazon.titan-embed-text-v2:0"
_DIMENSIONS = (256, 512, 1024)
_MOST_CHARACTERS = 50_000
_CAPACITY = frozenset(
    {
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceQuotaExceededException",
        "ModelNotReadyException",
        "SlowDown",
    }
)
_AWAY = frozenset(
    {
        "InternalServerException",
        "InternalFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "ModelTimeoutException",
        "ModelErrorException",
        "ModelStreamErrorException",
    }
)


class EmbedderThrottled(TransientFailure):
    """The embedder has no capacity for us just now."""

    code = "embedder_throttled"


class EmbedderUnavailable(TransientFailure):
    """The embedder does not answer just now."""

    code = "embedder_unavailable"


class EmbedderNotConfigured(PermanentFailure):
    """The embedder cannot be used as it is configured."""

    code = "embedder_not_configured"
    advice = "Support has to check the region, the credentials and the access to the model."


class _TextTooLong(PermanentFailure):
    """A text has more tokens than Titan reads."""

    code = "embedder_text_too_long"


class TitanEmbedder:
    """Embeds with Titan v2 on Bedrock; a text beyond its window is embedded by its beginning."""

    engine = "bedrock"
    model = MODEL
    price = Price(input=20_000, output=0)
    batch_size = 64

    def __init__(
        self,
        *,
        region: str,
        dimensions: int = 512,
        base_url: str = "",
        most_in_flight: int = 8,
        timeout_seconds: float = 30,
        backoff: Backoff = Backoff(),  # noqa: B008 - immutable
    ) -> None:
        if dimensions not in _DIMENSIONS:
            raise EmbedderNotConfigured(
                "Titan makes vectors of 256, 512 or 1,024 dimensions."
            )
        self.dimensions = dimensions
        self.space = f"bedrock/titan-embed-text-v2/{dimensions}"
        self._region = region
        self._base_url = base_url or None
        self._most_in_flight = most_in_flight
        self._timeout_seconds = timeout_seconds
        self._backoff = backoff
        self._limiter = Limiter(start=most_in_flight, most=most_in_flight)
        self._lock = threading.Lock()
        self._client: Any = None
        self.tokens_read = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one unit vector per text, in order; an empty text gives zeros.

        :raises EmbedderThrottled: it has no capacity for us, however long we wait
        :raises EmbedderUnavailable: it does not answer, or with something else than a vector
        :raises EmbedderNotConfigured: credentials, region or access are wrong
        """
        import numpy as np

        pool = ThreadPoolExecutor(self._most_in_flight, thread_name_prefix="titan")
        try:
            vectors = list(pool.map(self._embed_one, texts))
        finally:
            # After a failure the texts that wait must not be paid for.
            pool.shutdown(cancel_futures=True)
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimensions)

    def _embed_one(self, text: str) -> list[float]:
        text = text[:_MOST_CHARACTERS]
        while text.strip():
            try:
                return retrying(
                    lambda shown=text: self._ask_once(shown),  # type: ignore[misc] # bound now, not later
                    limiter=self._limiter,
                    backoff=self._backoff,
                )
            except _TextTooLong:
                text = text[: len(text) // 2]
        return [0.0] * self.dimensions

    def _ask_once(self, text: str) -> list[float]:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            answer = self._connected().invoke_model(
                modelId=MODEL,
                accept="application/json",
                contentType="application/json",
                body=json.dumps(
                    {
                        "inputText": text,
                        "dimensions": self.dimensions,
                        "normalize": True,
                        "embeddingTypes": ["float"],
                    }
                ),
            )
            content = answer["body"].read()
        except ClientError as error:
            raise Troubled(_verdict_on(error.response)) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise Troubled(_verdict_on_connection(error)) from error
        vector, tokens = self._read(content)
        with self._lock:
            self.tokens_read += tokens
        return vector

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        import boto3
        from botocore.config import Config

        # A session of its own: the default one is not made for threads.
        return boto3.Session().client(
            "bedrock-runtime",
            region_name=self._region or None,
            endpoint_url=self._base_url,
            config=Config(
                # Not max_attempts, which counts the retries and so means one more.
                retries={"mode": "standard", "total_max_attempts": 1},
                read_timeout=self._timeout_seconds,
                connect_timeout=5,
                max_pool_connections=self._most_in_flight,
            ),
        )

    def _read(self, content: bytes) -> tuple[list[float], int]:
        """Give the vector of an answer, and how many tokens its text had."""
        try:
            answer = json.loads(content)
            vector = [float(value) for value in answer["embedding"]]
            tokens = int(answer["inputTextTokenCount"])
        except (ValueError, KeyError, TypeError) as error:
            raise Troubled(Verdict(failure=EmbedderUnavailable(), tries=4)) from error
        length = math.sqrt(sum(value * value for value in vector))
        if len(vector) != self.dimensions or not 0 < length < math.inf:
            raise Troubled(Verdict(failure=EmbedderUnavailable(), tries=4))
        return [value / length for value in vector], tokens


def _verdict_on(response: dict[str, Any]) -> Verdict:
    error = response.get("Error", {})
    code = str(error.get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _CAPACITY or status == 429:
        return Verdict(failure=EmbedderThrottled(), tries=8, is_throttled=True)
    if code in _AWAY or status >= 500 or status in (200, 408, 424):
        return Verdict(failure=EmbedderUnavailable(), tries=5)
    if code == "ValidationException" and "too many input tokens" in str(error).lower():
        return Verdict(failure=_TextTooLong())
    return Verdict(failure=EmbedderNotConfigured())


def _verdict_on_connection(error: Exception) -> Verdict:
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError, IncompleteReadError
    from botocore.parsers import ResponseParserError

    if isinstance(
        error, (HTTPClientError, NoConnection, IncompleteReadError, ResponseParserError)
    ):
        return Verdict(failure=EmbedderUnavailable(), tries=4)
    return Verdict(failure=EmbedderNotConfigured())
