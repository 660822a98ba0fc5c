"""Short 01: a tangent stops on a parabola, and its slope is a number that nobody derived: it comes
back through a graph that grew out of one line of code, and flies from there to the curve."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.undoing import Undoing
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.model import Number

REACH = (-4.7, 4.7)
FAR = -4.2  # where the tangent comes from
X, Y, BACKWARD, PRINT = 3, 4, 5, 6  # lines of the snippet
GAP = 24  # pixels more than usual under the code: the output has to fit in between


def parabola(x: float) -> float:
    return x**2 + 2 * x + 1


class Autograd(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.plot, (x, y, slope) = self.curve(self.hook.bottom), self.answer
        self.plot.put(x, y)
        self.plot.tangent(x, y, slope)
        return [self.hook, self.plot, self.plot.marks]

    def play_hook(self, beat: OpenBeat) -> None:
        marks, (x, *_) = self.plot.marks, self.answer
        away = AnimationGroup(FadeOut(marks, run_time=0.3), self.plot.slide(x, FAR), run_time=1.4)
        self.play(away, run_time=beat.share(3))
        self.play(self.plot.slide(FAR, x), run_time=beat.share(2))
        self.play(FadeIn(marks), run_time=min(0.4, beat.left))

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.field, only=(X, Y, BACKWARD, PRINT))
        self.heed(self.code)
        self.play(self.open_code(FadeOut(self.plot.marks)))
        x, y, _ = self.answer
        told: dict[int, Animation] = {
            Y: self.plot.slide(FAR, x),
            X: self.plot.put(x, y),
        }
        for line, seconds in beat.each(told, longest=2.5, when=lambda line: beat.says_line([line])):
            self.play(self.code.light([line]), told[line], run_time=seconds)

    def play_forward(self, beat: OpenBeat) -> None:
        """The tensor fills the stage until what is done with it needs the room."""
        zone = self.field_below(self.code.bottom + GAP)
        self.graph = ComputeGraph(self.type, self.graph_data, zone)
        self.heed(self.code, self.graph)
        x, *made = self.graph_data.nodes
        self.graph.enlarge(x.id)
        self.play(self.code.light([X]), self.plot.leave(), run_time=0.4)
        self.play(self.graph.grow(x.id, self.code.tokens(x.span)), run_time=0.6)
        self.play(self.graph.pulse(x.id), run_time=min(0.8, beat.share(5)))
        self.wait(beat.share(5))
        self.play(self.code.light([Y]), self.graph.settle(), run_time=0.6)
        for node, seconds in beat.each(made):
            self.play(self.graph.grow(node.id, self.code.tokens(node.span)), run_time=seconds)

    def play_backward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([BACKWARD], colour="backward"), run_time=0.3)
        for arrival, seconds in beat.each(self.graph.flow_back(0)):
            self.play(arrival, run_time=seconds)

    def play_output(self, beat: OpenBeat) -> None:
        """The graph gives way to the curve, but for the gradient: it becomes the slope."""
        printing = self.code.light([PRINT], colour="output", rows=2)
        printed = OutputPanel(self.type, self.trace, self.field_below(self.code.bottom))
        self.play(printing, printed.appear(), run_time=0.6)
        self.wait(beat.share(6))
        plot, (x, y, slope) = self.curve(printed.bottom), self.answer
        gradient = self.graph.take(self.graph_data.nodes[0].id)
        self.heed(self.code)
        came = AnimationGroup(plot.appear(), plot.put(x, y))
        self.play(self.graph.leave(), came, run_time=min(0.8, beat.share(2)))
        self.play(plot.tangent(x, y, slope, out_of=gradient), run_time=min(1.3, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """The flag is struck out of the code that has just worked."""
        if self.failed is None:
            super().play_mistake(beat)
            return
        undoing = Undoing(self.type, self.brief, *self.failed, self.field, range(X, PRINT))
        self.heed(undoing)
        self.play(self.change(self.clear_but(self.header), undoing.appear()))
        self.play(undoing.undo(), run_time=min(1.0, beat.share(3)))
        self.wait(beat.share(6))
        self.play(undoing.fail(), run_time=min(0.6, beat.left))

    # ------------------------------------------------------------------ pieces

    @property
    def answer(self) -> tuple[Number, Number, Number]:
        """x, y and dy/dx of the run."""
        x, *_, y = self.graph_data.nodes
        slope = self.graph_data.passes[0].arrivals[-1].gradient
        return x.numbers[0], y.numbers[0], slope.numbers[0]

    def curve(self, top: float) -> FunctionPlot:
        zone, y = self.field_below(top), self.graph_data.nodes[-1]
        return FunctionPlot(self.type, zone, parabola, reach=REACH, name=f"{y.label} = {y.text}")
