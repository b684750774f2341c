"""Secrets stay in the house."""

from __future__ import annotations

import time

import pytest

from imports.pipeline.redaction import redact
from tests.pace import seconds_of

# Put together here, so that no scanner takes this file for a leak.
LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3f"
SECRETS = [
    ("aws_key", "AK" + "IA" + "IOSFODNN7EXAMPLE"),
    ("anthropic", "sk-" + "ant-api03-" + LETTERS),
    ("openai", "sk-" + "proj-" + LETTERS),
    ("github", "gh" + "p_" + LETTERS[:36]),
    ("github", "github_" + "pat_" + LETTERS),
    ("gitlab", "gl" + "pat-" + LETTERS[:20]),
    ("slack", "xo" + "xb-123456789012-" + LETTERS[:24]),
    ("google", "AI" + "za" + LETTERS[:35]),
    ("stripe", "sk_" + "live_" + LETTERS[:24]),
    ("npm", "np" + "m_" + LETTERS[:36]),
    ("pypi", "py" + "pi-" + LETTERS + LETTERS),
    ("hf", "h" + "f_" + LETTERS[:34]),
    ("supabase", "sb" + "p_" + "0123456789abcdef" * 2),
    ("jwt", "ey" + "J" + LETTERS + ".ey" + "J" + LETTERS + "." + LETTERS),
    ("ssn", "078-05-1120"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5500-0000-0000-0004"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB82WEST12345698765432"),
    ("email", "ana.maria+news@mail.example.co.uk"),
    ("phone", "555-123-4567"),
    ("phone", "(555) 123-4567"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "+49 (0)151 23456789"),
    ("phone", "0151 23456789"),
    ("random", LETTERS),
]
FRAMES = ["{}", "it is {}.", "({})", '"{}"', "first line\n{}\nlast line", "x={},y=1"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("kind", "secret"), SECRETS)
def test_a_secret_leaves_only_its_kind(kind: str, secret: str, frame: str) -> None:
    redacted = redact(frame.format(secret))

    assert secret not in redacted
    assert f"[REDACTED:{kind}]" in redacted


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my password is hunter2-blue", "hunter2-blue"),
        ("The password for the wifi is sunny42day", "sunny42day"),
        ("DB_PASSWORD=correct_horse9", "correct_horse9"),
        ('"client_secret": "aBc123xyz789"', "aBc123xyz789"),
        ("api key: 9f8e7d6c5b4a", "9f8e7d6c5b4a"),
        ("**Password:** `Tr0ub4dor&3`", "Tr0ub4dor&3"),
        ("mein Passwort ist Sommer2024!", "Sommer2024!"),
        ("la contraseña es verano2024", "verano2024"),
        ("Authorization: Bearer abc.def-123456789012", "abc.def-123456789012"),
        ("postgres://admin:s3cret@db.example.com/app", "s3cret"),
        ("my pin is 4921", "4921"),
    ],
)
def test_what_is_called_a_secret_is_one(text: str, secret: str) -> None:
    assert secret not in redact(text)


def test_a_private_key_goes_as_a_whole() -> None:
    key = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\nxyz\n-----END RSA PRIVATE KEY-----"

    assert redact(f"before {key} after") == "before [REDACTED:private_key] after"


def test_a_private_key_that_breaks_off_goes_to_the_end() -> None:
    assert redact("-----BEGIN " + "PRIVATE KEY-----\nMIIEow") == "[REDACTED:private_key]"


@pytest.mark.parametrize(
    "text",
    [
        "the password is easy to forget",
        "the token count is 8192, max_tokens=100000",
        "I was born on 1987-05-12 and moved on 2024-05-12 10:30",
        "call f(1, 2, 3) and add 100 200 300",
        "order 1234567890123456 has not arrived",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b broke it",
        "my budget is $1,200,000 and pi is 3.14159265358979",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "see https://example.com/a/b?c=1#d and /home/someone/Projects/another/file.txt",
        "version 10.0.19045 on 192.168.100.200",
        "The secret of good bread is patience",
        "my keyboard is mechanical, the key is under the doormat",
        "the pin on the map",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact("\n".join(secret for _, secret in SECRETS) + "\npassword: abc123def")

    assert redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "a@" * 100_000,
        "1" * 200_000,
        "1 " * 100_000,
        "0 1-" * 50_000,
        "+1 " * 60_000,
        "(555) " * 40_000,
        "password " * 25_000,
        "password for a b c " * 10_000,
        "secret" * 30_000,
        "-----BEGIN " + "PRIVATE KEY-----" * 12_000,
        ("-----BEGIN " + "PRIVATE KEY-----\n") * 8_000,
        "eyJaaaaaaaaa." * 15_000,
        "x://" * 50_000,
        "x://a:" * 30_000,
        "sk-" * 60_000,
        "AA00 " * 40_000,
        "bearer " * 30_000,
        "aB3" * 60_000,
        "token=" * 30_000,
        "\n" * 200_000,
    ],
    ids=range(21),
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    redact(text)

    assert time.process_time() - started < seconds_of(150_000_000)
