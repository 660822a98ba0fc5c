"""Short 24: two tensors, one tank. The gradient of `y` falls where no tank is and is gone; what
goes on to the leaf `x` is kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, Mobject

from gradreel.blocks.bucket import Bucket, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.block import Block
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.deposits import deposits_of

GAP = 88  # pixels under the hook: the code, which is higher, takes its place
WIDE = 0.41  # of the stage that a tank takes


class OnlyLeaves(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """`x` and `y` as the run left them, and under each what is in its `.grad`."""
        stage = self.brief.platform.stage.below(self.hook.bottom + GAP)
        self.graph = ComputeGraph(self.type, self.graph_data, stage.rows(5, 7, gap=0)[0])
        self.at_y, self.at_x = self.graph_data.passes[0].arrivals
        (self.deposit,) = deposits_of(self.trace)
        kept = self.deposit.after
        under_x, under_y = (
            self.graph.under(arrival.node, stage, WIDE) for arrival in (self.at_x, self.at_y)
        )
        self.kept = Bucket(self.type, "x.grad", under_x, most=fullest(kept), held=kept)
        self.lost = Bucket(self.type, "y.grad", under_y, most=fullest(kept))
        return [self.hook, self.graph, Block(self.kept, self.lost)]

    def play_hook(self, beat: OpenBeat) -> None:
        """What arrives at `y` is gone, what goes on to `x` is there."""
        steps = {
            "Why": self.lost.evaporate(self.at_y.gradient),
            "even": self.graph.sweep(back=True),
            "backward": self.kept.slosh(),
        }
        self.tell(beat, steps, longest=1.6)

    def play_code(self, beat: OpenBeat) -> None:
        """The leaf has what it stored; then the film goes back to where the run begins."""
        upper = self.brief.platform.upper
        self.code = CodeCard(self.type, self.trace.source, upper, only=range(3, 8))
        self.heed(self.code, self.graph)
        self.play(self.open_code())
        pulse, slosh = self.graph.pulse(self.at_x.node), self.kept.slosh()
        self.tell(beat, {"Only": pulse, "store": slosh, "default": self.lost.nod, "x": self.rewind})

    def rewind(self) -> Animation:
        gone = self.graph.rewind(self.at_x.node)
        return AnimationGroup(gone, self.kept.none(), self.code.light([3]))

    def play_forward(self, beat: OpenBeat) -> None:
        """`y` comes out of its code, and under it is no tank."""
        y = self.at_y.node
        self.play(self.code.light([4]), run_time=0.3)
        grown = self.graph.grow(y, self.code.tokens(self.span_of(y)))
        self.tell(beat, {"y": grown, "4": self.lost.nod}, longest=1.2)

    def play_backward(self, beat: OpenBeat) -> None:
        """One pass: nothing stays at `y`, `x` keeps its own."""
        self.play(self.code.light([5], colour="backward"), run_time=0.3)
        arrive_y, arrive_x = self.graph.flow_back(0)
        steps = {
            "x.grad": AnimationGroup(arrive_y, self.lost.evaporate(self.at_y.gradient)),
            "now": AnimationGroup(arrive_x, self.kept.take(self.deposit)),
        }
        self.tell(beat, steps, longest=1.8)

    def play_output(self, beat: OpenBeat) -> None:
        """What was printed; and what `y` has, what it lacks, and what it would take."""
        self.play(self.code.light([7], colour="output", rows=1), run_time=0.4)
        panel = OutputPanel(self.type, self.trace, self.code.under(gap=8), scale=0.9)
        needed = partial(self.lost.write, ("retain_grad()?", "code-strong", "backward"))
        self.play(panel.appear(), run_time=0.6)
        pulse = self.graph.pulse(self.at_y.node)
        self.tell(beat, {"grad_fn": pulse, "no": self.lost.nod, ".retain_grad()": needed})
