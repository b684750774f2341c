"""Asks axe-core what keeps people out of a page as it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_LIBRARY = Path(__file__).with_name("vendor") / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Give one line per rule that is broken, with the places; none is what a test wants."""
    page.evaluate(_source())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"
    )
    return [
        f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes']]}"
        for each in found
    ]


@cache
def _source() -> str:
    # Nothing is given back: the library itself cannot travel to the test.
    return f"{_LIBRARY.read_text()}; undefined"
