"""What an op saved for backward, in a padlock on the only way back to the leaf: kept, or freed."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Self

from manim import (
    Animation,
    AnimationGroup,
    Circle,
    Create,
    FadeIn,
    FadeOut,
    Line,
    Polygon,
    Succession,
    Transform,
    Triangle,
    VGroup,
    Wait,
    linear,
    there_and_back,
)

from gradreel.blocks.compute_graph import Run
from gradreel.blocks.numbers import short
from gradreel.blocks.padlock import SHACKLE, padlock
from gradreel.blocks.rounded import Rounded
from gradreel.model import Binding, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Line as Text
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph
from gradreel.trace.model import Value

WAY = 112  # pixels between the leaf, the padlock and the op
BELOW = 0.34  # of a body's height: room under all three
TALLEST = 290  # pixels: the largest body
SPIKES = 11  # of a burst
WAYS, TRAILS, BODIES, SIGNS = 0, 1, 2, 3  # what lies over what


class SavedValue(Block):
    """`graph` is an op of one leaf: the leaf at the left of `zone`, the op at the right, and in the
    padlock between them the leaf's value, as the op saved it.

    The padlock is open until `retain`. `freed` begins without the saved value.
    """

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone, *, freed: bool = False) -> None:
        super().__init__()
        self.type, self.graph, self.zone = type_, graph, zone
        self.freed, self.shut, self.wrecked = freed, False, False
        self.tall = min(TALLEST, zone.height / (1 + SHACKLE + BELOW))
        top = centre(zone)[1] + self.tall * (SHACKLE - BELOW - 1) / 2
        row = Zone(zone.left, round(top), zone.right, round(top + self.tall))
        self.left, self.middle, self.right = row.columns(1, 1, 1, gap=WAY)
        leaf, op = graph.nodes
        self.bodies = (
            self._body(self.left, self.tall / 2, "forward"),
            self._body(self.right, 14, "operation"),
        )
        self.kept = self._number(self.left, leaf.value)
        self.result = self._number(self.right, op.value)
        title = self._title(self.right, f"{op.label} = {op.text}", "operation")
        self.leaf = VGroup(self.bodies[0], self._title(self.left, leaf.label, "forward"), self.kept)
        self.op = VGroup(self.bodies[1], title)
        self.lines, self.tips = self._ways()
        self.ways, self.vault = VGroup(*self.lines, *self.tips), self._vault()
        self.burst = self._burst()
        self.trails, self.held = VGroup(), VGroup()  # of the last pulse; on stage as it is played
        self.add(self.ways, self.vault, self.leaf, self.op, self.result)

    def passed(self, number: int) -> Self:
        """As after a backward pass, at once."""
        self.trails.add(self._trail(self.left))
        self._mark(number)
        return self.add(self.trails, self.held)

    def crashed(self) -> Self:
        """As after a pass that failed, at once."""
        self.wrecked = True
        self.vault.become(self._vault())
        self.trails.add(self._trail(self.middle))
        return self.add(self.trails, self.burst)

    # ------------------------------------------------------------------ animations

    def grow(self) -> Animation:
        """The op comes, without its result, and saves the leaf's value."""
        here, there = (Create(line) for line in self.lines)
        saves = Transform(self.kept.copy(), self.vault[-1].copy(), remover=True)
        return Succession(
            AnimationGroup(here, FadeIn(self.tips[0]), run_time=0.3),
            AnimationGroup(saves, FadeIn(self.vault), run_time=0.5),
            AnimationGroup(there, FadeIn(self.tips[1], self.op), run_time=0.4),
        )

    def tell(self) -> Animation:
        """The op's result."""
        return FadeIn(self.result, scale=1.4, run_time=0.5)

    def retain(self) -> Animation:
        """The padlock is shut."""
        self.shut = True
        return Transform(self.vault, self._vault(), run_time=0.5)

    def pulse(self, number: int | None = None) -> Animation:
        """A gradient comes back past the saved value, which it needs. With the `number` of a
        backward pass its factor and what the leaf then holds are shown."""
        gone = self._forget()
        runs = AnimationGroup(*self._run(self.left), run_time=1.2)
        swell = Transform(self.vault, self.vault.copy().scale(1.08), rate_func=there_and_back)
        meets, ends = [swell], []
        if number is not None:
            old = self.held
            self._mark(number)
            meets.append(FadeIn(self.trails[-1], scale=1.4))
            ends = [*map(FadeOut, old), FadeIn(self.held, scale=1.3)]
        on_the_way = Succession(Wait(0.4), AnimationGroup(*meets, run_time=0.5))
        come = AnimationGroup(*gone, runs, on_the_way)
        return Succession(come, AnimationGroup(*ends, run_time=0.4)) if ends else come

    def free(self) -> Animation:
        """The saved value is dropped, and with it the way back."""
        return AnimationGroup(*self._forget(), *self._be(freed=True), run_time=0.8)

    def revive(self) -> Animation:
        """As if it had never been freed."""
        return AnimationGroup(*self._forget(), *self._be(freed=False), run_time=0.8)

    def crash(self) -> Animation:
        """A gradient that needs a value which is gone."""
        self.wrecked = True
        runs = AnimationGroup(*self._forget(), *self._run(self.middle), run_time=0.7)
        bursts = FadeIn(self.burst, scale=0.3), Transform(self.vault, self._vault())
        return Succession(runs, AnimationGroup(*bursts, run_time=0.3))

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """The leaf, the op and the way between them, where the voice names them."""
        if binding.of != "code":
            return
        colour = "backward" if binding.back else "forward"
        for node, body in zip(self.graph.nodes, self.bodies, strict=True):
            if node.id in binding.nodes:
                yield Meant(body, "ring", colour)
        for line in self.lines if binding.edges else ():
            yield Meant(line, "run", colour, back=binding.back)

    # ------------------------------------------------------------------ parts of them

    def _be(self, *, freed: bool) -> list[Animation]:
        self.freed, self.shut = freed, False
        lines, tips = self._ways()
        ways = VGroup(*lines, *tips)
        return [Transform(self.vault, self._vault()), Transform(self.ways, ways)]

    def _run(self, goal: Zone) -> list[Animation]:
        """A light runs back from the op to a body, behind what is between; its way stays amber."""
        trail = self._trail(goal)
        self.trails.add(trail)
        amber = trail.get_color()
        light = VGroup(
            Circle(radius=units(30), stroke_width=0, fill_color=amber, fill_opacity=0.25),
            Circle(radius=units(14), stroke_width=0, fill_color=amber, fill_opacity=1),
        )
        run = Run(light.set_z_index(TRAILS), trail.copy(), back=False)
        return [Create(trail, rate_func=linear), run]

    def _forget(self) -> list[Animation]:
        """What the last pulse left on the way goes."""
        old, self.trails = self.trails, VGroup()
        return [FadeOut(mark, run_time=0.2) for mark in old]

    def _mark(self, number: int) -> None:
        """The factor of a pass, and what the leaf holds after it: `x.grad 4`, then `4 + 4 = 8`."""
        first, last = self.graph.passes[number].arrivals
        local, before, after = first.flows[0].local, last.before, last.after
        assert local is not None
        self.trails.add(self._under(self.middle, f"×{short(local)}"))
        text = f"{self.graph.nodes[0].label}.grad {_written(after)}"
        if before is not None:
            text = f"{_written(before)} + {_written(last.gradient)} = {_written(after)}"
        self.held = self._under(self.left, text, pill=True)

    # ------------------------------------------------------------------ drawing

    def _body(self, place: Zone, radius: float, colour: str) -> Rounded:
        body = Rounded(place.width, place.height, radius, stroke=6)
        body.set_stroke(self.type.theme.colour(colour))
        body.set_fill(self.type.theme.colour("panel"), opacity=1)
        return body.move_to(point(*centre(place))).set_z_index(BODIES)

    def _title(self, place: Zone, text: str, colour: str) -> Text:
        full = self.type.width(text, 1, "code-strong")
        em = min(0.26 * self.tall, 52, (place.width - 36) / full)
        line = self.type.line(text, max(32, em), font="code-strong", colour=colour)
        line.at(centre(place)[0], place.top + 0.25 * self.tall, "center")
        return line.set_z_index(SIGNS)

    def _number(self, place: Zone, value: Value | None) -> Text:
        text = _written(value)
        em = min(0.46 * self.tall, (place.width - 50) / self.type.width(text, 1, "code-strong"))
        line = self.type.line(text, em, font="code-strong")
        return line.at(centre(place)[0], place.top + 0.65 * self.tall, "center").set_z_index(SIGNS)

    def _ways(self) -> tuple[list[Line], list[Triangle]]:
        """From the leaf to the padlock and on to the op; grey where nothing is to be had."""
        paint = self.type.theme.colour("untracked" if self.freed else "forward")
        y = centre(self.middle)[1]
        lines, tips = [], []
        for one, other in ((self.left, self.middle), (self.middle, self.right)):
            line = Line(point(one.right + 6, y), point(other.left - 14, y), stroke_width=7)
            tip = Triangle(stroke_width=0, fill_opacity=1, color=paint).rotate(-pi / 2)
            tip.scale_to_fit_height(units(26)).move_to(line.get_end())
            lines.append(line.set_color(paint).set_z_index(WAYS))
            tips.append(tip.set_z_index(WAYS))
        return lines, tips

    def _vault(self) -> VGroup:
        """The padlock as it is now: what is not to be seen of it is there, too, for the next look
        to come out of."""
        gone, place = self.freed, self.middle
        lock = padlock(self.type.theme, place, shut=self.shut, empty=gone).set_z_index(BODIES)
        saved = self._title(place, "saved", "quiet").set_fill(opacity=0 if gone else 1)
        freed = self._title(place, "freed", "untracked")
        freed.set_fill(opacity=1 if gone and not self.wrecked else 0)
        number = self._number(place, self.graph.nodes[0].value)
        number.shift((0, -units(0.3 * self.tall) if gone else 0, 0))
        return VGroup(*lock, saved, freed, number.set_fill(opacity=0 if gone else 1))

    def _trail(self, goal: Zone) -> Line:
        y = centre(self.middle)[1]
        trail = Line(point(self.right.left - 14, y), point(goal.right + 6, y), stroke_width=9)
        return trail.set_color(self.type.theme.colour("backward")).set_z_index(TRAILS)

    def _under(self, place: Zone, text: str, *, pill: bool = False) -> VGroup:
        """An amber text under a body, within the zone."""
        y = place.bottom + BELOW * self.tall * 0.55
        em = min(56, 0.26 * self.tall)
        width = self.type.width(text, em, "code-strong") + 52
        x = max(centre(place)[0], self.zone.left + width / 2)
        line = self.type.line(text, em, font="code-strong", colour="ground" if pill else "backward")
        group = VGroup(line.at(x, y, "center").set_z_index(SIGNS))
        if pill:
            ground = Rounded(width, 1.4 * em, 0.7 * em).move_to(point(x, y))
            ground.set_fill(self.type.theme.colour("backward"))
            group.add_to_back(ground.set_z_index(BODIES))
        return group

    def _burst(self) -> VGroup:
        """A star with a cross in it over the padlock."""
        x, y = centre(self.middle)
        reach = 0.56 * self.tall
        corners = [
            point(x + r * cos(a), y + r * sin(a))
            for n in range(2 * SPIKES)
            for a, r in [(n * pi / SPIKES, reach if n % 2 else 0.62 * reach)]
        ]
        star = Polygon(*corners, stroke_width=0, fill_opacity=1)
        star.set_fill(self.type.theme.colour("mistake")).set_z_index(SIGNS)
        cross = self.type.line("✕", 0.8 * reach, font="code-strong", colour="ground")
        return VGroup(star, cross.at(x, y, "center").set_z_index(SIGNS))


def _written(value: Value | None) -> str:
    assert value is not None
    assert value.scalar is not None
    return short(value.scalar)
