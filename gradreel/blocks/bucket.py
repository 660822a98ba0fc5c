"""A leaf's `.grad` as a tank: gradients are poured in and add up, until somebody empties it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from manim import (
    UP,
    Animation,
    AnimationGroup,
    DashedVMobject,
    FadeIn,
    FadeOut,
    LaggedStart,
    LineJointType,
    Transform,
    VGroup,
    VMobject,
)

from gradreel.blocks.drop import Drop, vapour
from gradreel.blocks.liquid import CORNER, GLASS, Liquid
from gradreel.blocks.numbers import shape_text, short, written
from gradreel.blocks.rounded import QUARTER
from gradreel.blocks.wheel import Wheel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number, Value

SKY, NAME = 124, 86  # pixels above the tank, where gradients come from, and below it
WIDEST = 2.7  # of a tank's height
LIQUID, WALL, TEXT = 1, 2, 3  # what lies over what; drops over all of it


class Bucket(Block):
    """`name` under a tank that holds `held` (None: never filled, dashed).

    The level is the largest magnitude in it, against `most`, which is what the fullest it will be
    holds. Liquid of negative gradient is darker and full of minus signs. The sum of a pour stands
    above the tank until the next animation.
    """

    def __init__(
        self,
        type_: Typesetter,
        name: str,
        zone: Zone,
        *,
        most: Number,
        held: Value | None = None,
    ) -> None:
        super().__init__()
        self.type, self.zone, self.most, self.held = type_, zone, abs(float(most)) or 1.0, held
        height = zone.height - SKY - NAME
        width = min(zone.width, WIDEST * height)
        middle = centre(zone)[0]
        floor = zone.top + SKY + height
        self.tank = Zone(
            round(middle - width / 2), zone.top + SKY, round(middle + width / 2), round(floor)
        )
        self.liquid = Liquid(type_.theme, self.tank, self._share(held)).set_z_index(LIQUID)
        self.vessel = self._vessel(whole=held is not None)
        self.number = Wheel(self._number(held)).set_z_index(TEXT)
        size = type_.fit(name, "title", zone.width, font="code-strong")
        title = type_.line(name, size, font="code-strong", colour="text")
        title.at(middle, zone.bottom - 0.6 * size, "center")
        self.sum = VGroup()
        self.add(self.liquid, self.vessel, self.number, title)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, scale=0.94, run_time=0.6)

    def pour(self, incoming: Value, after: Value) -> Animation:
        """A gradient falls in; the tank then holds `after`, and the sum is written above it."""
        drop = self._drop(incoming)
        total = self._sum(incoming, after)
        x, level = centre(self.tank)[0], self.liquid.level(self._share(self.held))
        fall = drop.fall(point(x, self.tank.bottom - level - 30))
        settle = self._hold(after)
        if total is not None:
            settle.append(FadeIn(total, shift=units(20) * UP))
        rise = AnimationGroup(*settle, run_time=0.7)
        return AnimationGroup(*self._forget_sum(total), fall, rise, lag_ratio=0.85, run_time=1.4)

    def empty(self, after: Value) -> Animation:
        """`zero_()`: what was held runs out, and the tank holds `after`."""
        return AnimationGroup(*self._forget_sum(None), *self._hold(after), run_time=0.8)

    def none(self) -> Animation:
        """`.grad = None`: there is no tank any more, only where it was."""
        return AnimationGroup(*self._forget_sum(None), *self._hold(None), run_time=0.6)

    def evaporate(self, incoming: Value) -> Animation:
        """A gradient arrives where no tank keeps it, and is gone."""
        floor = point(centre(self.tank)[0], self.tank.bottom - 90)
        fall = self._drop(incoming).fall(floor)
        return AnimationGroup(fall, vapour(self.type, floor), lag_ratio=0.7)

    # ------------------------------------------------------------------ parts of them

    def _hold(self, after: Value | None) -> list[Animation]:
        """From what is held to what will be: level, number and glass."""
        changes: list[Animation] = [
            self.liquid.flow(self._share(self.held), self._share(after)),
            self.number.turn(self._number(after)),
        ]
        if (after is None) != (self.held is None):
            changes.append(Transform(self.vessel, self._vessel(whole=after is not None)))
        self.held = after
        return changes

    def _forget_sum(self, following: VGroup | None) -> list[Animation]:
        old, self.sum = self.sum, following or VGroup()
        self.remove(old)
        self.add(self.sum)
        return [FadeOut(old, run_time=0.2)] if len(old) else []

    def _drop(self, incoming: Value) -> Drop:
        return Drop(self.type, _signed(incoming), centre(self.zone)[0], self.zone.top)

    def _share(self, held: Value | None) -> float:
        """How full the tank is of it, -1 to 1."""
        return _amount(held) / self.most

    # ------------------------------------------------------------------ drawing

    def _vessel(self, *, whole: bool) -> VGroup:
        """Walls with a lip, and dashes in their place where there is no tank: one is unseen."""
        tank, theme = self.tank, self.type.theme
        wall = VMobject(stroke_width=GLASS)
        left, right, top = tank.left + GLASS / 2, tank.right - GLASS / 2, tank.top
        floor, bend = tank.bottom - GLASS / 2, CORNER
        k = bend * (1 - QUARTER)
        wall.start_new_path(point(left, top)).add_line_to(point(left, floor - bend))
        wall.add_cubic_bezier_curve_to(
            point(left, floor - k), point(left + k, floor), point(left + bend, floor)
        )
        wall.add_line_to(point(right - bend, floor))
        wall.add_cubic_bezier_curve_to(
            point(right - k, floor), point(right, floor - k), point(right, floor - bend)
        )
        wall.add_line_to(point(right, top))
        dashes = DashedVMobject(wall, num_dashes=max(12, tank.width // 24 + tank.height // 24))
        dashes.set_stroke(theme.colour("untracked"), width=6, opacity=0 if whole else 1)
        wall.set_stroke(theme.colour("quiet"), opacity=1 if whole else 0)
        shine = VMobject(stroke_width=10).set_points_as_corners(
            [point(left + 34, top + 40), point(left + 34, top + 0.45 * tank.height)]
        )
        shine.set_stroke(theme.colour("text"), opacity=0.3 if whole else 0)
        return VGroup(dashes, wall, shine).set_z_index(WALL)

    def _number(self, held: Value | None) -> VGroup:
        """What is held, readable over glass and liquid alike."""
        text = "None" if held is None else _written(held)
        colour = "untracked" if held is None else "text"
        size = self.type.fit(text, "hook", self.tank.width - 90, font="code-strong")
        line = self.type.line(text, size, font="code-strong", colour=colour)
        line.at(centre(self.tank)[0], centre(self.tank)[1], "center")
        halo = line.copy().set_fill(opacity=0)
        halo.set_stroke(self.type.theme.colour("ground"), width=22, opacity=1)
        halo.joint_type = LineJointType.ROUND  # the corners of an N would grow spikes
        return VGroup(halo, line).set_z_index(TEXT)

    def _sum(self, incoming: Value, after: Value) -> VGroup | None:
        """`4 + 12 = 16`; nothing where there was no number to add to."""
        if self.held is None:
            return None
        sign, term = _signed(incoming)[0], _signed(incoming)[1:]
        runs = [
            (f"{_written(self.held)} ", "code-strong", "text"),
            (f"{sign} {term}", "code-strong", "backward"),
            (f" = {_written(after)}", "code-strong", "text"),
        ]
        text = "".join(run[0] for run in runs)
        size = self.type.fit(text, "caption", self.zone.width, font="code-strong")
        row = self.type.row(runs, size)
        row.move_to(point(centre(self.zone)[0], self.zone.top + SKY / 2))
        return row.set_z_index(TEXT)


class Buckets(Block):
    """Tanks side by side on one scale: `most` is what the fullest of them will hold."""

    def __init__(
        self, type_: Typesetter, names: Iterable[str], zone: Zone, *, most: Number
    ) -> None:
        super().__init__()
        listed = tuple(names)
        cells = zone.columns(*(1.0 for _ in listed), gap=36)
        self.buckets = {
            name: Bucket(type_, name, cell, most=most)
            for name, cell in zip(listed, cells, strict=True)
        }
        self.add(*self.buckets.values())

    def appear(self) -> Animation:
        return LaggedStart(
            *(b.appear() for b in self.buckets.values()), lag_ratio=0.2, run_time=0.8
        )

    def pour(self, incoming: Mapping[str, Value], after: Mapping[str, Value]) -> Animation:
        """One backward pass fills all of them."""
        pours = [self.buckets[name].pour(value, after[name]) for name, value in incoming.items()]
        return LaggedStart(*pours, lag_ratio=0.2, run_time=1.8)

    def empty(self, after: Mapping[str, Value]) -> Animation:
        return AnimationGroup(*(self.buckets[name].empty(v) for name, v in after.items()))


def _amount(held: Value | None) -> float:
    """The number of largest magnitude, with its sign."""
    finite = [float(n) for n in held.numbers if math.isfinite(n)] if held is not None else []
    return max(finite, key=abs, default=0.0)


def _written(value: Value) -> str:
    return written(value) or shape_text(value.shape)


def _signed(value: Value) -> str:
    """`+12`, `−6`, `+[0, 1]`: what a gradient adds."""
    if value.scalar is not None:
        text = short(value.scalar)
        return text if text.startswith("−") else f"+{text}"
    return f"+{_written(value)}"
