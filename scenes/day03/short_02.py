"""Short 02: twin tensors, the same number in both, and two switches. Only behind the one that is on
does a history begin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from manim import AnimationGroup, FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.flagged import Flagged
from gradreel.blocks.hook import Hook
from gradreel.blocks.memory import Memory
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.switch import Switch
from gradreel.stage.block import Block
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Step, Storyboard

USES = "input data", "parameters"  # of the tensor without the flag, and of the one with it


class RequiresGrad(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        above, below = self.field.rows(1.5, 1)
        self.hook = Hook(self.type, self.brief, below, low=True)
        self.switch = Switch(self.type, "requires_grad", True, above)
        return [self.hook, self.switch]

    def play_hook(self, beat: OpenBeat) -> None:
        words = ("This", "decides", "whether", "tracks")
        self.tell(beat, dict.fromkeys(words, self.switch.toggle), longest=0.5)

    def play_code(self, beat: OpenBeat) -> None:
        """The one switch becomes two; on's tensor gets a history, off's does not."""
        lanes = self.field.below(self.code.bottom + 1.5 * GAP).columns(1, 1, gap=GAP // 2)
        off, on = (
            Flagged(self.type, tensor, self.trace.written(tensor.names[0])[0], use, lane)
            for tensor, use, lane in zip(self.trace.tensors, USES, lanes, strict=True)
        )
        self.twins = Block().add(off, on)
        self.heed(self.code)
        apart = (twin.split_off(self.switch) for twin in self.twins)
        split = AnimationGroup(*apart, FadeOut(self.switch))
        self.play(AnimationGroup(split, self.open_code(), lag_ratio=0.3))
        steps: dict[str, Step] = {
            "PyTorch": lambda: AnimationGroup(
                self.code.light([4]), off.history.appear(), on.history.appear()
            ),
            "history": on.history.record(),
            "backprop": on.history.flow_back(),
            "parameters": on.tell_use(),
            "OFF": lambda: AnimationGroup(self.code.light([3]), off.history.compute()),
            "input": off.tell_use(),
        }
        self.tell(beat, steps, longest=1.0)

    def play_output(self, beat: OpenBeat) -> None:
        self.tell(beat, {"It": self.print_out()})

    def play_mistake(self, beat: OpenBeat) -> None:
        """A million numbers, and as many again for their gradient."""
        wrong, fixed = self.brief.mistake, self.brief.fix
        if wrong is None or fixed is None:
            self.play_needless(beat)
            return
        code = CodeCard(
            self.type, wrong.source, self.field, only=[3], lit=[3], colour="mistake", of="mistake"
        )
        real = OutputPanel(self.type, wrong, code.under(), colour="mistake")
        under = self.field_below(real.bottom)
        mended = OutputPanel(self.type, fixed, under, label="FIXED · REAL OUTPUT")
        self.results = Block().add(real, mended)  # one thing, for comparing
        memory = Memory(self.type, wrong, "X", "W", self.field_below(mended.bottom))
        self.heed(code)
        steps: dict[str, Step] = {
            "Setting": self.change(self.clear_but(self.header), self.words.appear()),
            "requires_grad=True": memory.appear(),
            "huge": memory.tell_size(),
            "unnecessarily": memory.pour(),
            "more": memory.compare(),
            "Run": lambda: self.change(self.clear_but(self.header, memory), code.appear()),
            "prints": real.appear(),
            "bytes": lambda: AnimationGroup(
                code.morph_to(fixed.source, only=[3], colour="output", of="fix"),
                memory.drain(),
                mended.appear(),
            ),
        }
        self.tell(beat, steps, longest=1.0)

    def play_needless(self, beat: OpenBeat) -> None:
        """Without a run of the mistake: the switch is thrown for nothing."""
        switch = Switch(self.type, "requires_grad", False, self.field_below(self.words.bottom))
        steps: dict[str, Step] = {
            "Setting": self.change(self.clear_but(self.header), self.words.appear()),
            "requires_grad=True": switch.appear(),
            "unnecessarily": switch.toggle,
            "more": switch.toggle,
        }
        self.tell(beat, steps)

    @cached_property
    def code(self) -> CodeCard:
        """All lines but the import."""
        source = self.brief.short.code.text
        return CodeCard(self.type, source, self.brief.platform.upper, only=[3, 4, 5])
