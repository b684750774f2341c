"""What goes to tools and comes back: content and metadata of tool traffic, as JSON.

Each function returns the content object, and the members of the metadata object.
"""

from __future__ import annotations

from collections.abc import Callable

from imports.synthetic import blobs
from imports.synthetic.author import Author, code_content, text_content
from imports.synthetic.messages import Body
from imports.synthetic.prose import code_blocks, escaped
from imports.synthetic.turns import Node


def _python_call(author: Author, node: Node) -> Body:
    return code_content("python", author.voice.rng.choice(code_blocks())), author.finished()


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
    return code_content("unknown", words), author.finished()


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
    return text_content(words), author.finished()


def _web_call(author: Author, node: Node) -> Body:
    return text_content(f'search(\\"{author.voice.subject}\\")'), author.finished()


def _web_result(author: Author, node: Node) -> Body:
    return text_content(""), author.voice.rng.choice(blobs.results())


def _memory_call(author: Author, node: Node) -> Body:
    words = node.text
    if words is None:
        words = author.declarations.memory(author.voice.rng)
    return text_content(escaped(words)), author.finished()


def _memory_result(author: Author, node: Node) -> Body:
    return text_content("Model set context updated."), author.request()


def _canvas_call(author: Author, node: Node) -> Body:
    title = escaped(author.voice.title())
    document = escaped(author.voice.answer(1500))
    named = f'{{\\"name\\": \\"{title}\\", \\"type\\": \\"document\\", '
    return text_content(f'{named}\\"content\\": \\"{document}\\"}}'), author.finished()


def _canvas_result(author: Author, node: Node) -> Body:
    canvas = f'"textdoc_id": "{node.id.replace("-", "")}", "version": 1'
    words = "Successfully created text document."
    return text_content(words), f'"canvas": {{{canvas}, "textdoc_type": "document"}}'


def _image_call(author: Author, node: Node) -> Body:
    words = f'{{\\"size\\":\\"1024x1024\\",\\"prompt\\":\\"{author.voice.subject}\\"}}'
    return text_content(words), author.finished()


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


def _connector_call(author: Author, node: Node) -> Body:
    return text_content(f'{{\\"query\\":\\"{author.voice.subject}\\"}}'), author.finished()


def _connector_result(author: Author, node: Node) -> Body:
    shown = '"display_title": "Drive", "display_url": "https://drive.example.com"'
    found = author.voice.answer(600)
    source = f'"metadata": {{"connector_id": null, "connector_source": null, {shown}}}'
    output = f'"output_str": "{found}", {source}, "tether_id": null'
    return f'{{"content_type": "citable_code_output", {output}}}', author.request()


def _computer_result(author: Author, node: Node) -> Body:
    shown = '"url": "https://www.example.com/", "title": "Example", "dom": null'
    state = f'"state": {{"type": "browser_state", "id": "{node.id}", {shown}}}'
    output = f'"computer_id": "0", "screenshot": null, {state}, "is_ephemeral": false'
    return f'{{"content_type": "computer_output", {output}, "text": ""}}', author.request()


TOOL_BODIES: dict[str, Callable[[Author, Node], Body]] = {
    "python_call": _python_call,
    "python_result": _python_result,
    "python_error": _python_error,
    "browse_call": _browse_call,
    "browse_result": _browse_result,
    "quote": _quote,
    "files_call": _files_call,
    "web_call": _web_call,
    "web_result": _web_result,
    "memory_call": _memory_call,
    "memory_result": _memory_result,
    "canvas_call": _canvas_call,
    "canvas_result": _canvas_result,
    "image_call": _image_call,
    "image_result": _image_result,
    "quote_hidden": _quote,
    "connector_call": _connector_call,
    "connector_result": _connector_result,
    "computer_result": _computer_result,
}
