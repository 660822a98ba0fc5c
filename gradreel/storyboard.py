"""`Storyboard`: what the films of a day have in common. A scene says the rest, beat by beat.

    class Detach(Storyboard):
        def poster(self):
            self.graph = ComputeGraph(self.type, self.run, self.below_hook)
            return [self.hook, self.graph]

        def play_forward(self, beat):
            for node, seconds in beat.each(self.graph.order, when=beat.says_node):
                self.play(self.graph.grow(node), run_time=seconds)

A film opens on its poster and ends on it, so that it can go round. Between them each beat of the
timeline is one method, `play_<beat>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from manim import Animation, AnimationGroup, FadeIn, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.header import Header
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Mistake
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat, ShortScene
from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Span, Trace

GAP = 60  # pixels between the hook and what stands under it


class Storyboard(ShortScene):
    """Base of the films. `poster` is asked twice, for the first picture and the last."""

    def construct(self) -> None:
        self.header = Header(self.type, self.brief)
        self.add(*self.fresh_poster())
        for beat in self.brief.timeline.beats:
            play = getattr(self, f"play_{beat.name}", None)
            if play is None:
                raise SceneError(f"{type(self).__name__} has no play_{beat.name}")
            with self.beat(beat.name) as opened:
                play(opened)

    def poster(self) -> Iterable[Mobject]:
        """Everything on the first frame; blocks that the beats need may be kept in `self`."""
        raise NotImplementedError

    def fresh_poster(self) -> list[Mobject]:
        self.hook = Hook(self.type, self.brief)
        return list(self.poster())

    # ------------------------------------------------------------------ beats that most films share

    def play_hook(self, beat: OpenBeat) -> None:
        beat.rest()

    def play_mistake(self, beat: OpenBeat) -> None:
        """The author's words, then what the wrong and the mended code really do."""
        mistake = Mistake(self.type, self.brief)
        self.heed(mistake)
        first, *steps = mistake.steps
        self.play(self.change(self.clear_but(self.header), first))
        self.wait(min(0.8, beat.share(4)))
        for step, seconds in beat.each(steps, turn=2.2):
            self.play(step, run_time=min(1.2, seconds))

    def play_out(self, beat: OpenBeat) -> None:
        """Back to the poster: the hook is the sentence to remember, and the film starts again."""
        back = AnimationGroup(*map(FadeIn, self.fresh_poster()))
        self.play(self.change(self.clear_but(), back), run_time=min(0.9, beat.left))

    # ------------------------------------------------------------------ what scenes ask for often

    @property
    def trace(self) -> Trace:
        """The run of the short's own snippet."""
        return self.brief.trace

    @cached_property
    def graph_data(self) -> Graph:
        """The compute graph of that run."""
        return graph_of(self.brief.trace)

    @property
    def below_hook(self) -> Zone:
        """From under the hook down to the captions, a little narrower than the stage."""
        return self.brief.platform.stage.inset(50, 0).below(self.hook.bottom + GAP)

    @cached_property
    def code(self) -> CodeCard:
        """The snippet in the upper zone."""
        return CodeCard(self.type, self.brief.short.code.text, self.brief.platform.upper)

    def open_code(self, *leaving: Animation) -> Animation:
        """The hook goes, the header and the code card come."""
        gone = AnimationGroup(self.hook.leave(), *leaving)
        return self.change(gone, AnimationGroup(self.header.appear(), self.code.appear()))

    def on(self, span: Span | None) -> list[int]:
        """The lines of a span of the snippet, as `code.light` wants them."""
        return list(range(span.line, span.end_line + 1)) if span is not None else []
