"""Fixtures that all tests share."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from studios import running
from visits import CHROMIUM, DAY, SHORT, Visit

from gradreel.model import Script
from gradreel.script import parse

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def script() -> Script:
    """The user's own day."""
    return parse(ROOT / "assets" / "day03.md")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures and films that a browser can decode."""
    folder = tmp_path_factory.mktemp("pictures")
    Image.new("RGB", (1080, 1920), "navy").save(folder / "still.png")
    for name, seconds in (("draft-1", 4), ("draft-2", 4), ("clip-2", 1.5)):
        source = f"testsrc=size=108x192:rate=15:duration={seconds}"
        target = str(folder / f"{name}.mp4")
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"]
        subprocess.run([*command, "-metadata", f"title={name}", target], check=True)
    return folder


@pytest.fixture(scope="module")  # its loop would be in the way of others
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, files: Path) -> Iterator[Visit]:
    with running() as studio, browser.new_context(viewport={"width": 1280, "height": 800}) as tabs:
        page = tabs.new_page()
        visit = Visit(studio, page, files)
        page.on("console", lambda m: m.type == "error" and visit.complaints.append(m.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        studio.board.post(DAY)
        studio.board.post(SHORT)
        page.goto(studio.url)
        page.wait_for_selector('#script [data-word="0"]')
        yield visit
        assert visit.complaints == []


@pytest.fixture
def drafted(visit: Visit) -> Visit:
    visit.picture("draft", 1)
    visit.until_shown("draft", 1)
    return visit
