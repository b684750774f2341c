"""What a ChatGPT message is for, and how the text of the person came about."""

from __future__ import annotations

import re

from imports.formats.chatgpt.content import Rendered
from imports.formats.chatgpt.wire import Message
from imports.formats.records import MessageKind

_ROLES = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}
_CONTEXT = {"user_editable_context", "model_editable_context"}
_REASONING = {"thoughts", "reasoning_recap"}
_KNOWN_LAST = "unknown_content_type:"
_PASTE_CHARS = 2_000
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def role_of(message: Message) -> str:
    """Give who speaks, "unknown" for roles we have never seen."""
    role = message.author.role if message.author else None
    return _ROLES.get((role or message.role or "").lower(), "unknown")


def kind_of(message: Message, *, role: str, rendered: Rendered) -> MessageKind:
    """Sort a message into its class: the first rule that fits."""
    content_type = (message.content and message.content.content_type) or "text"
    recipient = message.recipient or "all"
    if content_type in _CONTEXT:
        return MessageKind.CONTEXT
    if recipient == "bio":
        return MessageKind.MEMORY_WRITE
    if recipient != "all" and (role == "assistant" or content_type == "code"):
        return MessageKind.TOOL_CALL
    if role == "tool":
        return MessageKind.TOOL_RESULT
    if content_type in _REASONING or message.channel == "analysis":
        return MessageKind.REASONING
    # Before ``hidden``: what another program showed is always hidden as well.
    if content_type == "app_pairing_content" or _is_by_tool(message, role):
        return MessageKind.APP_CONTEXT
    if _is_hidden(message, role):
        return MessageKind.HIDDEN
    if message.channel == "commentary":
        return MessageKind.COMMENTARY
    return _shown_kind(rendered)


def _shown_kind(rendered: Rendered) -> MessageKind:
    if rendered.is_voice:
        return MessageKind.VOICE
    if any(oddity.startswith(_KNOWN_LAST) for oddity in rendered.oddities):
        return MessageKind.UNKNOWN
    return MessageKind.VISIBLE if rendered.text.strip() else MessageKind.HIDDEN


def _is_by_tool(message: Message, role: str) -> bool:
    metadata = message.author.metadata if message.author else None
    real_author = (metadata and metadata.real_author) or ""
    return role == "user" and real_author.startswith("tool:")


def _is_hidden(message: Message, role: str) -> bool:
    metadata = message.metadata
    return (
        role == "system"
        or message.weight == 0
        or bool(metadata and metadata.is_visually_hidden_from_conversation)
    )


def origin_of(message: Message, rendered: Rendered) -> str:
    """Tell whether the person typed, dictated, pasted or quoted this text."""
    metadata = message.metadata
    if rendered.is_voice or (metadata and metadata.dictation):
        return "dictated"
    attachments = (metadata and metadata.attachments) or ()
    if any(each.is_big_paste for each in attachments):
        return "pasted"
    return origin_of_text(rendered.text)


def origin_of_text(text: str) -> str:
    """Judge by the text alone: long or fenced means pasted, all ``>`` means quoted."""
    if "```" in text and 2 * sum(map(len, _FENCED.findall(text))) > len(text):
        return "pasted"
    if len(text) > _PASTE_CHARS and text.count("?") * 500 < len(text):
        return "pasted"
    if text.startswith(">"):
        lines = [line for line in text.splitlines() if line.strip()]
        if 2 * sum(line.startswith(">") for line in lines) > len(lines):
            return "quoted"
    return "typed"
