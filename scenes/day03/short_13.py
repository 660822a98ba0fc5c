"""Short 13: where the sigmoid is flat, the gradient is gone.

The example for every bespoke scene: one hero, the curve with its slope, that stays from the
poster to the output; and every number on it comes from the run.
"""

from __future__ import annotations

from math import exp

from manim import AnimationGroup, FadeIn, LaggedStart

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.header import Header
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Mistake
from gradreel.blocks.output_panel import OutputPanel
from gradreel.model import Zone
from gradreel.stage.scene import ShortScene
from gradreel.trace.graph import graph_of

REACH = (-7.0, 7.0)
SATURATED = 3.4  # beyond this |x| the curve is drawn as flat


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def slope(x: float) -> float:
    return sigmoid(x) * (1 - sigmoid(x))


class VanishingGradient(ShortScene):
    def construct(self) -> None:
        brief, upper, stage = self.brief, self.brief.platform.upper, self.brief.platform.stage
        run = graph_of(brief.trace)
        x, squashed = run.nodes[0].value, run.nodes[1].value
        gradient = run.passes[0].arrivals[-1].after
        assert x is not None
        assert squashed is not None
        assert gradient is not None
        points = list(zip(x.numbers, squashed.numbers, gradient.numbers, strict=True))

        hook, header = Hook(self.type, brief), Header(self.type, brief)
        plot = FunctionPlot(self.type, Zone(110, 780, 970, 1140), sigmoid, slope, REACH)
        code = CodeCard(self.type, brief.short.code.text, upper)
        strip = Zone(stage.left, 490, stage.right, 730)
        graph = ComputeGraph(self.type, run, strip, values=False)

        self.heed(code, graph)

        self.add(hook, plot)
        with self.beat("hook") as beat:
            self.play(plot.slide(-5.4, 5.4), run_time=beat.left)

        with self.beat("code") as beat:
            leave = AnimationGroup(hook.leave(), plot.fade_slope())
            enter = AnimationGroup(header.appear(), code.appear())
            self.play(self.change(leave, enter))
            labels = LaggedStart(*(plot.label_input(px) for px, _, _ in points))
            self.play(code.light([3]), labels, run_time=min(0.8, beat.share(2)))
            self.wait(beat.left - 0.4)
            self.play(code.light([4]), run_time=min(0.4, beat.left))

        with self.beat("forward") as beat:
            self.play(code.light([4], rows=1), run_time=0.4)
            rise = [plot.drop(px, py) for px, py, _ in points]
            for node, seconds in beat.each(graph.order):
                span = run.nodes[node].span
                grown = graph.grow(node, code.tokens(span) if span else None)
                self.play(grown, *rise, run_time=seconds)
                rise = []

        with self.beat("backward") as beat:
            flat = AnimationGroup(
                plot.shade_flat(REACH[0], -SATURATED), plot.shade_flat(SATURATED, REACH[1])
            )
            told = [
                AnimationGroup(code.light([4], colour="backward"), plot.draw_slope()),
                flat,
                *graph.flow_back(0),
                *(plot.label_slope(px, there) for px, _, there in points),
            ]
            for step, seconds in beat.each(told):
                self.play(step, run_time=min(1.0, seconds))

        with self.beat("output") as beat:
            panel = OutputPanel(self.type, brief.trace, strip)
            self.play(code.light([5], colour="output"), graph.leave(), run_time=0.4)
            self.play(panel.appear(), run_time=min(0.6, beat.left))

        with self.beat("mistake") as beat:
            mistake = Mistake(self.type, brief)
            self.heed(mistake)
            card, *runs = mistake.steps
            self.play(self.change(self.clear_but(header), card))
            for step, seconds in beat.each(runs):
                self.play(step, run_time=min(1.2, seconds))

        with self.beat("out"):
            self.play(self.clear_but(), run_time=0.3)
            self.play(FadeIn(hook), FadeIn(plot), run_time=0.5)
