"""User tokens: which are believed, and what happens when the keys cannot be had."""

from __future__ import annotations

import time
import uuid
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import LazySettings

from imports.api import tokens
from tests.fakes.jwks import FakeAuth, Mode
from tests.integration.api.callers import client

pytestmark = pytest.mark.django_db
NOW = int(time.time())
SECRET = "a-legacy-secret-of-the-project-with-enough-bytes"


def status_with(token: str) -> Any:
    return client(bearer=token).get("/api/import/status")


@pytest.mark.parametrize(
    "claims",
    [{}, {"expires_in": -3}, {"aud": ["authenticated", "other"]}, {"is_anonymous": None}],
    ids=["plain", "just expired", "several audiences", "no word of guests"],
)
def test_a_token_of_a_signed_in_user_is_believed(
    auth: FakeAuth, claims: dict[str, Any]
) -> None:
    answer = status_with(auth.token(**claims))

    assert answer.status_code == 200


def test_a_token_of_a_project_that_signs_with_rsa_is_believed(auth: FakeAuth) -> None:
    key = auth.rsa_keys["rsa-1"] = rsa.generate_private_key(65537, 2048)

    answer = status_with(auth.token(key=key, algorithm="RS256", kid="rsa-1"))

    assert answer.status_code == 200


def test_a_token_as_a_sign_in_gives_it_is_believed(auth: FakeAuth) -> None:
    auth.people["ada@example.org"] = str(uuid.uuid4())

    answer = status_with(auth.session("ada@example.org")["access_token"])

    assert answer.status_code == 200


REFUSED: dict[str, dict[str, Any]] = {
    "expired": {"exp": NOW - 60},
    "without an end": {"exp": None},
    "without a beginning": {"iat": None},
    "without an audience": {"aud": None},
    "without a user": {"sub": None},
    "without an issuer": {"iss": None},
    "for another audience": {"aud": "anon"},
    "of another project": {"iss": "https://elsewhere.supabase.co/auth/v1"},
    "a key of the project": {"iss": "supabase"},
    "not valid yet": {"nbf": NOW + 6000},
    "from the future": {"iat": NOW + 6000},
    "with an unknown key": {"kid": "unknown"},
    "with a key without a name": {"kid": None},
    "of no UUID": {"sub": "not-a-uuid"},
    "of the service role": {"role": "service_role"},
    "of the anonymous role": {"role": "anon"},
    "without a role": {"role": None},
    "of a guest": {"is_anonymous": True},
    "of a guest, spelled oddly": {"is_anonymous": "yes"},
    "not signed": {"algorithm": "none"},
    "signed by a stranger": {"key": ec.generate_private_key(ec.SECP256R1())},
    "signed by a stranger with RSA": {
        "key": rsa.generate_private_key(65537, 2048),
        "algorithm": "RS256",
    },
    "signed with a secret": {"key": SECRET, "algorithm": "HS256"},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED.keys())
def test_any_other_token_is_refused(auth: FakeAuth, claims: dict[str, Any]) -> None:
    answer = status_with(auth.token(**claims))

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_public_key_is_no_secret(auth: FakeAuth, settings: LazySettings) -> None:
    settings.SUPABASE_JWT_SECRET = SECRET
    _, payload, _ = auth.token().split(".")
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","typ":"JWT","kid":"key-1"}')
    signed = header + b"." + payload.encode()
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = jwt.utils.base64url_encode(algorithm.sign(signed, auth.public_pem))

    answer = status_with(f"{signed.decode()}.{signature.decode()}")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "token",
    [
        "garbage",
        "a.b.c",
        "..",
        "a.b",
        "\xe4\xf6.\xfc.\xdf",
        "e30.e30.",
        "bnVsbA.bnVsbA.x",
        "W10.W10.x",
        "x" * 8000,
        "." * 3000,
        "1.2.3.4.5",
    ],
)
def test_what_is_no_token_is_refused(auth: FakeAuth, token: str) -> None:
    answer = status_with(token)

    assert (answer.status_code, auth.fetches) == (401, 0)


def test_a_legacy_token_is_believed_with_the_shared_secret(
    auth: FakeAuth, settings: LazySettings
) -> None:
    settings.SUPABASE_JWT_SECRET = SECRET

    answer = status_with(auth.token(key=SECRET, algorithm="HS256", kid=None))

    assert (answer.status_code, auth.fetches) == (200, 0)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_secret_too_short_to_be_one_signs_nothing(
    auth: FakeAuth, settings: LazySettings
) -> None:
    settings.SUPABASE_JWT_SECRET = "short"

    answer = status_with(auth.token(key="short", algorithm="HS256", kid=None))

    assert answer.status_code == 401


def test_without_a_project_no_token_is_believed(
    auth: FakeAuth, settings: LazySettings
) -> None:
    token = auth.token()
    settings.SUPABASE_URL = ""

    answer = status_with(token)

    assert answer.status_code == 401


@pytest.mark.parametrize("mode", ["down", "page", "cut", "no_keys", "list"])
def test_keys_that_cannot_be_had_are_not_the_callers_fault(
    auth: FakeAuth, mode: Mode
) -> None:
    auth.mode = mode

    answer = status_with(auth.token())

    assert (answer.status_code, answer.json()["code"]) == (503, "tokens_unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_keys_once_fetched_outlast_an_outage(auth: FakeAuth) -> None:
    status_with(auth.token())
    auth.mode = "down"

    answer = status_with(auth.token())

    assert (answer.status_code, auth.fetches) == (200, 1)


def test_made_up_key_names_do_not_make_us_fetch(auth: FakeAuth) -> None:
    status_with(auth.token())

    answers = [status_with(auth.token(kid=str(uuid.uuid4()))) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {401}
    assert auth.fetches == 1


def test_callers_do_not_queue_for_a_key_server_that_is_down(auth: FakeAuth) -> None:
    auth.mode = "down"

    answers = [status_with(auth.token()) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {503}
    assert auth.fetches == 1


def test_a_key_server_that_came_back_is_asked_again(
    auth: FakeAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "PAUSE_SECONDS", 0)
    auth.mode = "down"
    status_with(auth.token())
    auth.mode = "well"

    answer = status_with(auth.token())

    assert answer.status_code == 200


def test_a_token_is_not_believed_beyond_its_end(auth: FakeAuth) -> None:
    token = auth.token(expires_in=1 - tokens.LEEWAY_SECONDS)
    before = status_with(token)
    time.sleep(2.1)

    after = status_with(token)

    assert (before.status_code, after.status_code) == (200, 401)


def test_what_was_believed_of_one_project_is_not_of_another(
    auth: FakeAuth, settings: LazySettings
) -> None:
    token = auth.token()
    status_with(token)
    settings.SUPABASE_URL = "http://127.0.0.1:9"

    answer = status_with(token)

    assert answer.status_code == 503


def test_only_so_many_tokens_are_kept(
    auth: FakeAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "BELIEVED_AT_MOST", 3)

    answers = [status_with(auth.token()) for _ in range(8)]

    assert {answer.status_code for answer in answers} == {200}
    assert len(tokens._believed) <= 3


def test_a_rotated_key_is_found(auth: FakeAuth) -> None:
    status_with(auth.token())
    auth.rotate()
    tokens.key_client(f"{auth.url}/auth/v1/.well-known/jwks.json").cooldown_duration = 0

    answer = status_with(auth.token(kid="key-2"))

    assert answer.status_code == 200
