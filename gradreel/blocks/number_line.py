"""Traced numbers on a line, what a function makes of them, and which of them a gradient reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import (
    PI,
    Animation,
    AnimationGroup,
    Circle,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    MoveAlongPath,
    Succession,
    Transform,
    VGroup,
    VMobject,
    smooth,
)

from gradreel.blocks.compute_graph import Run
from gradreel.blocks.history import spark
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

LABEL, GRADIENT = 52, 62  # pixel ems of the numbers, if there is room
AWAY = 74  # pixels from a line to its numbers
GAP = 26  # pixels between two numbers
EDGE = 60  # pixels from the zone's sides to the outer numbers of a line
HEIGHT = 32  # pixels from the middle of a number to the zone's edge
SQUASHED = 0.26  # of the zone's width at each side that a line between bounds leaves free
SPARK = 110  # pixels: a light that runs down a lane
LEAF = 52  # pixels: half a gate
LANES, LINES, MARKERS, GATES = range(4)  # what lies above what


@dataclass(frozen=True, slots=True)
class Markers:
    """Numbers on a line: the line, and for each number its dot and its text with a leader."""

    line: VGroup
    dots: list[Dot]
    texts: list[VGroup]


class NumberLine(Block):
    """`values` on a line at the top of `zone`, their numbers above it. Below is room for a second
    line (`squash`) and for a gate under each value (`gate`)."""

    def __init__(self, type_: Typesetter, values: Sequence[Number], zone: Zone) -> None:
        super().__init__()
        self.type, self.zone, self.values = type_, zone, tuple(values)
        self.top, self.bottom = zone.top + HEIGHT + AWAY, zone.bottom - HEIGHT - AWAY
        self.range = min(self.values), max(self.values)
        sides = zone.left + EDGE, zone.right - EDGE
        self.inputs = self._markers(self.values, self.range, sides, self.top, -1)
        ends = self._apart([pixel(dot.get_center())[0] for dot in self.inputs.dots])
        self.lanes = self._lanes([(x, zone.bottom - 20.0) for x in ends])
        self.marks = VGroup()
        self.add(self.inputs.line, *self.inputs.dots, *self.inputs.texts)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        arrivals = map(self.arrive, range(len(self.values)))
        line = FadeIn(self.inputs.line, run_time=0.4)
        return AnimationGroup(line, LaggedStart(*arrivals, lag_ratio=0.3, run_time=1.0))

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.4)

    def squash(
        self, outputs: Sequence[Number], bounds: tuple[Number, Number] | None = None
    ) -> Animation:
        """Every value flies to what the function made of it: on a short line between the walls of
        `bounds`, or on the first line's scale."""
        width = round(SQUASHED * self.zone.width) if bounds else EDGE
        sides = self.zone.left + width, self.zone.right - width
        made = self._markers(outputs, bounds or self.range, sides, self.bottom, 1)
        if bounds:
            made.line.add(*self._walls(bounds, sides))
        self.lanes = self._lanes([pixel(dot.get_center()) for dot in made.dots])
        self.marks.add(*self.lanes, made.line, *made.dots, *made.texts)
        flights = [
            AnimationGroup(
                Create(lane, rate_func=smooth),
                MoveAlongPath(dot, lane, introducer=True, rate_func=smooth),
                FadeIn(text, rate_func=_late),
            )
            for lane, dot, text in zip(self.lanes, made.dots, made.texts, strict=True)
        ]
        return AnimationGroup(
            FadeIn(made.line, run_time=0.4), LaggedStart(*flights, lag_ratio=0.2, run_time=1.4)
        )

    def arrive(self, place: int) -> Animation:
        """One of the values comes onto the line."""
        dot, text = self.inputs.dots[place], self.inputs.texts[place]
        return AnimationGroup(FadeIn(dot, scale=2.5), FadeIn(text))

    def surge(self) -> Animation:
        """Light runs down every lane."""
        lights = (spark(self.type, "text", SPARK).set_z_index(GATES) for _ in self.lanes)
        runs = (
            Run(light, lane, back=False) for light, lane in zip(lights, self.lanes, strict=True)
        )
        return LaggedStart(*runs, lag_ratio=0.3)

    def halve(self) -> Animation:
        """What was made of the values goes; the lanes end half-way, at what stands there."""
        self.marks.remove(*self.lanes)
        ends = (Transform(lane, _part(lane, 0, 0.5).match_style(lane)) for lane in self.lanes)
        return AnimationGroup(FadeOut(self.marks), *ends)

    def gate(self, gradients: Sequence[Number]) -> Animation:
        """A gradient comes up to every value: through an open gate where what arrives is not zero,
        else as far as the gate. The number that arrives stands above the gate."""
        gates = [self._gate(lane) for lane in self.lanes]
        roads = VGroup(*(lane.copy().set_z_index(LANES) for lane in self.lanes))
        shown = FadeIn(VGroup(roads, *gates), run_time=0.4)
        self.marks.add(roads, *gates)
        parts = zip(self.lanes, gates, self._numbers(gradients), self.inputs.dots, strict=True)
        passing = [
            self._pass(*part, opens=bool(gradient))
            for part, gradient in zip(parts, gradients, strict=True)
        ]
        return Succession(shown, LaggedStart(*passing, lag_ratio=0.5, run_time=2.4))

    def _pass(
        self, lane: VMobject, gate: VGroup, number: VGroup, dot: Dot, *, opens: bool
    ) -> Animation:
        theme = self.type.theme
        amber = theme.colour("backward")
        above, below = _part(lane, 0, 0.5), _part(lane, 0.5, 1)
        lit = below.copy().reverse_direction().set_stroke(amber, 8)
        light = Dot(radius=units(20), color=amber)
        coming = AnimationGroup(
            Run(VGroup(light.set_z_index(GATES)), below, back=True), Create(lit)
        )
        left, right = gate[:2]
        self.marks.add(lit, number)
        if not opens:
            cross = self._cross(pixel(gate.get_center()))
            dark = above.copy().set_stroke(theme.colour("untracked"), 8, 1)
            self.marks.add(cross, dark)
            stopped = AnimationGroup(FadeIn(cross, scale=1.8), FadeIn(dark), FadeIn(number))
            return Succession(coming, stopped)
        on = above.copy().reverse_direction().set_stroke(amber, 8)
        ring = Circle(radius=units(36), stroke_width=6, color=amber).move_to(dot)
        self.marks.add(on, ring.set_z_index(MARKERS))
        opening = AnimationGroup(
            self._open(left, -1),
            self._open(right, 1),
            Run(VGroup(light.copy()), above, back=True),
            Create(on),
            FadeIn(number),
            FadeIn(ring, scale=1.6, rate_func=_late),
        )
        return Succession(coming, opening)

    def _open(self, leaf: VMobject, turn: int) -> Animation:
        """A leaf swings down around its hinge and takes the colour of what passes."""
        angle = turn * 0.47 * PI
        open_ = leaf.copy().rotate(angle, about_point=leaf.get_start())
        open_.set_color(self.type.theme.colour("backward"))
        return Transform(leaf, open_, path_arc=angle)

    # ------------------------------------------------------------------ drawing

    def _markers(
        self,
        values: Sequence[Number],
        scale: tuple[Number, Number],
        sides: tuple[int, int],
        y: float,
        side: int,
    ) -> Markers:
        """`side` is -1 for numbers above the line, 1 for numbers below it."""
        theme, (left, right) = self.type.theme, sides
        low, span = float(scale[0]), float(scale[1] - scale[0]) or 1.0
        places = [left + (v - low) / span * (right - left) for v in values]
        texts = [short(v) for v in values]
        room = self.zone.width - GAP * (len(values) - 1)
        size = min(LABEL, room / sum(self.type.width(t, 1, "code-strong") for t in texts))
        widths = [self.type.width(t, size, "code-strong") for t in texts]
        inside = self.zone.left, self.zone.right
        line = Line(point(left - EDGE / 2, y), point(right + EDGE / 2, y), stroke_width=6)
        line.set_color(theme.colour("edge")).set_z_index(LINES)
        dots, labels = [], []
        for x, away, text in zip(places, spread(places, widths, inside, GAP), texts, strict=True):
            dots.append(Dot(point(x, y), radius=units(20), color=theme.colour("forward")))
            leader = Line(point(x, y + side * 22), point(away, y + side * (AWAY - 30)))
            leader.set_stroke(theme.colour("forward"), 4, opacity=0.5 if x != away else 0)
            label = self.type.line(text, size, font="code-strong", colour="forward")
            labels.append(VGroup(leader, label.at(away, y + side * AWAY, "center")))
        return Markers(VGroup(line), [d.set_z_index(MARKERS) for d in dots], labels)

    def _walls(self, bounds: tuple[Number, Number], sides: tuple[int, int]) -> list[VMobject]:
        """What the outputs cannot pass, and its numbers."""
        walls: list[VMobject] = []
        for bound, x, side in zip(bounds, sides, (-1, 1), strict=True):
            x += side * EDGE // 2
            wall = Line(point(x, self.bottom - 50), point(x, self.bottom + 50), stroke_width=8)
            wall.set_color(self.type.theme.colour("operation"))
            text = self.type.line(short(bound), 64, font="code-strong", colour="operation")
            walls += [wall, text.at(x + side * 26, self.bottom, "right" if side < 0 else "left")]
        return walls

    def _apart(self, places: Sequence[float]) -> list[float]:
        """Columns for gates, near these places."""
        room = [2 * LEAF + 10.0] * len(places)
        return spread(places, room, (self.zone.left, self.zone.right), 16)

    def _lanes(self, ends: Sequence[tuple[float, float]]) -> list[VMobject]:
        """The way down from each value to its end, with room for a gate half-way."""
        starts = [pixel(dot.get_center()) for dot in self.inputs.dots]
        middles = self._apart([(a[0] + b[0]) / 2 for a, b in zip(starts, ends, strict=True)])
        lanes = []
        for (x0, y0), x, (x1, y1) in zip(starts, middles, ends, strict=True):
            lane, y = VMobject(), (y0 + y1) / 2
            steep, lean, fall = 0.3 * (y1 - y0), 0.12 * (x1 - x0), 0.12 * (y1 - y0)
            lane.start_new_path(point(x0, y0))
            lane.add_cubic_bezier_curve_to(
                point(x0, y0 + steep), point(x - lean, y - fall), point(x, y)
            )
            lane.add_cubic_bezier_curve_to(
                point(x + lean, y + fall), point(x1, y1 - steep), point(x1, y1)
            )
            lane.set_stroke(self.type.theme.colour("forward"), 6, opacity=0.55)
            lanes.append(lane.set_z_index(LANES))
        return lanes

    def _gate(self, lane: VMobject) -> VGroup:
        """Two leaves that meet on the lane, and their hinges."""
        x, y = pixel(lane.point_from_proportion(0.5))
        paint = self.type.theme.colour("text")
        leaves = [Line(point(x + s * LEAF, y), point(x + s * 3, y)) for s in (-1, 1)]
        hinges = [Dot(point(x + s * LEAF, y), radius=units(5), color=paint) for s in (-1, 1)]
        return VGroup(*leaves, *hinges).set_stroke(paint, 12).set_z_index(GATES)

    def _cross(self, at: tuple[float, float]) -> VGroup:
        x, y = at
        arms = [Line(point(x - 30, y - s * 30), point(x + 30, y + s * 30)) for s in (-1, 1)]
        cross = VGroup(*arms).set_stroke(self.type.theme.colour("mistake"), 14)
        return cross.set_z_index(GATES)

    def _numbers(self, gradients: Sequence[Number]) -> list[VGroup]:
        """What arrives above each gate, on a patch of ground so that no lane crosses it."""
        theme, texts = self.type.theme, [short(g) for g in gradients]
        places = [pixel(_part(lane, 0, 0.5).point_from_proportion(0.5)) for lane in self.lanes]
        room = self.zone.width - GAP * (len(texts) - 1)
        size = min(GRADIENT, room / sum(self.type.width(t, 1, "code-strong") for t in texts))
        widths = [self.type.width(t, size, "code-strong") for t in texts]
        inside = self.zone.left, self.zone.right
        numbers = []
        for text, gradient, x, (_, y) in zip(
            texts,
            gradients,
            spread([x for x, _ in places], widths, inside, GAP),
            places,
            strict=True,
        ):
            role = "backward" if gradient else "untracked"
            line = self.type.line(text, size, font="code-strong", colour=role).at(x, y, "center")
            line.set_stroke(theme.colour("ground"), width=24, background=True)
            numbers.append(VGroup(line).set_z_index(GATES))
        return numbers


def spread(
    places: Sequence[float], widths: Sequence[float], inside: tuple[float, float], gap: float
) -> list[float]:
    """Middles for labels of these widths, in the order of their places and near them, `gap` apart
    and inside the limits as far as there is room."""
    order = np.argsort(places, kind="stable").tolist()
    clusters: list[list[int]] = []

    def middle(cluster: list[int]) -> float:
        """Where a cluster's middle should be: the mean of its places, held inside."""
        half = _length(cluster, widths, gap) / 2
        wanted = float(np.mean([places[n] for n in cluster]))
        return max(min(wanted, inside[1] - half), inside[0] + half)

    for n in order:
        clusters.append([n])
        while len(clusters) > 1:
            one, two = clusters[-2:]
            room = (_length(one, widths, gap) + _length(two, widths, gap)) / 2 + gap
            if middle(two) - middle(one) >= room:
                break
            clusters[-2:] = [one + two]
    found = [0.0] * len(places)
    for cluster in clusters:
        x = middle(cluster) - _length(cluster, widths, gap) / 2
        for n in cluster:
            found[n] = x + widths[n] / 2
            x += widths[n] + gap
    return found


def _length(cluster: Sequence[int], widths: Sequence[float], gap: float) -> float:
    return sum(widths[n] for n in cluster) + gap * (len(cluster) - 1)


def _part(lane: VMobject, start: float, end: float) -> VMobject:
    part = VMobject().set_z_index(LANES)
    return part.pointwise_become_partial(lane, start, end)


def _late(way: float) -> float:
    """Nothing at first, then in the second half of the time."""
    return smooth(max(0.0, 2 * way - 1))
