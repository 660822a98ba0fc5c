"""Short 09: a straight line with a hinge at zero.

What goes in comes out, until the negative arm swings up and lies flat: that is all ReLU does, and
why its output can never come down to a target below that floor.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.floor import Floor
from gradreel.blocks.hinge import Hinge
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import graph_of

REACH = (-2.6, 2.6)
WIDE, NEAR = (-2.4, 2.2), (-1.2, 2.7)  # heights with the open arm in sight, and without
X, PRINT = 3, 4  # lines of the snippet
WRONG = 4  # the line of the mistake that uses ReLU


class Relu(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.hook = Hook(self.type, self.brief, self.field, low=True)
        self.stage, self.strip = self.field.rows(3, 1)
        inputs, outputs = (self.graph_data.nodes[n].numbers for n in range(2))
        self.hinge = Hinge(self.type, self.stage, inputs, outputs, reach=REACH, heights=NEAR)
        return [self.hook, self.hinge]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.hinge.hops(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.strip, only=(X, PRINT), lit=(X,))
        self.heed(self.code)
        self.play(self.open_code(self.hinge.zoom(REACH, WIDE)), run_time=0.6)
        self.play(self.hinge.open(), self.hinge.highlight_zero(), run_time=min(0.5, beat.left))
        self.as_said(beat, self.hinge.inputs, self.hinge.hop)

    def play_forward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([PRINT]), run_time=min(0.4, beat.until("max")))
        self.play(self.hinge.shut(), run_time=0.9)
        self.play(self.hinge.zoom(REACH, NEAR), run_time=0.7)
        self.as_said(beat, self.hinge.outputs, self.hinge.come_out, longest=0.4)

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.hinge.under)
        steps = {
            "simple": self.hinge.pass_through(),
            "vanishing": self.hinge.pass_back(),
            "prints": AnimationGroup(self.code.light([PRINT], colour="output"), panel.appear()),
        }
        self.tell(beat, steps, longest=1.5)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The target lies below the floor: what pulls the output down ends there."""
        wrong = self.brief.mistake
        if wrong is None:
            super().play_mistake(beat)
            return
        run = graph_of(wrong)
        w, out, gap = (float(node.numbers[0]) for node in run.nodes[:3])
        pull, passed = (a.gradient.numbers[0] for a in run.passes[0].arrivals[-2:])
        code = self.wrong_code(self.caution(), [WRONG], [WRONG])
        self.heed(code)
        stage, strip = self.field.below(code.bottom).rows(9, 4, gap=20)
        floor = Floor(self.type, stage, w, out, out - gap, reach=REACH)
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        self.play(floor.appear(), code.appear(), run_time=0.6)
        self.play(floor.stand("w"))
        steps = {
            "need": floor.aim(),
            "negative": floor.pull(pull),
            "prints": AnimationGroup(panel.appear(), floor.stop(passed)),
        }
        self.tell(beat, steps)
