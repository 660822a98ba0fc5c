"""Gradient descent as a ball in a bowl: every stop is a traced parameter and its traced loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np
from manim import Animation, AnimationGroup, Dot, FadeIn, FadeOut, VGroup, VMobject, linear, smooth

from gradreel.blocks.clear import around, clear_spot, ink
from gradreel.blocks.function_plot import INPUTS, FunctionPlot
from gradreel.blocks.numbers import short
from gradreel.blocks.plane import Function, Range
from gradreel.blocks.sheet import DOTS
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import UNIT, Point, centre, pixel, point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Trace

NUMBER, TITLE = 50, 54  # pixel ems
HEAD = 84  # pixels: height of the walks' titles
ROWS = 62  # pixels between the parameters of two walks
NAME = 90  # pixels kept free for the parameter's name
BALL, STOP = 26, 11  # pixels: radii of the ball and of where it was
HOP = 130  # pixels: how far the controls of a jump lie above the straight way


@dataclass(frozen=True, slots=True)
class Walk:
    """A run of descent: (parameter, loss) at every step, a colour role, and what it is called."""

    stops: tuple[tuple[float, float], ...]
    colour: str = "text"
    title: str = ""


def walks_of(trace: Trace, parameter: str, loss: str) -> list[tuple[tuple[float, float], ...]]:
    """What the run did: the parameter as it was when each loss was computed. A parameter that is
    made anew (for another learning rate, say) begins another walk."""
    walks: list[list[tuple[float, float]]] = []
    here = math.nan
    for write in (write for step in trace.steps for write in step.writes):
        number = write.value.scalar if write.value is not None else None
        if number is None:
            continue
        if write.name == parameter:
            here = float(number)
            if write.how == "bind":
                walks.append([])
        elif write.name == loss and walks:
            walks[-1].append((here, float(number)))
    return [tuple(walk) for walk in walks if walk]


class Descent(Block):
    """The loss as a curve over the parameter, and a ball for each walk; the ranges show every stop.

    `names` are the parameter's and the loss's; titles of walks stand over the curve. A stop that is
    not finite ends its walk.
    """

    def __init__(
        self,
        type_: Typesetter,
        loss: Function,
        walks: Sequence[Walk],
        zone: Zone,
        names: tuple[str, str],
    ) -> None:
        super().__init__()
        head = HEAD if any(walk.title for walk in walks) else 0
        stops = [stop for walk in walks for stop in _finite(walk.stops)]
        losses = [y for _, y in stops]
        self.plot = FunctionPlot(
            type_,
            Zone(zone.left, zone.top + head, zone.right, zone.bottom - ROWS * (len(walks) - 1)),
            loss,
            reach=_reach(loss, [x for x, _ in stops]),
            heights=(min(0.0, *losses), 1.08 * max(losses)),
        )
        self.names = self._names(type_, *names)
        self.titles = self._titles(type_, walks, zone) if head else VGroup()
        self.add(self.plot, self.names, self.titles)
        self.balls: list[Ball] = []
        for row, walk in enumerate(walks):
            self.balls.append(Ball(type_, self.plot, walk, row, self.names, self.balls))

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.6)

    def draw(self) -> Animation:
        """The bowl draws itself."""
        named = FadeIn(VGroup(self.names, self.titles), run_time=1.0)
        return AnimationGroup(self.plot.draw(), named)

    def start(self) -> Animation:
        """The balls are put where their walks begin."""
        return AnimationGroup(*(FadeIn(b, scale=1.2) for b in self.balls), run_time=0.5)

    def step(self, number: int, *which: int) -> Animation:
        """Every ball (or `which`) hops from its stop `number` to the next."""
        hops = [Roll(ball, number, number + 1) for ball in self._chosen(which)]
        return AnimationGroup(*hops, run_time=0.6)

    def walk(self, *which: int) -> Animation:
        """Every ball (or `which`) hops to its last stop, all step for step."""
        balls = self._chosen(which)
        steps = max(ball.steps for ball in balls)
        return AnimationGroup(
            *(Roll(ball, 0, steps) for ball in balls), run_time=min(5.0, max(1.0, 0.5 * steps))
        )

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, *self.balls), run_time=0.4)

    def _chosen(self, which: Sequence[int]) -> list[Ball]:
        return [self.balls[n] for n in which] if which else self.balls

    def _titles(self, type_: Typesetter, walks: Sequence[Walk], zone: Zone) -> VGroup:
        """Side by side."""
        places = zone.columns(*(1.0 for _ in walks))
        return VGroup(
            *(
                type_.line(walk.title, TITLE, font="code-strong", colour=walk.colour).at(
                    centre(place)[0], zone.top + HEAD / 2, "center"
                )
                for walk, place in zip(walks, places, strict=True)
            )
        )

    def _names(self, type_: Typesetter, parameter: str, loss: str) -> VGroup:
        """The names of the two directions, where they end."""
        frame = self.plot.plane.zone
        across = type_.line(parameter, NUMBER, font="code-strong", colour="forward")
        up = type_.line(loss, NUMBER, font="code-strong", colour="forward")
        across.at(frame.right, frame.bottom + INPUTS, "right")
        size = up.advance * UNIT, NUMBER
        low = frame.bottom - NUMBER
        corners = (
            (frame.left, low),
            (frame.right, low),
            ((frame.left + frame.right) / 2, frame.top),
        )
        x, y = clear_spot(corners, *size, ink([self.plot.drawn]), self.plot.beside)
        return VGroup(up.at(x, y, "center"), across)


class Ball(VGroup):
    """A walk as it stands at any moment: the ball, the way it came, and its numbers, the loss
    beside the ball and the parameter under the curve."""

    def __init__(
        self,
        type_: Typesetter,
        plot: FunctionPlot,
        walk: Walk,
        row: int,
        names: VGroup,
        others: Sequence[Ball],
    ) -> None:
        super().__init__()
        paint = type_.theme.colour(walk.colour)
        self.stops = _finite(walk.stops)
        self.steps = len(self.stops) - 1
        self.places = [plot.plane.at(*stop) for stop in self.stops]
        top = pixel(plot.plane.at(0, plot.plane.heights[1]))[1]
        self.hops = [_hop(a, b, top) for a, b in pairwise(self.places)]
        self.trail = VMobject(stroke_color=paint, stroke_width=5, stroke_opacity=0.5)
        self.past = [Dot(p, radius=units(STOP), color=paint) for p in self.places[:-1]]
        self.ball = Dot(radius=units(BALL), color=paint)
        self.ball.set_stroke(type_.theme.colour("ground"), 6)
        self.numbers: list[VGroup] = []
        for number, (parameter, loss) in enumerate(self.stops):
            others_now = [other.numbers[min(number, other.steps)] for other in others]
            texts = [
                type_.line(short(n), NUMBER, font="code-strong", colour=walk.colour)
                for n in (loss, parameter)
            ]
            for text in texts:
                text.set_stroke(type_.theme.colour("ground"), width=14, background=True)
            self._place(texts, number, row, plot, [names, *others_now])
            self.numbers.append(VGroup(*texts))
        self.add(self.trail, *self.past, *self.numbers, self.ball)
        self.set_z_index(DOTS)
        self.stand(0)

    def stand(self, way: float) -> None:
        """The moment `way` steps into the walk."""
        last = min(int(way), self.steps)
        share = way - last if last < self.steps else 0.0
        came = [hop.points for hop in self.hops[:last]]
        if share:
            part = VMobject().pointwise_become_partial(self.hops[last], 0, share)
            came.append(part.points)
            self.ball.move_to(self.hops[last].point_from_proportion(share))
        else:
            self.ball.move_to(self.places[last])
        self.trail.points = np.concatenate([np.zeros((0, 3)), *came])
        for number, dot in enumerate(self.past):
            dot.set_fill(opacity=0.6 if number < last + (share > 0) else 0)
        for number, texts in enumerate(self.numbers):
            level = {last: 1 - 2 * share, last + 1: 2 * share - 1}.get(number, 0.0)
            texts.set_opacity(max(0.0, level))

    def _place(
        self,
        texts: Sequence[Line],
        number: int,
        row: int,
        plot: FunctionPlot,
        others: Sequence[VMobject],
    ) -> None:
        """The loss where it covers neither curve nor other numbers, the parameter in its row."""
        loss, parameter = texts
        x, y = pixel(self.places[number])
        ball = Dot(self.places[number], radius=units(BALL))
        there = ink([plot.drawn, ball, *others])
        size = loss.width * UNIT, loss.height * UNIT
        loss.move_to(point(*clear_spot(around(x, y, *size), *size, there, plot.beside)))
        half = parameter.width * UNIT / 2
        x = min(max(x, plot.zone.left + half), plot.zone.right - NAME - half)
        parameter.move_to(point(x, plot.plane.zone.bottom + INPUTS + row * ROWS))


class Roll(Animation):
    """A ball hops from one stop of its walk to another, pausing for breath at those between."""

    def __init__(self, ball: Ball, start: float, end: float) -> None:
        self.ball, self.start, self.end = ball, start, end
        super().__init__(ball, introducer=True, rate_func=linear)

    def interpolate_mobject(self, alpha: float) -> None:
        whole, share = divmod(self.start + (self.end - self.start) * alpha, 1)
        self.ball.stand(whole + smooth(share))


def _hop(start: Point, end: Point, top: float) -> VMobject:
    """A jump from stop to stop that rises above the straight way, but not over the plot's top."""
    (x0, y0), (x1, y1) = pixel(start), pixel(end)
    high = min(HOP, 0.4 * math.hypot(x1 - x0, y1 - y0), max(0.0, (y0 + y1) / 2 - top))
    hop = VMobject()
    hop.start_new_path(start)
    third, up = (end - start) / 3, np.array([0, units(high), 0])
    hop.add_cubic_bezier_curve_to(start + third + up, end - third + up, end)
    return hop


def _finite(stops: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return list(takewhile(lambda stop: all(map(math.isfinite, stop)), stops))


def _reach(loss: Function, parameters: Sequence[float]) -> Range:
    """As far to the left as to the right of the lowest place between the stops."""
    low, high = min(parameters), max(parameters)
    lowest = min(np.linspace(low, high, 200).tolist(), key=loss)
    half = 1.12 * max(high - lowest, lowest - low)
    return lowest - half, lowest + half
