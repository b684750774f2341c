"""How much of its time an import has used when it is so far: percents are not seconds.

The shares are those of a measured import of 300 MB with the local engines; with others the
expectation is rough at first and gets better with each percent.
"""

from __future__ import annotations

from itertools import pairwise

# Percent, and the share of the whole time that has passed by then.
_MARKS = (
    (0, 0.0),
    (15, 0.012),  # downloaded
    (20, 0.054),  # ingested
    (40, 0.10),  # quick pass
    (60, 0.67),  # embedded
    (90, 0.97),  # facts
    (100, 1.0),
)


def share_of_time(percent: int) -> float:
    """Give the share of the whole time, 0 to 1, that has passed at this percent."""
    for (low, before), (high, after) in pairwise(_MARKS):
        if percent <= high:
            return round(before + (after - before) * (percent - low) / (high - low), 4)
    return 1.0
