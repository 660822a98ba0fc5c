"""Short 32: the loop written by hand, line by line, and what tomorrow makes of it.

The code is the hero: what tomorrow's words will do is lit, struck out and replaced, until half of
the loop is gone and every step is still there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.sign import Sign
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.training import Training, training_of

# Tomorrow's words, and the lines of today that they do away with, by what stands in them.
OLD = {
    "nn.Module": ("requires_grad=True",),
    "nn.Linear": ("X @ W + b",),
    "losses": ("mean()",),
    "optimizers": ("lr =", "no_grad", "-= lr", "zero_"),
}
# The lines of tomorrow where those words are, and where the five steps are.
NEW = {"nn.Module": "model =", "nn.Linear": "Linear", "optimizers": "optimizer"}
STEPS = {
    "forward and loss": ("mse_loss", "forward"),
    "zero grads": ("zero_grad", "untracked"),
    "backward": ("backward", "backward"),
    "update": ("step()", "output"),
}


class Preview(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        above, self.below = self.field.rows(2, 1, gap=44)
        self.manual = old = training_of(self.brief.other(20).trace)
        self.wall = CodeCard(
            self.type, old.run.source, above, only=old.lines, most_rows=13, leading=1.18
        )
        narrow, _ = self.below.columns(4, 1)  # in smaller type, clear of the code
        self.hook = Hook(self.type, self.brief, narrow, low=True)
        return [self.hook, self.wall]

    def play_hook(self, beat: OpenBeat) -> None:
        """By hand, one line after the other."""
        for line, seconds in beat.each(self.manual.lines):
            self.play(self.wall.light([line]), run_time=min(0.2, seconds))

    def play_code(self, beat: OpenBeat) -> None:
        """What will go, word by word; and it goes."""
        self.code = CodeCard(self.type, self.brief.short.code.text, self.below, ems=(44, 52))
        self.heed(self.code)
        self.play(self.open_code(self.wall.light([])))
        steps: dict[str, Step] = {word: partial(self.blame, word) for word in OLD}
        self.tell(beat, {**steps, "and then": self.give_way}, longest=None)

    def blame(self, *words: str) -> Animation:
        parts = [part for word in words for part in OLD[word]]
        return self.wall.light(self.manual.having(*parts), colour="mistake")

    def give_way(self) -> Animation:
        demo = self.brief.demo
        if demo is None:
            return self.blame(*OLD)
        return self.wall.morph_to(demo.source, only=training_of(demo).lines, colour="output")

    def play_idea(self, beat: OpenBeat) -> None:
        if self.brief.demo is not None:
            self.tell(beat, self.compare(training_of(self.brief.demo)), longest=None)
            return
        for word, seconds in beat.each(OLD, turn=2):
            self.play(self.blame(word), run_time=min(0.5, seconds))
        self.tell(beat, {word: partial(self.blame, word) for word in OLD}, longest=0.5)

    def compare(self, new: Training) -> dict[str, Step]:
        """Half of the loop, all of its steps, and what both really came to."""
        sign = Sign(self.type, replace(self.field.below(self.wall.bottom), bottom=self.below.top))
        lengths = (
            (str(self.manual.length), "mistake"),
            (" → ", "quiet"),
            (str(new.length), "output"),
        )
        count = partial(sign.say, *lengths, (" lines in the loop", "text"))

        def tell_step(name: str, part: str, role: str) -> Animation:
            lit = self.wall.light(new.having(part), colour=role)
            return AnimationGroup(lit, sign.say((name, role)))

        return {
            "Same": partial(self.wall.light, []),
            "cleaner": count,
            **{name: partial(tell_step, name, *how) for name, how in STEPS.items()},
            "Day": lambda: AnimationGroup(self.wall.light([]), count()),
            **{word: partial(self.wall.light, new.having(part)) for word, part in NEW.items()},
            "in the end": self.results(new),
        }

    def results(self, new: Training) -> Animation:
        names = f"SHORT {self.refers[0]}", f"DAY {self.brief.day + 1}"
        rows = zip((self.manual, new), names, self.below.rows(1, 1, gap=12), strict=True)
        panels = [
            OutputPanel(self.type, training.run, zone, label=f"{name}, REAL: {training.pace}")
            for training, name, zone in rows
        ]
        return AnimationGroup(FadeOut(self.code), *(panel.appear() for panel in panels))
