"""What must hold for any input at all, with json and ijson as the judges."""

from __future__ import annotations

import copy
import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.formats import (
    Conversation,
    ExportFailure,
    Record,
    Skipped,
    open_container,
    read_conversations,
)
from imports.formats.decoding import decode_plain
from imports.formats.slicing import Element, Slicer, array_elements
from imports.formats.sources import Source, open_source
from imports.formats.tree import Edges, arrange
from tests.unit.formats.chats import LIMITS, three_chats, zipped
from tests.unit.formats.test_samples import SAMPLES

settings.register_profile(
    "formats",
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FORMATS = settings.get_profile("formats")

text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
odd_values = st.recursive(
    scalars | st.text(max_size=10) | st.just(10**500) | st.just(float("nan")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
written = st.builds(
    lambda value, indent, is_ascii: json.dumps(value, indent=indent, ensure_ascii=is_ascii),
    st.lists(values, max_size=6),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)


def slicer(content: bytes, step: int, offset: int = 0, most: int = 1 << 20) -> Slicer:
    return Slicer(
        Source(content),
        offset=offset,
        max_element_bytes=most,
        max_depth=512,
        step_bytes=step,
    )


def cut(content: bytes, step: int, most: int = 1 << 20) -> list[Element]:
    return list(array_elements(slicer(content, step, most=most), is_resumed=False))


def until_failure(elements: Iterator[Any]) -> tuple[list[Any], ExportFailure | None]:
    seen = []
    try:
        seen.extend(iter(elements))
    except ExportFailure as failure:
        return seen, failure
    return seen, None


@settings(FORMATS)
@given(written, st.integers(1, 64))
def test_any_elements_come_out_as_json_reads_them(document: str, step: int) -> None:
    elements = cut(document.encode(), step)

    assert [decode_plain(each) for each in elements] == json.loads(document)


@settings(FORMATS)
@given(written, st.integers(1, 64))
def test_any_elements_come_out_as_ijson_reads_them(document: str, step: int) -> None:
    content = document.encode()

    elements = cut(content, step)

    judged = list(ijson.items(io.BytesIO(content), "item", use_float=True))
    assert [decode_plain(each) for each in elements] == judged


@settings(FORMATS)
@given(written, st.integers(1, 64), st.data())
def test_cutting_goes_on_behind_any_element(
    document: str, step: int, data: st.DataObject
) -> None:
    elements = cut(document.encode(), step)
    done = data.draw(st.integers(0, len(elements)))
    at = elements[done - 1].end if done else 0

    rest = array_elements(slicer(document.encode(), step, at), is_resumed=bool(done))

    assert [(each.start, each.end) for each in rest] == [
        (each.start, each.end) for each in elements[done:]
    ]


@settings(FORMATS)
@given(written, st.integers(1, 64), st.integers(1, 40))
def test_looking_any_distance_ahead_finds_the_same_and_leaves_out_what_is_larger(
    document: str, step: int, most: int
) -> None:
    elements = cut(document.encode(), step)

    found = cut(document.encode(), step, most)

    assert [(each.start, each.end) for each in found] == [
        (each.start, each.end) for each in elements
    ]
    assert [bool(each.problem) for each in found] == [
        each.end - each.start > most for each in elements
    ]
    assert all(
        each.problem or decode_plain(each) == decode_plain(whole)
        for each, whole in zip(found, elements, strict=True)
    )


@settings(FORMATS)
@given(written, st.integers(1, 64), st.data())
def test_no_whole_element_before_a_cut_is_lost(
    document: str, step: int, data: st.DataObject
) -> None:
    content = document.encode().rstrip()
    size = data.draw(st.integers(0, len(content) - 1))
    whole = [each for each in cut(content, step) if each.end <= size]

    seen, failure = until_failure(
        array_elements(slicer(content[:size], step), is_resumed=False)
    )

    assert failure is not None
    assert [each.end for each in seen][: len(whole)] == [each.end for each in whole]
    assert len(seen) <= len(whole) + 1


@settings(FORMATS)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.integers(1, 64))
def test_lone_surrogates_are_replaced_and_cost_nothing_else(
    texts: list[str], step: int
) -> None:
    elements = cut(json.dumps(texts).encode(), step)

    judged = [each.replace("\x00", "") for each in json.loads(json.dumps(texts))]
    assert [decode_plain(each) for each in elements] == [
        re.sub("[\ud800-\udfff]", "\ufffd", each) for each in judged
    ]


@settings(FORMATS)
@given(
    st.dictionaries(
        st.integers(0, 12), st.none() | st.integers(0, 14), min_size=1, max_size=13
    ),
    st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 14), max_size=4)),
    st.dictionaries(st.integers(0, 12), st.floats(0, 9)),
    st.none() | st.integers(0, 14),
)
def test_any_graph_becomes_a_tree_with_every_node_once(
    parents: dict[int, int | None],
    children: dict[int, list[int]],
    times: dict[int, float],
    current: int | None,
) -> None:
    edges = Edges(
        parents={str(k): None if p is None else str(p) for k, p in parents.items()},
        children_of=lambda key: [str(child) for child in children.get(int(key), [])],
        time_of=lambda key: times.get(int(key), 0.0),
        has_message=lambda key: int(key) % 3 > 0,
    )

    tree = arrange(edges, current=None if current is None else str(current))

    place = {key: number for number, key in enumerate(tree.order)}
    assert sorted(tree.order) == sorted(edges.parents)
    assert all(p is None or place[p] < place[k] for k, p in tree.parents.items())
    assert all(tree.parents[key] in {None, *tree.active} for key in tree.active)


def records_of(content: bytes) -> tuple[list[Record], ExportFailure | None]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "conversations.json")
        path.write_bytes(content)
        return until_failure(read_conversations([path], limits=LIMITS))


def strings_of(record: Record) -> str:
    if isinstance(record, Skipped):
        return "".join([record.reason, record.detail, record.source_id or ""])
    assert isinstance(record, Conversation)
    said = [record.source_id, record.title, record.project_id, record.gizmo_id]
    said += [*record.models, *record.oddities]
    for each in record.messages:
        said += [each.id, each.parent_id or "", each.role, each.text, each.model]
    return "".join(said)


def assert_sound(records: list[Record]) -> None:
    """No string that PostgreSQL refuses, every parent ahead of its children."""
    for record in records:
        strings_of(record).encode()
        assert "\x00" not in strings_of(record)
    for record in records:
        known: set[str | None] = {None}
        for each in getattr(record, "messages", ()):
            assert each.parent_id in known
            known.add(each.id)


SAMPLE_BYTES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))]
EXPORT = json.dumps(three_chats()).encode()


@settings(FORMATS, max_examples=150)
@given(st.sampled_from(SAMPLE_BYTES), st.data())
def test_any_flipped_bytes_end_in_records_or_a_failure(
    sample: bytes, data: st.DataObject
) -> None:
    content = bytearray(sample)
    places = st.integers(0, len(content) - 1)
    for at in data.draw(st.lists(places, min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))

    records, _ = records_of(bytes(content))

    assert_sound(records)


@settings(FORMATS)
@given(st.integers(0, len(EXPORT)), st.integers(0, 400), st.binary(max_size=40))
def test_any_stretch_replaced_ends_in_records_or_a_failure(
    at: int, size: int, fresh: bytes
) -> None:
    records, _ = records_of(EXPORT[:at] + fresh + EXPORT[at + size :])

    assert_sound(records)


NO_PLAIN_JSON = {
    "invalid_utf8", "utf16", "truncated", "json_lines", "byte_order_mark",
    "raw_control_characters",
}  # fmt: skip
ROOTS_BY_NAME = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(SAMPLES.glob("*.json"))
    if path.stem not in NO_PLAIN_JSON
}
ROOTS, ROOT_NAMES = list(ROOTS_BY_NAME.values()), list(ROOTS_BY_NAME)


@settings(FORMATS, max_examples=250)
@given(st.sampled_from(ROOTS), st.data())
def test_any_value_in_any_place_of_any_format_ends_in_records_or_a_failure(
    root: Any, data: st.DataObject
) -> None:
    root = copy.deepcopy(root)
    place = root
    for _ in range(data.draw(st.integers(0, 9))):
        below = (
            place[data.draw(st.sampled_from(keys_of(place)))] if keys_of(place) else None
        )
        place = below if keys_of(below) else place
    if keys_of(place):
        place[data.draw(st.sampled_from(keys_of(place)))] = data.draw(odd_values)

    records, _ = records_of(json.dumps(root).encode())

    assert_sound(records)


@pytest.mark.parametrize("odd", [True, "x", [7], {"a": 7}, [["x"], {}]], ids=repr)
@pytest.mark.parametrize("root", ROOTS, ids=ROOT_NAMES)
def test_an_odd_value_in_each_place_ends_in_records_or_a_failure(
    root: Any, odd: Any
) -> None:
    """What chance finds once in months, found each time."""
    for holder, key in list(places_in(root)):
        usual, holder[key] = holder[key], odd
        records, _ = records_of(json.dumps(root).encode())
        holder[key] = usual

        assert_sound(records)


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in keys_of(value):
        yield value, key
        yield from places_in(value[key])


def keys_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []


@settings(FORMATS)
@given(odd_values)
def test_any_json_at_all_ends_in_records_or_a_failure(value: Any) -> None:
    records, _ = records_of(json.dumps(value).encode())

    assert_sound(records)


@settings(FORMATS)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_end_in_records_or_a_failure(content: bytes) -> None:
    records, _ = records_of(content)

    assert_sound(records)


ZIP = zipped({"conversations.json": three_chats(), "user.json": {}}).getvalue()


@settings(FORMATS, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, len(ZIP) - 1), st.integers(0, 255)), max_size=4),
    st.integers(0, len(ZIP)) | st.just(len(ZIP)),
)
def test_a_damaged_zip_is_refused_or_reads_the_same(
    flips: list[tuple[int, int]], size: int
) -> None:
    content = bytearray(ZIP)
    for at, byte in flips:
        content[at] = byte
    file = io.BytesIO(content[:size])

    def unpack() -> Iterator[bytes]:
        container = open_container(file, size=size, limits=LIMITS)
        for part in container.parts:
            yield from container.read(part)

    blocks, failure = until_failure(unpack())

    assert failure or b"".join(blocks) in (EXPORT, b"{}")


@pytest.mark.parametrize("depth", [100, 600, 5_000, 200_000])
def test_nesting_of_any_depth_costs_no_more_than_its_record(depth: int) -> None:
    deep = b'{"mapping": ' + b"[" * depth + b"]" * depth + b"}"

    records, failure = records_of(b"[" + deep + b", " + EXPORT[1:])

    assert failure is None
    assert [type(record) for record in records] == [Skipped] + [Conversation] * 3


def test_the_message_of_msgspec_that_the_slicer_reads_is_still_the_same() -> None:
    element = next(array_elements(slicer(b'[{"a": 1} , 2]', 64), is_resumed=False))

    assert bytes(element.data) == b'{"a": 1}'


def test_a_source_is_entered_behind_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf[]")

    source = open_source(path)

    assert bytes(source.data[source.head :]) == b"[]"
