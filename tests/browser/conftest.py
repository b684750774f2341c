"""Debian's Chromium, looking at a live server of this test run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from imports import wiring

_CHROMIUM = Path("/usr/bin/chromium")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium here")
    # Playwright keeps an event loop in this thread; Django's ORM would refuse to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """Open a page; in the end nothing may have gone wrong in it, or have left this machine."""
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(8000)
    troubles: list[str] = []
    own = urlsplit(live_server.url).netloc
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console", lambda line: troubles.append(line.text) if line.type == "error" else None
    )
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc in (own, "")
            else troubles.append(request.url)
        ),
    )
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.OBJECTS_DIR = tmp_path / "objects"
    settings.SPOOL_DIR = tmp_path / "spool"
    wiring.ports.cache_clear()
    yield tmp_path
    wiring.ports.cache_clear()
