"""What a ChatGPT message is for, and how the text of the person came about."""

from __future__ import annotations

from functools import lru_cache

from imports.formats.chatgpt.content import Rendered
from imports.formats.chatgpt.wire import Message
from imports.formats.origins import origin_of_text
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
_LONG_MARKS = 400  # of characters: what is longer was made up, and is not kept in memory
_UNKNOWN_TYPE = "unknown_content_type:"


def judge(message: Message) -> tuple[str, MessageKind | None]:
    """Tell who speaks, "unknown" for roles we have never seen, and the class of the message.

    None where only its text can tell the class: see ``kind_of_text``.
    """
    content, author, metadata = message.content, message.author, message.metadata
    role = (author and author.role) or message.role or ""
    real_author = author.metadata.real_author if author and author.metadata else None
    content_type = (content and content.content_type) or "text"
    recipient, channel = message.recipient or "all", message.channel or ""
    is_known = len(role) + len(content_type) + len(recipient) + len(channel) < _LONG_MARKS
    return (_judged if is_known else _judged.__wrapped__)(
        role,
        content_type,
        recipient,
        channel,
        bool(real_author and real_author.startswith("tool:")),
        message.weight == 0
        or bool(metadata and metadata.is_visually_hidden_from_conversation),
    )


@lru_cache(maxsize=4_096)
def _judged(
    said_by: str,
    content_type: str,
    recipient: str,
    channel: str,
    is_by_tool: bool,
    is_hidden: bool,
) -> tuple[str, MessageKind | None]:
    role = _ROLES.get(said_by) or _ROLES.get(said_by.lower(), "unknown")
    return role, _kind_by_marks(
        role, content_type, recipient, channel, is_by_tool, is_hidden
    )


def _kind_by_marks(
    role: str,
    content_type: str,
    recipient: str,
    channel: str,
    is_by_tool: bool,
    is_hidden: bool,
) -> MessageKind | None:
    """Give the class by the first rule that fits."""
    if content_type in _CONTEXT:
        return MessageKind.CONTEXT
    if recipient == "bio":
        return MessageKind.MEMORY_WRITE
    if recipient != "all" and (role == "assistant" or content_type == "code"):
        return MessageKind.TOOL_CALL
    if role == "tool":
        return MessageKind.TOOL_RESULT
    if content_type in _REASONING or channel == "analysis":
        return MessageKind.REASONING
    # Before ``hidden``: what another program showed is always hidden as well.
    if content_type == "app_pairing_content" or (is_by_tool and role == "user"):
        return MessageKind.APP_CONTEXT
    if is_hidden or role == "system":
        return MessageKind.HIDDEN
    return MessageKind.COMMENTARY if channel == "commentary" else None


def plain_text(message: Message) -> tuple[str, str] | None:
    """Give role and text of what the person or the assistant says to the other as usual.

    None where anything about the message could make it something else: then ``judge`` and
    ``render`` are to be asked.
    """
    author, content, metadata = message.author, message.content, message.metadata
    if author is None or content is None or metadata is None:
        return None
    role, parts = author.role, content.parts
    if (
        (role != "assistant" and role != "user")
        or content.content_type != "text"
        or message.recipient != "all"
        or (message.channel is not None and message.channel != "final")
        or message.weight == 0
        or metadata.is_visually_hidden_from_conversation
        or metadata.attachments
        or metadata.dictation
        or metadata.voice_mode_message
        or (author.metadata is not None and author.metadata.real_author is not None)
        or parts is None
        or len(parts) != 1
    ):
        return None
    text = parts[0]
    if type(text) is not str or not text or text.isspace():
        return None
    return role, text


def kind_of_text(rendered: Rendered) -> MessageKind:
    """Give the class of a message by what it says."""
    if rendered.is_voice:
        return MessageKind.VOICE
    if rendered.oddities and rendered.oddities[0].startswith(_UNKNOWN_TYPE):
        return MessageKind.UNKNOWN
    text = rendered.text
    return MessageKind.VISIBLE if text and not text.isspace() else MessageKind.HIDDEN


def origin_of(message: Message, rendered: Rendered) -> str:
    """Tell whether the person typed, dictated, pasted or quoted this text."""
    metadata = message.metadata
    # Early voice mode left nothing but the text.
    if rendered.is_voice or (
        metadata and (metadata.dictation or metadata.voice_mode_message)
    ):
        return "dictated"
    attachments = (metadata and metadata.attachments) or ()
    if any(each.is_big_paste for each in attachments):
        return "pasted"
    return origin_of_text(rendered.text)
