"""Short 23: scissors cut the edge into the detached tensor. Both sides keep the same number; one of
them is grey from then on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manim import Animation, AnimationGroup, Mobject

from gradreel.blocks.severed import Severed
from gradreel.blocks.uses import Uses
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Step, Storyboard

USES = ("logging", "targets", "stop-gradient")  # as the voice says them
ROWS = 2  # of code, beside a graph of three nodes


class Detach(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """What is detached and what it is detached from."""
        x, *pair = self.graph_data.nodes
        edges = tuple(e for e in self.graph_data.edges if e.source != x.id)
        graph = replace(self.graph_data, nodes=tuple(pair), edges=edges)
        zone = self.field.inset(20, 0).below(self.hook.bottom + GAP)
        self.chain = Severed(self.type, graph, zone, scissors=320)
        return [self.hook, self.chain]

    def play_hook(self, beat: OpenBeat) -> None:
        steps = {"Detach": self.chain.graph.sweep(back=True), "“cut”": self.chain.cut()}
        self.tell(beat, steps, longest=1.2)

    def play_code(self, beat: OpenBeat) -> None:
        self.heed(self.code)
        steps: dict[str, Step] = {
            "detach()": self.open_code(),
            "tensor": lambda: self.code.light([5]),
            "same": self.chain.same(),
            "gradient": self.chain.stop(),
            "x": self.start_over,
            "3": lambda: self.chain.graph.settle(),
        }
        self.tell(beat, steps, longest=1.2)

    def start_over(self) -> Animation:
        """Two lines of the code stay; under them the whole graph begins, its leaf large."""
        light = self.code.light([3], rows=ROWS)
        gone = self.clear_but(self.header, self.code)
        zone = self.field_below(self.code.bottom).inset(20, 0)
        self.chain = Severed(self.type, self.graph_data, zone, scissors=280)
        leaf = self.graph_data.nodes[0].id
        self.chain.graph.enlarge(leaf)
        return self.change(AnimationGroup(gone, light), self.chain.graph.grow(leaf))

    def play_forward(self, beat: OpenBeat) -> None:
        self.heed(self.code, self.chain.graph)
        squared, detached = self.chain.graph.order
        self.play(self.code.light([4, 5]), run_time=0.3)
        kept = next(n.name for n in self.trace.nodes if n.op == self.graph_data.nodes[squared].op)
        steps = {
            "z": self.grown(squared),
            kept: self.chain.keep(squared, kept),
            "9": self.grown(detached),
            "No": self.chain.come(),
            "remembers": self.chain.cut(),
        }
        self.tell(beat, steps, longest=1.2)

    def grown(self, node: int) -> Animation:
        return self.chain.graph.grow(node, self.code.tokens(self.span_of(node)))

    def play_output(self, beat: OpenBeat) -> None:
        detached = self.graph_data.nodes[self.chain.detached]
        uses = Uses(self.type, detached, USES, self.field.rows(1, 2)[1])
        self.heed(self.code)
        steps: dict[str, Step] = {
            "Useful": AnimationGroup(self.clear_but(self.header, self.code), uses.appear()),
            **{use: uses.use(number) for number, use in enumerate(USES)},
            "It": lambda: self.print_out(rows=ROWS),
        }
        self.tell(beat, steps)
