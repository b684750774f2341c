"""What the passes read of a history: declared texts, statistics, and a sample of conversations.

Everything is asked of the database in bounded pieces; no list of transcripts is ever held.
"""

from imports.pipeline.material.declared import Declared, read_declared
from imports.pipeline.material.excerpts import read_excerpts
from imports.pipeline.material.pieces import piece_by_piece
from imports.pipeline.material.statistics import read_statistics
from imports.pipeline.material.tallies import tally

__all__ = [
    "Declared",
    "piece_by_piece",
    "read_declared",
    "read_excerpts",
    "read_statistics",
    "tally",
]
