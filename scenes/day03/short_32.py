"""Short 32: the loop written by hand, line by line, and what tomorrow makes of it.

The code is the hero: what tomorrow's words will do is lit, struck out and replaced, until half of
the loop is gone and every step is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from manim import FadeIn, FadeOut, Mobject, VGroup

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, point
from gradreel.storyboard import Storyboard
from gradreel.trace.model import Statement, Trace

# Tomorrow's words, and the lines of today that they do away with, by what stands in them.
OLD = {
    "nn.Module": ("requires_grad=True",),
    "nn.Linear": ("X @ W + b",),
    "losses": ("mean()",),
    "optimizers": ("lr =", "no_grad", "-= lr", "zero_"),
}
# The lines of tomorrow where those words are, and where the five steps are.
NEW = {"nn.Module": ("model =",), "nn.Linear": ("Linear",), "optimizers": ("optimizer",)}
STEPS = {
    "forward and loss": ("mse_loss", "forward"),
    "zero grads": ("zero_grad", "untracked"),
    "backward": ("backward", "backward"),
    "update": ("step()", "output"),
}


class Preview(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        above, self.below = self.brief.platform.field.rows(2, 1, gap=44)
        self.manual = self.brief.other(20).trace
        shown = training(self.manual)
        self.wall = CodeCard(
            self.type, self.manual.source, above, only=shown, most_rows=13, leading=1.18
        )
        narrow, _ = self.below.columns(4, 1)  # in smaller type, clear of the code
        self.hook = Hook(self.type, self.brief, narrow, low=True)
        return [self.hook, self.wall]

    def play_hook(self, beat: OpenBeat) -> None:
        """By hand, one line after the other."""
        for line, seconds in beat.each(training(self.manual)):
            self.play(self.wall.light([line]), run_time=min(0.2, seconds))

    def play_code(self, beat: OpenBeat) -> None:
        """What will go, word by word; and it goes."""
        self.code = CodeCard(self.type, self.brief.short.code.text, self.below, ems=(44, 52))
        self.heed(self.code)
        self.play(self.open_code(self.wall.light([])))
        self.light_old(beat, turn=1.6)
        new = self.brief.demo
        if new is None:
            every = [part for parts in OLD.values() for part in parts]
            self.play(self.wall.light(lines(self.manual, every), colour="mistake"))
            return
        morph = self.wall.morph_to(new.source, only=training(new), colour="output")
        self.play(morph, run_time=min(2.6, beat.left))

    def light_old(self, beat: OpenBeat, turn: float = 4) -> None:
        said = dict(zip(OLD, beat.says_each(OLD), strict=True))
        for word, seconds in beat.each(OLD, turn=turn, when=said.get):
            lit = self.wall.light(lines(self.manual, OLD[word]), colour="mistake")
            self.play(lit, run_time=min(0.5, seconds))

    def play_idea(self, beat: OpenBeat) -> None:
        new = self.brief.demo
        if new is None:
            self.light_old(beat, 2)
            self.light_old(beat)
            return
        room = self.brief.platform.field.below(self.wall.bottom)
        room = replace(room, bottom=self.below.top)
        count = self.count(new, room)
        self.wait(beat.until("cleaner"))
        self.play(self.wall.light([]), FadeIn(count, scale=1.1), run_time=0.5)
        self.wait(1.2)
        named: Mobject = count
        for step, seconds in beat.each(STEPS, turn=1.0):
            part, role = STEPS[step]
            old, named = named, self.type.line(step, 76, font="display", colour=role)
            lit = self.wall.light(lines(new, [part]), colour=role)
            shown = FadeIn(named.at(*centre(room), "center"))
            self.play(lit, FadeOut(old), shown, run_time=min(0.5, seconds))
        said = dict(zip(NEW, beat.says_each(NEW), strict=True))
        self.play(FadeOut(named), FadeIn(count), self.wall.light([]), run_time=0.4)
        for word, seconds in beat.each(NEW, turn=beat.share(4), when=said.get):
            self.play(self.wall.light(lines(new, NEW[word])), run_time=min(0.5, seconds))
        panels = [
            OutputPanel(self.type, run, zone, label=f"{name}, REAL: {pace(run)}")
            for run, zone, name in zip(
                (self.manual, new),
                self.below.rows(1, 1, gap=12),
                (f"SHORT {self.refers[0]}", f"DAY {self.brief.day + 1}"),
                strict=True,
            )
        ]
        self.play(FadeOut(self.code), *(panel.appear() for panel in panels), run_time=0.6)

    def count(self, new: Trace, room: Zone) -> VGroup:
        """`8 → 4`: the lines in the loop, then and now."""
        loops = loop_of(self.manual), loop_of(new)
        before, after = (str(loop.span.end_line - loop.header.end_line) for loop in loops)
        runs = [
            (before, "display", "mistake"),
            (" → ", "display", "quiet"),
            (after, "display", "output"),
            (" lines in the loop", "strong", "text"),
        ]
        return self.type.row(runs, 84).move_to(point(*centre(room)))


def loop_of(trace: Trace) -> Statement:
    return next(s for s in trace.statements if s.kind == "For")


def pace(trace: Trace) -> str:
    """How often the loop ran, and how large its steps were."""
    loop = loop_of(trace)
    turns = {n for step in trace.steps for statement, n in step.loop if statement == loop.id}
    rate = re.search(r"lr ?= ?([\d.]+)", trace.source)
    return f"{len(turns)} steps" + (f", lr {rate[1]}" if rate else "")


def training(trace: Trace) -> list[int]:
    """The lines after the data is made, to the end of the loop."""
    made = max(
        trace.statements[step.statement].span.line
        for step in trace.steps
        for write in step.writes
        if write.name == "y"
    )
    return list(range(made + 2, loop_of(trace).span.end_line + 1))


def lines(trace: Trace, parts: Sequence[str]) -> list[int]:
    """The lines of a run's training that have one of these in them."""
    source = trace.source.splitlines()
    return [n for n in training(trace) if any(part in source[n - 1] for part in parts)]
