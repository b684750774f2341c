"""The bulky parts of metadata and tool results, made once and used again and again.

Real exports carry more of this than of words: a searched answer drags 7 KB of links
along, a browsing result 20 KB. A few dozen of each, drawn at random, keep both the size
and the speed right.
"""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

from imports.synthetic.dice import dice, new_id
from imports.synthetic.library import table
from imports.synthetic.prose import pasted_lines

_COUNT = 48


@cache
def searched() -> tuple[str, ...]:
    """Return metadata fields of answers that cite the web, about 6.7 KB each."""
    rng = dice("searched")
    return tuple(_fields(_searched(rng)) for _ in range(_COUNT))


@cache
def browsing() -> tuple[tuple[str, str], ...]:
    """Return pairs of a browsing result (9 KB) and its metadata fields (20 KB)."""
    rng = dice("browsing")
    return tuple((_article(rng, 8700), _fields(_browsed(rng))) for _ in range(_COUNT))


@cache
def quotes() -> tuple[tuple[str, str], ...]:
    """Return pairs of a quoted document (7.5 KB) and its metadata fields (8 KB)."""
    rng = dice("quotes")
    return tuple(
        (_article(rng, rng.randrange(2000, 13000)), _fields(_quoted(rng)))
        for _ in range(_COUNT)
    )


@cache
def results() -> tuple[str, ...]:
    """Return the group of results that a web tool leaves in its metadata."""
    rng = dice("results")
    return tuple(_fields({"search_result_groups": _groups(rng, 3)}) for _ in range(_COUNT))


def _fields(values: dict[str, Any]) -> str:
    """Return the members of an object without its braces."""
    return json.dumps(values)[1:-1]


def _article(rng: random.Random, chars: int) -> str:
    return " ".join(rng.choices(pasted_lines("article"), k=chars // 68))


def _words(rng: random.Random, chars: int) -> str:
    return str(json.loads(f'"{_article(rng, chars)}"'))[:chars]


def _address(rng: random.Random) -> str:
    common = table("common")
    path = "-".join(rng.choices(common["nouns"] + common["adjs"], k=4))
    return f"https://{rng.choice(common['sites'])}/{path}/{rng.randrange(10**6)}"


def _entry(rng: random.Random, position: int) -> dict[str, Any]:
    return {
        "type": "search_result",
        "url": _address(rng) + "?utm_source=chatgpt.com",
        "title": _words(rng, 60),
        "snippet": _words(rng, rng.randrange(90, 260)),
        "ref_id": {"turn_index": 0, "ref_type": "search", "ref_index": position},
        "pub_date": 1.6e9 + rng.randrange(10**8),
        "attribution": rng.choice(table("common")["sites"]),
    }


def _groups(rng: random.Random, count: int) -> list[dict[str, Any]]:
    return [
        {
            "type": "search_result_group",
            "domain": rng.choice(table("common")["sites"]),
            "entries": [_entry(rng, place + 2 * group) for place in range(2)],
        }
        for group in range(count)
    ]


def _searched(rng: random.Random) -> dict[str, Any]:
    references = [
        {
            "matched_text": f"\ue200cite\ue202turn0search{place}\ue201",
            "start_idx": rng.randrange(900),
            "end_idx": rng.randrange(900, 1800),
            "alt": f"([{rng.choice(table('common')['sites'])}]({_address(rng)}))",
            "type": "grouped_webpages",
            "items": [_entry(rng, place)],
            "safe_urls": [_address(rng)],
            "refs": [],
            "fallback_items": None,
            "status": "done",
        }
        for place in range(4)
    ]
    return {
        "citations": [],
        "content_references": references,
        "search_result_groups": _groups(rng, rng.randrange(3, 6)),
        "search_queries": [{"type": "search", "q": _words(rng, 45)}],
        "safe_urls": [_address(rng) for _ in range(6)],
    }


def _browsed(rng: random.Random) -> dict[str, Any]:
    links = [
        {
            "type": "webpage",
            "title": _words(rng, 60),
            "url": _address(rng),
            "text": _words(rng, rng.randrange(500, 1300)),
            "pub_date": None,
            "extra": {"evidence_text": "source"},
        }
        for _ in range(18)
    ]
    cited = {"citation_format": {"name": "tether_og"}, "metadata_list": links}
    return {"_cite_metadata": {**cited, "original_query": None}, "command": "search"}


def _quoted(rng: random.Random) -> dict[str, Any]:
    chunks = [
        {"id": new_id(rng), "score": rng.random(), "text": _words(rng, 900)}
        for _ in range(7)
    ]
    return {"retrieval_turn_number": 0, "retrieval_file_index": 0, "chunks": chunks}
