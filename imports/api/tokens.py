"""Checks Supabase user tokens: the signature, and all that a signature does not say.

Asymmetric tokens are checked with the keys that the project publishes, legacy ones with the
shared secret; the two never meet in one call, or a public key could be used as a secret.
"""

from __future__ import annotations

import time
import uuid
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings

from imports.api.problems import InvalidToken, TokensUnavailable

AUDIENCE = "authenticated"
LEEWAY_SECONDS = 10
FETCH_SECONDS = 5
# While the key server is down, one caller in so many seconds waits for it, not all of them.
PAUSE_SECONDS = 3
# A token that was believed is believed for a minute more without looking: whoever polls sends the
# same one every two seconds. The keys themselves are kept for longer than that.
BELIEVED_SECONDS = 60
BELIEVED_AT_MOST = 4096
_believed: dict[tuple[str, str], tuple[uuid.UUID, float]] = {}


def user_of(token: str) -> uuid.UUID:
    """Give the user that this token speaks for, or was found to speak for a moment ago.

    :raises InvalidToken: it is not a valid token of a signed-in user of this project
    :raises TokensUnavailable: the keys to check it with cannot be had just now
    """
    now = time.time()
    known = _believed.get((settings.SUPABASE_URL, token))
    if known and now < known[1]:
        return known[0]
    user_id, expires_at = _check(token)
    if len(_believed) >= BELIEVED_AT_MOST:
        _believed.clear()
    until = min(now + BELIEVED_SECONDS, expires_at)
    _believed[settings.SUPABASE_URL, token] = user_id, until
    return user_id


def forget() -> None:
    """Look at every token and fetch every key anew."""
    _believed.clear()
    key_client.cache_clear()


def _check(token: str) -> tuple[uuid.UUID, float]:
    """Give the user that this token speaks for, and until when.

    :raises InvalidToken: it is not a valid token of a signed-in user of this project
    :raises TokensUnavailable: the keys to check it with cannot be had just now
    """
    try:
        claims = _claims(token)
        user_id = uuid.UUID(claims["sub"])
    # Before its parent class: this one is not the caller's fault.
    except jwt.PyJWKClientConnectionError:
        raise TokensUnavailable from None
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidToken from None
    # The library looks at neither: keys of the project itself and guests are signed too.
    if claims.get("role") != AUDIENCE or claims.get("is_anonymous"):
        raise InvalidToken
    return user_id, int(claims["exp"]) + LEEWAY_SECONDS


def _claims(token: str) -> dict[str, Any]:
    if not settings.SUPABASE_URL:
        raise jwt.InvalidTokenError
    match jwt.get_unverified_header(token).get("alg"):
        case "HS256" if settings.SUPABASE_JWT_SECRET:
            return _decode(token, settings.SUPABASE_JWT_SECRET, ["HS256"])
        case "ES256" | "RS256":
            keys = key_client(f"{_issuer()}/.well-known/jwks.json")
            key = keys.get_signing_key_from_jwt(token)
            return _decode(token, key, ["ES256", "RS256"])
    raise jwt.InvalidAlgorithmError


def _decode(token: str, key: Any, algorithms: list[str]) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=algorithms,
        audience=AUDIENCE,
        issuer=_issuer(),
        leeway=LEEWAY_SECONDS,
        options={
            "require": ["exp", "iat", "sub", "aud", "iss"],
            "enforce_minimum_key_length": True,
        },
    )


def _issuer() -> str:
    return f"{settings.SUPABASE_URL}/auth/v1"


@lru_cache(maxsize=8)
def key_client(address: str) -> KeyClient:
    return KeyClient(address, timeout=FETCH_SECONDS)


class KeyClient(jwt.PyJWKClient):
    """The library's client, which knows every way in which a key server can be unwell."""

    _failed_at: float | None = None

    def fetch_data(self) -> Any:
        if (
            self._failed_at is not None
            and time.monotonic() - self._failed_at < PAUSE_SECONDS
        ):
            raise jwt.PyJWKClientConnectionError(
                "the key server did not answer a moment ago"
            )
        try:
            data = super().fetch_data()
        # A page of a proxy instead of JSON, a connection cut in the middle, a set without keys.
        except (jwt.PyJWKClientError, jwt.PyJWKSetError, OSError, ValueError) as error:
            self._failed_at = time.monotonic()
            raise jwt.PyJWKClientConnectionError(str(error)) from error
        self._failed_at = None
        return data
