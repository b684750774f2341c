"""What the OpenAPI document says beyond the fields: errors, headers, credentials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from imports.api.problems import ApiProblem, all_problems
from imports.api.shapes import ProblemShape

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "application/problem+json"

# It loads a large library only to see that none of our serializers is one of its models.
OpenApiSerializerExtension._registry.remove(PydanticExtension)


def documented(
    name: str,
    summary: str,
    *,
    tag: str,
    answers: Mapping[int, type[Any] | None],
    fails: Sequence[int],
    query: type[Any] | None = None,
    body: type[Any] | None = None,
    is_start: bool = False,
    is_polled: bool = False,
    is_open: bool = False,
    is_for_users: bool = False,
) -> Callable[[View], View]:
    """Describe a call: what it takes, what it answers, and how it fails."""
    always = () if is_open else (401, 403, 503)
    parameters: list[Any] = [query] if query else []
    to_wait = {*always, *fails} & {429, 503}
    if is_start:
        parameters += [_IDEMPOTENCY_KEY, _LOCATION]
        to_wait |= {202}
    if is_polled:
        parameters += [_IF_NONE_MATCH, _ETAG]
        to_wait |= {200, 304}
    if to_wait:
        parameters.append(_retry_after(to_wait))
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        parameters=parameters,
        request=body,
        responses={
            **{status: _answer(status, shape) for status, shape in answers.items()},
            **{(status, PROBLEM): _problem(status) for status in sorted({*always, *fails})},
        },
        auth=[] if is_open else _USERS if is_for_users else None,
    )


def _answer(status: int, shape: type[Any] | None) -> OpenApiResponse:
    return OpenApiResponse(response=shape, description=HTTPStatus(status).phrase)


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(response=ProblemShape, description=HTTPStatus(status).phrase)


_USERS: list[Any] = [{"userToken": []}, {"session": []}]
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 255, "pattern": r"^[\x21-\x7e]+( +[\x21-\x7e]+)*$"},
    OpenApiParameter.HEADER,
    description="The same key is the same job, for 48 hours.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the answer before this one.",
)
_LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    description="Where the import can be looked at.",
    response=[202],
)
_ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Changes whenever the answer does.",
    response=[200, 304],
)


def _retry_after(codes: Iterable[int]) -> OpenApiParameter:
    return OpenApiParameter(
        "Retry-After",
        OpenApiTypes.INT,
        OpenApiParameter.HEADER,
        description="Seconds until it is worth asking again.",
        response=sorted(codes),
    )


class ServiceKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    target_class = "imports.api.authentication.ServiceKeyAuthentication"
    name = "serviceKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "`<kid>.<secret>`"}


class UserTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    target_class = "imports.api.authentication.UserTokenAuthentication"
    name = "userToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of a signed-in Supabase user.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    target_class = "imports.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A session of staff, with the CSRF token in `X-CSRFToken`.",
        }


def without_doubles(endpoints: list[tuple[str, str, str, Any]]) -> list[Any]:
    """Leave out the addresses that are other spellings of one that is in."""
    paths = {path for path, _, _, _ in endpoints}
    return [
        endpoint
        for endpoint in endpoints
        if f"{endpoint[0]}/" not in paths and f"{endpoint[0]}-full" not in paths
    ]


def with_rules(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Say what the fields alone do not: no other fields, which paths, which codes."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Body"):
            component["additionalProperties"] = False
            for field in {"storage_path", "storagePath"} & component["properties"].keys():
                component["properties"][field]["pattern"] = _path_pattern()
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _allow_blank(parameter["schema"])
    # Folded: two screens of codes would stand before the first call.
    codes = f"<details><summary>All codes</summary>\n\n{_codes()}\n\n</details>"
    result["info"]["description"] += f"\n\n## Errors\n\n{_ERRORS}\n\n{codes}\n"
    return result


_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_LETTER = "A-Za-z0-9_!*'()$@=;:+,&-"
# A name may also begin with a dot, which takes a look ahead to say that "." and ".." are none.
_SEGMENT = rf"[{_LETTER}]([{_LETTER}. ]{{0,198}}[{_LETTER}.])?"
_BLANK = {"type": "string", "maxLength": 0}  # as drf-spectacular writes it
_ERRORS = (
    "Every answer that is no success is `application/problem+json` (RFC 9457). `code` is stable; "
    "`title` and `detail` are for people."
)


def _allow_blank(schema: dict[str, Any]) -> None:
    """Let the empty string be valid where it is: of ``oneOf`` it fits both, and so none."""
    if _BLANK in schema.get("oneOf", []):
        schema["anyOf"] = schema.pop("oneOf")


def _path_pattern() -> str:
    return rf"^({'|'.join(settings.IMPORT_BUCKETS)})/{_UUID}(/{_SEGMENT})+$"


def _shown(problem: type[ApiProblem]) -> str:
    """Say what a code means, in Markdown: a page would take ``<name>`` for one of its tags."""
    return re.sub("<[^|]*>", r"`\g<0>`", f"{problem.title()} {problem.advice}")


def _codes() -> str:
    lines = [
        f"| `{problem.code}` | {problem.status} | {_shown(problem)} |"
        for problem in sorted(
            all_problems(), key=lambda problem: (problem.status, problem.code)
        )
    ]
    return "\n".join(["| Code | Status | Means |", "|---|---|---|", *lines])
