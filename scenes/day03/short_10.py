"""Short 10: the gates that the values open are the gates that the gradient finds.

Three inputs run down their channels; a negative one, and zero, stand before a gate that stays shut.
The gradient comes up the same channels and gets no further.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeOut, Indicate, LaggedStart, Mobject, VMobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.sluices import Sluices
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import Graph, graph_of


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
        source, field = self.trace.source, self.brief.platform.field
        self.above = CodeCard(self.type, source, field, only=(3,))
        middle, bottom = field.below(self.above.bottom + 8).rows(9, 4, gap=8)
        self.code = CodeCard(self.type, source, bottom, only=(4, 5, 6))
        self.heed(self.above, self.code)
        move = self.sluices.move_into(middle)
        self.play(self.open_code(move), self.above.appear(), run_time=0.8)
        *shut, _ = self.sluices.channels
        values = [short(x) for x in self.graph_data.nodes[0].numbers]
        steps = {
            "negative": self.all(channel.surge() for channel in shut),
            "gradient": AnimationGroup(*(self.strike(channel.kept) for channel in shut)),
            "holds": AnimationGroup(self.sluices.shut(), self.above.light([3])),
        }
        for value, channel in zip(values, self.sluices.channels, strict=True):
            steps[value] = self.strike(channel.value)
        self.tell(beat, steps, longest=0.6)

    def strike(self, number: VMobject) -> Animation:
        return Indicate(number, 1.4, self.type.theme.colour("text"))

    def play_forward(self, beat: OpenBeat) -> None:
        *shut, open_ = self.sluices.channels
        (total,) = self.graph_data.nodes[2].numbers
        self.play(self.code.light([4]), run_time=0.3)
        steps = {
            "positive": open_.pour(),
            "gradient": open_.surge(),
            "y": self.all(channel.pour() for channel in shut),
            short(total): self.sluices.total(total),
        }
        self.tell(beat, steps)

    def play_backward(self, beat: OpenBeat) -> None:
        said = beat.says_each(
            short(g) for g in self.graph_data.passes[0].arrivals[-1].gradient.numbers
        )
        gone = FadeOut(self.sluices.marks)
        self.play(self.code.light([5], colour="backward"), self.sluices.drain(), gone, run_time=0.5)
        for n, seconds in beat.each(range(len(said)), when=said.__getitem__):
            self.play(self.sluices.channels[n].rise(), run_time=min(1.0, seconds))

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(
            self.type, self.trace, self.above.zone, least=self.above.bottom - self.above.zone.top
        )
        self.play(self.code.light([6], colour="output"), FadeOut(self.above), run_time=0.4)
        self.play(panel.appear(), run_time=0.6)
        self.play(self.sluices.surge(), run_time=min(1.5, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Every input finds its gate shut: the neuron is dead."""
        if self.brief.mistake is None:
            super().play_mistake(beat)
            return
        run, field = graph_of(self.brief.mistake), self.brief.platform.field
        words = Words(self.type, self.brief.short, field, 0.9)
        stage, strip = field.below(words.bottom + 24).rows(9, 3, gap=16)
        gates = self.gates(run, 2, stage)
        code = CodeCard(
            self.type, self.brief.mistake.source, strip, only=[5], lit=[5], colour="mistake",
            of="mistake",
        )  # fmt: skip
        panel = OutputPanel(self.type, self.brief.mistake, strip, colour="mistake")
        self.heed(code)
        self.play(self.change(self.clear_but(self.header), words.appear()))
        self.play(gates.appear(), code.appear(), run_time=0.6)
        steps = {
            "negative": self.all(channel.pour() for channel in gates.channels),
            "it": gates.drain(),
            "stop": self.all(channel.rise() for channel in gates.channels),
            "prints": self.change(FadeOut(code), panel.appear()),
        }
        self.tell(beat, steps, longest=1.2)

    def all(self, steps: Iterable[Animation]) -> Animation:
        return LaggedStart(*steps, lag_ratio=0.2)
