"""Short 25: a key, `y.retain_grad()`, pushes a tank under `y`. Without it the gradient of `y` is
gone as soon as it came; with it, it is caught."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manim import (
    LEFT,
    RIGHT,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    LaggedStart,
    Mobject,
    Succession,
)

from gradreel.blocks.bucket import Bucket, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.hook import HEAD, Hook
from gradreel.blocks.key import Key
from gradreel.blocks.output_panel import OutputPanel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import CLOSE, Storyboard

WIDE = 0.5  # of the field that the tank takes


class Retain(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The tank under `y`, with what it caught, over the hook."""
        self.hook = Hook(self.type, self.brief, self.field, low=True)
        top, bottom = self.brief.platform.header.top + HEAD, round(self.hook.top) - CLOSE
        self.set_up(replace(self.field, top=top, bottom=bottom))
        self.full = Bucket(
            self.type, "y.grad", self.jar.zone, most=fullest(self.caught), held=self.caught
        )
        return [self.hook, Block(self.graph, self.key, self.full)]

    def set_up(self, zone: Zone) -> None:
        """The chain, and under it the key left of the tank."""
        self.graph = ComputeGraph(self.type, self.graph_data, zone.rows(5, 8, gap=0)[0])
        self.at_y, self.at_x = self.graph_data.passes[0].arrivals
        (self.caught,) = self.trace.written("y.grad")
        under = self.graph.under(self.at_y.node, zone, WIDE)
        self.jar = Bucket(self.type, "y.grad", under, most=fullest(self.caught), kept=True)
        tank = self.jar.tank
        beside = replace(tank, left=zone.left, right=tank.left - CLOSE)
        self.key = Key(self.type, "y.retain_grad()", beside.rows(1, 2, 1)[1])
        self.art = Block(self.graph, self.key, self.jar)  # one thing to a viewer

    def play_hook(self, beat: OpenBeat) -> None:
        """The gradient of `y` is gone; told by the key, a tank catches the next."""
        self.play(FadeOut(self.full, shift=LEFT), run_time=0.4)
        push = LaggedStart(self.key.press(), FadeIn(self.jar, shift=RIGHT), lag_ratio=0.4)
        self.tell(beat, {"gradients": self.lose, "Tell": push, "": self.catch}, longest=1.6)

    def play_code(self, beat: OpenBeat) -> None:
        """Nothing is under `y`, until line 5 presses the key; then the run begins."""
        above, low = self.field.rows(27, 12, gap=20)
        self.set_up(above)
        self.code = CodeCard(self.type, self.trace.source, low, only=range(3, 8), most_rows=4)
        self.heed(self.code, self.graph)
        come = FadeIn(self.graph), self.key.appear(), self.header.appear(), self.code.appear()
        self.play(self.change(self.clear_but(), AnimationGroup(*come)))
        steps = {"keep": self.lose, ".retain_grad()": self.retain, "x": self.begin}
        self.tell(beat, steps, longest=1.6)

    def play_forward(self, beat: OpenBeat) -> None:
        """`y` is computed, and the tank under it has nothing to hold yet."""
        pulse = self.graph.pulse(self.at_y.node)
        self.tell(beat, {"y": self.compute, "4": pulse, "": self.remind}, longest=1.0)

    def play_backward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([6], colour="backward"), run_time=0.3)
        arrive_y, arrive_x = self.graph.flow_back(0)
        arrive = AnimationGroup(arrive_y, self.catch())
        self.tell(beat, {"x.grad": arrive, "now": arrive_x}, longest=1.1)

    def play_output(self, beat: OpenBeat) -> None:
        self.play(self.code.light([7], colour="output", rows=1), run_time=0.4)
        panel = OutputPanel(self.type, self.trace, self.code.under(gap=8))
        self.tell(beat, {"prints": panel.appear(), "y.grad": self.jar.slosh()})

    # ------------------------------------------------------------------ chain, key and tank

    def lose(self) -> Animation:
        """The gradient comes to `y`, where no tank is."""
        return self.jar.evaporate(self.at_y.gradient)

    def catch(self) -> Animation:
        return self.jar.pour(self.at_y.gradient, self.caught)

    def retain(self) -> Animation:
        """Line 5 flies to the key and presses it, and the tank is there."""
        call = next(s.span for s in self.trace.statements if s.span.line == 5)
        pressed = self.key.call(self.code.tokens(call))
        return Succession(self.code.light([5]), pressed, FadeIn(self.jar, shift=RIGHT))

    def begin(self) -> Animation:
        return AnimationGroup(self.code.light([3]), self.graph.pulse(self.at_x.node))

    def compute(self) -> Animation:
        return AnimationGroup(self.code.light([4]), self.graph.sweep(back=False))

    def remind(self) -> Animation:
        """Line 5 is why there is a tank."""
        light, press = self.code.light([5]), self.key.press()
        return LaggedStart(light, press, self.jar.nod(), lag_ratio=0.4)
