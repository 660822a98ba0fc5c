"""Short 31: a race for two dashed lines, with the number of epochs as its clock.

After the 50 epochs of Short 20 both lines stand short of their targets. Then `range(50)` becomes
`range(200)`, the clock runs on, and they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, Create, FadeOut, Line, Mobject, VGroup, linear

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.curve import Curves
from gradreel.blocks.iterations import Through, Ticker
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import point
from gradreel.storyboard import Storyboard
from gradreel.trace.fit import goals_of
from gradreel.trace.graph import graph_of

COLOURS = "forward", "text"  # of W and b


class Challenge(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        """Where the 50 epochs of Short 20 end, in a plot with room for all that come."""
        self.given = self.brief.other(20)
        self.strip, chart = self.brief.platform.field.rows(5, 9)
        goals = goals_of(self.brief.demo or self.given.trace)
        self.race = Curves(self.type, goals, chart, colours=COLOURS)
        self.stop = len(goals_of(self.given.trace)[0].values) - 1
        self.end = self.race.count - 1
        x, y, side, under = self.race.right, self.race.bottom - 168, "right", 86
        if self.brief.demo is None:  # the lines fill the plot: above what still rises
            x, y, side, under = self.race.left + 16, self.race.top + 86, "left", -122
        epochs = [str(n) for n in range(self.end + 1)]
        self.clock = Ticker(self.type, epochs, x, y, side, size=140)
        name = f"epochs, Short {self.given.short.number}"
        self.unit = self.type.line(name, 40, font="strong", colour="quiet").at(x, y + under, side)
        self.race.turn_to(self.stop)
        self.clock.turn_to(self.stop)
        return [self.hook, self.race, self.clock, self.unit]

    def run(self, first: int, last: int) -> Animation:
        """Both lines and the clock, from one epoch to another."""
        lines, clock = self.race.run(first, last), self.clock
        tick = Through(VGroup(clock), lambda n: clock.turn_to(round(n)), first, last)
        tick.run_time = lines.run_time
        return AnimationGroup(lines, tick)

    def play_hook(self, beat: OpenBeat) -> None:
        self.again(beat)

    def play_code(self, beat: OpenBeat) -> None:
        """Short 20 again: the lines that make its data, train, and print."""
        run = self.given.trace
        data = [n.span.line for n in graph_of(run).nodes if n.kind == "data" and n.span]
        steps = [s.header.line for s in run.statements if s.kind in ("For", "AugAssign")]
        parts = data, steps, [run.outputs[-1].line]
        shown = [line for part in parts for line in part]
        self.code = CodeCard(self.type, run.source, self.strip, only=shown, leading=1.24)
        self.play(self.open_code(self.run(self.stop, 0)))
        said = beat.says_each(["Generate", "train", "print"])
        for n, seconds in beat.each(range(3), when=said.__getitem__):
            lit = self.code.light(parts[n], colour="output" if n == 2 else "forward")
            racing = [self.run(0, self.stop)] if n == 1 else []
            self.play(lit, *racing, run_time=min(1.2, seconds))

    def play_idea(self, beat: OpenBeat) -> None:
        """How far it is to the targets, and what four times the epochs do."""
        gaps = [self.gap(n) for n in range(2)]
        said = beat.says_each(["W≈2", "b≈1"])
        for n, seconds in beat.each(range(2), turn=1.6, when=said.__getitem__):
            self.play(Create(gaps[n]), run_time=min(0.6, seconds))
        above, below = self.strip.rows(3, 2, gap=20)
        plan = CodeCard(self.type, self.brief.short.code.text, above, ems=(36, 44))
        loop = next(s for s in self.given.trace.statements if s.kind == "For").header.line
        line = CodeCard(self.type, self.given.trace.source, below, only=[loop], ems=(36, 56))
        self.heed(plan)
        self.play(self.change(FadeOut(self.code), AnimationGroup(plan.appear(), line.appear())))
        longer = self.brief.demo
        if longer is None:
            self.again(beat)
            return
        (increase,) = beat.says_each(["increase"])
        self.hold_until(increase or self.frame)
        self.play(line.morph_to(longer.source, only=[loop]), *map(FadeOut, gaps), run_time=0.6)
        self.play(self.run(self.stop, self.end), run_time=beat.share(2), rate_func=linear)
        panel = OutputPanel(self.type, longer, above)
        self.play(self.change(FadeOut(plan), panel.appear()), run_time=min(0.9, beat.left))

    def gap(self, number: int) -> Line:
        """From where a line ends to its target."""
        race, end = self.race, self.race.at(number, self.stop)
        target = race.series[number].target
        assert target is not None
        up = (race.bottom - race.top) * race.scale_y.part(target)
        gap = Line(end, (end[0], point(0, race.bottom - up)[1], 0), stroke_width=10)
        return gap.set_color(self.type.theme.colour("mistake"))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Without code of its own, the race once more beside the words."""
        if self.brief.mistake is not None:
            super().play_mistake(beat)
            return
        words = Words(self.type, self.brief.short, self.strip, 0.85)
        racing = self.race, self.clock, self.unit
        self.play(self.change(self.clear_but(self.header, *racing), words.appear()))
        self.again(beat)

    def again(self, beat: OpenBeat) -> None:
        self.play(self.run(self.stop, 0), run_time=min(0.8, beat.share(2)))
        self.play(self.run(0, self.stop), run_time=beat.left, rate_func=linear)
