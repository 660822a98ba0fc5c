"""Short 05: one key, `loss.backward()`, over three tanks. The gradient goes back through the graph
in the engine's order; then the key is pressed once, and every tank has its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, Mobject

from gradreel.blocks.bucket import Buckets, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.filling import Filling
from gradreel.blocks.output_panel import OutputPanel, Verdicts
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Step, Storyboard
from gradreel.trace.deposits import deposits_of, reset_in
from gradreel.trace.graph import GraphNode

FORWARD, BACKWARD, PRINT = (8, 9), 10, 12  # lines of the snippet


class ManyGradients(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The key and the tanks it filled."""
        self.leaves = [node for node in self.graph_data.nodes if node.kind == "leaf"]
        self.filling = self.filled(self.brief.platform.stage.below(self.hook.bottom + GAP))
        self.filling.fill()
        return [self.hook, self.filling]

    def filled(self, zone: Zone) -> Filling:
        return Filling(self.type, "loss.backward()", deposits_of(self.trace), zone)

    def play_hook(self, beat: OpenBeat) -> None:
        steps: dict[str, Step] = {
            "One": self.filling.tanks.none,
            "backward": self.filling.key.press,
            "call": self.filling.pour_all,
        }
        self.tell(beat, steps, longest=2.0)

    def play_code(self, beat: OpenBeat) -> None:
        """Each leaf has a value, and a place for its gradient with nothing in it."""
        lines = [3, 4, 5, *FORWARD, BACKWARD]
        self.code = CodeCard(self.type, self.trace.source, self.field, only=lines)
        self.heed(self.code)
        self.play(self.open_code(self.filling.leave_tanks()))
        self.tell(beat, {leaf.label: partial(self.recall, leaf) for leaf in self.leaves})

    def recall(self, leaf: GraphNode) -> Animation:
        """Its line is lit, and what it holds stands over its tank."""
        light = self.code.light(self.on(leaf.span))
        return AnimationGroup(light, self.filling.recall(leaf.label, leaf.numbers[0]))

    def play_forward(self, beat: OpenBeat) -> None:
        rows = len(FORWARD)
        self.graph = ComputeGraph(self.type, self.graph_data, self.code.under(rows, gap=24))
        self.heed(self.code, self.graph)
        gone = FadeOut(self.filling.tanks)
        self.play(self.code.light(FORWARD, rows=rows), gone, run_time=0.3)
        for node, seconds in beat.each(self.graph.order, when=beat.says_node):
            self.play(self.graph.grow(node, self.code.tokens(self.span_of(node))), run_time=seconds)

    def play_backward(self, beat: OpenBeat) -> None:
        """Back through the graph; then the same call as a key, and each gradient as it is said."""
        self.play(self.code.light([BACKWARD], colour="backward"), run_time=0.4)
        flows = self.graph.flow_back(0)
        for flow, seconds in beat.each(flows, turn=min(0.8, beat.share(2) / len(flows))):
            self.play(flow, run_time=seconds)
        self.wait(beat.until("Gradients"))
        self.heed()
        self.play(self.gather(), run_time=0.7)
        self.play(self.filling.key.press(), run_time=0.3)
        pours = {leaf.label: partial(self.filling.pour, leaf.label) for leaf in self.leaves}
        self.tell(beat, pours, longest=1.2)

    def gather(self) -> Animation:
        """The call becomes a key, and the leaves of the graph tanks."""
        self.filling = self.filled(self.field)
        key, tanks = self.filling.key, self.filling.tanks
        flying = (self.graph.fly(n.id, tanks.of(n.label).vessel) for n in self.leaves)
        call = self.code.tokens(self.trace.backwards[0].span)
        gone = FadeOut(self.code), self.graph.leave()
        return AnimationGroup(*gone, *flying, key.grow(call), tanks.appear())

    def play_output(self, beat: OpenBeat) -> None:
        source, only = self.trace.source, [PRINT]
        line = CodeCard(self.type, source, self.field, only=only, lit=only, colour="output")
        panel = OutputPanel(self.type, self.trace, line.under())
        self.play(self.change(self.filling.key.leave(), line.appear()))
        self.play(panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Two tanks over the same steps, in one of which the gradients pile up."""
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            super().play_mistake(beat)
            return
        middle, low = self.field_below(self.words.bottom).rows(7, 2, gap=16)
        piled, names = deposits_of(wrong), ("✕ never reset", f"✓ {reset_in(mended)}")
        most = fullest(*(deposit.after for deposit in piled))
        tanks = Buckets(self.type, dict.fromkeys(names), middle, most=most)
        entering = AnimationGroup(self.words.appear(), tanks.appear())
        self.play(self.change(self.clear_but(self.header), entering))
        left, right = tanks.buckets.values()
        more = iter(piled)
        for deposit, seconds in beat.each(deposits_of(mended), turn=0.55):
            added = [left.take(next(more))] if deposit.incoming is not None else []
            self.play(right.take(deposit), *added, run_time=seconds)
        self.play(Verdicts(self.type, wrong, mended, low).appear(), run_time=min(0.6, beat.left))
