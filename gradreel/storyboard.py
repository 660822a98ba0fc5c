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

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial

from manim import Animation, AnimationGroup, FadeIn, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.header import Header
from gradreel.blocks.hook import Hook
from gradreel.blocks.matrix_product import Term
from gradreel.blocks.mistake_card import Mistake, Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat, ShortScene
from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Number, Span, Trace

Step = Animation | Callable[[], Animation]
GAP = 60  # pixels between the hook and what stands under it
CLOSE = 24  # pixels between other things one under the other


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
        """The author's words, then what the wrong and the mended code really do: each result with
        the sentence that tells it, if there is one."""
        mistake = Mistake(self.type, self.brief)
        self.heed(mistake)
        words, *steps = mistake.steps
        self.play(self.change(self.clear_but(self.header), words))
        starts = dict(self.brief.timeline.starts)
        result = starts.get("run-mistake", self.frame + 3 * (beat.beat.end - self.frame) // 4)
        self.wait((result - self.frame) / 2 / self.fps)  # half of that for the words, half for code
        told = None, starts.get("run-mistake"), starts.get("run-fix")
        said = dict(zip(steps, told, strict=False))
        for step, seconds in beat.each(steps, when=said.__getitem__):
            self.play(step, run_time=min(step.run_time, seconds))

    def caution(self, *kept: Mobject, scale: float = 1) -> Zone:
        """Another way into the mistake: all but the header and a few things goes, the author's
        words come. Gives what is free under them."""
        self.words = Words(self.type, self.brief.short, self.field, scale)
        self.play(self.change(self.clear_but(self.header, *kept), self.words.appear()))
        return self.field_below(self.words.bottom)

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
    def field(self) -> Zone:
        """All between header and captions."""
        return self.brief.platform.field

    @property
    def below_hook(self) -> Zone:
        """From under the hook down to the captions, a little narrower than the stage."""
        return self.brief.platform.stage.inset(50, 0).below(self.hook.bottom + GAP)

    def field_below(self, y: float) -> Zone:
        """The field under the pixel row `y`: under a code card's `bottom`, say."""
        return self.brief.platform.field.below(y + CLOSE)

    @cached_property
    def code(self) -> CodeCard:
        """The snippet in the upper zone."""
        return CodeCard(self.type, self.brief.short.code.text, self.brief.platform.upper)

    @property
    def failed(self) -> tuple[Trace, Span] | None:
        """The mistake's run and where it raised, if it did."""
        wrong = self.brief.mistake
        if wrong is None or wrong.end.failure is None or wrong.end.failure.span is None:
            return None
        return wrong, wrong.end.failure.span

    @cached_property
    def words(self) -> Words:
        """The author's words on the mistake, at the top of the field."""
        return Words(self.type, self.brief.short, self.field, 1)

    def wrong_code(self, zone: Zone, only: Iterable[int], lit: Iterable[int]) -> CodeCard:
        """Lines of the mistake's code, some of them lit."""
        wrong = self.brief.mistake
        assert wrong is not None
        return CodeCard(
            self.type, wrong.source, zone, only=only, lit=lit, colour="mistake", of="mistake"
        )

    def term(self, name: str, colour: str = "forward") -> Term:
        """What the snippet first wrote to a name, to be drawn under that name."""
        return Term(name, self.trace.written(name)[0], colour)

    def span_of(self, node: int) -> Span:
        """Where the snippet says what a node of its graph is."""
        span = self.graph_data.nodes[node].span
        assert span is not None
        return span

    def grow(self, graph: ComputeGraph, node: int) -> Animation:
        """A node's line is lit, and it comes into being out of what the line says of it."""
        span = self.span_of(node)
        grown = graph.grow(node, self.code.tokens(span))
        return AnimationGroup(self.code.light(self.on(span)), grown, lag_ratio=0.3)

    def tell(
        self, beat: OpenBeat, steps: Mapping[str, Step], *, longest: float | None = 0.8
    ) -> None:
        """Each animation comes when its word is said, in this order, and takes at most `longest`
        seconds (None: its own run time); one whose word does not come in the rest of the beat
        shares the room between its neighbours. One that depends on what those before it did is made
        when its turn comes."""
        self._tell(beat, list(steps), list(steps.values()), longest)

    def as_said(
        self,
        beat: OpenBeat,
        numbers: Sequence[Number],
        step: Callable[[int], Animation],
        *,
        longest: float = 0.5,
    ) -> None:
        """What `step` makes of a number's place in the row comes when that number is said."""
        steps = [partial(step, place) for place in range(len(numbers))]
        self._tell(beat, [short(number) for number in numbers], steps, longest)

    def _tell(
        self, beat: OpenBeat, words: Sequence[str], steps: Sequence[Step], longest: float | None
    ) -> None:
        said = beat.says_each(words)
        for place, seconds in beat.each(range(len(steps)), when=said.__getitem__):
            step = steps[place]
            animation = step() if callable(step) else step
            self.play(animation, run_time=min(longest or animation.run_time, seconds))

    def open_code(self, *leaving: Animation) -> Animation:
        """The hook goes, the header and the code card come."""
        gone = AnimationGroup(self.hook.leave(), *leaving)
        return self.change(gone, AnimationGroup(self.header.appear(), self.code.appear()))

    def print_out(self, *, rows: float = 1, scale: float = 1) -> Animation:
        """The code card closes down to the line that printed last, and what was printed comes out
        under it."""
        light = self.code.light([self.trace.outputs[-1].line], colour="output", rows=rows)
        panel = OutputPanel(self.type, self.trace, self.code.under(), scale=scale)
        return AnimationGroup(light, panel.appear(), lag_ratio=0.2)

    def on(self, span: Span | None) -> list[int]:
        """The lines of a span of the snippet, as `code.light` wants them."""
        return list(range(span.line, span.end_line + 1)) if span is not None else []
