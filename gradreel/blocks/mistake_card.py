"""The common mistake: the author's words, and the wrong code run for real when the short has it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from manim import UP, Animation, AnimationGroup, FadeIn, LaggedStart, Succession, VGroup

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.panel import panel
from gradreel.model import Binding, Brief, Short, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.prose import pieces_of, set_prose
from gradreel.stage.space import point, units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.model import Trace

BOTTOM = 1285  # master pixel above which everything of the beat ends: the captions begin
FEW = 3  # so many changed lines are lit; of more, the one that shows the result
GAP = 22  # pixels
# What is tried so that all of it fits: what the run said counts most, then the size of the words.
SAID = (3, 2, 1)  # lines of output
SIZES = (58, 50, 44)  # pixel ems of the author's words
ROWS = (7, 5, 4, 3, 2)  # rows of code
PADDING = 36
HEAD = 62


class Mistake(VGroup):
    """The whole mistake beat as `steps`, to be played in order: the card; then the wrong code
    with what it
    really did, and the fixed code with what it prints; without them, the snippet's lines it is
    about."""

    def __init__(self, type_: Typesetter, brief: Brief) -> None:
        super().__init__()
        zone = brief.platform.upper
        runs = [run for run in (brief.mistake, brief.fix) if run is not None]
        for said, size, rows in product(SAID, SIZES, ROWS):
            card = MistakeCard(type_, brief.short, zone, size=size)
            cells = _cells(type_, brief, runs, card.bottom + GAP, rows=rows, said=said)
            if not cells or cells[-1].bottom <= BOTTOM:
                break
        self.cells = cells
        self.steps: list[Animation] = [card.appear(), *(cell.appear() for cell in cells)]
        self.add(card, *cells)
        if not runs:
            self.steps.append(self._recall(type_, brief, card.bottom + GAP))

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """What the voice names in the wrong and the mended code."""
        for cell in self.cells:
            yield from cell.code.meant(binding)

    def _recall(self, type_: Typesetter, brief: Brief, top: float) -> Animation:
        """The snippet again, with the lines lit that name what the mistake names."""
        zone = brief.platform.upper
        code = brief.short.code.text
        rows = max(2.0, (BOTTOM - top - 60) / 60)
        under = Zone(zone.left, round(top), zone.right, BOTTOM)
        names = [
            s.text.strip(".()").split("(")[0] for s in brief.short.mistake.spans if s.kind == "code"
        ]
        named = {
            number
            for number, line in enumerate(code.splitlines(), start=1)
            if any(name and name in line for name in names)
        }
        card = CodeCard(type_, code, under, most_rows=rows, lit=named, colour="mistake")
        self.add(card)
        return FadeIn(card, run_time=0.4)


def _cells(
    type_: Typesetter, brief: Brief, runs: list[Trace], top: float, *, rows: int, said: int
) -> list[Cell]:
    """The runs one under the other."""
    zone = brief.platform.upper
    cells: list[Cell] = []
    for run in runs:
        under = Zone(zone.left, round(top), zone.right, BOTTOM)
        fixed = run is brief.fix
        other = brief.mistake if fixed else brief.fix
        news = _news(run.source, other.source) if other is not None else set()
        news = news or _news(run.source, brief.short.code.text)
        cells.append(Cell(type_, run, news, under, rows=rows, said=said, fixed=fixed))
        top = cells[-1].bottom + GAP
    return cells


def _news(source: str, known: str) -> set[int]:
    """The lines of `source` that `known` does not have, imports aside."""
    old = {line.strip() for line in known.splitlines()}
    return {
        number
        for number, line in enumerate(source.splitlines(), start=1)
        if line.strip() not in old and not line.startswith(("import ", "from "))
    }


class Cell(VGroup):
    """Code and under it what it really did, as in a notebook; `bottom` is the lower edge in pixels.

    Of the code only the lines in `news` are shown, and the line that raised or printed last.
    """

    def __init__(
        self,
        type_: Typesetter,
        run: Trace,
        news: set[int],
        zone: Zone,
        *,
        rows: int,
        said: int,
        fixed: bool,
    ) -> None:
        super().__init__()
        failure = run.end.failure
        if failure is not None and failure.span is not None:
            told = set(range(failure.span.line, failure.span.end_line + 1))
        else:
            told = {o.line for o in run.outputs[-1:]}
        self.colour = "output" if fixed else "mistake"
        lit = news if failure is None and 0 < len(news) <= FEW else told
        self.code = CodeCard(
            type_,
            run.source,
            zone,
            most_rows=rows,
            only=news | told,
            lit=lit,
            colour=self.colour,
            of="fix" if fixed else "mistake",
        )
        below = Zone(zone.left, round(self.code.bottom + 10), zone.right, zone.bottom)
        label = "FIXED · REAL OUTPUT" if fixed else "REAL OUTPUT"
        self.panel = OutputPanel(
            type_, run, below, label=label, colour=self.colour, most_lines=said
        )
        self.bottom = self.panel.bottom
        self.add(self.code, self.panel)

    def appear(self) -> Animation:
        return Succession(FadeIn(self.code, run_time=0.4), self.panel.appear())


class MistakeCard(VGroup):
    """From `zone.top` down; `bottom` is its lower edge in master pixels."""

    def __init__(self, type_: Typesetter, short: Short, zone: Zone, *, size: float = 58) -> None:
        super().__init__()
        left = zone.left + PADDING
        setting = set_prose(
            type_,
            pieces_of(short.mistake, font="strong"),
            left,
            zone.top + PADDING + HEAD,
            zone.width - 2 * PADDING,
            size=size,
            least=42,
            most_lines=4,
            leading=1.18,
        )
        self.bottom = zone.top + PADDING * 1.9 + HEAD + setting.height
        box = Zone(zone.left, zone.top, zone.right, round(self.bottom))
        card = panel(type_.theme, box, edge="mistake", tint=0.13)
        card.set_stroke(width=4)
        head = type_.row(
            [("✕ ", "code-strong", "mistake"), ("COMMON MISTAKE", "strong", "mistake")], 38
        )
        x, y, _ = point(left, zone.top + PADDING + 22)
        head.shift((x, y - units(HALF_CAP * 38), 0))
        self.head, self.card, self.lines = head, card, VGroup(*setting.lines)
        self.add(card, head, self.lines)

    def appear(self) -> Animation:
        return AnimationGroup(
            FadeIn(VGroup(self.card, self.head), shift=0.25 * UP),
            LaggedStart(*(FadeIn(line) for line in self.lines), lag_ratio=0.25),
            run_time=0.6,
        )
