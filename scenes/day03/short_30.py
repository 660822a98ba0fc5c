"""Short 30: the day on one page, as a comic of four panels.

Each panel is drawn when it is said, from what Short 17 and Short 18 really computed, over the line
of code that did it. The mistake is told by balls in bowls: one is thrown out, one sticks.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeIn, FadeOut, LaggedStart, Mobject, VGroup

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.descent import Descent, Walk, walks_of
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.page import Page, Panel
from gradreel.blocks.steps import steps_of
from gradreel.blocks.tensor_grid import tensor_grid
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, point
from gradreel.storyboard import Storyboard
from gradreel.trace.model import Trace, Value
from gradreel.trace.series import series_by_round

# Of each panel: the short it is from, what was written there, and its colour.
SHOWN = (17, "A", "forward"), (17, "loss", "text"), (17, "W.grad", "backward"), (18, "W", "output")
RATES = "mistake", "mistake", "output"  # the colours of the three learning rates


class Summary(Storyboard):
    refers = (17, 18)

    def poster(self) -> Iterable[Mobject]:
        self.above, self.below = self.brief.platform.field.rows(15, 8, gap=44)
        self.titles = steps_of(self.brief.short)
        named = zip(self.titles, SHOWN, strict=False)
        panels = [Panel(title, role, f"Short {number}") for title, (number, _, role) in named]
        self.page = Page(self.type, panels, self.above)
        self.computed = [computed(self.brief.other(n).trace, name) for n, name, _ in SHOWN]
        self.pictures = [self.picture(n, values[-1][1]) for n, values in enumerate(self.computed)]
        self.hook = Hook(self.type, self.brief, self.below, low=True)
        return [self.hook, self.page, *self.pictures]

    def picture(self, number: int, value: Value) -> VGroup:
        """What was computed, as a heat grid or as one large number, in its panel."""
        room, role = self.page.rooms[number], SHOWN[number][2]
        if value.scalar is not None:
            line = self.type.line(short(value.scalar), 140, font="code-strong", colour=role)
            return VGroup(line.at(*centre(room), "center")).set_z_index(1)
        rows = value.shape[0]
        cell = min(60, (room.height - 8 * (rows - 1)) / rows)
        grid = tensor_grid(self.type, value, colour=role, cell=cell).picture
        return grid.move_to(point(*centre(room))).set_z_index(1)

    def play_hook(self, beat: OpenBeat) -> None:
        for n, seconds in beat.each(range(4)):
            self.play(self.page.light(n), run_time=min(0.4, seconds))

    def play_code(self, beat: OpenBeat) -> None:
        """The panels are empty again, and each is drawn when it is said."""
        strip, real = self.below.rows(3, 2, gap=20)
        self.code = CodeCard(self.type, self.brief.short.code.text, strip, ems=(36, 44))
        source, told = self.brief.other(17).trace.source, [line for (line, _), *_ in self.computed]
        self.real = CodeCard(self.type, source, real, most_rows=1, only=told[:3], ems=(36, 52))
        self.heed(self.code)
        gone = [self.page.light(), *map(FadeOut, self.pictures)]
        self.play(self.open_code(*gone))
        said = beat.says_each(self.titles[:3])
        for n, seconds in beat.each(range(3), when=said.__getitem__):
            self.play(self.draw(n), run_time=min(1.0, seconds))

    def draw(self, number: int) -> Animation:
        line, _ = self.computed[number][-1]
        cells = LaggedStart(*(FadeIn(c, scale=0.7) for c in self.pictures[number]), lag_ratio=0.15)
        return AnimationGroup(self.page.light(number), cells, self.real.light([line]))

    def play_idea(self, beat: OpenBeat) -> None:
        """The last panel, before and after its line; then the page once more, panel by panel."""
        (_, before), (line, _) = self.computed[3]
        old, source = self.picture(3, before), self.brief.other(18).trace.source
        come = LaggedStart(*(FadeIn(cell, scale=0.7) for cell in old), lag_ratio=0.15)
        code = self.real.morph_to(source, rows=1, only=[line])
        self.play(self.page.light(3), come, code, run_time=0.9)
        self.wait(beat.until("change"))
        rolls = [
            AnimationGroup(FadeOut(o), FadeIn(n))
            for o, n in zip(old, self.pictures[3], strict=True)
        ]
        self.play(LaggedStart(*rolls, lag_ratio=0.1), run_time=1.0)
        said = beat.says_each([*self.titles[:4], "Zero"])
        for n, seconds in beat.each(range(5), when=said.__getitem__):
            again = [self.page.light(n)] if n < 4 else [self.page.light(), self.empty(2)]
            self.play(*again, run_time=min(0.5, seconds))

    def empty(self, number: int) -> Animation:
        return LaggedStart(*map(FadeOut, self.pictures[number]), lag_ratio=0.1)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The panel of the update, and what the learning rate makes of it."""
        words = Words(self.type, self.brief.short, self.below, 0.85)
        gone = FadeOut(self.code, self.real)
        self.play(self.change(gone, words.appear()), self.page.light(3))
        self.wait(beat.until("learning"))
        if self.brief.mistake is not None:
            self.descend(beat, self.brief.mistake, words)
            return
        for n, seconds in beat.each((0, 3, 0, 3)):
            self.play(self.page.light(n), run_time=min(0.5, seconds))

    def descend(self, beat: OpenBeat, run: Trace, words: Words) -> None:
        """The first rate throws the ball out of its bowl; in the second bowl one ball sticks at the
        rim and one comes to rest."""
        head, zone = self.above.rows(1, 7, gap=0)
        walks = [Walk(*walk) for walk in zip(walks_of(run, "w", "loss"), RATES, strict=True)]
        wide, narrow = (
            Descent(self.type, lambda w: (w - 3) ** 2, some, zone, ("w", "loss"), reach)
            for some, reach in ((walks[:1], (-150, 156)), (walks[1:], (-1.4, 7.4)))
        )
        names = [
            self.type.line(rate.name, 54, font="code-strong", colour=role).at(
                *centre(place), "center"
            )
            for rate, role, place in zip(
                series_by_round(run, "w"), RATES, (head, *head.columns(1, 1)), strict=True
            )
        ]
        panel = OutputPanel(self.type, run, self.below)
        for line, role in zip(panel.lines, RATES, strict=True):
            line.set_color(self.type.theme.colour(role))

        leave = FadeOut(self.page, *self.pictures)
        self.play(self.change(leave, AnimationGroup(wide.draw(), FadeIn(names[0]))))
        self.play(wide.start())
        self.wait(beat.until("crazy"))
        self.play(wide.walk(), run_time=beat.until("low"))
        self.play(FadeOut(words), FadeIn(panel.card, panel.head, panel.lines[0]), run_time=0.4)
        arrive = [narrow.appear(), narrow.start(), *map(FadeIn, names[1:])]
        self.play(wide.leave(), FadeOut(names[0]), *arrive, run_time=0.4)
        for n in range(2):
            self.play(narrow.walk(n), run_time=beat.share(2 - n) - 0.4)
            self.play(FadeIn(panel.lines[n + 1]), run_time=0.4)


def computed(trace: Trace, name: str) -> list[tuple[int, Value]]:
    """What a run wrote to a name, in order, and on which line."""
    return [
        (trace.statements[step.statement].span.line, write.value)
        for step in trace.steps
        for write in step.writes
        if write.name == name and write.value is not None
    ]
