"""The login of the console: after some wrong passwords it waits, whoever tries.

Counted in PostgreSQL, so that it holds across processes: few tries for one account from one
address, more for the account from anywhere, since addresses can be made up behind a proxy.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.db.models.functions import Now
from django.http import HttpRequest
from unfold.forms import AuthenticationForm

from imports.models import ServiceThrottle

COOL_OFF = timedelta(minutes=15)
FROM_ONE_ADDRESS = 5
FROM_ANYWHERE = 30
_MINUTES = round(COOL_OFF.total_seconds() / 60)


class ConsoleLogin(AuthenticationForm):
    """Ask for name and password; refuse to look at them while there were too many wrong ones."""

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", ""))
        counters = _counters(self.request, name)
        if any(_failures(counter) >= most for counter, most in counters.items()):
            raise ValidationError(
                f"Too many wrong passwords. Try again in {_MINUTES} minutes.",
                code="locked_out",
            )
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            for counter in counters:
                _count(counter)
            raise
        if self.get_user() is None:
            return cleaned  # without a name or a password, nothing was looked at
        for counter in counters:
            ServiceThrottle.objects.filter(principal=counter).delete()
        return cleaned


def _counters(request: HttpRequest, name: str) -> dict[str, int]:
    """Name what is counted, and how much of it is too much; no name or address is stored."""
    account = name.strip().lower()
    return {
        _hidden(account, _address(request)): FROM_ONE_ADDRESS,
        _hidden(account): FROM_ANYWHERE,
    }


def _hidden(*parts: str) -> str:
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
    return f"login {digest}"


def _address(request: HttpRequest) -> str:
    """Give where a request comes from: behind our proxy, what the proxy saw."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        return seen.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _failures(counter: str) -> int:
    recent = ServiceThrottle.objects.filter(
        principal=counter, window_start__gte=Now() - COOL_OFF
    )
    return int(recent.aggregate(n=Sum("hits"))["n"] or 0)


def _count(counter: str) -> None:
    ServiceThrottle.objects.filter(
        principal=counter, window_start__lt=Now() - COOL_OFF
    ).delete()
    ServiceThrottle.objects.create(principal=counter, window_start=Now(), hits=1)
