"""The page of the studio in a real browser: it shows the newest picture, and does what keys say."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from studios import Studio, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.film,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"),
]

FPS, FRAMES = 30, 120
DAY = {
    "kind": "day",
    "day": 3,
    "script": "assets/day03.md",
    "shorts": [
        {"number": 13, "title": "Flat <b>ends</b>", "state": "new", "cover": None},
        {"number": 14, "title": "Tanh", "state": "new", "cover": None},
    ],
    "platforms": [
        {
            "name": "default",
            "zones": {
                "title": [65, 196, 1015, 330],
                "stage": [60, 800, 1020, 1290],
                "captions": [65, 1300, 1015, 1460],
                "safe": [60, 150, 1020, 1480],
            },
        }
    ],
}
SHORT: dict[str, Any] = {
    "kind": "short",
    "short": 13,
    "version": 1,
    "title": "Flat <b>ends</b>",
    "line": 420,
    "fps": FPS,
    "frames": FRAMES,
    "voice": "hibari",
    "pace": 165,
    "scene": "scenes/day03/short_13.py",
    "beats": [
        {"name": "hook", "start": 0, "end": 45, "slack": 0.4},
        {"name": "backward", "start": 45, "end": 120, "slack": 0.8},
    ],
    "words": [
        {"text": "Flat", "start": 6, "end": 20, "part": "hook", "code": False, "line": 423},
        {"text": "x.grad", "start": 50, "end": 90, "part": "talk-1", "code": True, "line": 426},
    ],
    "cues": [{"name": "backward", "frame": 45}],
    "script": [
        {"part": "hook", "line": 423, "text": "Flat", "words": [0, 0]},
        {"part": "talk-1", "line": 426, "text": "x.grad", "words": [1, 1]},
    ],
    "code": [
        {"line": 431, "text": "x = torch.tensor(2.0)", "lit": []},
        {"line": 432, "text": "print(x.grad)", "lit": [[50, 90]]},
    ],
    "wave": [0.5] * 600,
    "trace": {
        "torch": "2.13.0",
        "nodes": [
            {"id": 0, "label": "x", "op": "leaf", "value": "2", "grad": "4", "line": 1},
            {"id": 1, "label": "y", "op": "**2", "value": "4", "grad": "1", "line": 2},
        ],
        "edges": [[0, 1]],
        "output": "tensor(4.)\n",
        "error": None,
        "gradients": [{"name": "x", "value": "4"}],
    },
    "warnings": [],
}


@dataclass
class Visit:
    """A page that looks at a studio, and what its console complains of."""

    studio: Studio
    page: Page
    files: Path
    complaints: list[str] = field(default_factory=list)

    def post(self, kind: str, **event: Any) -> None:
        self.studio.board.post({"kind": kind, **event})

    def picture(self, kind: str, version: int, **event: Any) -> None:
        name = "still.png" if kind == "still" else f"{kind}-{version}.mp4"
        file = self.studio.gallery.add(self.files / name)
        self.post(kind, short=13, version=version, file=file, seconds=0.5, **event)

    def until(self, holds: Callable[[], Any], seconds: float = 10) -> None:
        """The policy of the page forbids what Playwright would wait with."""
        last = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < last, (self.shown, self.frame, self.complaints)
            self.page.wait_for_timeout(20)

    def until_shown(self, kind: str, version: int) -> None:
        self.until(lambda: self.shown == (kind, str(version)))

    @property
    def shown(self) -> tuple[str, str]:
        told = self.page.evaluate("({...document.documentElement.dataset})")
        return told.get("picture", ""), told.get("version", "")

    @property
    def frame(self) -> int:
        return int(self.page.get_attribute("#playhead", "aria-valuenow") or 0)

    @property
    def plays(self) -> bool:
        return self.page.get_attribute("#play", "aria-label") == "Pause"

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def asked(self, kind: str) -> list[dict[str, Any]]:
        return [action for action in self.studio.actions if action["do"] == kind]


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
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


def test_everything_is_on_one_screen(drafted: Visit) -> None:
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert drafted.page.evaluate(size) == [1280, 800]
    assert drafted.page.inner_text("h1") == "13 Flat <b>ends</b>"  # text, never markup
    assert drafted.page.locator("#shorts [role=option]").count() == 2
    assert drafted.page.inner_text("#about").startswith("assets/day03.md:420")


def test_keys_move_through_the_film(drafted: Visit) -> None:
    for keys, frame in (
        (["ArrowRight", "ArrowRight", "ArrowLeft"], 1),
        (["Shift+ArrowRight"], 45),
        (["l"], 75),
        (["j"], 45),
        (["Shift+ArrowLeft"], 0),
        (["Control+l", "Alt+ArrowRight"], 0),  # those are the browser's
    ):
        drafted.press(*keys)
        assert drafted.frame == frame, keys


def test_a_film_plays_pauses_and_goes_back(drafted: Visit) -> None:
    drafted.press("Space")
    drafted.until(lambda: drafted.frame > 10)
    drafted.press("l")
    assert drafted.page.inner_text("#rate") == "2×"
    drafted.press("j", "j")
    assert drafted.page.inner_text("#rate") == "−1×"
    drafted.until(lambda: drafted.frame == 0)
    assert not drafted.plays


def test_a_beat_is_played_again_and_again(drafted: Visit) -> None:
    drafted.press("b", "Space")
    drafted.until(lambda: drafted.frame > 30)
    drafted.until(lambda: drafted.frame < 15)
    assert drafted.plays


def test_words_beats_and_lines_are_ways_to_their_moment(drafted: Visit) -> None:
    page = drafted.page
    for tab, place, frame in (
        ("script", '#timeline [data-word="1"]', 50),
        ("script", '#script [data-word="0"]', 6),
        ("script", '[data-beat="backward"]', 45),
        ("code", '[data-line="432"]', 50),
        ("trace", '[data-node="1"]', 50),
    ):
        page.click(f"#tab-{tab}")
        page.click(place)
        assert drafted.frame == frame, place
    assert page.locator("#words [data-lit]").inner_text() == "x.grad"
    drafted.press("Space")  # a click leaves the keys to the player
    assert drafted.plays


def test_the_newest_picture_is_shown_and_the_old_film_still_plays(drafted: Visit) -> None:
    drafted.studio.board.post({**SHORT, "version": 2})
    drafted.picture("still", 2, frame=60)
    drafted.until_shown("still", 2)
    assert drafted.frame == 60
    drafted.press("ArrowRight")
    drafted.until_shown("draft", 1)
    drafted.picture("clip", 2, start=45, end=90)
    drafted.until_shown("clip", 2)
    drafted.press("Shift+ArrowLeft", "Shift+ArrowLeft", "Space")
    drafted.until_shown("draft", 1)
    drafted.until(lambda: drafted.frame > 10)
    before = drafted.frame
    drafted.picture("draft", 2)
    drafted.until_shown("draft", 2)
    assert drafted.plays
    assert drafted.frame >= before
    assert drafted.page.locator("video").count() == 1


def test_without_a_draft_a_hand_that_drags_asks_for_one_still(visit: Visit) -> None:
    visit.picture("still", 1, frame=0)
    visit.until_shown("still", 1)
    assert visit.page.is_disabled("#play")
    box = visit.page.locator("#wave").bounding_box()
    assert box is not None
    left, y, width = box["x"], box["y"] + 5, box["width"]
    visit.page.mouse.move(left, y)
    visit.page.mouse.down()
    visit.page.mouse.move(left + width / 2, y, steps=10)
    visit.page.mouse.up()
    visit.until(lambda: visit.asked("still"))
    visit.page.wait_for_timeout(300)
    assert visit.asked("still") == [{"do": "still", "short": 13, "frame": visit.frame}]
    assert visit.frame in (59, 60)


def test_errors_are_told_with_their_place_and_the_picture_stays(drafted: Visit) -> None:
    wrong = {"message": "no word '<i>'", "fix": "Known: flat.", "file": "scenes/day03/short_13.py"}
    drafted.post("error", short=13, what="scene", line=7, others=[], **wrong)
    drafted.page.wait_for_selector("#error:not([hidden])")
    for text in ("no word '<i>'", "Known: flat.", "scenes/day03/short_13.py:7"):
        assert text in drafted.page.inner_text("#error")
    assert drafted.shown == ("draft", "1")
    drafted.page.click("#error button")
    drafted.until(lambda: drafted.asked("open"))
    assert drafted.asked("open") == [{"do": "open", "file": wrong["file"], "line": 7}]
    drafted.post("cleared")
    drafted.page.wait_for_selector("#error", state="hidden")


def test_the_editor_opens_at_the_line_that_is_said(drafted: Visit) -> None:
    drafted.page.click('#timeline [data-word="1"]')
    drafted.press("e")
    drafted.until(lambda: drafted.asked("open"))
    assert drafted.asked("open") == [{"do": "open", "file": "assets/day03.md", "line": 426}]


def test_findings_are_ways_to_their_moment(drafted: Visit) -> None:
    found = [{"frame": 80, "text": "overlap: two words"}]
    drafted.post("findings", short=13, version=1, findings=found)
    drafted.page.click("#tab-findings")
    drafted.page.click('[data-frame="80"]')
    assert drafted.frame == 80
    assert drafted.page.inner_text("#count") == "1"


def test_a_final_is_asked_for_and_plays(drafted: Visit) -> None:
    drafted.press("r")
    drafted.until(lambda: drafted.asked("render") == [{"do": "render", "shorts": [13]}])
    final = {"short": 13, "file": None, "error": None, "package": None}
    drafted.post("final", **final | {"state": "drawing", "part": 0.5})
    drafted.page.wait_for_selector("#final:not([hidden])")
    assert drafted.page.inner_text("#final-state") == "Final 13: 50 %"
    film = drafted.studio.gallery.add(drafted.files / "draft-2.mp4")
    drafted.post("final", **final | {"state": "made", "part": 1.0, "file": film})
    drafted.until(lambda: drafted.shown[0] == "final" and drafted.frame > 5)
    drafted.page.click("#watch-draft")
    drafted.until_shown("draft", 1)


def test_what_lies_over_the_picture_comes_and_goes(drafted: Visit) -> None:
    for key, id in (("s", "safe"), ("g", "grid"), ("p", "phone"), ("m", "mute"), ("b", "loop")):
        drafted.press(key)
        assert drafted.page.get_attribute(f"#{id}", "aria-pressed") == "true"
    assert drafted.page.locator("[data-zone]").count() == 4
    assert drafted.page.evaluate("document.getElementById('film').muted")
    assert drafted.page.locator("#frame").bounding_box()["width"] == pytest.approx(249.4, abs=1)
    drafted.press("s", "g", "p", "m", "b")
    assert drafted.page.locator(".tools [aria-pressed=true]").count() == 0


def test_help_lists_the_keys(drafted: Visit) -> None:
    drafted.press("?")
    assert drafted.page.is_visible("#help")
    assert drafted.page.locator("#keys dt").count() == 16
    drafted.press("ArrowRight", "Escape")
    assert not drafted.page.is_visible("#help")
    assert drafted.frame == 0


def test_another_short_is_chosen(drafted: Visit) -> None:
    drafted.studio.board.post({**SHORT, "short": 14, "title": "Tanh"})
    drafted.press("Space")
    drafted.until(lambda: drafted.frame > 10)
    drafted.page.click('[data-short="14"]')
    assert drafted.frame == 0
    drafted.until(lambda: {"do": "select", "short": 14} in drafted.studio.actions)
    assert drafted.page.inner_text("h1") == "14 Tanh"
    drafted.until(lambda: drafted.shown == ("", ""))
    drafted.page.reload()
    drafted.until(lambda: drafted.page.inner_text("h1") == "14 Tanh")


def test_a_studio_that_stopped_is_told_and_found_again(browser: Browser, files: Path) -> None:
    with browser.new_context() as tabs:
        with running() as studio:
            page = tabs.new_page()
            visit = Visit(studio, page, files)
            studio.board.post(DAY)
            studio.board.post(SHORT)
            page.goto(studio.url)
            visit.picture("still", 1, frame=0)
            visit.until_shown("still", 1)
        page.wait_for_selector("#stopped:not([hidden])", timeout=5000)
        assert visit.shown == ("still", "1")
        with running(port=studio.port) as again:
            again.board.post(DAY)
            again.board.post(SHORT)
            tabs.new_page().goto(again.url)  # as the program does: it lets the browser in again
            page.wait_for_selector("#stopped", state="hidden")
            visit.until(lambda: {"do": "select", "short": 13} in again.actions)
