"""Gemini: Takeout's activity, one record per prompt, its conversations, and files of AI Studio.

Old activity knows no conversations: records that follow each other within half an hour are
taken as one. Where records link to their conversation, that tells which of them belong together.
It is known by the time of its oldest prompt, which later exports repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from imports.formats.decoding import Undecodable, clean_text
from imports.formats.failures import ExportFailure
from imports.formats.limits import Limits
from imports.formats.providers.each import skipped
from imports.formats.providers.turns import (
    About,
    Turn,
    chained,
    conversation,
    count_listed,
    decode_object,
    files_of,
    joined,
    object_in,
    objects_in,
    text_in,
    texts_in,
)
from imports.formats.records import Conversation, MessageKind, Position, Record
from imports.formats.slicing import Element
from imports.formats.times import read_time

_GAP = timedelta(minutes=30)
_MAX_RECORDS = 500
_PRODUCT = re.compile(r"gemini|bard", re.IGNORECASE)
_VERB = re.compile(
    r"^(?:Prompted(?: with:)?|Live Prompt|Asked(?: (?:Gemini|Bard):)?|Said|Submitted query"
    r"|(?:Eingegebener )?Prompt\s?:|送信したメッセージ:)\s+"
)
_LINK = re.compile(r"gemini\.google\.com/(?:u/\d{1,3}/)?app/(?:c/)?([\w-]{1,100})")
_ATTACHED = re.compile(r"\s*\bAttached \d{1,4} files?\.?\s*\Z")
_BLOCK_TAG = re.compile(
    r"<(?:p|br|div|li|h[1-6]|tr|pre|[uo]l)\b[^<>]{0,500}>", re.IGNORECASE
)
_TAG = re.compile(r"<[/!a-zA-Z][^<>]{0,500}>")
_MAX_HTML_CHARS = 500_000


def read_activity(
    elements: Iterable[Element], /, *, part: int, limits: Limits
) -> Iterator[Record]:
    """Group the records, which come newest first, into conversations."""
    group: list[dict[str, Any]] = []
    end = 0
    try:
        for element in elements:
            record, reason = _record(element)
            if group and (reason or not _belongs(record, group)):
                yield _grouped(group, Position(part, end))
                group = []
            end = element.end
            if reason:
                yield skipped(reason, position=Position(part, end))
            else:
                group.append(record)
    except ExportFailure:
        if group:
            yield _grouped(group, Position(part, end))
        raise
    if group:
        yield _grouped(group, Position(part, end))


def _record(element: Element) -> tuple[dict[str, Any], str]:
    """Give a record of Gemini's, or the reason why this is none."""
    try:
        record = decode_object(element)
    except Undecodable as error:
        return {}, error.reason
    products = (text_in(record, "header"), *texts_in(record, "products"))
    return record, "" if any(map(_PRODUCT.search, products)) else "not_a_conversation"


def _belongs(record: dict[str, Any], group: list[dict[str, Any]]) -> bool:
    if len(group) >= _MAX_RECORDS:
        return False
    linked = _linked(record)
    others = next(filter(None, map(_linked, group)), "")
    if linked and others:
        return linked == others
    here, there = _time(record), _time(group[-1])
    return here is not None and there is not None and abs(there - here) <= _GAP


def _linked(record: dict[str, Any]) -> str:
    """Name the conversation that a record links to, "" unless it is exactly one."""
    urls = (text_in(each, "url", "name") for each in objects_in(record, "details"))
    found = {match[1] for match in map(_LINK.search, urls) if match}
    return found.pop() if len(found) == 1 else ""


def _seconds(record: dict[str, Any]) -> float:
    moment = _time(record)
    return moment.timestamp() if moment else 0.0


def _time(record: dict[str, Any]) -> datetime | None:
    return read_time(record.get("time"))


def _grouped(group: list[dict[str, Any]], position: Position) -> Conversation:
    # Newest first as Google writes them; tools turn them round.
    records = group[::-1]
    records.sort(key=_seconds)
    turns = [turn for number, each in enumerate(records) for turn in _turns(each, number)]
    about = About(
        source_id=text_in(records[0], "time"), provider="gemini", position=position
    )
    return conversation(about, chained(turns))


def _turns(record: dict[str, Any], number: int) -> list[Turn]:
    """Make the prompt and, where there is one, its reply."""
    title, moment = text_in(record, "title"), _time(record)
    replies = [_plain(text_in(each, "html")) for each in objects_in(record, "safeHtmlItem")]
    is_prompt = bool(_VERB.match(title)) or any(replies)
    files = _files(record)
    text = _VERB.sub("", _ATTACHED.sub("", title) if files else title)
    prompt = Turn(
        id=f"{text_in(record, 'time')}-{number}",
        parent=None,
        role="user",
        text=joined(text, *files),
        created_at=moment,
        kind=MessageKind.VISIBLE if is_prompt else MessageKind.HIDDEN,
    )
    reply = joined(*replies)
    if not reply:
        return [prompt]
    answer = Turn(
        id=f"{prompt.id}-reply",
        parent=None,
        role="assistant",
        text=reply,
        created_at=moment,
    )
    return [prompt, answer]


def _files(record: dict[str, Any]) -> list[str]:
    names = [*texts_in(record, "attachedFiles"), text_in(record, "imageFile")]
    named = [f"[file: {name[:200]}]" for name in dict.fromkeys(filter(None, names))]
    return [*named, *files_of(record, "attachedFiles", "name")]


def _plain(html: str) -> str:
    """Give the text of an HTML fragment, a line per block; linear in whatever it holds."""
    text = _BLOCK_TAG.sub("\n", html[:_MAX_HTML_CHARS])
    text = clean_text(unescape(_TAG.sub("", text)))
    return "\n".join(filter(None, map(str.strip, text.splitlines())))


def read_conversation(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of a file of Workspace's history; it is known by its beginning."""
    source = decode_object(element)
    listed = count_listed(source, "conversation_turns")
    entries = objects_in(source, "conversation_turns")
    turns = [_history_turn(entry, number) for number, entry in enumerate(entries)]
    about = About(
        source_id=text_in(source, "creation_time"),
        provider="gemini",
        position=position,
        title=text_in(source, "title"),
        created_at=read_time(source.get("creation_time")),
        updated_at=read_time(source.get("last_modification_time")),
    )
    return conversation(about, chained(turns), listed=listed)


def _history_turn(entry: dict[str, Any], number: int) -> Turn:
    asked, answered = object_in(entry, "user_turn"), object_in(entry, "system_turn")
    pieces = []
    for piece in objects_in(answered, "text"):
        pieces.append(text_in(piece, "data"))
        pieces += [text_in(card, "content") for card in objects_in(piece, "cards")]
    turn = asked or answered
    is_deleted = bool(text_in(turn, "turn_deleted_time"))
    return Turn(
        id=f"turn-{number}",
        parent=None,
        role="user" if asked else "assistant",
        text=text_in(asked, "prompt") or joined(*pieces),
        created_at=read_time(turn.get("turn_last_modified")),
        kind=MessageKind.HIDDEN if is_deleted else MessageKind.VISIBLE,
    )


def read_studio(element: Element, /, *, position: Position, limits: Limits) -> Conversation:
    """Make a conversation of a file of AI Studio."""
    source = decode_object(element)
    prompt = object_in(source, "chunkedPrompt")
    listed = count_listed(prompt, "chunks")
    chunks = objects_in(prompt, "chunks")
    turns = [_chunk_turn(chunk, number) for number, chunk in enumerate(chunks)]
    instruction = object_in(source, "systemInstruction")
    if told := text_in(instruction, "text") or _parts(instruction):
        kind = MessageKind.CONTEXT
        turns.insert(0, Turn(id="system", parent=None, role="system", text=told, kind=kind))
        listed += 1
    about = About(
        source_id="",
        provider="aistudio",
        position=position,
        model=text_in(object_in(source, "runSettings"), "model"),
    )
    return conversation(about, chained(turns), listed=listed)


def _chunk_turn(chunk: dict[str, Any], number: int) -> Turn:
    text = text_in(chunk, "text") or _parts(chunk)
    kind = MessageKind.REASONING if chunk.get("isThought") is True else MessageKind.VISIBLE
    if code := text_in(object_in(chunk, "executableCode"), "code"):
        text, kind = code, MessageKind.TOOL_CALL
    if output := text_in(object_in(chunk, "codeExecutionResult"), "output"):
        text, kind = output, MessageKind.TOOL_RESULT
    is_user = text_in(chunk, "role").lower() == "user"
    return Turn(
        id=f"chunk-{number}",
        parent=None,
        role="user" if is_user else "assistant",
        text=text,
        created_at=read_time(chunk.get("createTime")),
        kind=kind,
    )


def _parts(holder: dict[str, Any]) -> str:
    parts = objects_in(holder, "parts")
    return "".join(
        text_in(part, "text") for part in parts if part.get("thought") is not True
    )
