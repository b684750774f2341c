"""The fields of a ChatGPT conversation that are read; everything else is passed over."""

from __future__ import annotations

from typing import Any

import msgspec

Time = float | str | None


class Wire(msgspec.Struct, gc=False):
    """A part of the export as it stands in the file."""


class AuthorMetadata(Wire):
    real_author: str | None = None


class Author(Wire):
    role: str | None = None
    name: str | None = None
    metadata: AuthorMetadata | None = None


class Thought(Wire):
    summary: str | None = None


class Screen(Wire):
    title: str | None = None
    url: str | None = None


class Content(Wire):
    """All content types side by side; which fields count depends on the type."""

    content_type: str | None = None
    # Whatever JSON can hold; named, it is decoded faster than Any.
    parts: list[str | dict[str, Any] | list[Any] | int | float | bool | None] | None = None
    text: str | None = None
    result: str | None = None
    summary: str | None = None
    content: str | None = None
    output_str: str | None = None
    title: str | None = None
    name: str | None = None
    thoughts: list[Thought] | None = None
    user_profile: str | None = None
    user_instructions: str | None = None
    model_set_context: str | None = None
    state: Screen | None = None
    widgets: dict[str, Any] | None = None
    context_parts: list[Any] | None = None
    blocks: list[Any] | None = None


class Attachment(Wire):
    id: str | None = None
    name: str | None = None
    is_big_paste: bool | None = None


class ContextData(Wire):
    about_user_message: str | None = None
    about_model_message: str | None = None


class Metadata(Wire):
    is_visually_hidden_from_conversation: bool | None = None
    model_slug: str | None = None
    attachments: list[Attachment] | None = None
    user_context_message_data: ContextData | None = None
    finished_text: str | None = None
    dictation: Any = None
    voice_mode_message: bool | None = None


class Message(Wire):
    author: Author | None = None
    role: str | None = None
    create_time: Time = None
    content: Content | None = None
    weight: float | None = None
    metadata: Metadata | None = None
    recipient: str | None = None
    channel: str | None = None


class Node(Message):
    """A node; in the legacy flat shape it is the message itself."""

    message: Message | None = None
    parent: str | None = None
    # Left as it stands: it is asked only where the parents leave a question open.
    children: msgspec.Raw = msgspec.Raw()


class Conversation(Wire):
    mapping: dict[str, Node | None] | None = None
    id: str | None = None
    conversation_id: str | None = None
    title: str | None = None
    create_time: Time = None
    update_time: Time = None
    current_node: str | None = None
    default_model_slug: str | None = None
    gizmo_id: str | None = None
    gizmo_type: str | None = None
    is_do_not_remember: bool | None = None
    is_temporary: bool | None = None
    is_temporary_chat: bool | None = None
