"""`Block`: one thing on stage. What it is made of knows which block it belongs to."""

from __future__ import annotations

from typing import Any, Self

from manim import Mobject, VGroup

from gradreel.model import Zone


class Block(VGroup):
    """Base of the visual blocks. `zone` is where it may put things, None for wherever it likes."""

    zone: Zone | None = None

    def add(self, *mobjects: Any) -> Self:
        """Parts of a block inside a block belong to the outer one: that is what a viewer sees as
        one thing."""
        super().add(*mobjects)
        for mobject in mobjects:
            for part in mobject.get_family():
                part.block = self
        return self


def block_of(part: Mobject) -> Block | None:
    """The block that a part belongs to; None for what a scene or an animation made itself."""
    return part if isinstance(part, Block) else getattr(part, "block", None)
