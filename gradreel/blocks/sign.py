"""One line of large text that gives way to the next."""

from __future__ import annotations

from manim import Animation, AnimationGroup, FadeIn, FadeOut, VGroup

from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Typesetter

LARGEST, LEAST = 84, 40  # pixel ems


class Sign(Block):
    """In the middle of `zone`; empty until it says something."""

    def __init__(self, type_: Typesetter, zone: Zone) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.text = VGroup()

    def say(self, *runs: tuple[str, str]) -> Animation:
        """Runs of (text, colour role) side by side, as large as they fit, instead of what was
        there."""
        wide = sum(self.type.width(text, 1, "display") for text, _ in runs)
        size = max(LEAST, min(LARGEST, self.zone.width / wide))
        row = self.type.row([(text, "display", colour) for text, colour in runs], size)
        old, self.text = self.text, row.move_to(point(*centre(self.zone)))
        self.remove(old)
        self.add(self.text)
        gone = [FadeOut(old)] if len(old) else []
        return AnimationGroup(*gone, FadeIn(self.text), run_time=0.5)
