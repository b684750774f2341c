"""Looks at what is not ours: storage, callers and their tokens, models, mirror, alerts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx
from django.conf import settings

from imports import wiring
from imports.doctor.findings import Finding, Verdict
from imports.errors import ObjectMissing
from imports.ports import ModelRequest, SectionsMaterial, Statistics
from imports.search.spaces import foreign_memories

TIMEOUT_SECONDS = 5
NOBODY = uuid.UUID(int=0)
_TINY = ModelRequest(
    purpose="sections",
    prompt_version="doctor",
    system="Answer with the JSON object that is asked for.",
    prompt='Say {"ok": true}.',
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    max_tokens=32,
    material=SectionsMaterial(excerpts=(), declared=(), statistics=Statistics()),
)


def storage() -> Iterator[Finding]:
    """Whether our key opens each bucket; asks for an object that is not there."""
    for bucket in settings.IMPORT_BUCKETS:
        try:
            with wiring.ports().objects.open(f"{bucket}/{NOBODY}/doctor.zip"):
                pass
        except ObjectMissing:
            pass  # it answered, and did not refuse us
    where = settings.SUPABASE_URL or str(settings.OBJECTS_DIR)
    buckets = ", ".join(settings.IMPORT_BUCKETS)
    yield Finding("storage", Verdict.WELL, f"{where} answers for {buckets}.")


def callers() -> Iterator[Finding]:
    """Whether anybody is known who may start an import."""
    if settings.SERVICE_KEYS:
        names = ", ".join(sorted(settings.SERVICE_KEYS))
        yield Finding("callers", Verdict.WELL, f"Service keys: {names}.")
    else:
        advice = "Make one: python manage.py service_key site"
        says = "No service may call: SERVICE_KEYS is empty."
        yield Finding("callers", Verdict.NOTE, says, advice)


def tokens() -> Iterator[Finding]:
    """Whether tokens of users can be checked."""
    if not settings.SUPABASE_URL:
        yield Finding("tokens", Verdict.WELL, "No users but ours: SUPABASE_URL is not set.")
        return
    count = _published_keys(f"{settings.SUPABASE_URL}/auth/v1/.well-known/jwks.json")
    if count:
        yield Finding("tokens", Verdict.WELL, f"The project publishes {count} keys.")
    elif settings.SUPABASE_JWT_SECRET:
        says = "Tokens of the old kind are checked with SUPABASE_JWT_SECRET."
        yield Finding("tokens", Verdict.WELL, says)
    else:
        advice = (
            "Turn on JWT signing keys in the project's settings, or set"
            " SUPABASE_JWT_SECRET; look at SUPABASE_URL, too."
        )
        says = "The project publishes no key to check tokens with."
        yield Finding("tokens", Verdict.WRONG, says, advice)


def model(*, is_live: bool) -> Iterator[Finding]:
    """Whether the model is known and, if it may be asked, answers."""
    port = wiring.ports().language_model
    told = f"{port.engine}, {port.model}"
    if settings.LLM == "local":
        yield Finding("model", Verdict.WELL, f"{told}: free, and asks nobody.")
    elif not is_live:
        advice = "Ask it one tiny question with --live."
        yield Finding("model", Verdict.NOTE, f"{told}: its price is known.", advice)
    else:
        answer = port.ask(_TINY)
        took = f"{answer.input_tokens} tokens in, {answer.output_tokens} out"
        yield Finding("model", Verdict.WELL, f"{told} answered: {took}.")


def embedder(*, is_live: bool) -> Iterator[Finding]:
    """Whether vectors can be made; a paid embedder is asked for one, if it may be."""
    port = wiring.ports().embedder
    if settings.EMBEDDINGS == "local":
        port.embed(["doctor"])
        yield Finding("embedder", Verdict.WELL, f"{port.space}: free, and asks nobody.")
    elif not is_live:
        advice = "Ask it for one vector with --live."
        yield Finding("embedder", Verdict.NOTE, f"{port.space}: was not asked.", advice)
    else:
        port.embed(["doctor"])
        yield Finding("embedder", Verdict.WELL, f"{port.space} answered.")
    foreign = sum(1 for _ in foreign_memories(port))
    if foreign:
        yield Finding(
            "embedder",
            Verdict.NOTE,
            f"{foreign:,} memories were embedded by another one and are searched by words alone.",
            "Run manage.py reembed --all; an import of the person does it too.",
        )


def mirror() -> Iterator[Finding]:
    """Whether the site's table is there with all its columns; writes nothing."""
    port = wiring.ports().mirror
    if port is None:
        yield Finding("mirror", Verdict.WELL, "Off: nobody is shown anywhere.")
        return
    port.probe()
    yield Finding("mirror", Verdict.WELL, "user_profiles has every column.")


def alerts() -> Iterator[Finding]:
    """Whether anybody would be told; sends nothing."""
    if settings.ALERT_WEBHOOK:
        yield Finding("alerts", Verdict.WELL, "A webhook is told.")
    else:
        advice = "Set ALERT_WEBHOOK to the address of a Slack-style webhook."
        yield Finding("alerts", Verdict.NOTE, "Nobody is told of trouble.", advice)


def _published_keys(address: str) -> int:
    try:
        answer = httpx.get(address, timeout=TIMEOUT_SECONDS, follow_redirects=False)
        keys = answer.json()["keys"] if answer.status_code == 200 else []
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return 0
    return len(keys) if isinstance(keys, list) else 0
