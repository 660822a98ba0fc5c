"""Short 19: five steps on a ring, and a light that goes round and round.

The hook, the plan, the real lines of Short 20 and the mistake all stand inside the ring. Without
its fifth step the light jumps on, and the ball in the bowl never comes to rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.descent import Descent, Walk, walks_of
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.output_panel import Verdicts
from gradreel.blocks.readout import Readout
from gradreel.blocks.step_cycle import CycleStep, StepCycle
from gradreel.blocks.steps import steps_of
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.bindings import writes_to
from gradreel.trace.model import Trace
from gradreel.trace.series import series_of

COLOURS = ("forward", "text", "backward", "output", "untracked")  # of the five steps
# What each writes in Short 20, and at which of the writes to that name.
WRITES = (("y_pred", 0), ("loss", 0), ("W.grad", 0), ("W", 1), ("W.grad", 1))
STEPS = range(len(COLOURS))
ZERO = STEPS[-1]
LAPS = 3  # of the light while many iterations rush by


class FiveSteps(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        names = steps_of(self.brief.short)
        steps = [CycleStep(*step) for step in zip(names, COLOURS, strict=True)]
        self.cycle = StepCycle(self.type, steps, self.field)
        self.readout = Readout(self.type, self.cycle.centre)
        _, middle, _ = self.cycle.centre.inset(16).rows(1, 2, 1)
        self.hook = Hook(self.type, self.brief, middle)
        return [self.hook, self.cycle]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.cycle.run(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        """The author's plan, line by line, as the light comes to each step."""
        zone = self.cycle.centre.inset(40, 70)
        self.code = CodeCard(self.type, self.brief.short.code.text, zone, ems=(40, 70))
        self.heed(self.code)
        self.play(self.open_code(), run_time=0.6)
        for step, seconds in beat.each(STEPS, when=lambda n: beat.says_line([n + 1])):
            lit = self.code.light([step + 1], colour=COLOURS[step])
            self.play(lit, self.cycle.light(step), run_time=min(0.5, seconds))

    def play_idea(self, beat: OpenBeat) -> None:
        """All iterations of Short 20 in a rush; then its first one slowly, with the real lines."""
        loss = next(s for s in series_of(self.brief.other(20).trace) if s.name == "loss")
        titles = [f"Short 20, iteration {n + 1}" for n in range(len(loss.values))]
        self.play(self.change(FadeOut(self.code), self.readout.count(titles, loss)), run_time=0.6)
        self.play(self.cycle.run(LAPS), self.readout.rush(), run_time=beat.share(3))
        steps = {f"{n + 1})": partial(self.take, n, titles[0]) for n in STEPS}
        self.tell(beat, steps, longest=0.6)

    def take(self, step: int, title: str) -> Animation:
        """A step, with the line that does it and the first number that it wrote."""
        run, (name, write) = self.brief.other(20).trace, WRITES[step]
        line, value = writes_to(run, name)[write]
        result = name if value.scalar is not None else f"{name}[0]", value.numbers[0]
        told = self.readout.say(title, run.line(line), result, COLOURS[step])
        return AnimationGroup(self.cycle.light(step), told)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The light jumps over the fifth step."""
        words = Words(self.type, self.brief.short, self.cycle.centre.inset(16), 1.4)
        self.play(self.change(self.readout.leave(), words.appear()), self.cycle.light(0))
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            round_and_round: dict[str, Step] = {"getting": lambda: self.cycle.run(LAPS)}
        else:
            round_and_round = self.roll(words, wrong, mended)
        self.tell(beat, {"zero": self.cycle.skip(ZERO), **round_and_round}, longest=None)

    def roll(self, words: Words, wrong: Trace, mended: Trace) -> dict[str, Step]:
        """A ball walks as the wrong code did, then one as the mended."""
        above, below = self.cycle.centre.rows(7, 2, gap=10)
        walks = [
            Walk(walks_of(run, "w", "loss")[0], role)
            for run, role in ((wrong, "mistake"), (mended, "output"))
        ]
        bowl = Descent(self.type, lambda w: (w - 3) ** 2, walks, above, ("w", "loss"))
        real, fixed = Verdicts(self.type, wrong, mended, below).panels
        return {
            "getting": self.change(FadeOut(words), bowl.appear()),
            "accumulated": lambda: AnimationGroup(bowl.walk(0), self.cycle.run(LAPS)),
            "it": real.appear(),
            "about": lambda: AnimationGroup(self.cycle.mend(), bowl.walk(1), self.cycle.run(LAPS)),
            "Fixed": fixed.appear(),
        }
