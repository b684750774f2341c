"""Run every measurement, one after the other, and print one table: ``python -m bench``.

python -m bench                    everything
python -m bench parse search       some of it
python -m bench --json numbers.json
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.report import ROWS_FILE, Row, read, table

NO_MEASUREMENTS = {"__init__", "__main__", "asked", "house", "report", "watching"}
ALL = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - NO_MEASUREMENTS)


def main() -> None:
    """Parse the command line, run the measurements, print what they said."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--json", type=Path, help="write the rows there, too")
    options = parser.parse_args()
    if unknown := set(options.names) - set(ALL):
        parser.error(
            f"there is no {', '.join(sorted(unknown))}; there are {', '.join(ALL)}"
        )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows, broken = _run(options.names or ALL, Path(folder) / "rows")
    print(f"\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if broken:
        sys.exit(f"these ended with an error: {', '.join(broken)}")


def _run(names: list[str], rows: Path) -> tuple[list[Row], list[str]]:
    broken = []
    for name in names:
        print(f"\n=== {name}", flush=True)
        # A process each: none is measured with what another one left in memory.
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}"],
            env={**os.environ, ROWS_FILE: str(rows)},
        )
        broken += [name] if done.returncode else []
    return read(rows), broken


if __name__ == "__main__":
    main()
