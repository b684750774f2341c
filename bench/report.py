"""What a measurement says: one row a figure, printed as a table and kept for ``python -m bench``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

ROWS_FILE = "BENCH_ROWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, beside what it was measured, and what it should be.

    ``ratio`` is this over the other; ``holds`` is whether the goal is met.
    """

    bench: str
    what: str
    figure: str
    beside: str = ""
    ratio: float | None = None
    peak_mb: float | None = None
    goal: str = ""
    holds: bool | None = None


def tell(rows: list[Row]) -> None:
    """Print rows, and hand them to whoever runs all measurements."""
    print(table(rows), flush=True)
    if path := os.environ.get(ROWS_FILE):
        with Path(path).open("a") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def read(path: Path) -> list[Row]:
    """Give the rows that were handed over."""
    if not path.exists():
        return []
    return [Row(**json.loads(line)) for line in path.read_text().splitlines()]


def table(rows: list[Row]) -> str:
    """Set rows as a Markdown table that also reads well in a terminal."""
    cells = [("bench", "what", "figure", "ratio", "beside", "peak MB", "goal", "met")]
    cells += [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| "
        + " | ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.bench,
        row.what,
        row.figure,
        "" if row.ratio is None else f"{row.ratio:.2f}",
        row.beside,
        "" if row.peak_mb is None else f"{row.peak_mb:.0f}",
        row.goal,
        {True: "yes", False: "no", None: ""}[row.holds],
    )
