"""Short 08: a deep net falls flat.

Its hidden layer vanishes before our eyes and what comes out stays the same; the same fold in
numbers, W1 and W2 into one matrix; and 20 weights poured into the 6 that do their work.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.cells import stream
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import MatrixProduct, Term
from gradreel.blocks.network import Network
from gradreel.blocks.output_panel import OutputPanel
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, point
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import graph_of

ACTIVE = 84  # pixel em of what makes the difference


class LinearCollapse(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.x, self.w1, self.w2, self.hidden, self.y1, self.product, _ = self.graph_data.values
        self.net = self.network(self.below_hook)
        return [self.hook, self.net]

    def network(self, zone: Zone) -> Network:
        return Network(self.type, (self.x, self.hidden, self.y1), (self.w1, self.w2), zone)

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.net.flow(), run_time=beat.until("deep"))
        self.play(self.net.flow(), run_time=beat.until("secretly"))
        self.play(self.net.collapse(self.product), run_time=beat.left)

    def play_code(self, _: OpenBeat) -> None:
        """The inputs of the net become the row vector of the code."""
        self.code = CodeCard(self.type, self.trace.source, self.field, only=range(3, 10), lit=[3])
        self.heed(self.code)
        self.row = Matrix(self.type, "x", self.x, self.code.under())
        self.play(self.open_code(), self.net.hand_over(self.row), run_time=1.0)
        self.add(self.row)

    def play_forward(self, beat: OpenBeat) -> None:
        """Two layers become one, in numbers; then the net they are."""
        factors = Term("W1", self.w1), Term("W2", self.w2)
        layers = MatrixProduct(self.type, *factors, self.code.under())
        above, self.strip = self.code.under(3, gap=50).rows(5, 2)
        self.net = self.network(above)
        come = self.change(self.row.leave(), layers.appear())
        fold = layers.fold(Term("W1 @ W2", self.product))
        steps: dict[str, Step] = {
            "linear": AnimationGroup(come, self.code.light([4, 5])),
            "nonlinearity": lambda: self.code.light([7, 8]),
            "collapse": fold,
            "layer": lambda: self.code.light([7, 8, 9], rows=3),
            "net": lambda: self.change(layers.leave(), FadeIn(self.net)),
        }
        self.tell(beat, steps, longest=1.2)

    def play_output(self, beat: OpenBeat) -> None:
        """The flat net prints the same; one with activations stays deep."""
        panel = OutputPanel(self.type, self.trace, self.strip, scale=1.5)
        label = self.type.line("with activations", ACTIVE, font="display", colour="operation")
        label.move_to(point(*centre(self.strip)))
        steps: dict[str, Step] = {
            "Activations": AnimationGroup(
                self.net.collapse(self.product), self.code.light([9], colour="output")
            ),
            "add": panel.appear(),
            "nonlinearity": lambda: AnimationGroup(
                self.net.activate(self.product), self.change(FadeOut(panel), FadeIn(label))
            ),
            "model": self.net.resist(self.product),
            "complex": lambda: self.net.flow(),
        }
        if "run-output" in beat.beat.parts:  # the voice comes back to what was printed
            steps["prints"] = self.change(FadeOut(label), FadeIn(panel))
        self.tell(beat, steps, longest=1.3)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The cells of both matrices are poured into those of their product."""
        run = self.brief.mistake
        if run is None:
            super().play_mistake(beat)
            return
        first, second, product = graph_of(run).values
        factors = Term("W1", first, "mistake"), Term("W2", second, "mistake")
        one = Term("W", product, "output")
        layers = MatrixProduct(self.type, *factors, self.field, result=one)
        corner = layers.plan.note
        assert corner is not None
        assert layers.result is not None
        code = CodeCard(
            self.type, run.source, corner, only=[3, 4, 5], lit=[5], colour="mistake", of="mistake"
        )
        self.heed(code)
        come = AnimationGroup(layers.appear(), code.appear())
        self.play(self.change(self.clear_but(self.header), come))
        self.wait(beat.until("layers"))
        poured = stream([*layers.left.cells, *layers.right.cells], layers.result.cells)
        self.play(poured, layers.result.fill(), run_time=beat.until("without"))
        self.wait(beat.until("prints", unsaid=beat.share(2)))
        panel = OutputPanel(self.type, run, code.under(1), colour="mistake")
        shrink = code.light([5], rows=1, colour="mistake")
        self.play(shrink, panel.appear(), run_time=min(0.6, beat.left))
