"""Leaky ReLU over ReLU, and the gap between them."""

from __future__ import annotations

from manim import Animation, AnimationGroup, FadeIn, Polygon, VGroup, VMobject

from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.plane import Range
from gradreel.blocks.sheet import AREAS, SLOPES
from gradreel.elementwise import leaky
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.type import Typesetter

WORDS = 0.69  # of the width: how far words may reach into the gap
ASIDE, DOWN = 30, 26  # pixels from the gap's corner to them
DROPS = 4
TINT = 0.2  # opacity of the gap


class Leak(FunctionPlot):
    """The leak of `slope` in forward blue, ReLU in grey, what is between them in amber."""

    def __init__(
        self, type_: Typesetter, zone: Zone, slope: float, *, reach: Range, heights: Range
    ) -> None:
        curve = leaky(slope)
        super().__init__(
            type_, zone, curve, reach=reach, heights=heights, kinks=(0.0,), name="leaky"
        )
        relu = self._curve(leaky(0), "untracked", SLOPES)
        names = self._tag(leaky(0), "untracked", "ReLU")
        self.apart = VGroup(self.shape(self._gap, AREAS), relu, *names)
        self.add(self.apart)

    @property
    def between(self) -> Zone:
        """Room for words in the gap, from its upper left corner."""
        left, top = map(round, pixel(self.plane.at(self.plane.reach[0], 0)))
        right = left + round(WORDS * self.plane.zone.width)
        return Zone(left + ASIDE, top + DOWN, right, self.zone.bottom)

    def draw(self) -> Animation:
        """The leak draws itself where ReLU is."""
        return AnimationGroup(super().draw(), FadeIn(self.apart))

    def climb(self) -> Animation:
        """What a small gradient does: drop after drop from the far left up the leak, to zero."""
        low = self.plane.reach[0]
        way = self.plane.path([(low, self.function(low)), (0.0, 0.0)])
        return self.lights(way, "backward", count=DROPS)

    # ------------------------------------------------------------------ drawing

    def _gap(self) -> VMobject:
        low = self.plane.reach[0]
        corners = (low, 0.0), (0.0, 0.0), (low, self.function(low))
        gap = Polygon(*(self.plane.at(*corner) for corner in corners), stroke_width=0)
        return gap.set_fill(self.type.theme.colour("backward"), TINT)
