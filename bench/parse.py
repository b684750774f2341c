"""Measure how an export is read beside ijson, json.load and unzip, all in one run.

    python bench/parse.py                         300 MB, made for the occasion
    python bench/parse.py --megabytes 300 1000    both sizes, to see that memory stays flat
    python bench/parse.py --file export.zip       a real one, or one of manage.py make_export

slice    cut into elements        decode   slice and decode the needed fields
records  what read_conversations gives         zip   the same out of the ZIP, by the spool

Every method runs in a process of its own, several times and interleaved with the others,
because a shared machine drifts. Printed are medians; only the ratios travel.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

_METHODS = ("slice", "decode", "records", "zip", "ijson", "json", "unzip")
_WORDS = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "it",
    "was",
    "for",
    "on",
    "are",
    "as",
    "with",
    "they",
    "be",
    "at",
    "one",
    "have",
    "this",
    "from",
]


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--megabytes", type=int, nargs="+", default=[300])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=_METHODS)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _run_one(*options.run)
        return
    methods = [each for each in _METHODS if each not in options.without]
    with tempfile.TemporaryDirectory(prefix="bench-parse-") as folder:
        for megabytes in [0] if options.file else options.megabytes:
            files = _files(Path(folder), options.file, megabytes)
            _compare(*files, methods, options.repeats)


def _files(folder: Path, given: Path | None, megabytes: int) -> tuple[Path, Path]:
    """Give the JSON and the ZIP to read."""
    plain, packed = folder / f"{megabytes}.json", folder / f"{megabytes}.zip"
    if given is None:
        write_export(plain, size=megabytes * 1_000_000)
    elif zipfile.is_zipfile(given):
        with zipfile.ZipFile(given) as archive, plain.open("wb") as target:
            name = max(archive.infolist(), key=lambda each: each.file_size)
            shutil.copyfileobj(archive.open(name), target)
    else:
        plain = given
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "conversations.json")
    return plain, packed


def write_export(path: Path, *, size: int) -> None:
    """Write a ChatGPT export with the proportions of the specification, section 11."""
    dice = random.Random(11)
    with path.open("w", encoding="ascii") as file:
        file.write("[")
        while file.tell() < size:
            file.write(", " if file.tell() > 1 else "")
            file.write(json.dumps(_conversation(dice)))
        file.write("]")


def _conversation(dice: random.Random) -> dict[str, Any]:
    nodes = min(int(dice.lognormvariate(2.66, 1.05)) + 2, 3_000)
    keys = [str(uuid.UUID(int=dice.getrandbits(128))) for _ in range(nodes)]
    mapping: dict[str, Any] = {}
    for number, key in enumerate(keys):
        mapping[key] = {
            "id": key,
            "message": _message(dice, key, number) if number else None,
            "parent": keys[number - 1] if number else None,
            "children": keys[number + 1 : number + 2],
        }
    return {
        "title": _prose(dice, 26),
        "create_time": 1.7e9 + dice.random(),
        "update_time": 1.7e9 + dice.random(),
        "mapping": mapping,
        "moderation_results": [],
        "current_node": keys[-1],
        "conversation_id": keys[0],
        "default_model_slug": "gpt-4o",
        "safe_urls": [],
        "is_archived": False,
        "id": keys[0],
    }


def _message(dice: random.Random, key: str, number: int) -> dict[str, Any]:
    role = ("user", "assistant")[number % 2]
    metadata: dict[str, Any] = {
        "request_id": key,
        "message_type": "next",
        "model_slug": "gpt-4o",
        "default_model_slug": "auto",
        "parent_id": key,
        "finish_details": {"type": "stop", "stop_tokens": [200002]},
        "is_complete": True,
    }
    if role == "assistant" and dice.random() < 0.2:
        metadata["search_result_groups"] = [
            {
                "type": "search_result_group",
                "domain": "example.com",
                "entries": [
                    {
                        "url": f"https://example.com/{key}",
                        "title": _prose(dice, 60),
                        "snippet": _prose(dice, 300),
                        "attribution": "example.com",
                    }
                    for _ in range(10)
                ],
            }
        ]
    median = 110 if role == "user" else 1_400
    text = _prose(dice, int(dice.lognormvariate(0, 1) * median))
    return {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": 1.7e9 + dice.random(),
        "update_time": None,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "end_turn": True,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
        "channel": None,
    }


def _prose(dice: random.Random, length: int) -> str:
    words = []
    while length > 0:
        word = dice.choice(_WORDS)
        if dice.random() < 0.3:
            word = "".join(dice.choices("etaoinshrdlu", k=7))
        if dice.random() < 0.03:
            word += dice.choice(["\n\n", ' "', "\u2019", "\u00e9", ".", "?"])
        words.append(word)
        length -= len(word) + 1
    return " ".join(words)


def _compare(plain: Path, packed: Path, methods: list[str], repeats: int) -> None:
    results: dict[str, list[tuple[float, float, float, str]]] = {m: [] for m in methods}
    for _ in range(repeats):
        for method in methods:
            results[method].append(_measure(method, plain, packed))
    megabytes = plain.stat().st_size / 1e6
    print(f"\n{megabytes:,.0f} MB of JSON, {packed.stat().st_size / 1e6:,.0f} MB as ZIP")
    print(
        f"{'':10}{'CPU s':>8}{'wall s':>8}{'MB/CPU s':>10}{'x ijson':>9}{'RSS MB':>8}  found"
    )
    medians = {
        method: [statistics.median(run[n] for run in runs) for n in range(3)]
        for method, runs in results.items()
    }
    for method, (cpu, wall, rss) in medians.items():
        beside = f"{medians['ijson'][0] / cpu:.2f}" if "ijson" in medians else ""
        found = results[method][0][3]
        print(
            f"{method:10}{cpu:8.2f}{wall:8.2f}{megabytes / cpu:10.0f}{beside:>9}{rss:8.0f}  {found}"
        )


def _measure(method: str, plain: Path, packed: Path) -> tuple[float, float, float, str]:
    """Run one method in its own process: CPU seconds, wall seconds, peak RSS in MB."""
    if method == "unzip":
        command = ["unzip", "-p", str(packed)]
    else:
        command = [sys.executable, __file__, "--run", method, str(plain), str(packed)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        sink = subprocess.DEVNULL if method == "unzip" else output
        process = subprocess.Popen(command, stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        output.seek(0)
        found = output.read().decode()
    if process.returncode:
        raise SystemExit(f"{method} failed")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, found


def _run_one(method: str, plain: str, packed: str) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    run: Callable[[Path], str] = {
        "slice": _slice,
        "decode": _decode,
        "records": _records,
        "zip": _zip,
        "ijson": _ijson,
        "json": _json,
    }[method]
    print(run(Path(packed if method == "zip" else plain)), end="")


def _slice(path: Path) -> str:
    from imports.formats.slicing import Slicer, array_elements
    from imports.formats.sources import open_source

    with open_source(path) as source:
        slicer = Slicer(source, offset=0, max_element_bytes=64 << 20, max_depth=512)
        return f"{sum(1 for _ in array_elements(slicer, is_resumed=False)):,} elements"


def _decode(path: Path) -> str:
    from imports.formats.chatgpt.reading import DECODER
    from imports.formats.slicing import Slicer, array_elements
    from imports.formats.sources import open_source

    with open_source(path) as source:
        slicer = Slicer(source, offset=0, max_element_bytes=64 << 20, max_depth=512)
        elements = array_elements(slicer, is_resumed=False)
        nodes = sum(len(DECODER.decode(each.data).mapping or ()) for each in elements)
    return f"{nodes:,} nodes"


def _records(path: Path) -> str:
    from imports.formats import Conversation, Limits, read_conversations

    limits = Limits(max_unpacked_bytes=1 << 40, max_conversation_bytes=64 << 20)
    conversations = messages = 0
    for record in read_conversations([path], limits=limits):
        if isinstance(record, Conversation):
            conversations += 1
            messages += len(record.messages)
    return f"{conversations:,} conversations, {messages:,} messages"


def _zip(path: Path) -> str:
    from imports.formats import Limits, open_container

    limits = Limits(max_unpacked_bytes=1 << 40, max_conversation_bytes=64 << 20)
    spool = path.with_suffix(".spool")
    with path.open("rb") as file, spool.open("wb", buffering=0) as target:
        container = open_container(file, size=path.stat().st_size, limits=limits)
        for block in container.read(container.parts[0]):
            target.write(block)
    return _records(spool)


def _ijson(path: Path) -> str:
    import ijson.backends.yajl2_c as ijson

    with path.open("rb") as file:
        return f"{sum(1 for _ in ijson.items(file, 'item', use_float=True)):,} elements"


def _json(path: Path) -> str:
    with path.open("rb") as file:
        return f"{len(json.load(file)):,} elements"


if __name__ == "__main__":
    main()
