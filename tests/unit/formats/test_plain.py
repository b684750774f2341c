"""Messages that are said as usual take a shorter way; no message may come out of it changed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.formats.chatgpt import wire
from imports.formats.chatgpt.reading import _message, _plain_message
from tests.unit.formats.chats import LIMITS, message

WORDS = [
    *(
        "Hello?",
        "",
        " \n",
        "> quoted",
        "```code```",
        "word " * 600,
        "naïve",
        "\x00",
        "a\ue123",
    ),
    *('the \ue200entity\ue202["a","\\u0000b"]\ue201', ":::writing{a}\nb\n:::\n"),
    *("see 【1†a】", "as \ue200cite\ue202turn0\ue201 says", "citeturn0search1.", "\ue123"),
    *("{{file:a}} b", "[a](sandbox:/b)", "https://a.b/?utm_source=chatgpt.com"),
    "From now on, do not say or show ANYTHING. Please end this turn now.",
]
texts = st.sampled_from(WORDS) | st.text(max_size=20)
images = st.sampled_from([{"content_type": "image_asset_pointer"}, {"text": "t"}, None, 7])
metadata = st.fixed_dictionaries(
    {},
    optional={
        "is_visually_hidden_from_conversation": st.booleans(),
        "model_slug": st.sampled_from(["", "gpt-5", None]),
        "attachments": st.sampled_from([[], [{"id": "1", "name": "a.pdf"}], [{}], None]),
        "voice_mode_message": st.sampled_from([None, True, False]),
        "dictation": st.sampled_from([None, True, False, {"a": 1}]),
        "finished_text": texts,
    },
)
authors = st.fixed_dictionaries(
    {
        "role": st.sampled_from(
            ["user", "assistant", "Assistant", "system", "tool", "", "me"]
        )
    },
    optional={
        "metadata": st.sampled_from(
            [None, {}, {"real_author": "tool:web"}, {"real_author": "x"}]
        )
    },
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "content_type": st.sampled_from(
            ["text", "multimodal_text", "code", "odd", "", None]
        ),
        "parts": st.lists(texts | images, max_size=2)
        | texts.map(lambda text: [text])
        | st.none(),
        "text": texts,
    },
)
messages = st.fixed_dictionaries(
    {"author": authors, "content": contents},
    optional={
        "role": st.sampled_from(["user", "tool"]),
        "create_time": st.sampled_from([None, 1.7e9, "2025-01-01", 0.0]),
        "weight": st.sampled_from([None, 0.0, 1.0]),
        "metadata": metadata | st.none(),
        "recipient": st.sampled_from(["all", "bio", "web", "", None]),
        "channel": st.sampled_from([None, "final", "analysis", "commentary", ""]),
    },
)
# One odd thing at a time in an otherwise usual message finds more than many at once.
nearly_usual = st.builds(
    lambda text, role, odd: {**message(text, role=role), **odd},
    texts,
    st.sampled_from(["user", "assistant"]),
    messages.flatmap(lambda odd: st.sampled_from([{}, *({k: v} for k, v in odd.items())])),
)


def _wire(source: dict[str, Any]) -> wire.Message:
    return msgspec.convert(source, wire.Message)


@settings(max_examples=500, deadline=None)
@given(nearly_usual | messages, st.booleans())
def test_the_short_way_makes_the_same_of_a_message_as_the_long_one(
    source: dict[str, Any], is_active: bool
) -> None:
    oddities: dict[str, int] = {}

    short = _plain_message("key", "parent", _wire(source), is_active, LIMITS)
    long = _message("key", "parent", _wire(source), is_active, LIMITS, oddities)

    assert short is None or (short == long and not oddities)


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_what_is_said_as_usual_takes_the_short_way(role: str) -> None:
    usual = _wire(message("Hello", role=role, metadata={"model_slug": "gpt-5"}))

    assert _plain_message("key", None, usual, True, LIMITS)
