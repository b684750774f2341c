"""Run every measurement, one after the other: ``python -m bench``."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

NOT_ALONE = {"__init__", "__main__"}


def main() -> None:
    """Run the modules of this folder with their defaults."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem in NOT_ALONE:
            continue
        print(f"\n=== {path.stem}", flush=True)
        sys.argv = [str(path)]
        runpy.run_module(f"bench.{path.stem}", run_name="__main__")


if __name__ == "__main__":
    main()
