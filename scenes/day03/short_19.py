"""Short 19: five steps on a ring, and a light that goes round and round.

The hook, the plan, the real lines of Short 20 and the mistake all stand inside the ring. Without
its fifth step the light jumps on, and the ball in the bowl never comes to rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manim import Animation, Create, FadeIn, FadeOut, Line, Mobject, VGroup

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.descent import Ball, Descent, Roll, Walk, walks_of
from gradreel.blocks.hook import Hook
from gradreel.blocks.iterations import Through, Ticker
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.step_cycle import CycleStep, StepCycle
from gradreel.blocks.steps import steps_of
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre
from gradreel.storyboard import Storyboard
from gradreel.trace.model import Number, Trace
from gradreel.trace.series import Series, series_of

COLOURS = ("forward", "text", "backward", "output", "untracked")  # of the five steps
WRITTEN = ("y_pred", "loss", "W.grad", "W")  # what they write in Short 20
STEPS = range(len(COLOURS))
SOURCE = "Short 20"
LAPS = 3  # of the light while all iterations of Short 20 rush by


class FiveSteps(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        names = steps_of(self.brief.short)
        cycle = [CycleStep(*step) for step in zip(names, COLOURS, strict=True)]
        self.cycle = StepCycle(self.type, cycle, self.brief.platform.field)
        _, middle, _ = self.cycle.centre.inset(16).rows(1, 2, 1)
        self.hook = Hook(self.type, self.brief, middle)
        return [self.hook, self.cycle]

    def play_hook(self, beat: OpenBeat) -> None:
        for step, seconds in beat.each(STEPS):
            self.play(self.cycle.light(step), run_time=min(0.5, seconds))

    def play_code(self, beat: OpenBeat) -> None:
        """The author's plan, line by line, as the light comes to each step."""
        zone = self.cycle.centre.inset(40, 70)
        self.code = CodeCard(self.type, self.brief.short.code.text, zone, ems=(40, 70))
        self.heed(self.code)
        self.play(self.open_code(self.cycle.light(0)), run_time=0.6)
        for step, seconds in beat.each(STEPS, when=lambda n: beat.says_line([n + 1])):
            lit = self.code.light([step + 1], colour=COLOURS[step])
            self.play(lit, self.cycle.light(step), run_time=min(0.5, seconds))

    def play_idea(self, beat: OpenBeat) -> None:
        """All iterations of Short 20 in a rush; then its first one slowly, with the real lines."""
        run, lines = self.brief.other(20).trace, list(first_iteration(self.brief.other(20).trace))
        rush = self.rush(next(s for s in series_of(run) if s.name == "loss"))
        self.cycle.said = rush  # until the cycle says something itself
        self.play(self.change(FadeOut(self.code), FadeIn(rush)), run_time=0.6)
        said = beat.says_each([f"{step + 1})" for step in STEPS])
        turns = range(-LAPS * len(STEPS), len(STEPS))
        for turn, seconds in beat.each(turns, when=lambda n: said[n] if n >= 0 else None):
            step = turn % len(STEPS)
            told = (
                turned(rush, 1 - turn / turns[0], 1 - (turn + 1) / turns[0])
                if turn < 0
                else self.cycle.say(step, f"{SOURCE}, iteration 1", *lines[step])
            )
            self.play(self.cycle.light(step), told, run_time=min(0.6, seconds))

    def rush(self, loss: Series) -> VGroup:
        """Tickers for the iteration and its loss, with the loss's name between them."""
        x, y = centre(self.cycle.centre)
        iterations = [f"{SOURCE}, iteration {n + 1}" for n in range(len(loss.values))]
        numbers = [short(value) for value in loss.values]
        name = self.type.line(loss.name, 80, font="code-strong", colour="quiet")
        return VGroup(
            Ticker(self.type, iterations, x, y - 220, "center", size=56, font="strong"),
            name.at(x, y - 90, "center"),
            Ticker(self.type, numbers, x, y + 90, "center", size=240),
        )

    def play_mistake(self, beat: OpenBeat) -> None:
        """The light jumps over the fifth step."""
        pill, skipping = self.cycle.pills[-1], STEPS[:-1]
        strike = Line(pill.get_left(), pill.get_right(), stroke_width=12).set_z_index(4)
        strike.set_color(self.type.theme.colour("mistake"))
        words = Words(self.type, self.brief.short, self.cycle.centre.inset(16), 1.4)
        self.play(self.change(FadeOut(self.cycle.said), words.appear()))
        self.wait(beat.until("zero"))
        self.play(Create(strike), run_time=0.3)
        self.wait(beat.until("getting"))
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            for step, seconds in beat.each(skipping):
                self.play(self.cycle.light(step), run_time=min(0.6, seconds))
            return
        above, below = self.cycle.centre.rows(7, 2, gap=10)
        walks = [
            Walk(walks_of(run, "w", "loss")[0], role)
            for run, role in ((wrong, "mistake"), (mended, "output"))
        ]
        bowl = Descent(self.type, lambda w: (w - 3) ** 2, walks, above, ("w", "loss"))
        self.play(self.change(FadeOut(words), bowl.appear()), run_time=0.7)
        left, right = below.columns(1, 1, gap=16)
        panel = OutputPanel(self.type, wrong, left, label="REAL", colour="mistake")
        self.descend(beat, beat.share(2), bowl.balls[0], LAPS * [*skipping], panel)
        self.play(FadeOut(strike), run_time=0.3)
        panel = OutputPanel(self.type, mended, right, label="FIXED")
        self.descend(beat, beat.left, bowl.balls[1], [*STEPS], panel)

    def descend(
        self, beat: OpenBeat, seconds: float, ball: Ball, steps: list[int], panel: OutputPanel
    ) -> None:
        """A ball walks its whole way while the light goes over the steps; then what was printed."""
        count = len(steps)
        said = {count: beat.says_each(["prints"])[0]}
        for n, turn in beat.each(range(count + 1), turn=seconds / (count + 1), when=said.get):
            if n == count:
                self.play(panel.appear(), run_time=min(0.6, turn))
            else:
                roll = Roll(ball, ball.steps * n / count, ball.steps * (n + 1) / count)
                self.play(self.cycle.light(steps[n]), roll, run_time=min(0.6, turn))


def first_iteration(trace: Trace) -> Iterator[tuple[str, tuple[str, Number]]]:
    """The lines that write something in the first iteration, and the first number written."""
    source = trace.source.splitlines()
    for step in trace.steps:
        for write in step.writes if step.loop and not step.loop[-1][1] else ():
            if write.name in WRITTEN and write.value is not None:
                line = source[trace.statements[step.statement].span.line - 1]
                name = f"{write.name}[0]" if len(write.value.numbers) > 1 else write.name
                yield line.strip(), (name, write.value.numbers[0])


def turned(tickers: VGroup, first: float, last: float) -> Animation:
    """The tickers turn through some of their texts, from shares of all of them."""

    def turn_to(share: float) -> None:
        for ticker in tickers:
            if isinstance(ticker, Ticker):
                ticker.turn_to(round(share * (len(ticker.texts) - 1)))

    return Through(tickers, turn_to, first, last)
