"""Which reader reads what ``detection.detect`` names."""

from __future__ import annotations

from imports.formats import chatgpt
from imports.formats.guessing import Decode
from imports.formats.providers import (
    claude,
    deepseek,
    design,
    frontends,
    gemini,
    grok,
    lechat,
)
from imports.formats.providers.each import Beside, Reader, each

READERS: dict[str, Reader] = {
    "chatgpt": each(chatgpt.read_conversation),
    "chatgpt_share": each(chatgpt.read_shared),
    "claude": each(claude.read_conversation),
    "claude_design": each(design.read_design_chat),
    "claude_memory": each(claude.read_memory),
    "claude_project": claude.read_projects,
    "gemini": gemini.read_activity,
    "gemini_history": each(gemini.read_conversation),
    "aistudio": each(gemini.read_studio),
    "grok": each(grok.read_conversation),
    "deepseek": each(deepseek.read_conversation),
    "lechat": lechat.read_messages,
    "openwebui": each(frontends.read_open_webui),
    "librechat": each(frontends.read_librechat),
    "chatbotui": each(frontends.read_chatbot_ui),
}

# What else of the person stands beside the conversations of a file; it is read behind them.
BESIDE = {"grok": Beside(keys=grok.BESIDE, read=grok.read_beside)}

# Whose records end in each other, so that a part is always read from its beginning.
INTERLACED = {"lechat"}

# What ``Element.decoded`` is for a reader that looks at it.
DECODERS: dict[str, Decode] = {"chatgpt": chatgpt.DECODER.decode}
