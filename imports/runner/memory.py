"""Gives memory back to the system between stages, and says when only a fresh process would help.

glibc keeps what was freed below its highest used address. Parsing leaves 40 MB that the stages
behind it would only add to.
"""

from __future__ import annotations

import ctypes
import gc
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from imports import shutdown

_PAGES = Path("/proc/self/statm")


def give_back() -> None:
    """Return freed memory, where the C library can do that."""
    gc.collect()
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def is_spent() -> bool:
    """Tell whether this process holds so much for good that another one should go on.

    Never outside a cluster, where nobody would start another one.
    """
    if not settings.SPENT_PROCESS_MB or not shutdown.is_watched():
        return False
    try:
        pages = int(_PAGES.read_text().split()[1])
    except OSError:  # no Linux
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > settings.SPENT_PROCESS_MB * 1_000_000
