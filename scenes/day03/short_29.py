"""Short 29: backward needs the value that the op saved, which stands in a padlock on its way.

Freed after the first pass, the second crashes into nothing; retained, it goes through.
"""

from __future__ import annotations

from functools import cached_property

from manim import AnimationGroup, FadeIn, Mobject, ReplacementTransform, Wait

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.hoard import Hoard
from gradreel.blocks.mistake_card import HEAD, Mistake, heading
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.saved_value import SavedValue
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Storyboard


class RetainGraph(Storyboard):
    @cached_property
    def code(self) -> CodeCard:
        return CodeCard(self.type, self.trace.source, self.foot)

    def poster(self) -> list[Mobject]:
        self.stage, self.foot = self.field.rows(136, 100)
        above, below = self.brief.platform.stage.below(self.hook.bottom + GAP).rows(1, 1)
        self.first = SavedValue(self.type, self.graph_data, above).passed(0)
        self.second = SavedValue(self.type, self.graph_data, below, freed=True).crashed()
        return [self.hook, self.first, self.second]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.first.pulse(0), run_time=beat.until("backward"))
        self.play(self.second.crash(), run_time=beat.left)

    def play_code(self, _: OpenBeat) -> None:
        """The leaf stays, and grows to be the first of its way."""
        self.way = SavedValue(self.type, self.graph_data, self.stage)
        self.heed(self.code, self.way)
        grows = ReplacementTransform(self.first.leaf, self.way.leaf)
        come = AnimationGroup(self.header.appear(), self.code.appear(), grows)
        self.play(self.change(self.clear_but(self.first.leaf), come))
        self.play(self.code.light([3]), run_time=0.5)

    def play_forward(self, beat: OpenBeat) -> None:
        """What happens by default: the pass is run, and the saved value is gone."""
        self.play(self.code.light([4]), self.way.grow(), run_time=1.0)
        default = self.code.light([6], colour="backward"), self.way.pulse()
        self.play(*default, run_time=beat.until("the"))
        self.play(self.way.free())
        self.wait(min(beat.until("memory"), beat.share(2)))
        revive = AnimationGroup(self.code.light([4]), self.way.revive())
        for step, seconds in beat.each([Wait(0.4), revive, self.way.tell()]):
            self.play(step, run_time=min(0.7, seconds))

    def play_backward(self, beat: OpenBeat) -> None:
        """Retained, the value serves twice; the second pass does not retain it, and it goes."""
        self.play(self.code.light([5, 6], colour="backward"), run_time=0.5)
        self.wait(beat.until("retain"))
        self.play(self.code.light([5], colour="backward"), self.way.retain(), run_time=0.5)
        self.wait(beat.share(4))
        self.play(self.way.pulse(0), run_time=beat.share(3))
        self.play(self.code.light([6], colour="backward"), run_time=0.4)
        self.play(self.way.pulse(1), run_time=beat.share(2))
        self.play(self.way.free(), run_time=min(0.8, beat.left))

    def play_output(self, _: OpenBeat) -> None:
        zone = self.code.under(1)
        panel = OutputPanel(self.type, self.trace, zone, least=zone.height, scale=1.8)
        self.play(self.code.light([7], colour="output", rows=1), panel.appear(), run_time=0.7)

    def play_mistake(self, beat: OpenBeat) -> None:
        """What is locked up for no reason stays in memory."""
        if self.brief.mistake is None:
            super().play_mistake(beat)
            return
        above, below = self.field.rows(38, 56)
        mistake = Mistake(self.type, self.brief, below, words=False)
        self.heed(mistake)
        code, *results = mistake.steps
        head = heading(self.type, above.left, above.top)
        hoard = Hoard(self.type, above.below(above.top + HEAD))
        come = AnimationGroup(FadeIn(head), hoard.appear(), code)
        self.play(self.change(self.clear_but(self.header), come))
        for step, seconds in beat.each([hoard.fill(), *results], turn=1.6):
            self.play(step, run_time=seconds)
