"""What people and assistants say: content and metadata of chat messages, as JSON.

Each function returns the content object, and the members of the metadata object.
"""

from __future__ import annotations

from collections.abc import Callable

from imports.synthetic import blobs
from imports.synthetic.author import Author, text_content
from imports.synthetic.prose import escaped, log_normal
from imports.synthetic.turns import Node

_CITED = ("\ue200cite\ue202turn0search0\ue201", "\ue200cite\ue202turn0search2\ue201")
_MARKS = tuple(escaped(mark) for mark in _CITED)
_BARE_SHARE = 0.25

Body = tuple[str, str]


def _user(author: Author, node: Node) -> Body:
    words = author.said(node.text)
    if author.is_recent and author.voice.rng.random() < _BARE_SHARE:
        return text_content(words), ""
    voice_mode = '"voice_mode_message": false, "serialization_metadata": '
    metadata = f'{author.request()}, {voice_mode}{{"custom_symbol_offsets": []}}'
    if len(words) > 3500 and node.text is None:
        paste = f'{{"id": "file-{node.id[:8]}", "name": "Pasted text.txt", '
        size = f'"size": {len(words)}, "mime_type": "text/plain", '
        metadata += f', "attachments": [{paste}{size}"is_big_paste": true}}]'
    return text_content(words), metadata


def _user_image(author: Author, node: Node) -> Body:
    pointer = author.declarations.asset(author.voice.rng)
    image = (
        f'{{"content_type": "image_asset_pointer", "asset_pointer": "{pointer}", '
        '"size_bytes": 184320, "width": 1024, "height": 768, "fovea": null, '
        '"metadata": {"dalle": null, "gizmo": null, "sanitized": true}}'
    )
    parts = f'"parts": [{image}, "{author.said(node.text)}"]'
    return f'{{"content_type": "multimodal_text", {parts}}}', author.request()


def _user_voice(author: Author, node: Node) -> Body:
    said = (
        '{"content_type": "audio_transcription", '
        f'"text": "{author.said(node.text)}", "direction": "in", "decoding_id": null}}'
    )
    audio = (
        '{"content_type": "audio_asset_pointer", '
        f'"asset_pointer": "sediment://file_{node.id.replace("-", "")}", '
        '"size_bytes": 96044, "format": "wav", "metadata": {"start": 0.0, "end": 2.1}}'
    )
    content = f'{{"content_type": "multimodal_text", "parts": [{said}, {audio}]}}'
    return content, f'"voice_mode_message": true, {author.request()}'


def _answer(author: Author, node: Node) -> Body:
    length = log_normal(author.voice.rng, 850, 1.0)
    words = author.voice.answer(length)
    if node.text is not None:
        words = f"{escaped(node.text)}\\n\\n{words}"
    return text_content(words), f'{author.finished()}, "citations": []'


def _answer_cited(author: Author, node: Node) -> Body:
    rng = author.voice.rng
    words = author.voice.answer(log_normal(rng, 1000, 0.8))
    first, second = _MARKS
    found = rng.choice(blobs.searched())
    return text_content(f"{words} {first} {second}"), f"{author.finished()}, {found}"


def _empty(author: Author, node: Node) -> Body:
    return text_content(""), author.finished()


def _system(author: Author, node: Node) -> Body:
    return text_content(""), ""


def _system_note(author: Author, node: Node) -> Body:
    words = "The user's settings have changed. Knowledge cutoff: 2024-06."
    return text_content(words), '"is_user_system_message": false'


def _instructions(author: Author, node: Node) -> Body:
    return author.declarations.instructions


def _saved_memories(author: Author, node: Node) -> Body:
    return author.declarations.saved_memories, ""


def _thoughts(author: Author, node: Node) -> Body:
    rng = author.voice.rng
    thoughts = ", ".join(
        f'{{"summary": "Looking at {author.voice.subject}", "content": '
        f'"{author.voice.answer(300)}", "chunks": [], "finished": true}}'
        for _ in range(rng.randrange(1, 4))
    )
    source = f'"source_analysis_msg_id": "{node.id}"'
    content = f'{{"content_type": "thoughts", "thoughts": [{thoughts}], {source}}}'
    return content, f'{author.finished()}, "reasoning_status": "is_reasoning"'


def _recap(author: Author, node: Node) -> Body:
    seconds = author.voice.rng.randrange(3, 70)
    recap = f'"content": "Thought for {seconds}s"'
    content = f'{{"content_type": "reasoning_recap", {recap}}}'
    return content, f'{author.finished()}, "finished_duration_sec": {seconds}'


CHAT_BODIES: dict[str, Callable[[Author, Node], Body]] = {
    "user": _user,
    "user_image": _user_image,
    "user_voice": _user_voice,
    "answer": _answer,
    "answer_cited": _answer_cited,
    "empty": _empty,
    "system": _system,
    "system_note": _system_note,
    "instructions": _instructions,
    "saved_memories": _saved_memories,
    "thoughts": _thoughts,
    "recap": _recap,
}
