"""What a scene shows -> frames: the picture is painted, and light, captions and progress laid over.

A frame can be told from others before it is made: two shots of one digest develop alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from manim import Camera

from gradreel import fingerprint
from gradreel.model import Brief
from gradreel.planes import Pixels, Rows
from gradreel.stage.backdrop import backdrop
from gradreel.stage.camera import Picture
from gradreel.stage.glow import Glow
from gradreel.stage.overlay import Overlay
from gradreel.stage.painter import Painter

LIBRARIES = ("manim", "ManimPango", "numpy", "pycairo", "uharfbuzz")


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame before it is drawn: what the scene shows, and the light on it."""

    number: int
    picture: Picture
    glows: tuple[Glow, ...] = ()


class Darkroom:
    """Keeps what it can from one frame to the next, so shots come in rising order. Manim has to be
    set up for the platform while it is opened."""

    def __init__(self, brief: Brief) -> None:
        camera = Camera()
        ground: Any = backdrop(brief.platform, brief.theme)
        camera.set_background(ground)
        self.painter = Painter(camera)
        self.overlay = Overlay(brief)
        self.made_of = fingerprint.key(
            (brief.platform, brief.theme, brief.captions),
            fingerprint.source("stage", "voice/captions.py"),
            fingerprint.fonts(),
            fingerprint.versions(*LIBRARIES),
        )

    def clear(self) -> None:
        """From the next frame on, nothing depends on those before."""
        self.painter.clear()

    def develop(self, shot: Shot) -> tuple[Pixels, Rows]:
        """A frame, good until the next one, and which of its rows are not as before."""
        painted = self.painter.paint(shot.picture)
        return self.overlay.on(self.painter.pixels, painted, shot.number, shot.glows)

    def digest(self, shot: Shot) -> str:
        """Of the frame that `develop` would make, without making it."""
        laid_over = repr(self.overlay.told(shot.number, shot.glows)).encode()
        return hashlib.sha256(shot.picture.digest + laid_over).hexdigest()
