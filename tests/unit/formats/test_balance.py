from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.formats import balance
from imports.formats.balance import Balance
from tests.pace import seconds_of

tokens = st.lists(
    st.sampled_from(
        [b"{", b"}", b"[", b"]", b'"', b"\\", b"\\\\", b'\\"', b"a", b", ", b": "]
    ),
    max_size=60,
).map(b"".join)


def end_by_hand(data: bytes) -> int:
    """Find the end one byte after the other, as anybody would write it."""
    depth, in_string, is_escaped = 0, False, False
    for at, byte in enumerate(data):
        if is_escaped:
            is_escaped = False
        elif in_string:
            is_escaped = byte == ord("\\")
            in_string = byte != ord('"')
        elif byte == ord('"'):
            in_string = True
        else:
            depth += (byte in b"{[") - (byte in b"}]")
        if depth <= 0 and not in_string:
            return at + 1
    return -1


def end_in_pieces(data: bytes, size: int) -> int:
    """Feed the data piece by piece."""
    scan = Balance()
    for start in range(0, len(data), size):
        end = scan.feed(data[start : start + size])
        if end >= 0:
            return start + end
    return -1


@pytest.mark.parametrize("walk_bytes", [0, 1, 5, 1 << 12])
@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"{", b"[", b'"']), tokens, st.integers(1, 70))
def test_a_value_ends_where_one_finds_it_by_hand(
    walk_bytes: int, first: bytes, rest: bytes, size: int
) -> None:
    before, balance._WALK_BYTES = balance._WALK_BYTES, walk_bytes
    try:
        found = end_in_pieces(first + rest, size)
    finally:
        balance._WALK_BYTES = before

    assert found == end_by_hand(first + rest)


@pytest.mark.parametrize(
    "dense",
    [b"[" * 5_000_000 + b"]" * 5_000_000, b"[],{}," * 1_500_000, b'"",' * 3_000_000,
     b'"\\"' * 3_000_000, b'{"a":[' * 1_500_000 + b"]}" * 1_500_000, b"\\" * 9_000_000,
     b"1" * 9_000 + b'"' + b'\\"' * 3_000_000],
    ids=["deep", "pairs", "strings", "escapes", "mixed", "backslashes", "escaped quotes"],
)  # fmt: skip
def test_no_input_is_walked_byte_by_byte(dense: bytes) -> None:
    start = time.process_time()

    Balance().feed(b"[" + dense + b"]")

    assert time.process_time() - start < seconds_of(600_000_000)
