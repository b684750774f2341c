"""Tell by the shape of a record whose export it is; never by a file name.

The order matters: a DeepSeek conversation looks like one of ChatGPT's to whoever asks
only for ``mapping``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from imports.formats.failures import IndexNotConversations, ManifestOnly, NotAnExport

SUPPORTED = (
    "ChatGPT, Claude, Gemini (Takeout and AI Studio), Grok, DeepSeek, Le Chat, "
    "Open WebUI, LibreChat and ChatbotUI"
)

_PART_NAME = re.compile(r"-\d{3}\.zip", re.IGNORECASE)
_MANIFEST_KEYS = {"manifest_file", "logical_files", "export_files"}
_INDEX_KEYS = {"id", "conversation_id", "title", "is_anonymous"}
_MEMORY_KEYS = {"conversations_memory", "project_memories", "memory_files"}
_GROK_KEYS = {"projects", "media_posts", "tasks"}
_FEEDBACK_KEYS = {"id", "conversation_id", "rating"}


def detect(record: Any) -> str:
    """Name the provider of one record, "" if no rule fits."""
    if not isinstance(record, dict):
        return ""
    keys = record.keys()
    if isinstance(record.get("chat_messages"), list):
        # DeepSeek's own page gets its messages under the same name; they would all be empty.
        return "" if "chat_session" in keys else "claude"
    if isinstance(record.get("mapping"), dict):
        return "deepseek" if _is_deepseek(record) else "chatgpt"
    if {"conversation", "responses"} <= keys:
        return "grok"
    if {"header", "title", "time"} <= keys:
        return "gemini"
    if isinstance(record.get("conversation_turns"), list):
        return "gemini_history"
    if isinstance(record.get("chunkedPrompt"), dict):
        return "aistudio"
    if _is_open_webui(record):
        return "openwebui"
    if "conversationId" in keys and keys & {"messages", "messagesTree"}:
        return "librechat"
    return _detect_rarer(record)


def _detect_rarer(record: dict[str, Any]) -> str:
    keys = record.keys()
    if "chatId" in keys and keys & {"contentChunks", "role"}:
        return "lechat"
    if keys & _MEMORY_KEYS:
        return "claude_memory"
    if {"uuid", "project", "messages"} <= keys:
        return "claude_design"
    if {"uuid", "prompt_template"} <= keys:
        return "claude_project"
    if keys & {"linear_conversation", "shared_conversation_id"}:
        return "chatgpt_share"
    if {"id", "name", "messages"} <= keys and keys & {"model", "prompt", "folderId"}:
        return "chatbotui"
    return ""


def detect_without_records(root: dict[str, Any]) -> str:
    """Name the provider of an export whose list of conversations is empty, "" if unknown."""
    return "grok" if root.keys() & _GROK_KEYS else ""


def _is_deepseek(record: dict[str, Any]) -> bool:
    if "inserted_at" in record:
        return True
    nodes = (node for node in record["mapping"].values() if isinstance(node, dict))
    messages = (node.get("message") for node in nodes)
    return any(isinstance(each, dict) and "fragments" in each for each in messages)


def _is_open_webui(record: dict[str, Any]) -> bool:
    chat = record.get("chat")
    if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
        return True
    inner = chat if isinstance(chat, dict) else record
    history = inner.get("history")
    return isinstance(history, dict) and isinstance(history.get("messages"), dict)


def refuse(root: Any) -> NotAnExport:
    """Say what this file is instead of an export, as far as its shape tells."""
    record = next(iter(root), None) if isinstance(root, list) else root
    keys = record.keys() if isinstance(record, dict) else set[str]()
    if keys >= _INDEX_KEYS or keys >= _FEEDBACK_KEYS:
        return IndexNotConversations(
            "This is a side file of the export that only refers to conversations. "
            "Upload the whole ZIP, or the conversations.json beside it."
        )
    names_parts = any(_PART_NAME.search(text) for text in _strings(root))
    if keys & _MANIFEST_KEYS or names_parts:
        return ManifestOnly()
    return NotAnExport(f"{describe(root)} We read exports of {SUPPORTED}.")


def describe(root: Any) -> str:
    """Say in a sentence what was found; keys are named, values never."""
    if isinstance(root, list):
        record = next((each for each in root if each is not None), None)
        if not isinstance(record, dict):
            return "The file holds a list, but not of conversations."
        return f"The file holds a list of objects with {_named(record)}."
    if isinstance(root, dict):
        return f"The file holds an object with {_named(root)}."
    return "The file holds neither a list nor an object."


def _named(record: dict[str, Any]) -> str:
    names = [re.sub(r"\W", "", key)[:40] for key in list(record)[:6]]
    return f"the keys {', '.join(names)}" if names else "no keys"


def _strings(root: Any) -> Iterator[str]:
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
