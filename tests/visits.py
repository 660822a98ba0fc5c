"""A page that looks at a studio, and the made-up day and short that it is shown."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from studios import Studio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = [
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
