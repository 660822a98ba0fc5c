"""Short 07: a round RESET key beside a tank. Pressed, it drains what the last pass left, so that
the next gradient is poured into an empty tank: 4, 0, 4. Where there is no tank, it fails."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, Mobject, Succession

from gradreel.blocks.bucket import Bucket, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.key import Key
from gradreel.blocks.mistake_card import Mistake
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Step, Storyboard
from gradreel.trace.deposits import deposits_of
from gradreel.trace.model import Trace

FIRST, READ, ZERO, PRINT = 4, 5, 7, 9  # lines of the snippet


class Reset(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The tank as the last pass left it, and the key."""
        self.first, self.zeroed, self.second = deposits_of(self.trace)
        left, right = self.brief.platform.stage.below(self.hook.bottom + GAP).columns(1, 1, gap=60)
        full = self.second.after
        self.tank = Bucket(self.type, "x.grad", left, most=fullest(full), held=full)
        self.key = Key(self.type, "x.grad.zero_()", right, word="RESET", colour="output")
        return [self.hook, self.tank, self.key]

    def play_hook(self, beat: OpenBeat) -> None:
        """The key goes down, the tank runs empty, and the next gradient fills it again."""
        drain, pour = (partial(self.tank.take, d) for d in (self.zeroed, self.second))
        self.tell(beat, {"Zero": self.key.press, "=": drain, "button": pour}, longest=1.2)

    def play_code(self, beat: OpenBeat) -> None:
        """An old gradient is in the tank, and a line of the code clears it."""
        upper, lines = self.brief.platform.upper, (3, FIRST, READ, ZERO, 8, PRINT)
        self.code = CodeCard(self.type, self.trace.source, upper, only=lines)
        self.heed(self.code)
        self.play(self.open_code())
        self.tell(beat, {"new": self.code.light([READ]), "clear": self.zero}, longest=1.2)

    def play_forward(self, beat: OpenBeat) -> None:
        """The call is the key; before the first pass there is nothing it could empty."""
        self.play(self.code.light([ZERO], colour="output"), run_time=0.3)
        self.tell(beat, {"param.grad.zero_()": self.call, "(if": self.tank.none}, longest=1.0)

    def play_backward(self, beat: OpenBeat) -> None:
        """4, and the same key: 0."""
        self.play(self.code.light([FIRST], colour="backward"), run_time=0.3)
        self.play(self.tank.take(self.first), run_time=1.4)
        self.tell(beat, {"x.grad": self.zero}, longest=1.4)

    def play_output(self, beat: OpenBeat) -> None:
        """The next pass starts from 0: 4 again."""
        printing = self.code.light([PRINT], colour="output", rows=1)
        self.play(printing, self.tank.take(self.second), run_time=min(1.0, beat.share(2)))
        panel = OutputPanel(self.type, self.trace, self.code.under())
        self.play(panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Pressed where there is no tank, the key raises; then the code that really did."""
        if self.failed is None:
            super().play_mistake(beat)
            return
        wrong, _ = self.failed
        self.caution(self.tank, self.key)
        mistake = Mistake(self.type, self.brief, words=False)
        self.heed(mistake)
        code, result, fixed = mistake.steps
        steps: dict[str, Step] = {
            ".zero_()": self.tank.none,
            ".grad": partial(self.fail, wrong),
            "(first": lambda: self.change(self.clear_but(self.header), code),
            "iteration)": result,
            "Check": fixed,
        }
        self.tell(beat, steps)

    # ------------------------------------------------------------------ the key and the tank

    def zero(self) -> Animation:
        """The line is lit, flies to the key and presses it, and the tank runs empty."""
        light = self.code.light([ZERO], colour="output")
        return Succession(light, self.call(), self.tank.take(self.zeroed))

    def fail(self, run: Trace) -> Animation:
        """Pressed, the key raises."""
        assert run.end.failure is not None
        raised = self.tank.write((run.end.failure.kind, "code-strong", "mistake"))
        return AnimationGroup(self.key.press("mistake"), raised)

    def call(self) -> Animation:
        line = next(s.span for s in self.trace.statements if s.span.line == ZERO)
        return self.key.call(self.code.tokens(line))
