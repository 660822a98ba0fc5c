"""Short 22: one switch as tall as the screen, a world at either end. Where the knob is, the same
code runs; only in the upper world an edge leads back."""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.hook import Hook
from gradreel.blocks.worlds import Worlds
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import graph_of


class SetGradEnabled(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        demo = self.brief.demo  # with the flag on; without one, what it would be
        on = graph_of(demo) if demo is not None else self.graph_data.recorded
        self.worlds = Worlds(self.type, ("training", on), ("eval", self.graph_data), self.field)
        self.hook = Hook(self.type, self.brief, self.worlds.between)
        return [self.worlds, self.hook]

    def play_hook(self, beat: OpenBeat) -> None:
        steps = {
            "One": lambda: self.worlds.throw(False),
            "training": lambda: self.worlds.throw(True),
            "eval": lambda: self.worlds.throw(False),
        }
        self.tell(beat, steps, longest=0.6)

    def play_code(self, beat: OpenBeat) -> None:
        """With the flag on an edge leads back; then it is off again, as in the snippet."""
        source, demo = self.brief.short.code.text, self.brief.demo
        only = range(3, 8)
        self.code = CodeCard(self.type, source, self.worlds.across, only=only)
        self.heed(self.code)
        other = demo.source if demo is not None else source
        steps: dict[str, Step] = {
            "Sometimes": self.open_code(),
            "conditional": lambda: AnimationGroup(
                self.code.morph_to(other, only=only), self.worlds.throw(demo is not None)
            ),
            "tracking": lambda: self.worlds.here.send_back(),
            "Use": lambda: self.code.light([5]),
            "is_training": lambda: AnimationGroup(
                self.code.morph_to(source, only=only), self.worlds.throw(False)
            ),
            "x": lambda: self.code.light([3]),
        }
        self.tell(beat, steps, longest=1.0)

    def play_forward(self, beat: OpenBeat) -> None:
        graph, span = self.worlds.here.graph, self.span_of(1)
        self.heed(self.code, graph)
        steps: dict[str, Step] = {
            "y": self.code.light(self.on(span)),
            "comes": lambda: self.code.fly(span, graph.nodes[1].frame),
            "4": graph.pulse(1),
            "graph": self.worlds.here.send_back(),
        }
        self.tell(beat, steps, longest=1.0)

    def play_output(self, beat: OpenBeat) -> None:
        self.tell(beat, {"It": self.print_out(scale=1.4)})
