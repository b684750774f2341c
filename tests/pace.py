"""How fast this machine is just now, for tests that nothing takes a multiple of what it should.

A second says nothing of a method: the same one is three times as long on a busy machine.
"""

from __future__ import annotations

import time

_STEPS = 2_000_000


def seconds_of(steps: float) -> float:
    """Give the processor time that so many plain steps of Python would take here and now."""
    began = time.process_time()
    for _ in range(_STEPS):
        pass
    return steps / _STEPS * (time.process_time() - began)
