"""`Block`: one thing on stage. What it is made of knows which block it belongs to."""

from __future__ import annotations

import weakref
from typing import Any, Self

from manim import Mobject, VGroup

from gradreel.model import Zone


class Block(VGroup):
    """Base of the visual blocks. One that keeps to a zone has it as `zone`."""

    zone: Zone

    @property
    def limits(self) -> Zone | None:
        """Where its text has to stay; None for anywhere."""
        return getattr(self, "zone", None)

    def add(self, *mobjects: Any) -> Self:
        """Parts of a block inside a block belong to the outer one, also those that come later: that
        is what a viewer sees as one thing."""
        super().add(*mobjects)
        # a reference, since copying a part must not copy the block
        outer = getattr(self, "block", None) or weakref.ref(self)
        for mobject in mobjects:
            for part in mobject.get_family():
                part.block = outer
        return self

    def lay_over(self, z: int) -> Self:
        """It lies over all whose z index is lower, its parts as before over each other."""
        for part in self.get_family():
            part.set_z_index(z + part.z_index, family=False)
        return self


def block_of(part: Mobject) -> Block | None:
    """The block that a part belongs to; None for what a scene or an animation made itself."""
    if isinstance(part, Block):
        return part
    found: weakref.ref[Block] | None = getattr(part, "block", None)
    return found() if found is not None else None
