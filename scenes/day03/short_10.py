"""Short 10: the gates that the values open are the gates that the gradient finds.

Three inputs run down their channels; a negative one, and zero, stand before a gate that stays shut.
The gradient comes up the same channels and gets no further.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeOut, LaggedStart, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.sluices import Sluices
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import Graph, graph_of

X, SUM, BACKWARD, PRINT = 3, 4, 5, 6  # lines of the snippet
USED = 5  # the line of the mistake that does it all


class Gates(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.sluices = self.gates(self.graph_data, 0, self.below_hook).flooded()
        return [self.hook, self.sluices]

    def gates(self, graph: Graph, node: int, zone: Zone) -> Sluices:
        """A channel for each number of a node that ReLU is taken of."""
        came, kept = (a.gradient.numbers for a in graph.passes[0].arrivals[1:3])
        values, made = graph.nodes[node].numbers, graph.nodes[node + 1].numbers
        return Sluices(self.type, zone, values=values, made=made, came=came, kept=kept)

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        while beat.left > 1:
            self.play(self.sluices.surge(), run_time=min(1.5, beat.left))

    def play_code(self, beat: OpenBeat) -> None:
        """The gates move in between the line that has the inputs and the lines that use them."""
        source = self.trace.source
        self.above = CodeCard(self.type, source, self.field, only=[X])
        middle, bottom = self.above.under(gap=8).rows(9, 4, gap=8)
        self.code = CodeCard(self.type, source, bottom, only=(SUM, BACKWARD, PRINT))
        self.heed(self.above, self.code)
        move = self.sluices.move_into(middle)
        self.play(self.open_code(move), self.above.appear(), run_time=0.8)
        *shut, _ = self.sluices.channels
        values = [short(x) for x in self.graph_data.nodes[0].numbers]
        steps: dict[str, Step] = {
            "negative": LaggedStart(*(channel.surge() for channel in shut), lag_ratio=0.2),
            "gradient": AnimationGroup(*(channel.strike(channel.kept) for channel in shut)),
            "holds": AnimationGroup(self.sluices.shut(), self.above.light([X])),
        }
        for value, channel in zip(values, self.sluices.channels, strict=True):
            steps[value] = channel.strike(channel.value)
        self.tell(beat, steps, longest=0.6)

    def play_forward(self, beat: OpenBeat) -> None:
        *shut, open_ = self.sluices.channels
        (total,) = self.graph_data.nodes[2].numbers
        self.play(self.code.light([SUM]), run_time=0.3)
        steps = {
            "positive": open_.pour(),
            "gradient": open_.surge(),
            "y": LaggedStart(*(channel.pour() for channel in shut), lag_ratio=0.2),
            short(total): self.sluices.total(total),
        }
        self.tell(beat, steps)

    def play_backward(self, beat: OpenBeat) -> None:
        lit = self.code.light([BACKWARD], colour="backward")
        self.play(lit, self.sluices.drain(), FadeOut(self.sluices.marks), run_time=0.5)
        gradients = self.graph_data.passes[0].arrivals[-1].gradient.numbers
        self.as_said(beat, gradients, lambda n: self.sluices.channels[n].rise(), longest=1.0)

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.above.zone, least=self.above.limits.height)
        self.play(self.code.light([PRINT], colour="output"), FadeOut(self.above), run_time=0.4)
        self.play(panel.appear(), run_time=0.6)
        self.play(self.sluices.surge(), run_time=min(1.5, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Every input finds its gate shut: the neuron is dead."""
        wrong = self.brief.mistake
        if wrong is None:
            super().play_mistake(beat)
            return
        stage, strip = self.caution().rows(9, 3, gap=16)
        gates = self.gates(graph_of(wrong), 2, stage)
        code = self.wrong_code(strip, [USED], [USED])
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        self.heed(code)
        self.play(gates.appear(), code.appear(), run_time=0.6)
        steps = {
            "negative": gates.pour(),
            "it": gates.drain(),
            "stop": gates.rise(),
            "prints": self.change(FadeOut(code), panel.appear()),
        }
        self.tell(beat, steps, longest=1.2)
