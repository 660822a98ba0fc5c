"""Short 12: the code as a press: a whole number line goes in, what comes out fits between 0 and 1.

Numbers like that are probabilities, which is what an output needs; press ten times, and of the
gradient that goes back nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import (
    AnimationGroup,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Mobject,
    Transform,
    VGroup,
    VMobject,
)

from gradreel.blocks.bars import Bars
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import Run
from gradreel.blocks.depth import Depth
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.number_line import NumberLine
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.panel import panel
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, units
from gradreel.storyboard import Storyboard

BOUNDS = (0, 1)
PRESS = 4  # z index: over the lanes that go through it


class Press(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        field = self.brief.platform.field
        self.hook = Hook(self.type, self.brief, field, low=True)
        self.logits, self.made = (self.graph_data.nodes[n].numbers for n in range(2))
        self.line = NumberLine(self.type, self.logits, field.rows(5, 4)[0])
        self.line.squash(self.made, BOUNDS)
        return [self.hook, self.line, self.line.marks]

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        while beat.left > 1:
            lights = [Run(self.light(), lane, back=False) for lane in self.line.lanes]
            self.play(LaggedStart(*lights, lag_ratio=0.3), run_time=min(1.5, beat.left))

    def light(self) -> VGroup:
        return VGroup(Dot(radius=units(24), color=self.type.theme.colour("text"))).set_z_index(3)

    def play_code(self, beat: OpenBeat) -> None:
        """The numbers stand above the press."""
        field, poster = self.brief.platform.field, self.line
        _, middle, _ = field.rows(6, 3, 6)
        self.code = CodeCard(self.type, self.trace.source, middle, only=(3, 4))
        for part in self.code.get_family():
            part.set_z_index(PRESS + part.z_index)
        self.lower = field.below(self.code.bottom + 20)
        self.heed(self.code)
        self.line = NumberLine(self.type, self.logits, field)
        leaving = FadeOut(poster), FadeOut(poster.marks)
        self.play(self.open_code(*leaving), FadeIn(self.line.inputs.line), run_time=0.8)
        said = beat.says_each(map(short, self.logits))
        self.play(self.code.light([3]), run_time=min(0.3, beat.left))
        for n, seconds in beat.each(range(len(said)), when=said.__getitem__):
            arrival = FadeIn(self.line.inputs.dots[n], scale=2.5), FadeIn(self.line.inputs.texts[n])
            self.play(*arrival, run_time=min(0.5, seconds))

    def play_forward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([4]), run_time=0.3)
        self.tell(beat, {"maps": self.line.squash(self.made, BOUNDS)}, longest=2.0)

    def play_output(self, beat: OpenBeat) -> None:
        labels = [short(x) for x in self.logits]
        bars = Bars(self.type, self.made, labels, self.lower, full=BOUNDS[1])
        self.line.marks.remove(*self.line.lanes)
        ends = (Transform(lane, upper_half(lane)) for lane in self.line.lanes)
        self.play(self.change(FadeOut(self.line.marks), bars.appear()), *ends)
        *inner, last = self.lower.inset(0, 50).columns(1, 1, 1, 1, gap=20)
        layers = [self.layer(zone, "hidden", "mistake", "✕") for zone in inner]
        layers.append(self.layer(last, "output", "output", "✓"))
        come = LaggedStart(*map(FadeIn, layers), lag_ratio=0.5)
        box = self.lower.inset(0, 60)
        panel = OutputPanel(self.type, self.trace, box, least=box.height)
        real = self.change(FadeOut(VGroup(*layers)), panel.appear())
        steps = {
            "probabilities": bars.mark(len(self.made) - 1),
            "avoid": self.change(bars.leave(), come),
            "here": AnimationGroup(self.code.light([4], colour="output"), real),
        }
        self.tell(beat, steps, longest=1.1)

    def layer(self, zone: Zone, name: str, role: str, sign: str) -> VGroup:
        """A layer of a network, and whether sigmoid belongs there."""
        x, y = centre(zone)
        mark = self.type.line(sign, 110, font="code-strong", colour=role).at(x, y - 40, "center")
        title = self.type.line(name, 50, font="strong").at(x, y + 70, "center")
        return VGroup(panel(self.type.theme, zone, edge=role, tint=0.12), mark, title)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The gradient goes down through ten layers, and each takes most of it."""
        if self.brief.mistake is None:
            super().play_mistake(beat)
            return
        wrong, field = self.brief.mistake, self.brief.platform.field
        behind = [visit.arriving[0] for visit in wrong.backwards[0].visits[1:]]
        gradients = [gradient.numbers[0] for gradient in behind if gradient is not None]
        names = [f"layer {n}" for n in range(len(gradients), 0, -1)]
        words = Words(self.type, self.brief.short, field, 0.9)
        stage = field.below(words.bottom + 20)
        depth = Depth(self.type, names, gradients, stage, full=gradients[0])
        code = CodeCard(
            self.type, wrong.source, stage.inset(0, 150), only=range(4, 9), lit=(6,),
            colour="mistake", of="mistake",
        )  # fmt: skip
        result = OutputPanel(self.type, wrong, field, colour="mistake")
        self.heed(code)
        self.play(self.change(self.clear_but(self.header), words.appear()))
        self.play(code.appear(), run_time=0.6)
        steps = {
            "seeing": self.change(FadeOut(code), depth.appear()),
            "slow": depth.sink(),
            "Run": self.change(FadeOut(words), result.appear()),
        }
        self.tell(beat, steps, longest=2.6)


def upper_half(lane: VMobject) -> VMobject:
    """As far as the press."""
    return lane.copy().pointwise_become_partial(lane, 0, 0.5)
