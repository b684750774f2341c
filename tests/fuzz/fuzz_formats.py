"""Throw damaged exports at the reader: every input must end in records or a typed failure.

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
from pathlib import Path

from imports.formats import (
    Conversation,
    ExportFailure,
    Limits,
    Record,
    open_container,
    read_conversations,
    slicing,
)

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
            for record in read_conversations(paths, limits=_LIMITS):
                _check_record(record)
        except ExportFailure:
            return


def _check_record(record: Record) -> None:
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

    atheris.instrument_all()
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


def _run_plain(seconds: float, dice: random.Random) -> None:
    seeds = list(_seeds())
    until = time.monotonic() + seconds
    runs, slowest = 0, 0.0
    while time.monotonic() < until:
        content = _mutated(dice.choice(seeds), dice)
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
    return seeds


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
