"""Synthetic ChatGPT exports of any size, with planted facts and their ground truth."""

from __future__ import annotations

from imports.synthetic.export import conversations, truth_path, write_export
from imports.synthetic.truth import Fact, Poison, Question, Totals, Truth

__all__ = [
    "Fact",
    "Poison",
    "Question",
    "Totals",
    "Truth",
    "conversations",
    "truth_path",
    "write_export",
]
