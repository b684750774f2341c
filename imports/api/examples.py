"""Examples for the OpenAPI document: one import of one person, seen in each call."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

USER = "3f2c1a54-7a7e-4c8e-9e0a-0123456789ab"
PATH = f"user-imports/{USER}/export.zip"
JOB = "7d0a4c1e-52f6-4a53-8a53-6a6c1c2b9f10"
_ROOT = "https://soulprint.example"
_ITSELF = f"{_ROOT}/api/imports/{JOB}/"

TRIGGER = OpenApiExample(
    "An export in Supabase Storage",
    request_only=True,
    value={"user_id": USER, "storage_path": PATH, "conversation_count": 1204},
)
SITE_TRIGGER = OpenApiExample("An upload", request_only=True, value={"storagePath": PATH})
RETRY = OpenApiExample(
    "From the facts on", request_only=True, value={"from_stage": "facts"}
)
RUNNING_JOB = OpenApiExample(
    "A running import",
    response_only=True,
    status_codes=["200", "202"],
    value={
        "id": JOB,
        "user_id": USER,
        "storage_path": PATH,
        "status": "RUNNING",
        "import_status": "quick_ready",
        "stage": "embed",
        "stage_label": "Creating memory chunks",
        "progress_percent": 47,
        "attempt": 2,
        "counts": {
            "conversations": 1203,
            "messages": 18_412,
            "chunks": 9_630,
            "facts": 0,
            "skipped": 1,
            "bytes_total": 84_120_776,
            "bytes_done": 84_120_776,
        },
        "cost_usd": 0.0312,
        "skipped_reasons": {"too_large": 1},
        "error": None,
        "created_at": "2026-03-01T12:00:00Z",
        "started_at": "2026-03-01T12:00:01Z",
        "quick_ready_at": "2026-03-01T12:00:48Z",
        "finished_at": None,
        "links": {
            "self": _ITSELF,
            "log": f"{_ITSELF}log/",
            "cancel": f"{_ITSELF}cancel/",
            "retry": f"{_ITSELF}retry/",
            "soulprint": f"{_ROOT}/api/soulprints/{USER}/",
        },
    },
)
_CONVERSATION = "0b8f2f6e-5b1e-5d0c-9d57-2a4f6f1c7e11"
_MESSAGE = "aaa2f6c1-7f4e-4a7c-9b3a-1d2e3f4a5b6c"
SOULPRINT = OpenApiExample(
    "A full soulprint",
    response_only=True,
    value={
        "id": "5e0c3a52-0d1f-4f0e-9b55-8d1b6a0c2f37",
        "user_id": USER,
        "job_id": JOB,
        "pass": "full",
        "ai_name": "Wren",
        "archetype": "Workshop companion",
        "sections": {
            "soul": {
                "communication_style": "Short messages, straight to the point",
                "tone": "Warm",
                "humor": "Dry",
                "values": ["Honesty"],
                "boundaries": ["No jokes about work"],
                "explicit_instructions": ["Use metric units"],
            },
            "identity": {
                "ai_name": "Wren",
                "archetype": "Workshop companion",
                "vibe": "Calm and curious",
                "greeting": "Hi Marta! Wren here.",
                "languages": ["English", "Polish"],
            },
            "user": {
                "name": "Marta",
                "occupation": "carpenter",
                "location": "Lisbon",
                "origin": "Gdansk",
                "languages": ["English", "Polish"],
                "relationships": ["Has a sister who plays the cello"],
                "interests": ["sea kayaking"],
                "goals": ["Wants to open her own workshop"],
                "projects": ["A walnut table"],
                "health": ["Is allergic to walnuts"],
                "preferences": ["Prefers tea"],
                "active_hours": "mostly 19:00-22:00 UTC",
                "life_context": "Works as a carpenter and lives in Lisbon.",
            },
            "agents": {
                "response_style": "Concise answers",
                "task_mix": [{"task": "planning", "share": 0.6}],
                "working_agreements": ["Ask before long answers"],
                "do_not": ["Do not flatter"],
            },
            "tools": {
                "named_tools": ["SketchUp"],
                "code_languages": [],
                "chatgpt_tools": ["web search"],
                "models_used": ["gpt-4o"],
                "output_preferences": ["Short lists"],
            },
            "memory": {
                "summary": None,
                "groups": [
                    {
                        "category": "work",
                        "facts": [
                            {
                                "statement": "Works as a carpenter",
                                "since": "2024-10",
                                "confidence": 0.93,
                            }
                        ],
                    }
                ],
                "timeline": [{"date": "2024-10", "event": "Moved to Lisbon"}],
                "topics": ["Woodwork"],
            },
        },
        "engine": "bedrock",
        "model": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "prompt_version": "1",
        "note": "",
        "created_at": "2026-03-01T12:04:10Z",
    },
)
FACTS = OpenApiExample(
    "What is known of the family",
    response_only=True,
    value={
        "results": [
            {
                "id": "b8e394c2-b26d-561a-b1fa-7169cf6ff290",
                "category": "family",
                "slot": "relation",
                "statement": "Has a sister who plays the cello",
                "value": "sister",
                "kind": "durable",
                "basis": "stated",
                "engine": "bedrock",
                "confidence": 0.93,
                "first_seen_at": "2025-05-01T12:00:00Z",
                "last_seen_at": "2025-05-01T12:00:00Z",
                "valid_from": None,
                "valid_to": None,
                "evidence": [
                    {
                        "conversation_id": _CONVERSATION,
                        "message_id": _MESSAGE,
                        "at": "2025-05-01T12:00:00Z",
                        "quote": "My sister plays the cello in Gdansk.",
                    }
                ],
            }
        ],
        "next": None,
    },
)
HITS = OpenApiExample(
    "What was said about a cello",
    response_only=True,
    value={
        "results": [
            {
                "text": "My sister plays the cello in Gdansk.",
                "score": 0.9312,
                "conversation_id": _CONVERSATION,
                "source_id": "68137a2c-1d9c-8003-b1f0-5f8e2f3f8a10",
                "provider": "chatgpt",
                "title": "Music",
                "at": "2025-05-01T12:00:00Z",
                "role": "user",
                "message_ids": [_MESSAGE],
                "span": {"start": 0, "end": 36},
                "marks": [{"start": 20, "end": 25}],
                "excerpt": {
                    "text": "My sister plays the cello in Gdansk.",
                    "marks": [{"start": 20, "end": 25}],
                },
                "facts": ["Has a sister who plays the cello"],
                "exchange": [
                    {
                        "role": "user",
                        "at": "2025-05-01T12:00:00Z",
                        "text": "My sister plays the cello in Gdansk.",
                    },
                    {
                        "role": "assistant",
                        "at": "2025-05-01T12:00:09Z",
                        "text": "How lovely.",
                    },
                ],
            }
        ]
    },
)
IN_PROGRESS = OpenApiExample(
    "Another export is being imported",
    response_only=True,
    status_codes=["409"],
    media_type="application/problem+json",
    value={
        "type": "urn:soulprint:problem:import_in_progress",
        "title": "Another import of this user is active.",
        "status": 409,
        "detail": "Wait for it, or cancel it.",
        "code": "import_in_progress",
        "job_id": JOB,
        "status_url": _ITSELF,
    },
)
WRONG_FIELD = OpenApiExample(
    "A field that does not exist",
    response_only=True,
    status_codes=["400"],
    media_type="application/problem+json",
    value={
        "type": "urn:soulprint:problem:invalid_request",
        "title": "A field is missing, unknown or wrong.",
        "status": 400,
        "detail": "See the list of errors.",
        "code": "invalid_request",
        "errors": [{"field": "userId", "detail": "There is no such field."}],
    },
)
