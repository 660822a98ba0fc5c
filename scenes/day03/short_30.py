"""Short 30: the day on one page, as a comic of four panels.

Each panel is drawn when it is said, from what Short 17 and Short 18 really computed, over the line
of code that did it. The mistake is told by balls in bowls: one is thrown out, one sticks.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, Mobject, Succession

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.descent import Descent, Walk, walks_of
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.page import Page, Panel
from gradreel.blocks.steps import steps_of
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.bindings import writes_to
from gradreel.trace.model import Trace
from gradreel.trace.series import series_by_round

# Of each panel: the short it is from, what was written there, and its colour.
SHOWN = (17, "A", "forward"), (17, "loss", "text"), (17, "W.grad", "backward"), (18, "W", "output")
BACKWARD, UPDATE = 2, 3
RATES = "mistake", "mistake", "output"  # the colours of the three learning rates


class Summary(Storyboard):
    refers = (17, 18)

    def poster(self) -> Iterable[Mobject]:
        self.above, self.below = self.field.rows(15, 8, gap=44)
        self.titles = steps_of(self.brief.short)[: len(SHOWN)]
        named = zip(self.titles, SHOWN, strict=True)
        panels = [Panel(title, role, f"Short {number}") for title, (number, _, role) in named]
        self.page = Page(self.type, panels, self.above)
        self.writes = [writes_to(self.brief.other(n).trace, name) for n, name, _ in SHOWN]
        for n, wrote in enumerate(self.writes):
            self.page.put(n, wrote[-1][1])
        self.hook = Hook(self.type, self.brief, self.below, low=True)
        return [self.hook, self.page]

    def play_hook(self, beat: OpenBeat) -> None:
        for n, seconds in beat.each(range(len(SHOWN))):
            self.play(self.page.light(n), run_time=min(0.4, seconds))

    def play_code(self, beat: OpenBeat) -> None:
        """The panels are empty again, and each is drawn when it is said."""
        strip, real = self.below.rows(3, 2, gap=20)
        lines = [wrote[-1][0] for wrote in self.writes[:UPDATE]]
        source = self.brief.other(17).trace.source
        self.code = CodeCard(self.type, self.brief.short.code.text, strip, ems=(42, 44))
        self.real = CodeCard(self.type, source, real, most_rows=1, only=lines, ems=(36, 52))
        self.heed(self.code)
        gone = [tile.leave() for tile in self.page.tiles.values()]
        self.play(self.open_code(self.page.light(), *gone))
        steps = {self.titles[n]: partial(self.draw, n, line) for n, line in enumerate(lines)}
        self.tell(beat, steps, longest=1.0)

    def draw(self, number: int, line: int) -> Animation:
        return AnimationGroup(self.page.draw(number), self.real.light([line]))

    def play_idea(self, beat: OpenBeat) -> None:
        """The last panel, before and after its line; then the page once more, panel by panel."""
        (_, before), (line, after) = self.writes[UPDATE]
        weights = self.page.put(UPDATE, before)
        real = self.real.morph_to(self.brief.other(18).trace.source, rows=1, only=[line])
        self.play(self.page.draw(UPDATE), real, run_time=0.9)
        self.wait(beat.until("change"))
        self.play(weights.change_to(after))
        steps: dict[str, Step] = {title: self.page.light(n) for n, title in enumerate(self.titles)}
        steps["Zero"] = AnimationGroup(self.page.light(), self.page.tiles[BACKWARD].leave())
        self.tell(beat, steps, longest=0.5)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The panel of the update, and what the learning rate makes of it."""
        words = Words(self.type, self.brief.short, self.below, 0.85)
        gone = FadeOut(self.code, self.real)
        self.play(self.change(gone, words.appear()), self.page.light(UPDATE))
        if self.brief.mistake is not None:
            self.tell(beat, self.descend(self.brief.mistake, words), longest=None)
            return
        for n, seconds in beat.each((0, UPDATE, 0, UPDATE)):
            self.play(self.page.light(n), run_time=min(0.5, seconds))

    def descend(self, run: Trace, words: Words) -> dict[str, Step]:
        """The first rate throws the ball out of its bowl; in the second bowl one ball sticks at the
        rim and one comes to rest."""
        rates = [rate.name for rate in series_by_round(run, "w")]
        told = zip(walks_of(run, "w", "loss"), RATES, rates, strict=True)
        walks = [Walk(*walk) for walk in told]
        wide, narrow = (
            Descent(self.type, lambda w: (w - 3) ** 2, some, self.above, ("w", "loss"))
            for some in (walks[:1], walks[1:])
        )
        panel = OutputPanel(self.type, run, self.below)
        panel.paint(*RATES)
        come = AnimationGroup(narrow.appear(), narrow.start())
        return {
            "forgetting": self.change(FadeOut(self.page), Succession(wide.draw(), wide.start())),
            "crazy": wide.walk(),
            "low": Succession(self.change(wide.leave(), come), narrow.walk()),
            "Run": self.change(FadeOut(words), panel.appear()),
        }
