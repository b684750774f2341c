"""What a person does on the pages, and what a worker does meanwhile."""

from __future__ import annotations

import uuid
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from imports import runner, wiring
from imports.models import ImportJob

USER = uuid.UUID(settings.LOCAL_USER_ID)


def choose(page: Page, file: Path) -> None:
    """Choose a file, and wait until the page has looked into it."""
    page.locator("#file").set_input_files(file)
    expect(page.locator("#found-go:visible, #choose-problem:visible")).to_be_visible()


def send(page: Page, file: Path) -> None:
    choose(page, file)
    page.locator("#found-go").click()


class Line:
    """The page's way to the server: as slow as a test needs it, or cut."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def slow_down(self, *, bytes_a_second: int) -> Line:
        return self._be(is_cut=False, up=bytes_a_second)

    def cut(self) -> Line:
        return self._be(is_cut=True, up=0)

    def mend(self) -> Line:
        return self._be(is_cut=False, up=-1)

    def _be(self, *, is_cut: bool, up: int) -> Line:
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": is_cut,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": up,
            },
        )
        return self


def wait_until_sent(page: Page, *, percent: int) -> None:
    """Wait until so much has arrived."""
    bar = page.locator("#sending-bar")
    for _ in range(200):
        if float(bar.evaluate("bar => bar.value")) >= percent:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{percent} % were not reached")


def work() -> None:
    """Be the worker: run what was rung."""
    job = ImportJob.objects.rung().get()
    runner.run(
        job.id,
        dispatch_seq=job.dispatch_seq,
        ports=wiring.ports(),
        is_draining=lambda: False,
    )


def make_export(path: Path, **options: object) -> Path:
    call_command("make_export", path, verbosity=0, **options)
    return path


def make_pictures(path: Path, *, count: int, beside: Path | None = None) -> Path:
    """Make a ZIP of pictures, and put what another ZIP holds in front of them."""
    with zipfile.ZipFile(path, "w") as archive:
        if beside:
            with zipfile.ZipFile(beside) as other:
                for member in other.infolist():
                    archive.writestr(member, other.read(member), zipfile.ZIP_DEFLATED)
        for number in range(count):
            archive.writestr(f"file-{number}.png", bytes([number]) * 200_000)
    return path
