"""The house storyboard: directs any short from its Brief, whatever its run did.

The run says who the hero is (`gradreel.audition`), and the hero how the film is arranged and what
happens in it (`gradreel.blocks.heroes`). Here it is played: the hero stirs under the hook, the code
comes, the run goes forward and back, and the real output drops out of its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, partial

from manim import DOWN, Animation, AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.curve import Curve
from gradreel.blocks.gradients import Gradients
from gradreel.blocks.heroes.arrangement import APART, ONE, TIGHT, Arrangement, arrangement_of
from gradreel.blocks.heroes.graph import GraphPicture
from gradreel.blocks.heroes.picture import Picture, Step, nod
from gradreel.blocks.mistake_card import Cell, Mistake
from gradreel.blocks.variables import Variables
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.bindings import last_bindings
from gradreel.trace.model import Statement, Write
from gradreel.trace.series import series_of

BRIEF = 0.6  # seconds that a line of code is lit at least
QUIET, PAUSE = 3.0, 1.8  # seconds that nothing moves at most, and before something does


class Auto(Storyboard):
    @cached_property
    def arranged(self) -> Arrangement:
        return arrangement_of(self.type, self.brief, self.graph_data)

    @cached_property
    def code(self) -> CodeCard:
        return self.arranged.code()

    def poster(self) -> Iterable[Mobject]:
        self.hook = self.arranged.hook()
        self.picture: Picture = self.arranged.picture()
        self.on_stage = True
        self.looked_at: Mobject | None = None
        self.lit: tuple[list[int], str] = [], ""
        self.heed(self.picture)
        return [self.hook, *self.picture.shown]

    def play_hook(self, beat: OpenBeat) -> None:
        self.show(self.picture.stir(), beat)

    # ------------------------------------------------------------------ the code

    def play_code(self, beat: OpenBeat) -> None:
        told = [s for s in self.trace.statements if s.depth == 0 and "Import" not in s.kind]
        if self.arranged.where == "first":
            self.tell_alone(told, beat)
        else:
            self.tell_beside(told, beat)

    def tell_beside(self, told: Sequence[Statement], beat: OpenBeat) -> None:
        """The code joins the hero, which shows what its lines give it."""
        self.heed(self.code, self.picture)
        self.play(self.open_code(self.picture.begin()))
        self.picture.tokens = self.code.tokens
        given = list(self.picture.given())
        taken = {step.span.line for step in given if step.span is not None}
        rest = [Step(span=s.header) for s in told if s.header.line not in taken]
        steps = [*given, *rest[: max(1, int(beat.left / BRIEF) - len(given))]]
        self.show(sorted(steps, key=lambda step: step.span.line if step.span else 0), beat)

    def tell_alone(self, told: Sequence[Statement], beat: OpenBeat) -> None:
        """The code has the stage; under it stands what its lines make."""
        self.heed(self.code)
        hook = {id(part) for part in self.hook.get_family()}
        self.play(self.open_code(*(FadeOut(m) for m in self.mobjects if id(m) not in hook)))
        self.on_stage = False
        told = told[: max(1, int(beat.left / BRIEF))]
        every = last_bindings(self.trace)
        telling = {w.name for w in every if w.tensor is not None} or {w.name for w in every}
        writes = [
            [w for w in self.writes(s) if w.name in telling and w.how == "bind"] for s in told
        ]
        bound = {w.name: w for made in writes for w in made}
        zone = self.brief.platform.stage.below(self.code.bottom + APART)
        cards = Variables(self.type, self.trace, list(bound.values()), zone, tallest=120).cards
        steps = []
        for statement, made in zip(told, writes, strict=True):
            come = [cards[w.name] for w in made if bound[w.name] is w and w.name in cards]
            show = partial(dropped, come) if come else None
            steps.append(Step(show, statement.header))
        self.show(steps, beat)

    def play_idea(self, beat: OpenBeat) -> None:
        """Nothing was computed: what there is, once more."""
        self.make_room()
        self.show([Step(step.show) for step in self.picture.given()], beat)

    # ------------------------------------------------------------------ the run

    def play_forward(self, beat: OpenBeat) -> None:
        self.make_room()
        self.show(self.picture.forward(), beat)

    def play_backward(self, beat: OpenBeat) -> None:
        self.make_room()
        if not self.picture.goes_back and self.graph_data.nodes:
            self.turn_to_graph()
        call = self.trace.backwards[0].span
        steps = list(self.picture.backward()) or [Step()]
        self.show([replace(step, span=step.span or call) for step in steps], beat, "backward")

    def turn_to_graph(self) -> None:
        """The hero has nothing to show of the way back; where there is room, the code makes some
        more."""
        zone = self.picture.zone
        gone = [self.clear_but(self.header, self.code)]
        if self.arranged.where == "over":
            zone = zone.below(self.code.bottom_at(ONE) + APART)
            gone.append(self.code.light(self.code.lit, rows=ONE))
        self.picture = GraphPicture(self.type, self.trace, self.graph_data, zone)
        self.heed(self.code, self.picture)
        self.play(self.change(AnimationGroup(*gone), self.picture.come_whole()))

    def play_output(self, beat: OpenBeat) -> None:
        failure = self.trace.end.failure
        span = failure.span if failure is not None else None
        colour = "mistake" if failure is not None else "output"
        lit = self.on(span) or [o.line for o in self.trace.outputs][-1:]
        hush = self.picture.hush() if self.on_stage else []
        self.play(self.code.light(lit, colour=colour, rows=ONE), *hush, run_time=0.4)
        zone = self.brief.platform.field.below(self.code.bottom + TIGHT)
        panel = self.arranged.output(zone)
        limit = self.arranged.strip.bottom if self.arranged.where == "under" else self.picture.top
        if span is not None:
            self.play(self.code.squiggle(span), run_time=0.4)
        if self.on_stage and panel.bottom <= limit:
            self.play(panel.appear())
            self.show(self.picture.output(), beat, colour)
        else:
            self.play(self.change(self.clear_but(self.header, self.code), panel.appear()))
            self.on_stage, self.looked_at = False, panel
            left = self.rest(zone.below(panel.bottom + 40))
            self.show([Step(lambda: left, longest=3.0)] if left is not None else [], beat)

    def rest(self, zone: Zone) -> Animation | None:
        """Under a tall output, what the run left: the course of a loop, gradients, or variables."""
        series, found = series_of(self.trace), last_bindings(self.trace)
        if series:
            return Curve(self.type, series[0], zone).draw()
        gradients = Gradients(self.type, self.graph_data, zone)
        if len(gradients):
            return gradients.appear()
        return Variables(self.type, self.trace, found[-3:], zone).appear() if found else None

    def play_mistake(self, beat: OpenBeat) -> None:
        """The author's words, then what the runs did as the voice comes to them."""
        mistake = Mistake(self.type, self.brief)
        self.heed(mistake)
        words, *steps = mistake.steps
        self.play(self.change(self.clear_but(self.header), words))
        parts = [part for cell in mistake.cells for part in seen(cell)]
        self.looked_at = mistake
        starts = dict(self.brief.timeline.starts)
        told = None, starts.get("run-mistake"), starts.get("run-fix")
        turns = beat.each(range(len(steps)), longest=beat.left, when=told.__getitem__)
        for place, seconds in turns:
            end = self.frame + round(seconds * self.fps)
            self.play(steps[place], run_time=min(steps[place].run_time, seconds))
            self.looked_at = parts[place]
            self.linger((end - self.frame) / self.fps)
        self.linger(beat.left)
        self.looked_at = None

    # ------------------------------------------------------------------ how steps are played

    def show(self, steps: Iterable[Step], beat: OpenBeat, colour: str = "forward") -> None:
        """Steps one after the other, each as the voice names it, or in its turn."""
        listed = list(steps)
        said = beat.says_each(step.said for step in listed)

        def named(place: int) -> int | None:
            node = listed[place].node
            frame = beat.says_node(node) if node is not None else None
            return said[place] if frame is None else frame

        for place, seconds in beat.each(range(len(listed)), longest=beat.left, when=named):
            end = self.frame + round(seconds * self.fps)
            self.take(listed[place], seconds, colour)
            self.linger((end - self.frame) / self.fps)
        self.linger(beat.left)

    def take(self, step: Step, seconds: float, colour: str) -> None:
        """Its lines are lit, then it happens."""
        end = self.frame + round(min(seconds, step.longest) * self.fps)
        lines = self.on(step.span)
        if lines and (step.show is None or self.lit != (lines, colour)):
            self.lit = lines, colour
            share = 0.3 if step.show is not None else 1.0
            self.play(self.code.light(lines, colour=colour), run_time=min(0.45, seconds * share))
        if step.show is not None and end > self.frame:
            self.play(step.show(), run_time=(end - self.frame) / self.fps)

    def linger(self, seconds: float) -> None:
        """The voice goes on: now and then something catches the eye."""
        end = self.frame + round(seconds * self.fps)
        while (end - self.frame) / self.fps > QUIET:
            self.wait(PAUSE)
            self.play(self.glint(), run_time=0.6)

    def glint(self) -> Animation:
        if self.looked_at is not None:
            return nod(self.looked_at)
        return self.picture.glint() if self.on_stage else nod(self.code)

    def make_room(self) -> None:
        """Code that stood alone shrinks to a few rows, and the hero comes under it."""
        if self.on_stage:
            return
        rows, zone = self.arranged.room(self.code)
        self.picture, self.on_stage = self.arranged.picture(zone), True
        self.picture.tokens = self.code.tokens
        self.heed(self.code, self.picture)
        shrink = self.code.light(self.code.lit, rows=rows)
        self.play(self.clear_but(self.header, self.code), shrink, run_time=0.4)
        self.play(self.picture.enter(), run_time=0.5)

    def writes(self, statement: Statement) -> tuple[Write, ...]:
        """What a statement wrote the first time it ran."""
        return next((s.writes for s in self.trace.steps if s.statement == statement.id), ())


def seen(cell: Cell) -> Sequence[Mobject]:
    """What each of its steps shows."""
    parts = [part for part in (cell.code, cell.panel) if part is not None]
    return parts[-len(cell.steps) :]


def dropped(things: Sequence[Mobject]) -> Animation:
    """They come out of the code."""
    return AnimationGroup(*(FadeIn(thing, shift=0.3 * DOWN) for thing in things))
