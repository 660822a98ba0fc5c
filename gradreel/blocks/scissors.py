"""Scissors that cut an edge of a graph: from there on no gradient comes back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Annulus,
    Circle,
    DashedVMobject,
    Polygon,
    VGroup,
    VMobject,
    normalize,
    rush_from,
    smooth,
)

from gradreel.blocks.grey import Colours
from gradreel.stage.block import Block
from gradreel.stage.space import Point, units
from gradreel.stage.type import Typesetter

AWAY = 3.0  # units from the cut: where the scissors come from and go to
BITE = 0.3  # of the scissors' size, before the pivot: where the blades meet the edge
OPEN, SHUT = 0.46, 0.03  # radians between a blade and the middle
GAP = 0.1  # of the path's length, to either side of the cut
SWING = 0.42  # radians that a half hangs aside
HALVES, SCISSORS = 1, 8  # z index: over the edges of a graph, over everything


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the pivot is, which way the blades point and how far each is open (radians), and how
    much is seen of the scissors, 0 to 1."""

    pivot: Point
    turn: float
    gape: float
    seen: float

    def towards(self, other: Pose, way: float) -> Pose:
        def between(start: float, end: float) -> float:
            return start + (end - start) * way

        return Pose(
            self.pivot + (other.pivot - self.pivot) * way,
            between(self.turn, other.turn),
            between(self.gape, other.gape),
            between(self.seen, other.seen),
        )


class Scissors(Block):
    """`size` pixels long from the rings to the tips; unseen until they cut."""

    def __init__(self, type_: Typesetter, *, size: float = 240) -> None:
        super().__init__()
        self.type, self.size = type_, size
        self.add(self._half(1), self._half(-1), self._pivot())
        self.set_z_index(SCISSORS)
        self.drawn = VGroup(*(part.copy() for part in self))

    def cut(self, path: VMobject, picture: VMobject, beyond: VMobject | None = None) -> Animation:
        """They come to the middle of `path` and cut it."""
        return AnimationGroup(self.come(path), self.snip(path, picture, beyond), lag_ratio=1)

    def come(self, path: VMobject) -> Animation:
        """They come to the middle of `path` and stand open around it."""
        there = self._around(path)
        return _Move(self, self._away(there), there, run_time=0.6)

    def snip(self, path: VMobject, picture: VMobject, beyond: VMobject | None = None) -> Animation:
        """From there they cut it. The line that showed it, `picture`, falls apart; the far half is
        grey and dashed from then on, and `beyond` turns grey with it."""
        there = self._around(path)
        shut = replace(there, gape=SHUT)
        greyed = VGroup(picture) if beyond is None else VGroup(picture, beyond)
        # The whole edge has to be among what moves: Manim draws the rest once for all frames.
        falls = [_FallApart(self._broken(path), picture), Colours(greyed).fade()]
        return AnimationGroup(
            _Move(self, there, shut, run_time=0.2),
            AnimationGroup(*falls, _Move(self, shut, self._away(there), run_time=0.6)),
            lag_ratio=1,
        )

    def pose(self, pose: Pose) -> None:
        for part, drawn, side in zip(self, self.drawn, (1, -1, 0), strict=True):
            part.become(drawn).rotate(pose.turn + side * pose.gape, about_point=np.zeros(3))
            part.shift(pose.pivot)
            part.fade(1 - pose.seen)

    def _around(self, path: VMobject) -> Pose:
        """Open around the middle of the path."""
        facing = _across(path)
        pivot = path.point_from_proportion(0.5) - units(BITE * self.size) * facing
        return Pose(pivot, math.atan2(facing[1], facing[0]), OPEN, 1.0)

    def _away(self, there: Pose) -> Pose:
        """Where they come from and go to, unseen."""
        facing = np.array([math.cos(there.turn), math.sin(there.turn), 0.0])
        return replace(there, pivot=there.pivot - AWAY * facing, gape=SHUT, seen=0.0)

    # ------------------------------------------------------------------ drawing

    def _half(self, side: int) -> VGroup:
        """A blade that points right, with its ring on the other side of the pivot at the origin."""
        theme, unit = self.type.theme, units(self.size)

        def at(x: float, y: float) -> Point:
            return np.array([x * unit, side * y * unit, 0.0])

        blade = Polygon(
            at(-0.1, -0.05), at(-0.02, 0.05), at(0.3, 0.06), at(0.56, 0), at(-0.02, -0.03)
        )
        blade.set_stroke(width=0).set_fill(theme.colour("text"), opacity=1)
        shank = Polygon(at(0, -0.045), at(0, 0.045), at(-0.24, -0.06), at(-0.22, -0.13))
        shank.set_stroke(width=0).set_fill(theme.colour("quiet"), opacity=1)
        ring = Annulus(inner_radius=0.075 * unit, outer_radius=0.125 * unit, stroke_width=0)
        ring.set_fill(theme.colour("operation"), opacity=1).move_to(at(-0.33, -0.14))
        return VGroup(shank, blade, ring)

    def _pivot(self) -> Circle:
        pivot = Circle(radius=units(0.03 * self.size), stroke_width=0)
        return pivot.set_fill(self.type.theme.colour("ground"), opacity=1)

    def _broken(self, path: VMobject) -> VGroup:
        """The half that still is tracked, and the half that no gradient reaches."""
        near, far = VMobject(), VMobject()
        near.pointwise_become_partial(path, 0, 0.5 - GAP)
        far.pointwise_become_partial(path, 0.5 + GAP, 1)
        dashes = DashedVMobject(far, num_dashes=max(3, round(far.get_arc_length() * 6)))
        near.set_stroke(self.type.theme.colour("forward"), width=8)
        dashes.set_stroke(self.type.theme.colour("untracked"), width=8)
        return VGroup(near, dashes).set_z_index(HALVES)


class _Move(Animation):
    """The scissors go from one pose to another."""

    def __init__(self, scissors: Scissors, start: Pose, end: Pose, *, run_time: float) -> None:
        self.scissors, self.start, self.end = scissors, start, end
        super().__init__(scissors, run_time=run_time, rate_func=smooth)

    def interpolate_mobject(self, alpha: float) -> None:
        self.scissors.pose(self.start.towards(self.end, self.rate_func(alpha)))


class _FallApart(Animation):
    """The halves of an edge take its place and swing aside about their outer ends."""

    def __init__(self, broken: VGroup, whole: VMobject) -> None:
        self.broken, self.whole, self.drawn = broken, whole, broken.copy()
        super().__init__(broken, introducer=True, run_time=0.5, rate_func=rush_from)

    def interpolate_mobject(self, alpha: float) -> None:
        if alpha > 0:
            self.whole.set_opacity(0)
        swing = SWING * self.rate_func(alpha)
        near, far = self.drawn.copy()
        near.rotate(swing, about_point=near.get_start())
        far.rotate(swing, about_point=far[-1].get_end())
        self.broken.become(VGroup(near, far)).set_stroke(opacity=1 if alpha > 0 else 0)


def _across(path: VMobject) -> Point:
    """The direction that crosses the path in its middle: to the left, or upwards."""
    x, y, _ = path.point_from_proportion(0.51) - path.point_from_proportion(0.49)
    across = normalize(np.array([-y, x, 0.0]))
    return across if across[0] < -0.1 or across[1] > 0.9 else -across
