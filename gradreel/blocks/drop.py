"""A gradient on its way as an amber drop, and the vapour it leaves where nothing keeps it."""

from __future__ import annotations

import math

import numpy as np
from manim import UP, Animation, AnimationGroup, VGroup, VMobject, smooth

from gradreel.stage.space import Point, point, units
from gradreel.stage.type import Typesetter

TIP = 1.45  # of a drop's radius: from its middle to its tip
LEAST = 46  # pixels: the smallest radius
FORMED, SWALLOWED = 0.35, 0.85  # when a drop begins to fall, and to vanish
OVER = 4  # z index: drops pass in front of a tank and its number


class Drop(VGroup):
    """`text` in a drop whose tip is at (x, top), in pixels."""

    def __init__(self, type_: Typesetter, text: str, x: float, top: float) -> None:
        size = type_.fit(text, "title", 132, font="code-strong")
        line = type_.line(text, size, font="code-strong", colour="ground")
        radius = max(LEAST, type_.width(text, size, "code-strong") / 2 + 14)
        y = top + TIP * radius
        shape = VMobject(stroke_width=0).set_fill(type_.theme.colour("backward"), opacity=1)
        turns = np.linspace(math.radians(52), math.radians(-232), 40)
        round_ = [point(x + radius * math.cos(t), y - radius * math.sin(t)) for t in turns]
        shape.set_points_as_corners([point(x, top), *round_, point(x, top)])
        super().__init__(shape, line.at(x, y, "center"))
        self.set_z_index(OVER)

    def fall(self, to: Point) -> Animation:
        """It forms, falls to a point and is swallowed there."""
        return _Fall(self, to - self.get_center())


def vapour(type_: Typesetter, floor: Point) -> Animation:
    """Three curls rise from a point and thin out."""
    wisps = []
    for side in (-1, 0, 1):
        wisp = VMobject(stroke_width=9).set_z_index(OVER)
        curl = [
            floor + np.array([units(side * 62 + 18 * math.sin(h / 24 + side)), units(h), 0])
            for h in np.linspace(0, 150, 24)
        ]
        wisp.set_points_smoothly(curl).set_stroke(type_.theme.colour("untracked"))
        wisps.append(_Rise(wisp))
    return AnimationGroup(*wisps, lag_ratio=0.15)


class _Fall(Animation):
    def __init__(self, drop: Drop, way: Point) -> None:
        self.drop, self.whole, self.way = drop, drop.copy(), way
        super().__init__(drop, introducer=True, remover=True, run_time=0.7)
        self.interpolate_mobject(0)

    def interpolate_mobject(self, alpha: float) -> None:
        formed = smooth(min(1.0, alpha / FORMED))
        fallen = max(0.0, (alpha - FORMED) / (1 - FORMED)) ** 2
        gone = max(0.0, (alpha - SWALLOWED) / (1 - SWALLOWED))
        self.drop.become(self.whole).scale(max(0.01, formed * (1 - 0.5 * gone)))
        self.drop.shift(fallen * self.way).fade(gone if formed else 1)


class _Rise(Animation):
    def __init__(self, wisp: VMobject) -> None:
        self.wisp, self.whole = wisp, wisp.copy()
        super().__init__(wisp, introducer=True, remover=True, run_time=0.8)
        self.interpolate_mobject(0)

    def interpolate_mobject(self, alpha: float) -> None:
        self.wisp.become(self.whole).shift(units(170 * alpha) * UP)
        self.wisp.set_stroke(opacity=math.sin(math.pi * alpha) * 0.9)
