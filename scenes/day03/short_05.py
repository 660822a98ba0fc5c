"""Short 05: one key, `loss.backward()`, over three tanks. The gradient goes back through the graph
in the engine's order; then the key is pressed once, and every tank has its own."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeOut, LaggedStart, Mobject

from gradreel.blocks.bucket import Buckets, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.key import Key
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel, Verdicts
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Storyboard
from gradreel.trace.deposits import deposits_of, reset_in
from gradreel.trace.graph import GraphNode

LEAVES, FORWARD, BACKWARD, PRINT = (3, 4, 5), (8, 9), 10, 12  # lines of the snippet


class ManyGradients(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The key and the tanks it filled."""
        self.leaves = [node for node in self.graph_data.nodes if node.kind == "leaf"]
        self.arrived = {deposit.leaf: deposit for deposit in deposits_of(self.trace)}
        self.set_up(self.brief.platform.stage.below(self.hook.bottom + GAP))
        for leaf in self.leaves:
            self.tanks.of(leaf.label).fill(self.arrived[leaf.label])
        return [self.hook, self.key, self.tanks]

    def set_up(self, zone: Zone) -> None:
        above, low = zone.rows(1, 5, gap=0)
        most = fullest(*(deposit.after for deposit in self.arrived.values()))
        self.key = Key(self.type, "loss.backward()", above)
        self.tanks = Buckets(
            self.type, {f"{n.label}.grad": None for n in self.leaves}, low, most=most
        )

    def play_hook(self, beat: OpenBeat) -> None:
        steps = {"One": self.tanks.none, "backward": self.key.press, "call": self.pour_all}
        self.tell(beat, steps, longest=2.0)

    def play_code(self, beat: OpenBeat) -> None:
        """Each leaf has a value, and a place for its gradient with nothing in it."""
        upper, lines = self.brief.platform.upper, (*LEAVES, *FORWARD, BACKWARD)
        self.code = CodeCard(self.type, self.trace.source, upper, only=lines)
        self.heed(self.code)
        self.play(self.open_code(self.key.leave(), self.tanks.none()))
        for leaf, seconds in beat.each(self.leaves, when=lambda n: beat.says_node(n.id)):
            light = self.code.light(self.on(leaf.span))
            self.play(light, self.recall(leaf), run_time=min(0.5, seconds))

    def play_forward(self, beat: OpenBeat) -> None:
        rows = len(FORWARD)
        zone = self.field_below(self.code.bottom_at(rows))
        self.graph = ComputeGraph(self.type, self.graph_data, zone)
        self.heed(self.code, self.graph)
        self.play(self.code.light(FORWARD, rows=rows), FadeOut(self.tanks), run_time=0.3)
        for node, seconds in beat.each(self.graph.order, when=beat.says_node):
            tokens = self.code.tokens(self.span_of(node))
            self.play(self.graph.grow(node, tokens), run_time=seconds)

    def play_backward(self, beat: OpenBeat) -> None:
        """Back through the graph; then the same call as a key, and each gradient as it is said."""
        self.play(self.code.light([BACKWARD], colour="backward"), run_time=0.4)
        flows = self.graph.flow_back(0)
        for flow, seconds in beat.each(flows, turn=min(0.8, beat.share(2) / len(flows))):
            self.play(flow, run_time=seconds)
        self.wait(beat.until("Gradients"))
        self.heed()
        self.play(self.gather(), run_time=0.7)
        self.play(self.key.press(), run_time=0.3)
        for leaf, seconds in beat.each(self.leaves, when=lambda n: beat.says_node(n.id)):
            self.play(self.pour(leaf), run_time=min(1.2, seconds))

    def play_output(self, beat: OpenBeat) -> None:
        only = [PRINT]
        line = CodeCard(
            self.type, self.trace.source, self.field, only=only, lit=only, colour="output"
        )
        panel = OutputPanel(self.type, self.trace, line.under())
        self.play(self.change(self.key.leave(), line.appear()))
        self.play(panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Two tanks over the same steps, in one of which the gradients pile up."""
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            super().play_mistake(beat)
            return
        middle, low = self.field_below(self.words.bottom).rows(7, 2, gap=16)
        piled, fresh = deposits_of(wrong), deposits_of(mended)
        names = "✕ never reset", f"✓ {reset_in(mended)}"
        tanks = Buckets(
            self.type, dict.fromkeys(names), middle, most=fullest(*(d.after for d in piled))
        )
        entering = AnimationGroup(self.words.appear(), tanks.appear())
        self.play(self.change(self.clear_but(self.header), entering))
        left, right = tanks.buckets.values()
        more = iter(piled)
        for deposit, seconds in beat.each(fresh, turn=0.55):
            added = [left.take(next(more))] if deposit.incoming is not None else []
            self.play(right.take(deposit), *added, run_time=seconds)
        self.play(Verdicts(self.type, wrong, mended, low).appear(), run_time=min(0.6, beat.left))

    # ------------------------------------------------------------------ the key and the tanks

    def pour(self, leaf: GraphNode) -> Animation:
        return self.tanks.of(leaf.label).take(self.arrived[leaf.label])

    def pour_all(self) -> Animation:
        return LaggedStart(*map(self.pour, self.leaves), lag_ratio=0.25)

    def recall(self, leaf: GraphNode) -> Animation:
        """What a leaf holds stands over its tank."""
        name, value = f"{leaf.label} = ", short(leaf.numbers[0])
        runs = (name, "code", "forward"), (value, "code-strong", "forward")
        return self.tanks.of(leaf.label).write(*runs)

    def gather(self) -> Animation:
        """The call becomes a key, and the leaves of the graph tanks."""
        self.set_up(self.field)
        flying = (self.graph.fly(n.id, self.tanks.of(n.label).vessel) for n in self.leaves)
        call = self.code.tokens(self.trace.backwards[0].span)
        gone = FadeOut(self.code), self.graph.leave()
        return AnimationGroup(*gone, *flying, self.key.grow(call), self.tanks.appear())
