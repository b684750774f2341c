"""Says in our words what an error of Anthropic's SDK, or of Amazon's underneath it, means.

Nothing of a provider's message is passed on: it may quote the question.
"""

from __future__ import annotations

import json
import re

import anthropic
from botocore.exceptions import BotoCoreError

from imports.adapters.claude.failures import (
    ModelAnswerBroken,
    ModelAnswerLost,
    ModelNotConfigured,
    ModelRefusedRequest,
    ModelThrottled,
    ModelUnavailable,
    PromptTooLong,
)
from imports.adapters.courier.transport import AnswerIsLost
from imports.adapters.retrying import Verdict, retry_after_seconds

_TOO_LONG = re.compile(
    r"prompt is too long|input is too long|too many (?:input )?tokens|context (?:window|length)"
    r"|exceeds? the maximum",
    re.I,
)
_CONFIGURATION = re.compile(
    r"on-demand throughput|inference profile|model identifier|not supported in|access to the model"
    r"|don't have access|marketplace|api[ _-]?key|credit balance|credentials|region|authentication"
    r"|security token|signature",
    re.I,
)
CAUGHT = (
    anthropic.AnthropicError,
    BotoCoreError,
    json.JSONDecodeError,
    # The SDK raises these for missing credentials.
    RuntimeError,
    TypeError,
    ValueError,
)


def verdict_on(error: Exception) -> Verdict | None:
    """Judge an error; None if it is none of the provider's, and so a bug of ours."""
    match error:
        case anthropic.APITimeoutError():
            return Verdict(failure=ModelUnavailable(), tries=3)
        case anthropic.APIConnectionError(__cause__=AnswerIsLost()):
            # It may have been paid for: only the ledger may say that it is asked again.
            return Verdict(failure=ModelAnswerLost())
        case anthropic.APIConnectionError():
            return Verdict(failure=ModelUnavailable(), tries=4)
        case anthropic.APIStatusError():
            return _by_status(error)
        case anthropic.APIResponseValidationError() | json.JSONDecodeError():
            return Verdict(failure=ModelAnswerBroken(), tries=4)
        case anthropic.AnthropicError() | BotoCoreError():
            return Verdict(failure=ModelNotConfigured())
        case _:
            is_about_us = _CONFIGURATION.search(str(error))
            return Verdict(failure=ModelNotConfigured()) if is_about_us else None


def _by_status(error: anthropic.APIStatusError) -> Verdict:
    wait = retry_after_seconds(error.response.headers)
    match error.status_code:
        case 429 | 529:
            failure = ModelThrottled(retry_after_seconds=wait)
            return Verdict(failure=failure, tries=8, is_throttled=True)
        case 408:
            return Verdict(failure=ModelUnavailable(), tries=2)
        case 409 | 424:
            return Verdict(failure=ModelUnavailable(retry_after_seconds=wait), tries=2)
        case status if status >= 500:
            return Verdict(failure=ModelUnavailable(retry_after_seconds=wait), tries=5)
        case 401 | 402 | 403 | 404:
            return Verdict(failure=ModelNotConfigured())
        case 413:
            return Verdict(failure=PromptTooLong())
    return _by_message(error)


def _by_message(error: anthropic.APIStatusError) -> Verdict:
    message = f"{error.message} {error.body}"
    if _TOO_LONG.search(message):
        return Verdict(failure=PromptTooLong())
    if _CONFIGURATION.search(message):
        return Verdict(failure=ModelNotConfigured())
    return Verdict(failure=ModelRefusedRequest())
