"""The steps that a training loop repeats, around a ring; a light runs from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manim import (
    PI,
    UP,
    Animation,
    AnimationGroup,
    Circle,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Transform,
    Triangle,
    VGroup,
    VMobject,
    angle_of_vector,
    linear,
)

from gradreel.blocks.compute_graph import Run
from gradreel.blocks.numbers import short
from gradreel.blocks.rounded import QUARTER, Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

PILL = 92  # pixels: height of a step
PADDING = 44  # beside its name, both sides together
ARROW = 30
BEND = 60  # radius of the ring's corners
ROOM = 34  # between the ring and the centre
RAIL, TRAIL, STEP, TEXT = 0, 1, 2, 3  # what lies over what


@dataclass(frozen=True, slots=True)
class CycleStep:
    """A step of the loop, and the colour role of what happens in it."""

    name: str
    colour: str = "forward"


class StepCycle(Block):
    """A ring along the edges of `zone`, clockwise from the top left: half of the steps on its
    upper side, the others on its lower. `centre` is free."""

    def __init__(self, type_: Typesetter, steps: Sequence[CycleStep], zone: Zone) -> None:
        super().__init__()
        self.type, self.steps, self.zone = type_, tuple(steps), zone
        self.centre = zone.inset(ROOM + 10, PILL + ROOM)
        self.at: int | None = None  # the step that is lit
        upper = (len(self.steps) + 1) // 2
        room = (zone.width - 2 * BEND) / upper - 24 - PADDING
        self.size = min(type_.fit(s.name, "body", room, font="strong") for s in self.steps)
        names = (type_.width(s.name, self.size, "strong") for s in self.steps)
        self.wide = max(names) + PADDING  # pixels: every step, so that arrows stand between
        self.places = self._places(upper)
        self.legs = [self._leg(n) for n in range(len(self.steps))]
        self.rails = VGroup(*self.legs).set_z_index(RAIL)
        roomy = [leg for leg in self.legs if leg.get_arc_length() > units(self.wide + ARROW * 3)]
        self.arrows = VGroup(*map(self._arrow, roomy)).set_z_index(TRAIL)
        self.pills = [self._pill(n, lit=False) for n in range(len(self.steps))]
        self.trail = VMobject()  # the way the light came
        self.said = VGroup()  # what stands in the centre
        self.add(self.rails, self.arrows, *self.pills)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The ring is drawn, and its steps come in order."""
        pills = [FadeIn(pill, scale=0.85) for pill in self.pills]
        return AnimationGroup(
            FadeIn(self.rails),
            FadeIn(self.arrows),
            LaggedStart(*pills, lag_ratio=0.25),
            run_time=0.8,
        )

    def light(self, step: int) -> Animation:
        """The light runs along the ring to a step, which lights; the one before goes out."""
        before, self.at = self.at, step
        lit = Transform(self.pills[step], self._pill(step, lit=True), run_time=0.3)
        if before is None or before == step:
            return lit
        out = Transform(self.pills[before], self._pill(before, lit=False), run_time=0.3)
        old, self.trail = self.trail, self._way(before, step)
        self.remove(old)
        self.add(self.trail)
        run = Run(self._spark(step), self.trail, back=False)
        ran = AnimationGroup(
            out, FadeOut(old), run, Create(self.trail, rate_func=linear), run_time=0.5
        )
        return AnimationGroup(ran, lit, lag_ratio=1)

    def say(
        self, step: int, title: str, line: str, result: tuple[str, Number] | None = None
    ) -> Animation:
        """In the centre: what a step does, its line of code, and the number it really gave, as
        `loss = 9`."""
        old, self.said = self.said, self._words(step, title, line, result)
        self.remove(old)
        self.add(self.said)
        come = FadeIn(self.said, shift=units(24) * UP)
        gone = [FadeOut(old)] if len(old) else []
        return AnimationGroup(*gone, come, lag_ratio=0.8, run_time=0.5)

    # ------------------------------------------------------------------ drawing

    def _places(self, upper: int) -> list[tuple[float, float]]:
        """The middles of the steps, in master pixels."""
        zone = self.zone
        lower = len(self.steps) - upper
        row = zone.inset(BEND, PILL // 2)
        above = [(centre(c)[0], float(row.top)) for c in row.columns(*[1.0] * upper, gap=0)]
        below = [(centre(c)[0], float(row.bottom)) for c in row.columns(*[1.0] * lower, gap=0)]
        return [*above, *reversed(below)]

    def _leg(self, step: int) -> VMobject:
        """The ring from a step to the next: straight, or around the right or left side."""
        (x, y), (to_x, to_y) = self.places[step], self.places[(step + 1) % len(self.places)]
        leg = VMobject().start_new_path(point(x, y))
        if y != to_y:
            side = self.zone.right - 0.6 * ARROW if to_y > y else self.zone.left + 0.6 * ARROW
            out, down = (1, 1) if to_y > y else (-1, -1)
            k = BEND * (1 - QUARTER)
            leg.add_line_to(point(side - out * BEND, y))
            leg.add_cubic_bezier_curve_to(
                point(side - out * k, y), point(side, y + down * k), point(side, y + down * BEND)
            )
            leg.add_line_to(point(side, to_y - down * BEND))
            leg.add_cubic_bezier_curve_to(
                point(side, to_y - down * k),
                point(side - out * k, to_y),
                point(side - out * BEND, to_y),
            )
        leg.add_line_to(point(to_x, to_y))
        return leg.set_stroke(self.type.theme.colour("edge"), width=10)

    def _arrow(self, leg: VMobject) -> Triangle:
        """Which way the ring runs, in the middle of a leg."""
        arrow = Triangle(stroke_width=0, fill_opacity=1, color=self.type.theme.colour("quiet"))
        arrow.scale_to_fit_height(units(ARROW)).rotate(-PI / 2)
        before, middle = leg.point_from_proportion(0.49), leg.point_from_proportion(0.5)
        return arrow.rotate(angle_of_vector(middle - before)).move_to(middle)

    def _pill(self, step: int, *, lit: bool) -> VGroup:
        theme, (x, y) = self.type.theme, self.places[step]
        name, role = self.steps[step].name, self.steps[step].colour
        box = Rounded(self.wide, PILL, PILL / 2, stroke=5).set_stroke(theme.colour(role))
        box.set_fill(theme.colour(role if lit else "panel"), opacity=1).move_to(point(x, y))
        text = self.type.line(name, self.size, font="strong", colour="ground" if lit else role)
        return VGroup(box.set_z_index(STEP), text.at(x, y, "center").set_z_index(TEXT))

    def _way(self, start: int, end: int) -> VMobject:
        """The ring from one step to another, in the colour of where it leads."""
        count = len(self.legs)
        way = VMobject()
        for n in range((end - start) % count):
            way.append_points(self.legs[(start + n) % count].points)
        way.set_stroke(self.type.theme.colour(self.steps[end].colour), width=10)
        return way.set_z_index(TRAIL)

    def _spark(self, step: int) -> VGroup:
        paint = self.type.theme.colour(self.steps[step].colour)
        halo = Circle(radius=units(34), stroke_width=0).set_fill(paint, opacity=0.3)
        core = Circle(radius=units(15), stroke_width=0).set_fill(paint, opacity=1)
        return VGroup(halo, core).set_z_index(TRAIL)

    def _words(self, step: int, title: str, line: str, result: tuple[str, Number] | None) -> VGroup:
        """Rows in the middle of the centre, as large as they fit."""
        room, role = self.centre, self.steps[step].colour
        weights = (1.0, 1.3) if result is None else (1.0, 1.3, 1.5)
        head, code, *rest = room.rows(*weights, gap=0)
        fit = self.type.fit
        size = min(0.66 * head.height, fit(title, "title", room.width, font="strong"))
        words = VGroup(
            self.type.line(title, size, font="strong", colour=role).at(*centre(head), "center")
        )
        size = min(0.5 * code.height, fit(line, "hook-min", room.width - 50, font="code-strong"))
        text = self.type.line(line, size, font="code-strong", colour="text")
        words.add(text.at(*centre(code), "center"))
        if result is not None:
            number, (name, value) = rest[0], result
            runs = [(f"{name} = ", "code", "quiet"), (short(value), "code-strong", role)]
            whole = "".join(run[0] for run in runs)
            size = min(0.7 * number.height, fit(whole, "hook", room.width - 50, font="code-strong"))
            row = self.type.row(runs, size)
            words.add(row.move_to(point(*centre(number))))
        return words.set_z_index(TEXT)
