"""What a ChatGPT export means: its wire shape, its tree of messages, its content types."""

from imports.formats.chatgpt.reading import DECODER, read_conversation
from imports.formats.chatgpt.sharing import read_shared

__all__ = ["DECODER", "read_conversation", "read_shared"]
