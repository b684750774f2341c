"""Alerts over a webhook: ``{"text": ...}``, which Slack, Mattermost, Discord's /slack and many others take."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from imports.errors import AlertRefused, AlertUndelivered

TIMEOUT = httpx.Timeout(connect=3, read=5, write=5, pool=3)
_PASSING = {408, 425, 429}


class WebhookAlerts:
    """Posts messages to one address, which is a secret: whoever knows it can write there."""

    def __init__(self, url: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._url = url
        self._client = httpx.Client(
            headers={"User-Agent": "soulprint/1.0"}, timeout=timeout, follow_redirects=False
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(self, lines: Sequence[str]) -> None:
        """Deliver one message of a few lines.

        :raises AlertUndelivered: the address does not answer as it should just now
        :raises AlertRefused: it never will
        """
        try:
            answer = self._client.post(self._url, json={"text": "\n".join(lines)})
        except httpx.TransportError as error:
            raise AlertUndelivered from error
        status = answer.status_code
        if status in _PASSING or status >= 500:
            raise AlertUndelivered
        if not answer.is_success:
            raise AlertRefused
