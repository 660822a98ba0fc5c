"""Short 16: the chain rule as a tower. Values climb it, the gradient falls down beside it and is
multiplied on every floor, and the factors gather in the formula that stood there from the start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manim import AnimationGroup, FadeIn, FadeOut, LaggedStart, Mobject

from gradreel.blocks.chain import Chain
from gradreel.blocks.chain_rule import Rule
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.formula import Formula
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.undoing import Undoing
from gradreel.blocks.variables import Variables
from gradreel.stage.block import Block
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, point
from gradreel.storyboard import Storyboard
from gradreel.trace.bindings import last_bindings

X, BACKWARD, PRINT = 3, 7, 8  # lines of the snippet
UNSAID = -1  # a node that the voice never names
FLOOR = 380  # pixels: breadth of the tower
GAP = 24  # pixels between what stands side by side or one under the other


class ChainRule(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.rule = Rule(self.graph_data)
        above, middle, row = self.field_below(self.hook.bottom + GAP).rows(1.5, 0.9, 1, gap=GAP)
        self.formula = Formula(self.type, self.rule.product, above)
        self.worth = self.rule.worth(self.type, middle, whole=False, size=self.formula.em)
        self.worth.line_up(self.formula, "=")
        names = tuple(replace(node, sign="") for node in self.graph_data.nodes)
        data = replace(self.graph_data, nodes=names)
        self.row = ComputeGraph(self.type, data, row, values=False)
        return [self.hook, Block(self.formula, self.worth), self.row]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.row.sweep(back=False), run_time=beat.share(2))
        self.play(self.row.sweep(back=True), self.worth.appear(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        """The rule makes room; the tower rises out of the code beside it."""
        stage, self.base = self.field.rows(3.2, 1, gap=GAP)
        self.tower = Chain(self.type, self.graph_data, stage, breadth=FLOOR)
        self.side = replace(stage, left=stage.left + FLOOR + GAP)
        self.card = CodeCard(self.type, self.trace.source, self.side, only=range(X, PRINT + 1))
        self.heed(self.card, self.tower)
        gone = AnimationGroup(self.hook.leave(), FadeOut(self.worth), self.row.leave())
        came = AnimationGroup(self.header.appear(), self.card.appear())
        sunk = self.formula.animate.move_to(point(*centre(self.base))).build()
        self.play(sunk, self.change(gone, came), run_time=min(0.9, beat.share(3)))
        nodes = self.graph_data.nodes
        for node, seconds in beat.each(nodes, longest=0.8, when=lambda n: beat.says_node(n.id)):
            risen = self.tower.rise(node.id, self.card.tokens(node.span))
            self.play(self.card.light(self.on(node.span)), risen, run_time=seconds)

    def play_forward(self, beat: OpenBeat) -> None:
        self.play(self.card.light([BACKWARD], colour="backward"), run_time=0.4)
        self.wait(beat.share(5))
        self.play(self.formula.light(self.rule.whole), run_time=0.4)
        self.wait(beat.share(3))
        self.play(self.formula.light(), run_time=0.4)

    def play_backward(self, beat: OpenBeat) -> None:
        """Every link of the rule joins the factor that it is, and the factors take its place."""
        self.play(FadeOut(self.card), run_time=0.3)
        links = {edge: self.formula.part(link) for edge, link in self.rule.links.items()}
        falls = self.tower.fall(names=links)
        worth = self.rule.worth(self.type, self.base, whole=True, size=self.formula.em)
        factors = self.rule.factors.items()
        flight = worth.gather((text, self.tower.factors[edge]) for edge, text in factors)
        worked_out = LaggedStart(flight, self.formula.change_to(worth), lag_ratio=0.35)
        told = [*zip((a.node for a in self.graph_data.passes[0].arrivals), falls, strict=True)]
        told.append((UNSAID, worked_out))
        for (_, step), seconds in beat.each(told, when=lambda t: beat.says_node(t[0])):
            self.play(step, run_time=seconds)

    def play_output(self, beat: OpenBeat) -> None:
        self.play(FadeOut(self.tower.marks), FadeIn(self.card), run_time=0.4)
        panel = OutputPanel(self.type, self.trace, self.side.below(self.card.bottom + GAP), scale=2)
        printing = self.card.light([PRINT], colour="output")
        self.play(printing, panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """The code that worked loses its graph: what was a tensor is a plain number."""
        if self.failed is None:
            super().play_mistake(beat)
            return
        wrong, where = self.failed
        undoing = Undoing(self.type, self.brief, wrong, where, self.field, range(X, PRINT))
        self.heed(undoing)
        self.play(self.change(self.clear_but(self.header), undoing.appear()))
        self.play(undoing.undo(), run_time=min(1.0, beat.share(4)))
        left = Variables(self.type, wrong, last_bindings(wrong), undoing.under, tallest=120)
        self.play(left.appear(), run_time=beat.share(3))
        self.wait(beat.share(3))
        failed = self.change(FadeOut(left), undoing.fail(scale=1.4))
        self.play(failed, run_time=min(1.0, beat.left))
