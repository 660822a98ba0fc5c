"""Short 31: a race for two dashed lines, with the number of epochs as its clock.

After the 50 epochs of Short 20 both lines stand short of their targets. Then `range(50)` becomes
`range(200)`, the clock runs on, and they arrive. Of the mistake's three seeds each ends elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeOut, Mobject, Succession

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.curve import Curves
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.race import Race
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.fit import goals_of
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace
from gradreel.trace.series import series_by_round

COLOURS = "forward", "text"  # of W and b
SEEDS = "forward", "text", "operation"  # of the mistake's three runs


class Challenge(Storyboard):
    refers = (20,)

    def poster(self) -> Iterable[Mobject]:
        """Where the 50 epochs of Short 20 end, in a plot with room for all that come."""
        self.given = self.brief.other(20).trace
        self.strip, chart = self.field.rows(5, 9)
        goals = goals_of(self.brief.demo or self.given)
        self.stop = len(goals_of(self.given)[0].values) - 1
        self.race = Race(self.type, goals, chart, colours=COLOURS, unit="epochs, Short 20")
        self.race.turn_to(self.stop)
        return [self.hook, self.race]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.race.rerun(self.stop), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        """Short 20 again: the lines that make its data, train, and print."""
        run = self.given
        data = [n.span.line for n in graph_of(run).nodes if n.kind == "data" and n.span]
        train = [s.header.line for s in run.statements if s.kind in ("For", "AugAssign")]
        result = [run.outputs[-1].line]
        shown = [*data, *train, *result]
        self.code = CodeCard(self.type, run.source, self.strip, only=shown, leading=1.24)
        self.play(self.open_code(self.race.run(self.stop, 0)))
        steps: dict[str, Step] = {
            "Generate": lambda: self.code.light(data),
            "train": lambda: AnimationGroup(
                self.code.light(train), self.race.run(0, self.stop), run_time=1.2
            ),
            "print": lambda: self.code.light(result, colour="output"),
        }
        self.tell(beat, steps, longest=1.2)

    def play_idea(self, beat: OpenBeat) -> None:
        """How far it is to the targets, and what four times the epochs do."""
        above, below = self.strip.rows(3, 2, gap=20)
        plan = CodeCard(self.type, self.brief.short.code.text, above, ems=(36, 44))
        loop = [s.header.line for s in self.given.statements if s.kind == "For"]
        line = CodeCard(self.type, self.given.source, below, only=loop, ems=(36, 56))
        self.heed(plan)
        come = AnimationGroup(plan.appear(), line.appear())
        steps: dict[str, Step] = {
            "W≈2": self.race.curves.gap(0, self.stop),
            "b≈1": self.race.curves.gap(1, self.stop),
            "Try": self.change(FadeOut(self.code), come),
        }
        longer = self.brief.demo
        if longer is None:
            steps["increase"] = self.race.rerun(self.stop)
        else:
            panel = OutputPanel(self.type, longer, above)
            steps["increase"] = lambda: AnimationGroup(
                line.morph_to(longer.source, only=loop), self.race.curves.close(), run_time=0.6
            )
            steps["epochs"] = Succession(
                self.race.run(self.stop, self.race.last),
                self.change(FadeOut(plan), panel.appear()),
            )
        self.tell(beat, steps, longest=None)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The same training after three seeds; without its code, the race once more."""
        wrong = self.brief.mistake
        if wrong is not None:
            self.tell(beat, self.sow(wrong, self.caution()), longest=None)
            return
        self.caution(self.race)
        self.play(self.race.rerun(self.stop), run_time=beat.left)

    def sow(self, wrong: Trace, zone: Zone) -> dict[str, Step]:
        """The line with the seed, and where `W` comes to after each."""
        loop = next(s.header.line for s in wrong.statements if s.kind == "For")
        code = self.wrong_code(zone, [loop, loop + 1], [loop + 1])
        curves = Curves(self.type, series_by_round(wrong, "W"), code.under(), colours=SEEDS)
        panel = OutputPanel(self.type, wrong, self.field)
        panel.paint(*SEEDS)
        return {
            "seed": code.appear(),
            "code": curves.appear(),
            "numbers": curves.run(),
            "Run": self.change(FadeOut(self.words), panel.appear()),
        }
