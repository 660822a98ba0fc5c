"""The whole studio: files are saved in a copy of the project, and a browser sees what becomes of
it. Real runs, real voice, real films."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from bench.checkout import copied, studio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
pytestmark = pytest.mark.film

SCRIPT = """# Day 77 - Studio

## Short 01 - Squares

**Hook**
Squares grow.

**Talk track**
- The gradient is two x.

**Code**
```python
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x ** 2
y.backward()
print(x.grad)
```

**Common mistake**
- Forgetting the gradient.

## Short 02 - Cubes

**Hook**
Cubes grow faster.

**Talk track**
- The gradient is three x squared.

**Code**
```python
import torch

x = torch.tensor(2.0, requires_grad=True)
(x ** 3).backward()
print(x.grad)
```

**Common mistake**
- Forgetting the power.
"""
PATIENCE = 60.0  # seconds


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a day of two shorts, in small."""
    folder = copied(tmp_path_factory.mktemp("checkout"))
    config = folder / "config.toml"
    text = config.read_text("utf-8")
    for old, new in (
        ('script = "assets/day03.md"', 'script = "assets/day77.md"'),
        ("width = 1080", "width = 360"),
        ("height = 1920", "height = 640"),
    ):
        assert old in text
        text = text.replace(old, new)
    config.write_text(text, "utf-8")
    (folder / "assets" / "day77.md").write_text(SCRIPT, "utf-8")
    return folder


@dataclass
class Author:
    """Saves files, and looks at the page."""

    checkout: Path
    page: Page
    complaints: list[str]

    @property
    def shown(self) -> dict[str, str]:
        told: dict[str, str] = self.page.evaluate("({...document.documentElement.dataset})")
        return told

    @property
    def version(self) -> int:
        return int(self.shown.get("version", 0))

    def saves(self, file: str, old: str, new: str) -> None:
        path = self.checkout / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def until(self, holds: Callable[[], Any]) -> None:
        last = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < last, (self.shown, self.complaints)
            self.page.wait_for_timeout(50)

    def sees_newer(self, version: int, picture: str = "draft") -> None:
        ranks = ["still", "clip", "draft"]
        self.until(
            lambda: (
                self.version > version
                and ranks.index(self.shown["picture"]) >= ranks.index(picture)
            )
        )

    def pixel(self) -> bytes:
        """What is seen of the film."""
        return self.page.locator("#frame").screenshot()


@pytest.fixture(scope="module")
def author(checkout: Path) -> Iterator[Author]:
    with studio(checkout) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        author = Author(checkout, page, [])
        page.on("console", lambda said: author.complaints.append(said.text))
        page.on("pageerror", lambda error: author.complaints.append(str(error)))
        page.goto(address)
        author.sees_newer(0)
        yield author
        browser.close()
    assert author.complaints == []


@needs_browser
def test_it_opens_with_the_day_and_a_draft_that_plays_with_sound(author: Author) -> None:
    page = author.page
    assert page.locator("[data-short]").count() >= 2
    assert page.locator("#title").inner_text().endswith("Squares")
    film = page.evaluate(
        "(f => [f.duration, f.videoWidth, f.videoHeight])(document.querySelector('#film'))"
    )
    assert film == [pytest.approx(30, abs=0.1), 180, 320]
    page.keyboard.press("Space")
    author.until(lambda: page.evaluate("document.querySelector('#film').currentTime") > 0)
    page.keyboard.press("Space")
    heard = page.evaluate("document.querySelector('#film').webkitAudioDecodedByteCount")
    assert heard > 0


@needs_browser
def test_the_trace_is_that_of_the_run(author: Author) -> None:
    author.page.locator("#tab-trace").click()
    told = author.page.locator("#trace").inner_text()
    assert "tensor(6.)" in told
    assert "9" in told
    author.page.locator("#tab-script").click()


@needs_browser
def test_a_changed_word_is_seen_at_its_moment_and_then_in_the_draft(author: Author) -> None:
    before = author.version
    author.saves("assets/day77.md", "gradient is two x", "gradient is twice x")
    author.sees_newer(before, "still")
    assert "twice" in author.page.locator("#now").inner_text()
    assert "twice" in author.page.locator("#script").inner_text()
    author.sees_newer(before)


@needs_browser
def test_changed_code_changes_what_the_page_says_of_the_run(author: Author) -> None:
    before = author.version
    author.saves("assets/day77.md", "torch.tensor(3.0", "torch.tensor(5.0")
    author.sees_newer(before)
    author.page.locator("#tab-trace").click()
    assert "tensor(10.)" in author.page.locator("#trace").inner_text()
    author.page.locator("#tab-script").click()


@needs_browser
def test_a_theme_and_a_block_are_seen_without_a_restart(author: Author) -> None:
    for file, old, new in (
        ("config.toml", "[theme.colours] ", '[theme.colours]\nground = "#402020"\n#'),
        ("gradreel/stage/backdrop.py", "from __future__", "\nfrom __future__"),
    ):
        before, looked = author.version, author.pixel()
        author.saves(file, old, new)
        author.sees_newer(before, "still")
        if file == "config.toml":
            assert author.pixel() != looked
        author.sees_newer(before)


@needs_browser
def test_an_error_names_its_line_and_goes_when_it_is_mended(author: Author) -> None:
    page, before = author.page, author.version
    for file, old, new in (
        ("assets/day77.md", "**Hook**\nSquares", "**Hoook**\nSquares"),
        ("assets/day77.md", "y.backward()", "y.backward("),
        ("assets/day77.md", "## Short 01", "## Shorrt 01"),
        ("config.toml", 'name = "auto"', 'name = "nobody"'),
    ):
        author.saves(file, old, new)
        author.until(lambda: page.locator("#error").is_visible())
        assert re.search(rf"{Path(file).name}:\d+", page.locator("#error").inner_text())
        assert "picture" in author.shown  # the last good one stays
        assert page.locator("#title").inner_text().endswith("Squares")
        author.saves(file, new, old)
        author.until(lambda: not page.locator("#error").is_visible())
    author.sees_newer(before)


@needs_browser
def test_an_error_in_a_block_names_its_file(author: Author) -> None:
    page, before = author.page, author.version
    author.saves("gradreel/blocks/code_card.py", "from __future__", "froom __future__")
    author.until(lambda: page.locator("#error").is_visible())
    assert "code_card.py:" in page.locator("#error").inner_text()
    author.saves("gradreel/blocks/code_card.py", "froom __future__", "from __future__")
    author.until(lambda: not page.locator("#error").is_visible())
    author.sees_newer(before)


@needs_browser
def test_a_newer_save_ends_the_work_of_the_older(author: Author) -> None:
    before = author.version
    author.saves("assets/day77.md", "Squares grow", "Squares rise")
    author.sees_newer(before, "still")
    author.saves("assets/day77.md", "Squares rise", "Squares climb")
    author.sees_newer(before + 1)
    assert author.version == before + 2
    assert "climb" in author.page.locator("#script").inner_text()


@needs_browser
def test_looking_at_frames_meanwhile_delays_the_draft_but_does_not_lose_it(author: Author) -> None:
    before = author.version
    author.saves("assets/day77.md", "twice x", "two times x")
    author.sees_newer(before, "still")
    for _ in range(3):
        author.page.keyboard.press("ArrowRight")
        author.page.wait_for_timeout(300)
    author.sees_newer(before)


@needs_browser
def test_an_error_that_only_playing_shows_names_the_line_of_the_scene(author: Author) -> None:
    page, before = author.page, author.version
    late = "    def play_hook(self, beat):\n        beat.until('nobody says it')\n\n"
    author.saves("scenes/auto.py", "    def writes(", f"{late}    def writes(")
    lines = (author.checkout / "scenes" / "auto.py").read_text("utf-8").splitlines()
    author.until(lambda: page.locator("#error").is_visible())
    place = lines.index("        beat.until('nobody says it')") + 1
    assert f"auto.py:{place}" in page.locator("#error").inner_text()
    author.saves("scenes/auto.py", late, "")
    author.until(lambda: not page.locator("#error").is_visible())
    author.sees_newer(before)


@needs_browser
def test_another_short_is_shown_when_it_is_chosen_or_edited(author: Author) -> None:
    page, before = author.page, author.version
    page.locator("[data-short='2']").click()
    author.sees_newer(before, "still")
    assert page.locator("#title").inner_text().endswith("Cubes")
    author.saves("assets/day77.md", "Squares climb", "Squares grow")
    author.until(lambda: page.locator("#title").inner_text().endswith("Squares"))


@needs_browser
def test_a_final_film_is_made_and_plays(author: Author) -> None:
    page = author.page
    page.locator("#render").click()
    author.until(lambda: author.shown.get("picture") == "final")
    (film,) = (author.checkout / "out").glob("day77/01-*/01-*.mp4")
    assert film.stat().st_size > 10_000
    assert page.evaluate("document.querySelector('#film').videoWidth") == 360
    state, before = page.locator("[data-short='1'] .state"), author.version
    assert state.inner_text() == "Final"
    author.saves("assets/day77.md", "Squares grow", "Squares rise")
    author.sees_newer(before)
    author.until(lambda: state.inner_text() == "Final, outdated")


def test_without_a_page_a_picture_and_a_draft_are_kept_up_to_date(checkout: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "render.py", "--watch", "--short", "2", "--out", "watched"),
        cwd=checkout,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    folder = checkout / "watched" / "day77" / "02-cubes"
    assert {path.suffix for path in folder.iterdir()} == {".png", ".mp4"}
    assert all("02-cubes-watch" in line for line in said)


def test_nothing_is_left_when_it_is_killed(checkout: Path, tmp_path: Path) -> None:
    """Its process that draws hears that it is gone, and tidies up."""
    process = subprocess.Popen(
        (sys.executable, "render.py", "--watch", "--out", str(tmp_path / "out")),
        cwd=checkout,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # it draws
    assert list(tmp_path.glob("gradreel-studio-*"))
    process.kill()
    process.wait()
    last = time.monotonic() + 10
    while list(tmp_path.glob("gradreel-studio-*")) and time.monotonic() < last:
        time.sleep(0.1)
    assert not list(tmp_path.glob("gradreel-studio-*"))
    process.stdout.close()
