"""Short 26: an underscore that has outgrown its name strikes out the word "gradients".

Then what it does: `relu` makes a second tensor, `add_` writes over the first, and the odometer on
the tensor gives it away.
"""

from __future__ import annotations

from manim import LEFT, AnimationGroup, FadeIn, FadeOut, Mobject, Succession

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_row import MatrixRow
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.underscore import Underscore
from gradreel.blocks.version_counter import VersionCounter
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import CLOSE, GAP, Storyboard
from gradreel.trace.model import Trace


class InPlace(Storyboard):
    def poster(self) -> list[Mobject]:
        spans = (span for prose in self.brief.short.talk for span in prose.spans)
        self.names = [span.text for span in spans if span.kind == "code"]  # `relu_()`, `add_()`
        zone = self.brief.platform.stage.below(self.hook.bottom + GAP)
        self.name = Underscore(self.type, self.names[-1], zone)
        return [self.hook, self.name]

    def play_hook(self, beat: OpenBeat) -> None:
        """The underscore draws breath, jumps, and ruins the gradients."""
        self.play(self.name.breathe(), run_time=beat.until("can"))
        self.play(self.name.strike(self.hook.lines[-1]), run_time=beat.until("gradients"))

    def play_code(self, beat: OpenBeat) -> None:
        self.heed(self.code)
        above, self.below = self.field_below(self.code.bottom).rows(1, 1)
        columns = [[self.term("x")], [self.term("y")]]
        self.pair = MatrixRow(self.type, columns, above, signs=["relu"])
        self.play(self.open_code(FadeOut(self.name)))
        come = self.code.light([3]), self.pair.grids["x"].appear()
        self.play(*come, run_time=min(0.7, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        """`relu` makes a second tensor; what ends in an underscore writes over the first."""
        come = FadeIn(self.pair.signs), self.pair.grids["y"].appear()
        self.play(self.code.light([4]), *come, run_time=0.8)
        left, right = self.below.columns(1, 1)
        relu_, add_ = (Underscore(self.type, name, left) for name in self.names)
        over = MatrixRow(self.type, [[self.term("y")]], right)
        written = [over.frame("y", colour="mistake")]
        if self.brief.mistake is not None:
            after = self.brief.mistake.result_of("add_")
            written.append(over.grids["y"].change_to(after, "mistake"))
        steps = {
            self.names[0]: FadeIn(relu_, shift=LEFT),
            self.names[1]: AnimationGroup(FadeOut(relu_), FadeIn(add_, shift=LEFT), over.appear()),
            "modify": AnimationGroup(*written),
        }
        self.tell(beat, steps)

    def play_backward(self, beat: OpenBeat) -> None:
        """Backward finds y as relu left it."""
        self.panel = OutputPanel(self.type, self.trace, self.field_below(self.code.bottom_at(1)))
        counter, below = self.field_below(self.panel.bottom).rows(5, 3)
        self.counter, grad = self.count(self.trace, counter), self.term("x.grad", "backward")
        self.grad = Matrix(self.type, grad.name, grad.value, below, colour=grad.colour)
        light = self.code.light([6], colour="backward", rows=4)
        gone = self.clear_but(self.header, self.code)
        self.play(self.change(gone, AnimationGroup(light, self.counter.appear())))
        version = self.trace.op("relu").outputs[0].version
        self.play(self.counter.compare(version, version))
        self.play(self.grad.appear(), run_time=min(0.6, beat.left))

    def play_output(self, beat: OpenBeat) -> None:
        """What y holds decides where the gradient passes."""
        light = self.code.light([7], colour="output", rows=1)
        self.play(light, self.panel.appear(), run_time=0.7)
        self.wait(beat.until("original"))
        self.play(self.counter.hand_on(cell.box for cell in self.grad.cells))

    def play_mistake(self, beat: OpenBeat) -> None:
        """The same, written over: backward expects another version than it finds."""
        if self.failed is None:
            super().play_mistake(beat)
            return
        wrong, span = self.failed
        add, saved = wrong.op("add_"), wrong.op("relu").outputs[0].version
        code = self.wrong_code(self.field, [add.span.line, span.line], self.on(add.span))
        middle, foot = self.field_below(code.bottom).rows(6, 5, gap=CLOSE)
        counter, words = self.count(wrong, middle), Words(self.type, self.brief.short, foot, 0.8)
        self.heed(code)
        come = AnimationGroup(code.appear(), counter.appear(), words.appear())
        self.play(self.change(self.clear_but(self.header), come))
        found, after = add.outputs[0].version, wrong.result_of("add_")
        lit = code.light(self.on(span), colour="mistake")
        ends = AnimationGroup(FadeOut(words), code.squiggle(span), run_time=0.5)
        steps = {
            "ops": lambda: counter.bump(add.text, after, found),
            "variables": lambda: AnimationGroup(lit, counter.compare(saved, found)),
            "has": lambda: Succession(ends, OutputPanel(self.type, wrong, foot).appear()),
        }
        self.tell(beat, steps, longest=1.2)

    def count(self, run: Trace, zone: Zone) -> VersionCounter:
        """y as relu made it."""
        version = run.op("relu").outputs[0].version
        return VersionCounter(self.type, "y", run.result_of("relu"), zone, version=version)
