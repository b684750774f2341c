"""What lies beside the conversations in a ZIP: account, feedback, shares, assets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from imports.synthetic.declarations import asset_ids
from imports.synthetic.dice import dice, new_id
from imports.synthetic.stream import Stream

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"%PDF-1.7\n")
_NAMES = ("photo.png", "scan.jpg", "handbook.pdf")
_CHAT_HTML = (
    "<html><head><title>ChatGPT Data Export</title></head>"
    '<body><div id="root"></div><script>var jsonData = [];</script></body></html>'
)


def side_files(stream: Stream, *, shards: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file that is not a conversation file."""
    seed = stream.plan.seed
    rng = dice(seed, "side files")
    user_id = f"user-{rng.getrandbits(96):024x}"
    name = stream.plan.persona.words["name"]
    mailbox = name.lower().replace(" ", ".")
    user: dict[str, Any] = {"id": user_id, "email": f"{mailbox}@example.org"}
    user |= {"chatgpt_plus_user": True, "phone_number": None, "birth_year": None}
    conversation_ids = sorted({p.conversation_id for p in stream.planted})
    rated = [_rating(new_id(rng), place, user_id) for place in conversation_ids[:5]]
    shared = [_share(new_id(rng), place) for place in conversation_ids[5:8]]
    yield "user.json", _json(user)
    yield "message_feedback.json", _json(rated)
    yield "shared_conversations.json", _json(shared)
    yield "group_chats.json", _json({"chats": []})
    yield "shopping.json", _json([])
    yield "sora.json", _json({})
    yield "user_settings.json", _json([{}])
    yield "chat.html", _CHAT_HTML.encode("ascii")
    yield from _assets(seed)
    if shards:
        yield "export_manifest.json", _json(_manifest(shards))


def _assets(seed: int) -> Iterator[tuple[str, bytes]]:
    names = {}
    for place, asset_id in enumerate(asset_ids(seed)):
        rng = dice(seed, asset_id)
        body = rng.randbytes(rng.randrange(20_000, 90_000))
        names[f"{asset_id}.dat"] = _NAMES[place % 3]
        yield f"{asset_id}.dat", _MAGIC[place % 3] + body
    yield "conversation_asset_file_names.json", _json(names)


def _manifest(shards: dict[str, int]) -> dict[str, Any]:
    logical = {"conversations.json": {"files": list(shards), "sharded": True}}
    return {
        "version": 1,
        "manifest_file": "export_manifest.json",
        "logical_files": logical,
        "export_files": [{"path": n, "size_bytes": s} for n, s in shards.items()],
    }


def _rating(row_id: str, conversation_id: str, user_id: str) -> dict[str, Any]:
    return {
        "id": row_id,
        "conversation_id": conversation_id,
        "user_id": user_id,
        "rating": "thumbsUp" if row_id < "8" else "thumbsDown",
        "create_time": "2026-02-11T09:12:44.120000Z",
        "workspace_id": None,
        "content": json.dumps({"tags": []}),
    }


def _share(row_id: str, conversation_id: str) -> dict[str, Any]:
    place = {"id": row_id, "conversation_id": conversation_id}
    return {**place, "title": "Shared chat", "is_anonymous": True}


def _json(value: object) -> bytes:
    return json.dumps(value).encode("ascii")
