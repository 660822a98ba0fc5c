"""The house storyboard: directs any short from its Brief, with or without a graph, loop, output
or code.

The poster is the short's own picture under the hook. The code comes up and shows what its lines
make, then shrinks to the lines that matter while the graph grows out of it; the gradient flows
back; the real output drops out of its line; the mistake follows; and the last frame is the first.
"""

from __future__ import annotations

from manim import (
    DOWN,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    LaggedStart,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.curve import Curve, series_of
from gradreel.blocks.gradients import Gradients, held
from gradreel.blocks.header import Header
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Mistake
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.phase import phase
from gradreel.blocks.steps import Steps, steps_of
from gradreel.blocks.variables import Variables, last_bindings
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat, ShortScene
from gradreel.stage.space import pixel
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Span, Statement, Write

FOCUS = 3.5  # rows of code that stay while the stage speaks


class Auto(ShortScene):
    def construct(self) -> None:
        self.trace = self.brief.trace
        self.graph_data = graph_of(self.trace)
        self.card = CodeCard(self.type, self.brief.short.code.text, self.brief.platform.upper)
        self.header = Header(self.type, self.brief)
        self.stage = VGroup()  # what stands under the code
        self.phase = VGroup()  # the label over a graph
        self.hook = Hook(self.type, self.brief)
        self.poster = self.make_poster()
        self.plan = self.make_plan()

        self.add(self.hook, self.poster)
        if isinstance(self.poster, ComputeGraph):
            self.heed(self.poster)
        middle = {
            "hook": self.play_hook,
            "code": self.play_code,
            "idea": self.play_idea,
            "forward": self.play_forward,
            "backward": self.play_backward,
            "output": self.play_output,
            "mistake": self.play_mistake,
            "out": self.play_out,
        }
        for name in (beat.name for beat in self.brief.timeline.beats):
            with self.beat(name) as beat:
                middle[name](beat)

    # ------------------------------------------------------------------ the beats

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.stir(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        self.heed(self.card)
        leave = AnimationGroup(self.hook.leave(), FadeOut(self.poster))
        enter = AnimationGroup(self.header.appear(), self.card.appear())
        self.play(self.change(leave, enter))
        if self.plan is not None:
            self.stage = self.plan
            self.play(self.plan.appear(), run_time=min(0.8, beat.left))
            self.play_idea(beat)
            return
        told = [s for s in self.trace.statements if s.depth == 0 and "Import" not in s.kind]
        told = told[: max(1, int(beat.left / 0.6))]
        all_bound = last_bindings(self.trace)
        tensors = [w for w in all_bound if w.tensor is not None]
        telling = {w.name for w in tensors or all_bound}
        bound = {
            w.name: w for s in told for w in self.writes(s) if w.name in telling and w.how == "bind"
        }
        zone = self.below(self.card.bottom + 30)
        cards = Variables(self.type, self.trace, list(bound.values()), zone, tallest=120)
        self.stage = cards
        for statement, seconds in beat.each(told, when=lambda s: beat.says_line(lines(s.header))):
            made = [
                FadeIn(cards.cards[w.name], shift=0.3 * DOWN)
                for w in self.writes(statement)
                if w.name in cards.cards and bound[w.name] is w
            ]
            light = self.card.light(lines(statement.header))
            self.play(light, *made, run_time=min(0.45, seconds))

    def play_idea(self, beat: OpenBeat) -> None:
        """Nothing to trace: the plan itself is the picture."""
        if self.plan is not None:
            for number, seconds in beat.each(range(len(self.plan.cards))):
                self.play(self.plan.light(number), run_time=min(0.4, seconds))

    def play_forward(self, beat: OpenBeat) -> None:
        nodes = {n.id: n for n in self.graph_data.nodes}
        first = min((n.span.line for n in nodes.values() if n.span is not None), default=1)
        self.make_room(first)
        for number, seconds in beat.each(self.graph.order, when=beat.says_node):
            span = nodes[number].span
            if span is None:
                self.play(self.graph.grow(number), run_time=seconds)
                continue
            if self.card.lit != set(lines(span)):
                self.play(self.card.light(lines(span)), run_time=seconds * 0.3)
                seconds *= 0.7
            self.play(self.graph.grow(number, self.card.tokens(span)), run_time=seconds)

    def play_backward(self, beat: OpenBeat) -> None:
        if not self.graph_data.nodes:  # a leaf alone went backward: no edge to run along
            line = self.trace.backwards[0].span.line
            self.play(self.card.light([line], colour="backward"), run_time=0.4)
            return
        zone = self.below(self.card.bottom + 24)
        label = phase(self.type, zone, back=True, note=self.note)
        self.play(FadeOut(self.phase), FadeIn(label), run_time=0.25)
        self.phase = label
        steps: list[tuple[list[int], Animation]] = []
        before: int | None = None
        for number, back in enumerate(self.graph.graph.passes):
            if before is not None:
                steps += self.resets(before, back.step)
            steps += [(self.lit_by(back.step), flow) for flow in self.graph.flow_back(number)]
            before = back.step
        for (lit, flow), seconds in beat.each(steps):
            if self.card.lit != set(lit):
                self.play(self.card.light(lit, colour="backward"), run_time=seconds * 0.3)
                seconds *= 0.7
            self.play(flow, run_time=seconds)

    def play_output(self, beat: OpenBeat) -> None:
        failure = self.trace.end.failure
        lit = [o.line for o in self.trace.outputs][-1:]
        if failure is not None and failure.span is not None:
            lit = lines(failure.span)
        colour = "mistake" if failure is not None else "output"
        self.play(self.card.light(lit, colour=colour, rows=1.0), run_time=0.4)
        zone = self.below(self.card.bottom + 14)
        panel = OutputPanel(self.type, self.trace, zone)
        series = series_of(self.trace)
        crowded = len(self.stage) > 0 and panel.bottom > pixel(self.stage.get_top())[1] - 14
        if crowded or series or (not self.graph_data.nodes and self.plan is None):
            self.play(self.clear_stage(), run_time=0.3)
        elif self.graph_data.nodes:
            self.play(FadeOut(self.phase), run_time=0.2)
        self.play(panel.appear(), run_time=0.6)
        rest = Zone(zone.left, round(panel.bottom) + 40, zone.right, zone.bottom)
        if series:
            self.play(Curve(self.type, series[0], rest).draw(), run_time=min(3.0, beat.left))
        elif not self.graph_data.nodes and last_bindings(self.trace):
            found = Variables(self.type, self.trace, last_bindings(self.trace), rest)
            self.play(found.appear(), run_time=min(1.2, beat.left))
        elif crowded and held(self.graph_data):
            gradients = Gradients(self.type, self.graph_data, rest)
            self.play(gradients.appear(), run_time=min(1.2, beat.left))
        elif crowded and self.plan is None:
            found = Variables(self.type, self.trace, last_bindings(self.trace)[-3:], rest)
            self.play(found.appear(), run_time=min(1.2, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        mistake = Mistake(self.type, self.brief)
        self.heed(mistake)
        first, *steps = mistake.steps
        self.play(self.change(self.clear_but(self.header), first))
        self.wait(min(0.8, beat.share(4)))
        for step, seconds in beat.each(steps, turn=2.2):
            self.play(step, run_time=min(1.2, seconds))

    def play_out(self, _: OpenBeat) -> None:
        """Back to the poster: the hook is the sentence to remember, and the film starts again."""
        self.play(self.clear_but(), run_time=0.3)
        self.play(FadeIn(self.hook), FadeIn(self.poster), run_time=0.5)

    # ------------------------------------------------------------------ pieces

    def make_room(self, line: int) -> None:
        """The code shrinks to the rows around `line`; what stood below gives way to the graph."""
        for rows in (FOCUS, 1.0):  # a deep graph gets the room of the code
            zone = self.below(self.card.bottom_at(rows) + 24)
            under = Zone(zone.left, zone.top + 52, zone.right, zone.bottom)
            self.graph = ComputeGraph(self.type, self.graph_data, under)
            if not self.graph.hidden:
                break
        drawn, ran = len(self.graph.graph.nodes), len(self.graph_data.nodes)
        self.note = f"last {drawn} of {ran} steps" if self.graph.hidden else ""
        self.phase = phase(self.type, zone, back=False, note=self.note)
        gone, self.stage = self.stage, self.graph
        self.heed(self.card, self.graph)
        light = self.card.light([line], rows=rows)
        self.play(light, FadeOut(gone), FadeIn(self.phase), run_time=0.4)

    def make_poster(self) -> VGroup:
        """The short's central picture: its graph, its plan, its variables, or its code."""
        zone = Zone(120, round(self.hook.bottom) + 60, 960, self.brief.platform.stage.bottom)
        if self.graph_data.nodes:
            return ComputeGraph(self.type, self.graph_data, zone)
        if not self.trace.runnable and steps_of(self.brief.short):
            return Steps(self.type, steps_of(self.brief.short), zone)
        if last_bindings(self.trace):
            return Variables(self.type, self.trace, last_bindings(self.trace), zone)
        return CodeCard(self.type, self.brief.short.code.text, zone)

    def make_plan(self) -> Steps | None:
        """What the short says, step by step, when its run leaves nothing to look at."""
        if self.graph_data.nodes or last_bindings(self.trace):
            return None
        steps = steps_of(self.brief.short)
        return Steps(self.type, steps, self.below(self.card.bottom + 40)) if steps else None

    def stir(self) -> Animation:
        """The poster moves from its first frame on."""
        if isinstance(self.poster, ComputeGraph):
            return self.poster.sweep(back=bool(self.graph_data.passes))
        if isinstance(self.poster, Steps):
            return self.poster.light(0)
        parts = self.poster if isinstance(self.poster, Variables) else [self.poster]
        nods = [Transform(p, p.copy().scale(1.05), rate_func=there_and_back) for p in parts]
        return LaggedStart(*nods, lag_ratio=0.4)

    def resets(self, after: int, until: int) -> list[tuple[list[int], Animation]]:
        """What emptied a leaf's `.grad` between two backward calls, with the line that did."""
        leaves = {f"{n.label}.grad": n.label for n in self.graph.graph.nodes if n.kind == "leaf"}
        return [
            (self.lit_by(step.index), self.graph.reset(leaves[write.name], write.value))
            for step in self.trace.steps[after + 1 : until]
            for write in step.writes
            if write.name in leaves and write.value is not None
        ]

    def lit_by(self, step: int) -> list[int]:
        return lines(self.trace.statements[self.trace.steps[step].statement].header)

    def writes(self, statement: Statement) -> tuple[Write, ...]:
        """What the statement wrote the first time it ran."""
        return next((s.writes for s in self.trace.steps if s.statement == statement.id), ())

    def below(self, top: float) -> Zone:
        zone = self.brief.platform.stage
        return Zone(zone.left, round(top), zone.right, zone.bottom)

    def clear_stage(self) -> Animation:
        if self.stage is not getattr(self, "graph", None):
            return FadeOut(self.stage)
        return AnimationGroup(self.graph.leave(), FadeOut(self.phase))


def lines(span: Span) -> list[int]:
    return list(range(span.line, span.end_line + 1))
