"""Short 14: tanh is balanced on zero, sigmoid tips over.

Both functions squash the same inputs; laid on a beam with its pivot at zero, the outputs of tanh
hold it level, and those of sigmoid, all above zero, pull one end down.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeOut, LaggedStart, Mobject

from gradreel.blocks.balance import Balance
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.elementwise import FORMULAS
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import graph_of

tanh, sigmoid = FORMULAS["tanh"].curve, FORMULAS["sigmoid"].curve
REACH, HEIGHTS = (-3.4, 3.4), (-1.05, 1.05)
FLAT = (REACH[0], -2.0), (2.0, REACH[1])
SIGMOID = 12  # the short that has sigmoid's outputs for some of the same inputs


class ZeroCentred(Storyboard):
    refers = (SIGMOID,)

    def poster(self) -> Iterable[Mobject]:
        """Tanh above the hook, sigmoid below it."""
        field = self.brief.platform.field
        above, _, below = field.rows(5, 7, 5, gap=0)
        between = Zone(field.left, above.bottom + 24, field.right, below.top)
        self.hook = Hook(self.type, self.brief, between)
        self.x, self.y = (self.graph_data.nodes[n].numbers for n in range(2))
        self.level, self.tipped = self.balances(above, below)
        return [self.level, self.hook, self.tipped]

    def balances(self, one: Zone, two: Zone) -> tuple[Balance, Balance]:
        """The outputs of both for the inputs that both runs have."""
        other = graph_of(self.brief.other(SIGMOID).trace)
        squashed = dict(zip(other.nodes[0].numbers, other.nodes[1].numbers, strict=True))
        own = [y for x, y in zip(self.x, self.y, strict=True) if x in squashed]
        return (
            Balance(self.type, "tanh", own, one),
            Balance(self.type, "sigmoid", list(squashed.values()), two, colour="operation"),
        )

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.level.sway(), self.tipped.sway(), run_time=1.6)
        self.play(self.tipped.sway(), self.level.sway(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        upper, lower = self.brief.platform.field.rows(5, 4, gap=10)
        self.code = CodeCard(self.type, self.trace.source, lower, lit=(3,))
        self.plot = FunctionPlot(self.type, upper, tanh, reach=REACH, heights=HEIGHTS, name="tanh")
        self.heed(self.code)
        leaving = FadeOut(self.level), FadeOut(self.tipped)
        self.play(self.open_code(*leaving), self.plot.draw(), run_time=1.0)
        inputs = [self.plot.label_input(x) for x in self.x]
        self.tell(beat, {str(len(self.x)): LaggedStart(*inputs, lag_ratio=0.4)}, longest=2.2)

    def play_forward(self, beat: OpenBeat) -> None:
        """What falls on the beam keeps it level; sigmoid's outputs would not."""
        drops = [self.plot.drop(x, y) for x, y in zip(self.x, self.y, strict=True)]
        self.play(self.code.light([4], rows=1), run_time=0.4)
        self.play(LaggedStart(*drops, lag_ratio=0.15), run_time=0.8)
        self.under = self.code.zone.below(self.code.bottom + 10)
        level, self.tipped = self.balances(self.under, self.under)
        curve = self.plot.add_curve(sigmoid, "operation", "sigmoid")
        steps = {
            "zero-centered": AnimationGroup(self.plot.highlight_zero(), level.appear()),
            "level": level.sway(),
            "help": AnimationGroup(self.change(level.leave(), self.tipped.appear()), curve),
            "tipped": self.tipped.weigh(),
        }
        self.tell(beat, steps, longest=1.2)

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.under.inset(0, 10))
        real = self.change(self.tipped.leave(), panel.appear())
        steps = {
            "saturate": AnimationGroup(*(self.plot.shade_flat(*flat) for flat in FLAT)),
            "vanish": self.plot.slide(0, REACH[1]),
            "large": self.plot.slide(0, REACH[0]),
            "here": AnimationGroup(self.code.light([4], colour="output"), real),
        }
        self.tell(beat, steps, longest=1.1)
