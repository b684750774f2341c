"""Turn the content of a ChatGPT message into text, or deliberately into none.

text, multimodal_text          the string parts, transcripts, [image: name]
code                           the code, or metadata.finished_text
execution_output               what the program printed
tether_quote                   the quoted document
tether_browsing_display        the result, else its summary
sonic_webpage                  title and text of the page
system_error                   name: text
thoughts                       the summaries
reasoning_recap                nothing
user_editable_context          the person's custom instructions
model_editable_context         the saved memories as they were then
computer_output                title and address of the page on the screen
citable_code_output            what the tool printed
super_widget                   the titles of its links
app_pairing_content            what the other program showed
anything else                  the first text found in it, and it is counted
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from imports.formats.chatgpt.wire import Attachment, Content, Message

_FENCE = re.compile(r"```(?:\w*\n)?(.*?)```", re.DOTALL)
_ODD_IN_NAMES = re.compile(r"[^\w.:-]", re.ASCII)
_ASSET_ID = re.compile(r"file[-_][A-Za-z0-9]+")
_SILENT_PARTS = {
    "audio_asset_pointer",
    "real_time_user_audio_video_asset_pointer",
    "video_container_asset_pointer",
    "search_result",
    "search_result_group",
}


class Rendered(msgspec.Struct, frozen=True, gc=False):
    """The text of a message and what was odd or telling about how it came about."""

    text: str
    oddities: tuple[str, ...] = ()
    is_voice: bool = False


_EMPTY = Rendered("")


def render(message: Message) -> Rendered:
    """Give the text of a message."""
    content, metadata = message.content, message.metadata
    if content is None:
        return _EMPTY
    kind, parts = content.content_type or "text", content.parts
    # Nine of ten messages are one string.
    is_plain = kind == "text" and (metadata is None or not metadata.attachments)
    if is_plain and parts and len(parts) == 1 and type(parts[0]) is str:
        return Rendered(parts[0])
    if kind == "text" or kind == "multimodal_text":
        return _render_parts(content, message)
    if renderer := _RENDERERS.get(kind):
        return Rendered(renderer(content, message))
    return Rendered(_anything(content, message), (f"unknown_content_type:{_tag(kind)}",))


def _render_parts(content: Content, message: Message) -> Rendered:
    parts, metadata = content.parts, message.metadata
    attachments = (metadata and metadata.attachments) or ()
    if parts is None:
        return Rendered(_with_files(content.text or "", attachments))
    names = {each.id: each.name for each in attachments if each.id and each.name}
    texts, oddities, shown, is_voice = [], [], set(), False
    for part in parts:
        match part:
            case str():
                texts.append(part)
            case {"content_type": "image_asset_pointer", **image}:
                asset_id = _asset_id(image.get("asset_pointer"))
                shown.add(asset_id)
                texts.append(placeholder("image", names.get(asset_id)))
            case {"content_type": "audio_transcription", "text": str(text)}:
                texts.append(text)
                is_voice = True
            case {"content_type": "app_pairing_content", "context_parts": list(inner)}:
                texts.extend(_texts_in(inner))
            case {"content_type": str(name)} | {"type": str(name)} if name in _SILENT_PARTS:
                pass
            case {"text": str(text)}:
                texts.append(text)
            case None:
                pass
            case _:
                oddities.append(f"unknown_part:{_name_of(part)}")
    text = "\n".join(filter(None, texts))
    files = [each for each in attachments if each.id not in shown]
    return Rendered(_with_files(text, files), tuple(oddities), is_voice)


def placeholder(kind: str, name: str | None) -> str:
    """Stand in for something that is no text."""
    return f"[{kind}: {name[:200]}]" if name else f"[{kind}]"


def _with_files(text: str, attachments: Iterable[Attachment]) -> str:
    files = [placeholder("file", each.name) for each in attachments if each.name]
    return "\n".join(filter(None, [text, *files]))


def _asset_id(pointer: Any) -> str:
    name = pointer.rpartition("://")[2] if isinstance(pointer, str) else ""
    found = _ASSET_ID.match(name)
    return found[0] if found else ""


def _name_of(part: Any) -> str:
    if isinstance(part, dict):
        name = part.get("content_type") or part.get("type") or "object"
        return _tag(str(name))
    return type(part).__name__


def _tag(name: str) -> str:
    """Make a name fit to count by."""
    return _ODD_IN_NAMES.sub("", name)[:80]


def _texts_in(items: Iterable[Any]) -> list[str]:
    texts = (each.get("text") for each in items if isinstance(each, dict))
    return [text for text in texts if isinstance(text, str) and text]


def _code(content: Content, message: Message) -> str:
    finished = message.metadata and message.metadata.finished_text
    return content.text or _string_parts(content) or finished or ""


def _thoughts(content: Content, message: Message) -> str:
    summaries = [each.summary for each in content.thoughts or ()]
    return "\n".join(filter(None, summaries)) or _string_parts(content)


def _custom_instructions(content: Content, message: Message) -> str:
    data = message.metadata and message.metadata.user_context_message_data
    if data:
        told = [data.about_user_message, data.about_model_message]
        if any(told):
            return "\n\n".join(filter(None, told))
    fields = [content.user_profile, content.user_instructions]
    return "\n\n".join(_unfenced(field) for field in fields if field)


def _unfenced(field: str) -> str:
    """The words of the person stand in a fence, amid sentences that are always the same."""
    fence = _FENCE.search(field)
    return (fence[1] if fence else field).strip()


def _screen(content: Content, message: Message) -> str:
    state = content.state
    seen = [state.title, state.url] if state else []
    return "\n".join(filter(None, seen)) or content.text or ""


def _links(content: Content, message: Message) -> str:
    links = (content.widgets or {}).get("navlinks")
    titles = [
        each.get("title")
        for each in (links if isinstance(links, list) else ())
        if isinstance(each, dict)
    ]
    return "\n".join(title for title in titles if isinstance(title, str))


def _anything(content: Content, message: Message) -> str:
    return (
        _string_parts(content)
        or content.text
        or content.result
        or content.content
        or content.output_str
        or content.summary
        or "\n".join(_texts_in(content.blocks or ()))
    )


def _string_parts(content: Content) -> str:
    return "\n".join(part for part in content.parts or () if isinstance(part, str))


def _joined(*values: str | None, separator: str = "\n") -> str:
    return separator.join(filter(None, values))


_Renderer = Callable[[Content, Message], str]
_RENDERERS: dict[str, _Renderer] = {
    "code": _code,
    "execution_output": lambda c, m: c.text or "",
    "tether_quote": lambda c, m: c.text or "",
    "tether_browsing_display": lambda c, m: c.result or c.summary or "",
    "tether_browsing_code": lambda c, m: _anything(c, m),
    "sonic_webpage": lambda c, m: _joined(c.title, c.text),
    "system_error": lambda c, m: _joined(c.name, c.text, separator=": "),
    "thoughts": _thoughts,
    "reasoning_recap": lambda c, m: "",
    "user_editable_context": _custom_instructions,
    "model_editable_context": lambda c, m: c.model_set_context or "",
    "computer_output": _screen,
    "citable_code_output": lambda c, m: c.output_str or "",
    "super_widget": _links,
    "app_pairing_content": lambda c, m: "\n".join(_texts_in(c.context_parts or ())),
}
