"""Reports bugs to Sentry where somebody asked for it: where they happened, and nobody's words.

The library is no part of the lock: it is loaded only when ``SENTRY_DSN`` is set.
"""

from __future__ import annotations

from typing import Any

from soulprint.env import BadSetting

_KEPT_OF_A_REQUEST = ("method",)


def report_to(dsn: str) -> None:
    """Report from now on whatever is logged as an error."""
    try:
        import sentry_sdk
    except ImportError:
        problem = "is set, but sentry-sdk is not installed: pip install sentry-sdk"
        raise BadSetting("SENTRY_DSN", problem) from None
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=without_words,
    )


def without_words(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Take out of a report whatever may quote a conversation, a question or a secret."""
    for error in (event.get("exception") or {}).get("values", []):
        error["value"] = ""
    request = event.get("request") or {}
    event["request"] = {
        name: request[name] for name in _KEPT_OF_A_REQUEST if name in request
    }
    if "logentry" in event:
        # The sentence of our source, without what was put into it.
        event["logentry"] = {"message": event["logentry"].get("message", "")}
    for name in ("user", "extra", "breadcrumbs"):
        event.pop(name, None)
    return event
