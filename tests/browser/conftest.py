"""Debian's Chromium, looking at a live server of this test run."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from imports import wiring

_CHROMIUM = Path("/usr/bin/chromium")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What the browser itself says when a test pulls the plug.
_PULLED = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")

OpenPage = Callable[..., Any]


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
def open_page(chromium: Browser, live_server: Any) -> OpenPage:
    """Open pages as a test wants them; in the end nothing may have gone wrong in one, or have
    gone to another host than those that were named."""

    @contextmanager
    def opened(
        *, hosts: tuple[str, ...] = (), expected: str = "", **wishes: Any
    ) -> Iterator[Page]:
        context = chromium.new_context(base_url=live_server.url, **wishes)
        page = context.new_page()
        page.set_default_timeout(8000)
        troubles: list[str] = []
        known = (urlsplit(live_server.url).netloc, "", *hosts)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.extend(_error_in(line)))
        page.on("request", lambda request: troubles.extend(_stranger(request, known)))
        try:
            yield page
        finally:
            context.close()
            _wait_for_answers()
        assert [each for each in troubles if not expected or expected not in each] == []

    return opened


def _wait_for_answers() -> None:
    """Let the server end what it is answering: it holds the database open meanwhile."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


def _error_in(line: Any) -> list[str]:
    is_error = line.type == "error" and not any(each in line.text for each in _PULLED)
    return [line.text] if is_error else []


def _stranger(request: Any, known: tuple[str, ...]) -> list[str]:
    return [] if urlsplit(request.url).netloc in known else [request.url]


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Page]:
    with open_page() as page:
        yield page


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.OBJECTS_DIR = tmp_path / "objects"
    settings.SPOOL_DIR = tmp_path / "spool"
    wiring.ports.cache_clear()
    yield tmp_path
    wiring.ports.cache_clear()
