"""The content and metadata of each kind of message, as JSON text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imports.synthetic import blobs
from imports.synthetic.declarations import Declarations
from imports.synthetic.prose import Voice, code_blocks, escaped, log_normal
from imports.synthetic.turns import Node

_CITED = ("\ue200cite\ue202turn0search0\ue201", "\ue200cite\ue202turn0search2\ue201")
_MARKS = tuple(escaped(mark) for mark in _CITED)
_PASTED_SHARE = 0.015
_FINISHED = '"finish_details": {"type": "stop", "stop_tokens": [200002]}, '

Body = tuple[str, str]


@dataclass(slots=True)
class Author:
    """Who writes one conversation: its voice, its model, what is declared by then."""

    voice: Voice
    model: str
    declarations: Declarations
    has_asked: bool = False

    def body(self, node: Node) -> Body:
        """Return content and metadata members of a node, both as JSON."""
        return _BODIES[node.kind](self, node)

    def request(self) -> str:
        """Return the metadata members that tell one request from another."""
        digits = f"{self.voice.rng.getrandbits(64):016x}"
        return f'"request_id": "{digits}-AMS", "timestamp_": "absolute"'

    def said(self, node: Node) -> str:
        """Return the words of a user, planted or made up."""
        if node.text is not None:
            self.has_asked = True
            return escaped(node.text)
        rng = self.voice.rng
        if rng.random() < _PASTED_SHARE:
            return self.voice.pasted(log_normal(rng, 5000, 1.0))
        length = log_normal(rng, 110, 1.35)
        if self.has_asked:
            return self.voice.follow_up(length)
        self.has_asked = True
        return self.voice.opening(length)

    def finished(self) -> str:
        """Return the usual metadata members of an assistant message."""
        return (
            f'{_FINISHED}"is_complete": true, "model_slug": "{self.model}", '
            f'"default_model_slug": "auto", "message_type": "next", {self.request()}'
        )


def _text(words: str) -> str:
    return f'{{"content_type": "text", "parts": ["{words}"]}}'


def _user(author: Author, node: Node) -> Body:
    words = author.said(node)
    voice_mode = '"voice_mode_message": false, "serialization_metadata": '
    metadata = f'{author.request()}, {voice_mode}{{"custom_symbol_offsets": []}}'
    if len(words) > 3500 and node.text is None:
        paste = f'{{"id": "file-{node.id[:8]}", "name": "Pasted text.txt", '
        size = f'"size": {len(words)}, "mime_type": "text/plain", '
        metadata += f', "attachments": [{paste}{size}"is_big_paste": true}}]'
    return _text(words), metadata


def _user_image(author: Author, node: Node) -> Body:
    pointer = author.declarations.asset(author.voice.rng)
    image = (
        f'{{"content_type": "image_asset_pointer", "asset_pointer": "{pointer}", '
        '"size_bytes": 184320, "width": 1024, "height": 768, "fovea": null, '
        '"metadata": {"dalle": null, "gizmo": null, "sanitized": true}}'
    )
    parts = f'"parts": [{image}, "{author.said(node)}"]'
    return f'{{"content_type": "multimodal_text", {parts}}}', author.request()


def _user_voice(author: Author, node: Node) -> Body:
    said = (
        '{"content_type": "audio_transcription", '
        f'"text": "{author.said(node)}", "direction": "in", "decoding_id": null}}'
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
    return _text(words), f'{author.finished()}, "citations": []'


def _answer_cited(author: Author, node: Node) -> Body:
    rng = author.voice.rng
    words = author.voice.answer(log_normal(rng, 1000, 0.8))
    first, second = _MARKS
    found = rng.choice(blobs.searched())
    return _text(f"{words} {first} {second}"), f"{author.finished()}, {found}"


def _empty(author: Author, node: Node) -> Body:
    return _text(""), author.finished()


def _system(author: Author, node: Node) -> Body:
    return _text(""), ""


def _system_note(author: Author, node: Node) -> Body:
    words = "The user's settings have changed. Knowledge cutoff: 2024-06."
    return _text(words), '"is_user_system_message": false'


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


def _code(language: str, text: str) -> str:
    named = f'"language": "{language}", "response_format_name": null'
    return f'{{"content_type": "code", {named}, "text": "{text}"}}'


def _python_call(author: Author, node: Node) -> Body:
    return _code("python", author.voice.rng.choice(code_blocks())), author.finished()


def _python_result(author: Author, node: Node) -> Body:
    rng = author.voice.rng
    text = "\\n".join(f"{n} {rng.random():.4f}" for n in range(rng.randrange(1, 25)))
    run = f'"status": "success", "run_id": "{node.id}", "code": "", "messages": []'
    content = f'{{"content_type": "execution_output", "text": "{text}"}}'
    return content, f'"aggregate_result": {{{run}, "jupyter_messages": []}}'


def _python_error(author: Author, node: Node) -> Body:
    error = '"name": "AceInternalException", "text": "Encountered exception"'
    return f'{{"content_type": "system_error", {error}}}', author.request()


def _browse_call(author: Author, node: Node) -> Body:
    words = f'search(\\"{author.voice.title()}\\")'
    return _code("unknown", words), author.finished()


def _browse_result(author: Author, node: Node) -> Body:
    result, metadata = author.voice.rng.choice(blobs.browsing())
    shown = f'"result": "{result}", "summary": null, "assets": null, "tether_id": null'
    return f'{{"content_type": "tether_browsing_display", {shown}}}', metadata


def _quote(author: Author, node: Node) -> Body:
    text, metadata = author.voice.rng.choice(blobs.quotes())
    if node.text is not None:
        text = escaped(node.text)
    file = f"file-{node.id.replace('-', '')[:22]}"
    where = f'"url": "file-id://{file}", "domain": "handbook.pdf", "tether_id": null'
    content = f'{{"content_type": "tether_quote", {where}, "title": "handbook.pdf", '
    return f'{content}"text": "{text}"}}', metadata


def _files_call(author: Author, node: Node) -> Body:
    words = f'{{\\"queries\\":[\\"{author.voice.subject}\\"]}}'
    return _text(words), author.finished()


def _web_call(author: Author, node: Node) -> Body:
    return _text(f'search(\\"{author.voice.subject}\\")'), author.finished()


def _web_result(author: Author, node: Node) -> Body:
    return _text(""), author.voice.rng.choice(blobs.results())


def _memory_call(author: Author, node: Node) -> Body:
    words = node.text
    if words is None:
        words = author.declarations.memory(author.voice.rng)
    return _text(escaped(words)), author.finished()


def _memory_result(author: Author, node: Node) -> Body:
    return _text("Model set context updated."), author.request()


def _canvas_call(author: Author, node: Node) -> Body:
    title = escaped(author.voice.title())
    document = escaped(author.voice.answer(1500))
    named = f'{{\\"name\\": \\"{title}\\", \\"type\\": \\"document\\", '
    return _text(f'{named}\\"content\\": \\"{document}\\"}}'), author.finished()


def _canvas_result(author: Author, node: Node) -> Body:
    canvas = f'"textdoc_id": "{node.id.replace("-", "")}", "version": 1'
    words = "Successfully created text document."
    return _text(words), f'"canvas": {{{canvas}, "textdoc_type": "document"}}'


def _image_call(author: Author, node: Node) -> Body:
    words = f'{{\\"size\\":\\"1024x1024\\",\\"prompt\\":\\"{author.voice.subject}\\"}}'
    return _text(words), author.finished()


def _image_result(author: Author, node: Node) -> Body:
    pointer = f"sediment://file_{node.id.replace('-', '')}"
    dalle = f'"gen_id": "{node.id[:16]}", "prompt": "{author.voice.subject}"'
    image = (
        f'{{"content_type": "image_asset_pointer", "asset_pointer": "{pointer}", '
        '"size_bytes": 265904, "width": 1024, "height": 1024, "fovea": 512, '
        f'"metadata": {{"dalle": {{{dalle}, "seed": 7}}, "sanitized": false}}}}'
    )
    content = f'{{"content_type": "multimodal_text", "parts": [{image}]}}'
    return content, author.request()


_BODIES: dict[str, Callable[[Author, Node], Body]] = {
    "system": _system,
    "system_note": _system_note,
    "instructions": _instructions,
    "saved_memories": _saved_memories,
    "user": _user,
    "user_image": _user_image,
    "user_voice": _user_voice,
    "empty": _empty,
    "answer": _answer,
    "answer_cited": _answer_cited,
    "thoughts": _thoughts,
    "recap": _recap,
    "python_call": _python_call,
    "python_result": _python_result,
    "python_error": _python_error,
    "browse_call": _browse_call,
    "browse_result": _browse_result,
    "quote": _quote,
    "quote_hidden": _quote,
    "files_call": _files_call,
    "web_call": _web_call,
    "web_result": _web_result,
    "memory_call": _memory_call,
    "memory_result": _memory_result,
    "canvas_call": _canvas_call,
    "canvas_result": _canvas_result,
    "image_call": _image_call,
    "image_result": _image_result,
}
