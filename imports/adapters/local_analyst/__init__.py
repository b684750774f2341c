"""The local analyst: answers what a language model is asked, by rules, on this machine.

It reads the material of a request and nothing else, says only what stands in a text, and leaves
empty what it does not know.
"""

from imports.adapters.local_analyst import hours, languages
from imports.adapters.local_analyst.analyst import LocalAnalyst

__all__ = ["LocalAnalyst", "preload"]


def preload() -> None:
    """Load what the first question would wait for."""
    languages.load()
    hours.load()
