"""How much of an export this room is willing to hold, unpack or follow."""

from __future__ import annotations

from dataclasses import dataclass

# Of one record. Decoded, a value takes up to 160 bytes; a conversation of 64 MB has fewer of them.
MOST_VALUES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one export. The first two come from the settings, the rest are facts.

    The real ratio of conversation files is 4 to 7, real archives carry some 3,000
    assets, the deepest real conversation nests about 15 levels of JSON.
    """

    max_unpacked_bytes: int
    max_conversation_bytes: int
    max_entries: int = 100_000
    max_directory_bytes: int = 64 << 20
    max_ratio: int = 200
    ratio_free_bytes: int = 10_000_000
    max_depth: int = 512
    max_nodes: int = 200_000
    max_text_chars: int = 8 << 20
