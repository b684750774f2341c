"""The kinds of message an export holds, and the fixed part of their JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message: who says it to whom, and whether people see it."""

    role: str
    content_type: str = "text"
    name: str | None = None
    recipient: str = "all"
    weight: float = 1.0
    end_turn: bool | None = None
    is_hidden: bool = False
    is_timed: bool = True

    def author(self) -> str:
        """Return the author object as JSON."""
        name = "null" if self.name is None else f'"{self.name}"'
        return f'{{"role": "{self.role}", "name": {name}, "metadata": {{}}}}'

    def closing(self) -> str:
        """Return what stands between content and metadata, as JSON."""
        ends = {None: "null", True: "true", False: "false"}[self.end_turn]
        status = '"status": "finished_successfully"'
        return f'{status}, "end_turn": {ends}, "weight": {self.weight}, '


def _call(recipient: str, content_type: str = "text") -> Kind:
    return Kind(
        role="assistant",
        content_type=content_type,
        recipient=recipient,
        end_turn=False,
    )


def _tool(name: str, content_type: str = "text", *, is_hidden: bool = False) -> Kind:
    return Kind(role="tool", name=name, content_type=content_type, is_hidden=is_hidden)


KINDS = {
    "system": Kind(role="system", weight=0.0, is_hidden=True, is_timed=False),
    "system_note": Kind(role="system", is_hidden=True),
    "instructions": Kind(
        role="user",
        content_type="user_editable_context",
        is_hidden=True,
        is_timed=False,
    ),
    "saved_memories": Kind(
        role="system",
        content_type="model_editable_context",
        weight=0.0,
        is_hidden=True,
        is_timed=False,
    ),
    "user": Kind(role="user"),
    "user_image": Kind(role="user", content_type="multimodal_text"),
    "user_voice": Kind(role="user", content_type="multimodal_text"),
    "empty": Kind(role="assistant", end_turn=False),
    "answer": Kind(role="assistant", end_turn=True),
    "answer_cited": Kind(role="assistant", end_turn=True),
    "thoughts": Kind(role="assistant", content_type="thoughts", end_turn=False),
    "recap": Kind(role="assistant", content_type="reasoning_recap", end_turn=False),
    "python_call": _call("python", "code"),
    "python_result": _tool("python", "execution_output"),
    "python_error": _tool("python", "system_error"),
    "browse_call": _call("browser", "code"),
    "browse_result": _tool("browser", "tether_browsing_display"),
    "quote": _tool("file_search", "tether_quote"),
    "quote_hidden": _tool("file_search", "tether_quote", is_hidden=True),
    "files_call": _call("file_search.msearch"),
    "web_call": _call("web"),
    "web_result": _tool("web", is_hidden=True),
    "memory_call": _call("bio"),
    "memory_result": _tool("bio"),
    "canvas_call": _call("canmore.create_textdoc"),
    "canvas_result": _tool("canmore.create_textdoc"),
    "connector_call": _call("api_tool.call_tool"),
    "connector_result": _tool("api_tool", "citable_code_output"),
    "computer_result": _tool("computer.do", "computer_output"),
    "image_call": _call("dalle.text2im"),
    "image_result": _tool("dalle.text2im", "multimodal_text"),
}
