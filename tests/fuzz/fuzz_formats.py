"""Throw damaged exports at the reader: every input must end in records or a typed failure.

The exports are those of the samples, of every provider. Every other change keeps them JSON
(``structure``), so that what is odd arrives at the readers behind the parser.

Guided by coverage, with atheris, which is no dependency of ours and gets an environment of its
own; 600 seconds, one process, findings and the corpus in ``var/fuzz``:

    python -m venv var/fuzz/venv
    var/fuzz/venv/bin/pip install atheris "msgspec==0.22.*" ijson zlib-ng
    var/fuzz/venv/bin/python -m tests.fuzz.fuzz_formats --write-seeds var/fuzz/seeds
    mkdir -p var/fuzz/corpus
    var/fuzz/venv/bin/python -m tests.fuzz.fuzz_formats -max_total_time=600 -artifact_prefix=var/fuzz/ var/fuzz/corpus var/fuzz/seeds

The corpus is kept and the next run goes on from it. Without atheris, by seeded mutation:

    python -m tests.fuzz.fuzz_formats --seconds 600

Whatever else escapes is a finding: it ends the run, and the input is written to
``var/fuzz``, or ``var/crash-formats`` without atheris. An input that takes longer than five seconds is a finding too.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from imports.formats import (
    Conversation,
    ExportFailure,
    Limits,
    Position,
    Record,
    open_container,
    read_conversations,
    slicing,
)
from tests.fuzz.structure import changed

_SAMPLES = Path(__file__).parents[1] / "samples"
_LIMITS = Limits(max_unpacked_bytes=1 << 26, max_conversation_bytes=1 << 20)
_CRASH = Path("var/crash-formats")
_MAX_SECONDS = 5
_TOKENS = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"1e999", b"-", b"\\ud83d",
    b"\\ude00", b"\\u0000", b"\x00", b"\x0b", b"\x0c", b"\xff", b'"mapping"', b'"parent"', b'"children"',
    b'"message"', b'"content"', b'"parts"', b"9" * 5_000, b"[" * 2_000, b"{\"a\":" * 2_000,
    b"PK\x05\x06", b"PK\x01\x02", b"\x1f\x8b\x08",
]  # fmt: skip


def main() -> None:
    """Run with atheris, or by plain mutation for some seconds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write-seeds", type=Path)
    options, _ = parser.parse_known_args()
    if options.write_seeds:
        _write_seeds(options.write_seeds)
    elif options.seconds is None:
        _run_guided()
    else:
        _run_plain(options.seconds, random.Random(options.seed))


def check(content: bytes) -> None:
    """Read this content as an upload; anything but records or an ExportFailure escapes."""
    # From a window that every conversation is too large for to the real one.
    slicing._WINDOW_BYTES = 64 << len(content) % 16
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        try:
            container = open_container(
                io.BytesIO(content), size=len(content), limits=_LIMITS
            )
            paths = []
            for number, part in enumerate(container.parts):
                paths.append(Path(folder, f"{number}.json"))
                paths[-1].write_bytes(b"".join(container.read(part)))
            _check_reading(paths, goes_on_behind=len(content))
        except ExportFailure:
            return


def _check_reading(paths: list[Path], *, goes_on_behind: int) -> None:
    """Read the parts, and once more behind one of the records: the rest must be the same."""
    records: list[Record] = []
    failure: ExportFailure | None = None
    try:
        for record in read_conversations(paths, limits=_LIMITS):
            _check_record(record)
            records.append(record)
    except ExportFailure as error:
        failure = error
    positions = [record.position for record in records]
    if positions != sorted(positions):
        raise AssertionError("a position lies before the one before it")
    if records:
        done = goes_on_behind % len(records)
        _check_rest(paths, records[done].position, records[done + 1 :])
    if failure:
        raise failure


def _check_rest(paths: list[Path], start: Position, expected: list[Record]) -> None:
    rest: list[Record] = []
    with suppress(ExportFailure):
        rest.extend(read_conversations(paths, limits=_LIMITS, start=start))
    if rest != expected:
        raise AssertionError("reading goes on in another way than it began")


def _check_record(record: Record) -> None:
    if isinstance(record, Conversation):
        ids: set[str | None] = {None}
        for each in record.messages:
            if each.id in ids or each.parent_id not in ids:
                raise AssertionError("an id twice, or a message before its parent")
            ids.add(each.id)
    if isinstance(record, Conversation):
        said = [record.source_id, record.title, *record.models, *record.oddities]
        for each in record.messages:
            said += [each.id, each.role, each.text, each.model]
        whole = "".join(said)
        whole.encode()
        if "\x00" in whole:
            raise AssertionError("a NUL came through")


def _run_guided() -> None:
    import atheris  # type: ignore[import-untyped]  # only where fuzzing is done

    seeds = _seeds()

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        dice = random.Random(seed)
        content = changed(data, seeds, dice) if dice.random() < 0.5 else None
        mutated: bytes = content or atheris.Mutate(data, max_size)
        return mutated[:max_size]

    atheris.instrument_all()
    atheris.Setup(sys.argv, check, custom_mutator=change)
    atheris.Fuzz()


def _run_plain(seconds: float, dice: random.Random) -> None:
    seeds = list(_seeds())
    until = time.monotonic() + seconds
    runs, slowest = 0, 0.0
    while time.monotonic() < until:
        seed = dice.choice(seeds)
        content = changed(seed, seeds, dice) if dice.random() < 0.5 else None
        content = content or _mutated(seed, dice)
        start = time.monotonic()
        try:
            check(content)
        except BaseException:
            _keep(content)
            raise
        slowest = max(slowest, time.monotonic() - start)
        if slowest > _MAX_SECONDS:
            _keep(content)
            raise SystemExit(f"an input took {slowest:.1f} s")
        runs += 1
    sys.stdout.write(f"{runs:,} inputs, none escaped; slowest {slowest:.2f} s\n")


def _seeds() -> list[bytes]:
    seeds = [path.read_bytes() for path in sorted(_SAMPLES.glob("*.json"))]
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            archive.writestr("conversations-000.json", seeds[0])
            archive.writestr("conversations-001.json", seeds[1])
            archive.writestr("export_manifest.json", '{"export_files": [{"path": "x"}]}')
        seeds += [buffer.getvalue()] * 10
    return [*seeds, _of_claude()]


def _of_claude() -> bytes:
    """Pack what Claude exports in several files, each with a reader of its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, sample in {
            "conversations.json": "claude",
            "memories/0123abcd.json": "claude_memory_files",
            "projects/0123abcd.json": "claude_projects",
            "design_chats/0123abcd.json": "claude_design",
        }.items():
            archive.write(_SAMPLES / f"{sample}.json", name)
    return buffer.getvalue()


def _write_seeds(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(_seeds()):
        (folder / f"seed-{number}").write_bytes(seed)


def _mutated(seed: bytes, dice: random.Random) -> bytes:
    content = bytearray(seed)
    for _ in range(dice.choice([1, 1, 2, 4, 16])):
        at = dice.randrange(len(content) + 1)
        match dice.randrange(6):
            case 0:
                content[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                content[at:at] = dice.choice(_TOKENS)
            case 2:
                del content[at : at + dice.choice([1, 2, 8, 64, 512])]
            case 3:
                other = dice.randrange(len(content) + 1)
                content[at:at] = content[other : other + dice.choice([4, 32, 256])]
            case 4:
                del content[at:]
            case _:
                content[at : at + 2] = dice.choice(_TOKENS)
        if not content:
            break
    return bytes(content)


def _keep(content: bytes) -> None:
    _CRASH.parent.mkdir(parents=True, exist_ok=True)
    _CRASH.write_bytes(content)


if __name__ == "__main__":
    main()
