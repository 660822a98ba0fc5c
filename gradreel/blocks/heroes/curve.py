"""A function of one number as hero: the run's numbers drop onto its curve and lean on its slope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, LaggedStart, Mobject, VGroup

from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.heroes.picture import ALL, Picture, Step
from gradreel.blocks.numbers import short
from gradreel.hero import Activation
from gradreel.model import Zone
from gradreel.stage.type import Typesetter

AROUND = 0.3  # of the inputs' range: how much more of the curve is shown to either side
ENDS = 0.9  # of what is shown: how far a tangent glides


class CurvePicture(Picture):
    def __init__(self, type_: Typesetter, hero: Activation, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero, self.goes_back = hero, hero.slopes is not None
        self.points = list(zip(hero.x.value.numbers, hero.y.value.numbers, strict=True))
        xs = [float(x) for x, _ in self.points]
        more, width = AROUND * (max(xs) - min(xs)), hero.formula.width
        self.reach = min(min(xs) - more, -width), max(max(xs) + more, width)
        self.plot = FunctionPlot(
            type_,
            zone,
            hero.formula.curve,
            reach=self.reach,
            slope=hero.formula.slope if hero.slopes is not None else None,
            kinks=hero.formula.kinks,
            name=hero.formula.name if hero.formula.name.isidentifier() else "",
        )
        for x, y in self.points:
            self.plot.drop(x, y)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.plot, self.plot.marks]

    # ------------------------------------------------------------------ coming and going

    def stir(self) -> Iterable[Step]:
        middle = sum(self.reach) / 2
        left, right = (middle + (end - middle) * ENDS for end in self.reach)
        yield Step(partial(self.plot.slide, left, right), longest=ALL)

    def begin(self) -> Animation:
        """The curve alone."""
        dots = VGroup(*self.plot.marks)
        self.plot.marks.remove(*dots)
        slope = [self.plot.fade_slope()] if self.goes_back else []
        return AnimationGroup(FadeOut(dots), *slope, run_time=0.4)

    def enter(self) -> Animation:
        self.plot.marks.remove(*self.plot.marks)
        return self.plot.draw()

    # ------------------------------------------------------------------ the beats

    def given(self) -> Iterable[Step]:
        x = self.hero.x
        yield Step(self.inputs, x.span, x.node)

    def inputs(self) -> Animation:
        labels = [self.plot.label_input(x) for x, _ in self.points]
        return LaggedStart(*labels, lag_ratio=0.3, run_time=0.8)

    def forward(self) -> Iterable[Step]:
        y = self.hero.y
        for place, point in enumerate(self.points):
            show = partial(self.land, *point)
            yield Step(show, y.span, y.node if not place else None, said=short(point[1]))

    def land(self, x: float, y: float) -> Animation:
        return AnimationGroup(self.plot.drop(x, y), self.plot.label_output(x, y), lag_ratio=0.4)

    def backward(self) -> Iterable[Step]:
        slopes = self.hero.slopes
        assert slopes is not None
        yield Step(self.plot.draw_slope)
        for (x, _), slope in zip(self.points, slopes.numbers, strict=True):
            yield Step(partial(self.plot.label_slope, x, slope), said=short(slope))

    def glint(self) -> Animation:
        """A tangent glides from a point to the next, and at last back."""
        xs = [float(x) for x, _ in self.points]
        start, end = self.following(list(zip(xs, [*xs[1:], xs[0]], strict=True)))
        return self.plot.slide(start, end)
