"""Short 20: a line swings into a cloud of points, again and again.

The scatter is the hero from the first frame on; under it the code and the loss take turns. At the
end W and b stand before the dashed lines that they were to reach: fifty steps are not enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from manim import FadeIn, FadeOut, Mobject, linear

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.curve import Curve, Curves
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.scatter import Scatter
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.fit import fit_of, goals_of
from gradreel.trace.graph_model import GraphNode
from gradreel.trace.series import series_of

CLEAR = 20  # pixels between the code and what stands under it


class LinearRegression(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.above, self.below = self.brief.platform.field.rows(5, 3)
        fit, x, y = fit_of(self.trace), self.node("X").value, self.node("y").value
        assert fit is not None
        assert x is not None
        assert y is not None
        self.scatter = Scatter(self.type, x, y, fit, self.above)
        self.hook = Hook(self.type, self.brief, self.below, low=True)
        return [self.hook, self.scatter]

    def node(self, label: str) -> GraphNode:
        return next(node for node in self.graph_data.nodes if node.label == label)

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.scatter.fit(), run_time=beat.left, rate_func=linear)

    def play_code(self, beat: OpenBeat) -> None:
        """The line of code that makes the data, and the data it makes."""
        self.code = CodeCard(self.type, self.trace.source, self.below, most_rows=5.6)
        self.heed(self.code)
        self.play(self.open_code(FadeOut(self.scatter)))
        lit = self.code.light(self.on(self.node("y").span))
        self.scatter.turn_to(0)
        self.play(lit, self.scatter.appear(), run_time=min(2.4, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        made = self.on(self.node("y_pred").span)
        kinds = {s.span.line: s.kind for s in self.trace.statements}
        moved = [line for line, kind in kinds.items() if kind == "AugAssign"]
        around = [line for line, kind in kinds.items() if kind in ("For", "With")]
        self.play(self.code.morph_to(self.trace.source, only=[*around, *made, *moved], lit=made))
        self.wait(min(beat.until("converge"), beat.share(2)))
        self.play(self.code.light(moved), run_time=0.4)
        self.play(self.scatter.fit(), run_time=beat.left, rate_func=linear)

    def play_backward(self, beat: OpenBeat) -> None:
        """The misses shrink, and the loss, the mean of their squares, with them."""
        spans = [self.node(name).span for name in ("y_pred", "loss")]
        lines = [self.on(span) for span in (*spans, self.trace.backwards[0].span)]
        series = next(s for s in series_of(self.trace) if s.name == "loss")
        self.loss = Curve(self.type, series, self.below, colour="mistake")
        shown = self.code.morph_to(self.trace.source, only=[*chain(*lines)], lit=lines[1])
        self.play(shown, self.scatter.line_at(0), run_time=0.6)
        self.play(self.change(FadeOut(self.code), self.loss.appear()), self.scatter.show_misses())
        self.play(self.scatter.fit(), self.loss.run(), run_time=beat.left - 0.3, rate_func=linear)

    def play_output(self, beat: OpenBeat) -> None:
        """What W and b were to be, and how far they are."""
        both = Curves(self.type, goals_of(self.trace), self.above, colours=("forward", "text"))
        line = self.trace.outputs[-1].line
        code = CodeCard(
            self.type, self.trace.source, self.below, only=[line], lit=[line], colour="output"
        )
        rest = self.below.below(code.bottom + CLEAR)
        panel = OutputPanel(self.type, self.trace, rest, least=rest.height)
        gone = FadeOut(self.scatter, self.scatter.sticks, self.loss)
        self.play(self.change(gone, both.appear()), FadeIn(code))
        self.play(panel.appear())
        self.play(both.run(), run_time=beat.share(2), rate_func=linear)
