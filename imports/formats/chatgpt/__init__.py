"""What a ChatGPT export means: its wire shape, its tree of messages, its content types."""

from imports.formats.chatgpt.reading import read_conversation

__all__ = ["read_conversation"]
