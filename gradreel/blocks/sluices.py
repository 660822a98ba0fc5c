"""Channels with a gate half-way: values run down, gradients run up, and a gate that is shut stops
both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Self

from manim import (
    RIGHT,
    Animation,
    AnimationGroup,
    Dot,
    FadeIn,
    Indicate,
    LaggedStart,
    Line,
    ManimColor,
    VGroup,
    VMobject,
    linear,
    smooth,
)

from gradreel.blocks.compute_graph import Run
from gradreel.blocks.iterations import Through
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

HEAD = 88  # pixels above a channel for the value, and below it for what comes out
GAP = 44  # pixels between channels
WALL, LEAF = 8, 20  # pixels: strokes of walls and gates
SWING = math.radians(80)  # how far an open leaf hangs down
VALUE, GRADIENT, SUM = 76, 104, 60  # pixel ems
TALL, WIDE = 0.56, 0.8  # of the channel before the gate: the most that a number takes
DISC, LIGHT = 36, 54  # pixels: radii of the ✕ on a gate and of the light
STRUCK = 1.4  # times its size that a number grows for a moment
WALLS, TEXTS = 1, 2  # what lies over the water


@dataclass(frozen=True, slots=True)
class Pose:
    """The channel's edges in pixels; how far the value has come `down` and the gradient `up`: 0 not
    in, 1 at the gate, 2 through; how far the gate is `open`; and, from 0 to 1, how much is seen of
    the ✕ on it, of the number below, and of the gradients before and behind the gate."""

    left: float
    top: float
    right: float
    bottom: float
    down: float = 0.0
    up: float = 0.0
    open: float = 0.0
    stopped: float = 0.0
    made: float = 0.0
    came: float = 0.0
    kept: float = 0.0

    @classmethod
    def within(cls, zone: Zone) -> Pose:
        return cls(zone.left, zone.top + HEAD, zone.right, zone.bottom - HEAD)

    @property
    def middle(self) -> tuple[float, float]:
        """Where the gate's leaves meet."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def towards(self, other: Pose, way: float) -> Pose:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Pose(*(a + (b - a) * way for a, b in pairs))


class Sluice(VGroup):
    """One channel. Its gate opens for a value of which something is `made`, and for a gradient of
    which something is `kept` behind it; `came` is what stands before it."""

    def __init__(
        self, type_: Typesetter, zone: Zone, value: Number, made: Number, came: Number, kept: Number
    ) -> None:
        super().__init__()
        self.type, self.pose = type_, Pose.within(zone)
        self.passes, self.returns = bool(made), bool(kept)
        colour, half = type_.theme.colour, (self.pose.bottom - self.pose.top) / 2
        self.blue, self.amber = (
            VMobject(stroke_width=0).set_fill(colour(role), opacity=1)
            for role in ("forward", "backward")
        )
        self.walls = VGroup(Line(), Line()).set_stroke(colour("quiet"), WALL)
        self.leaves = VGroup(Line(), Line()).set_stroke(width=LEAF)
        self.disc = Dot(radius=units(DISC), color=colour("ground"), stroke_width=WALL)
        self.disc.set_stroke(colour("mistake"))
        for part in (self.walls, self.leaves, self.disc):
            part.set_z_index(WALLS)
        made_role, kept_role = (
            "forward" if self.passes else "untracked",
            "ground" if self.returns else "mistake",
        )
        self.cross = self._text("✕", 1.3 * DISC, "mistake")
        self.value = self._text(short(value), VALUE, "forward")
        self.made = self._text(short(made), VALUE, made_role)
        self.came = self._text(short(came), min(VALUE, TALL * half), "ground")
        self.kept = self._text(short(kept), min(GRADIENT, TALL * half), kept_role)
        self.add(self.blue, self.amber, self.walls, self.leaves, self.disc)
        self.add(self.cross, self.value, self.made, self.came, self.kept)
        self.take(self.pose)

    def take(self, pose: Pose) -> None:
        """Everything as in that pose."""
        theme, (x, y), left, right = self.type.theme, pose.middle, pose.left, pose.right
        self._fill(self.blue, pose, pose.top, pose.bottom, pose.down)
        self._fill(self.amber, pose, pose.bottom, pose.top, pose.up)
        for wall, side in zip(self.walls, (left, right), strict=True):
            wall.put_start_and_end_on(point(side, pose.top), point(side, pose.bottom))
        across = (x - left) * math.cos(SWING * pose.open)
        tip = y + (x - left) * math.sin(SWING * pose.open)
        one, other = self.leaves
        one.put_start_and_end_on(point(left, y), point(left + across, tip))
        other.put_start_and_end_on(point(right, y), point(right - across, tip))
        white, red = (ManimColor(theme.colour(role)) for role in ("text", "mistake"))
        self.leaves.set_stroke(white.interpolate(red, pose.stopped))
        free = (pose.bottom - y - DISC) / 2  # from a channel's end to the middle before the gate
        self.disc.move_to(point(x, y)).set_opacity(pose.stopped)
        for text, row, seen in (
            (self.cross, y, pose.stopped),
            (self.value, pose.top - HEAD / 2, 1.0),
            (self.made, pose.bottom + HEAD / 2, pose.made),
            (self.came, pose.bottom - free, pose.came),
            (self.kept, pose.top + free, pose.kept),
        ):
            text.move_to(point(x, row)).set_opacity(seen)

    # ------------------------------------------------------------------ animations

    def pour(self) -> Animation:
        """The value comes down to the gate, and through it if something is made of it."""
        reached = replace(self.pose, down=1.0)
        end = replace(reached, made=1.0)
        return self.go(reached, replace(end, down=2.0, open=1.0) if self.passes else end)

    def rise(self) -> Animation:
        """The gradient comes up to the gate; what is kept of it stands behind."""
        reached = replace(self.pose, up=1.0, came=1.0)
        end = replace(reached, kept=1.0)
        through = replace(end, up=2.0, open=1.0) if self.returns else replace(end, stopped=1.0)
        return self.go(reached, through)

    def drain(self) -> Animation:
        """Value and gradient run off; the gate and what was made stay."""
        return self.go(replace(self.pose, down=0.0, up=0.0, stopped=0.0, came=0.0, kept=0.0))

    def shut(self) -> Animation:
        """Nothing has come yet."""
        pose = self.pose
        return self.go(Pose(pose.left, pose.top, pose.right, pose.bottom))

    def move_into(self, zone: Zone) -> Animation:
        """As it is, in another zone."""
        new = Pose.within(zone)
        edges = {"left": new.left, "top": new.top, "right": new.right, "bottom": new.bottom}
        return self.go(replace(self.pose, **edges))

    def strike(self, number: VMobject) -> Animation:
        """One of its numbers is pointed out."""
        return Indicate(number, STRUCK, self.type.theme.colour("text"))

    def surge(self) -> Animation:
        """Light runs up as far as the gradient comes."""
        pose, (x, y) = self.pose, self.pose.middle
        end = pose.top + LIGHT if self.returns else y + DISC + LIGHT
        way = Line(point(x, pose.bottom - LIGHT), point(x, end))
        white = self.type.theme.colour("text")
        halo, core = (Dot(radius=units(r), color=white) for r in (LIGHT, LIGHT / 2))
        return Run(VGroup(halo.set_opacity(0.35), core).set_z_index(WALLS), way, back=False)

    def go(self, *poses: Pose) -> Animation:
        """From one pose to the next."""
        way, self.pose = (self.pose, *poses), poses[-1]
        steps, time = len(poses), 0.5 * len(poses)
        along = partial(self._along, way)
        return Through(self, along, 0, steps, run_time=time, rate_func=linear)

    def _along(self, poses: Sequence[Pose], way: float) -> None:
        place = min(int(way), len(poses) - 2)
        self.take(poses[place].towards(poses[place + 1], smooth(way - place)))

    # ------------------------------------------------------------------ drawing

    def _text(self, text: str, size: float, role: str) -> VMobject:
        room = WIDE * (self.pose.right - self.pose.left) / self.type.width(text, 1, "code-strong")
        line = self.type.line(text, min(size, room), font="code-strong", colour=role)
        return line.set_z_index(TEXTS)

    def _fill(self, water: VMobject, pose: Pose, start: float, end: float, reach: float) -> None:
        """Water from where it comes in to the gate, and on to where it goes out."""
        gate = pose.middle[1]
        front = start + (gate - start) * min(reach, 1) + (end - gate) * max(0, reach - 1)
        corners = [(pose.left, start), (pose.right, start), (pose.right, front), (pose.left, front)]
        water.set_points_as_corners([point(*corner) for corner in (*corners, corners[0])])


class Sluices(Block):
    """A channel for each element of the traced numbers, side by side in `zone`."""

    def __init__(
        self,
        type_: Typesetter,
        zone: Zone,
        *,
        values: Sequence[Number],
        made: Sequence[Number],
        came: Sequence[Number],
        kept: Sequence[Number],
    ) -> None:
        super().__init__()
        self.type, self.zone, self.marks = type_, zone, VGroup()
        numbers = zip(self._columns(len(values)), values, made, came, kept, strict=True)
        self.channels = [Sluice(type_, *each) for each in numbers]
        self.add(*self.channels)

    def flooded(self) -> Self:
        """As they are when the gradient has come."""
        for channel in self.channels:
            channel.rise()
            channel.take(channel.pose)
        return self

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.6)

    def move_into(self, zone: Zone) -> Animation:
        """They move, and become as tall as another zone allows."""
        self.zone = zone
        columns = zip(self.channels, self._columns(len(self.channels)), strict=True)
        return AnimationGroup(*(channel.move_into(column) for channel, column in columns))

    def pour(self) -> Animation:
        return LaggedStart(*(channel.pour() for channel in self.channels), lag_ratio=0.2)

    def rise(self) -> Animation:
        return LaggedStart(*(channel.rise() for channel in self.channels), lag_ratio=0.2)

    def shut(self) -> Animation:
        return AnimationGroup(*(channel.shut() for channel in self.channels))

    def drain(self) -> Animation:
        return AnimationGroup(*(channel.drain() for channel in self.channels))

    def surge(self) -> Animation:
        return LaggedStart(*(channel.surge() for channel in self.channels), lag_ratio=0.4)

    def total(self, number: Number) -> Animation:
        """What was made adds up to a traced number."""
        ends = [(pixel(c.made.get_left())[0], pixel(c.made.get_right())[0]) for c in self.channels]
        places = [(right + left) / 2 for (_, right), (left, _) in pairwise(ends)]
        y = self.zone.bottom - HEAD / 2
        signs = [self.type.line("+", SUM, font="code-strong").at(x, y, "center") for x in places]
        result = self.type.line(f"= {short(number)}", SUM, font="code-strong")
        self.marks.add(*signs, result.at(self.zone.right, y, "right"))
        return FadeIn(self.marks, shift=units(20) * RIGHT)

    def _columns(self, count: int) -> tuple[Zone, ...]:
        return self.zone.inset(WALL, 0).columns(*[1.0] * count, gap=GAP)
