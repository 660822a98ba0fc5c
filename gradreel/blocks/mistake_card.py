"""The common mistake: the author's words, and the wrong code run for real when the short has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from manim import (
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    FadeIn,
    LaggedStart,
    ReplacementTransform,
    Succession,
    VGroup,
    VMobject,
)

from gradreel.blocks.code_card import LEADING, CodeCard
from gradreel.blocks.code_morph import same_lines
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.rounded import Rounded
from gradreel.model import Binding, Brief, Short, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.prose import pieces_of, set_prose
from gradreel.stage.space import point, units
from gradreel.stage.type import HALF_CAP, Row, Typesetter
from gradreel.trace.model import Trace

FEW = 3  # so many changed lines are the mistake; of more, the line that shows the result is lit
ALL, LIT = 99, -1  # lines of context: the whole snippet, or only what is lit
WORDS, WORDS_LEAST, WORDS_LARGEST = 62, 42, 96  # pixel ems of the author's words
ALONE = 1.5  # scale of the words while they have the zone to themselves
CODE_LEAST, CODE_LARGEST = 36, 46  # pixel ems of code; the largest grows with the scale
HEAD = 62  # pixels that the label over the words takes
LABEL = 38  # its pixel em
BAR, INDENT = 10, 38  # pixels: the bar beside the words, and the words from the zone's edge
AIRY = 0.3  # ems that rows of code move apart at most to fill the zone
TALL = 70  # pixels that a panel grows at most to fill it


@dataclass(frozen=True, slots=True)
class _Measure:
    """How large and how roomy everything is set."""

    context: int  # lines of wrong code shown before and after those it is about
    fixed: int  # the same of the fixed code
    scale: float
    rows: float = 11  # of code in a cell
    said: int = 4  # lines of output
    top: float = 0  # pixels left free above
    gap: float = 18  # pixels between the words and the cells
    leading: float = LEADING
    spare: float = 0  # pixels of a panel beyond its text

    def code(self, type_: Typesetter) -> tuple[float, float]:
        """The least and the largest em of code: where there is much room, lines may break to be
        large."""
        least = max(CODE_LEAST * max(1, self.scale - 0.2), type_.theme.size("code-min"))
        return least, max(least, CODE_LARGEST * self.scale)


# Tried in order, in each group from the largest: all of the code before much of it.
MEASURES = (
    tuple(_Measure(ALL, ALL, scale) for scale in (1.6, 1.4, 1.2, 1.1, 1.0, 0.9)),
    tuple(_Measure(ALL, 0, scale) for scale in (1.1, 1.0, 0.9, 0.8)),
    tuple(_Measure(ALL, LIT, scale) for scale in (1.0, 0.9, 0.8, 0.68)),
    tuple(_Measure(3, 0, scale) for scale in (1.1, 1.0, 0.9)),
    tuple(_Measure(1, 0, scale) for scale in (1.1, 1.0, 0.9, 0.8)),
    tuple(_Measure(1, LIT, scale) for scale in (1.0, 0.9, 0.8, 0.68)),
    tuple(_Measure(0, 0, scale) for scale in (1.1, 1.0, 0.9, 0.8, 0.68)),
    tuple(_Measure(LIT, LIT, scale) for scale in (1.0, 0.9, 0.8, 0.68)),
    tuple(_Measure(LIT, LIT, 0.68, rows, said) for rows, said in ((5, 3), (4, 2), (3, 1), (2, 1))),
)


class Mistake(Block):
    """The whole mistake beat as `steps`, to be played in order: the author's words, large; the
    wrong code, for which they make room; what it really did, with a squiggle under what raised; and
    the fixed code with what it prints. Without a run, the snippet's lines that the words are about.

    It fills `zone`, by default all between header and captions. Without `words` the code is first.
    """

    def __init__(
        self, type_: Typesetter, brief: Brief, zone: Zone | None = None, *, words: bool = True
    ) -> None:
        super().__init__()
        self.type, self.brief = type_, brief
        self.zone = zone or brief.platform.field
        self.with_words = words
        measure = self._fitting()
        words_, cells = self._set(measure)
        free = max(0.0, self.zone.bottom - _bottom(words_, cells))
        words_, cells = self._set(_spread(measure, free, words_, cells))
        self.cells = cells
        self.steps = [step for cell in cells for step in cell.steps]
        if words_ is not None:
            self.steps = self._led_by(words_, self.steps)
        self.add(*([words_] if words_ else []), *cells)

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """What the voice names in the wrong and the mended code."""
        for cell in self.cells:
            yield from cell.code.meant(binding)

    def _led_by(self, words: Words, steps: list[Animation]) -> list[Animation]:
        """The words have the zone to themselves until the first cell comes."""
        large = Words(self.type, self.brief.short, self.zone, ALONE)
        if not steps or large.bottom > self.zone.bottom:
            return [words.appear(), *steps]
        code, *rest = steps
        return [large.appear(), AnimationGroup(large.settle(words), code, lag_ratio=0.4), *rest]

    def _fitting(self) -> _Measure:
        """The first measure at which everything lies in the zone; the least if none does."""
        for group in MEASURES:
            if self._fits(group[-1]):
                return next(measure for measure in group if self._fits(measure))
        return MEASURES[-1][-1]

    def _fits(self, measure: _Measure) -> bool:
        return _bottom(*self._set(measure)) <= self.zone.bottom

    def _set(self, measure: _Measure) -> tuple[Words | None, list[Cell]]:
        """Everything one under the other."""
        brief, zone = self.brief, self.zone.below(self.zone.top + measure.top)
        words = None
        if self.with_words:
            words = Words(self.type, brief.short, zone, measure.scale)
            zone = zone.below(words.bottom + measure.gap)
        cells: list[Cell] = []
        for run in _runs(brief, words=self.with_words):
            cells.append(Cell(self.type, brief, run, zone, measure))
            zone = zone.below(cells[-1].bottom + measure.gap)
        return words, cells


def _runs(brief: Brief, *, words: bool) -> list[Trace]:
    """The runs to show; of a mistake without code the short's own, if it did anything."""
    runs = [run for run in (brief.mistake, brief.fix) if run is not None]
    return runs or ([brief.trace] if brief.trace.runnable or not words else [])


def _bottom(words: Words | None, cells: list[Cell]) -> float:
    return cells[-1].bottom if cells else words.bottom if words else 0


def _spread(measure: _Measure, free: float, words: Words | None, cells: list[Cell]) -> _Measure:
    """The room that is left over goes between the rows of code, into the panels, between the
    parts, and what is then left above and below."""
    ems = sum(cell.code.window_height for cell in cells) / LEADING
    leading = min(AIRY, 0.4 * free / ems) if ems else 0.0
    free -= leading * ems
    panels = sum(cell.panel is not None for cell in cells)
    spare = min(TALL, 0.5 * free / panels) if panels else 0.0
    free -= spare * panels
    gaps = len(cells) - (words is None)
    gap = min(60.0, free / gaps) if gaps > 0 else 0.0
    free -= gap * gaps
    return replace(
        measure,
        leading=measure.leading + leading,
        spare=spare,
        gap=measure.gap + gap,
        top=free / 2,
    )


class Cell(VGroup):
    """Code and under it what it really did, as in a notebook; `bottom` is the lower edge in pixels.

    `steps` show it: the code, then the result; the fix in one go. Of the code imports are left
    out, and in a small zone what is not news. The short's own run only recalls its code.
    """

    def __init__(
        self, type_: Typesetter, brief: Brief, run: Trace, zone: Zone, measure: _Measure
    ) -> None:
        super().__init__()
        fixed, own = run is brief.fix, run is brief.trace
        failure = run.end.failure
        self.colour = "output" if fixed else "mistake"
        told = {o.line for o in run.outputs[-1:]}
        if failure is not None and failure.span is not None:
            told = set(range(failure.span.line, failure.span.end_line + 1))
        news = _news(run, brief)
        news = news if len(news) <= FEW else set()
        lit = _named(brief.short) if own else news if news and failure is None else told
        context = measure.fixed if fixed else measure.context
        about = lit if own else news | told
        if context == LIT:  # the panel says what the line that printed does
            about = lit - told or lit
        elif brief.fix is not None and not fixed and not news:
            about |= _gaps(run.source, brief.fix.source)
        self.code = CodeCard(
            type_,
            run.source,
            zone,
            most_rows=measure.rows,
            only=_around(run.source, about, context),
            lit=lit,
            colour=self.colour,
            of="code" if own else "fix" if fixed else "mistake",
            ems=measure.code(type_),
            leading=measure.leading,
        )
        self.add(self.code)
        self.bottom = self.code.bottom
        self.panel: OutputPanel | None = None
        self.steps: list[Animation] = [self.code.appear()]
        if own:
            return
        under = zone.below(self.code.bottom + 10)
        panel = partial(
            OutputPanel,
            type_,
            run,
            under,
            label="FIXED · REAL OUTPUT" if fixed else "REAL OUTPUT",
            colour=self.colour,
            most_lines=measure.said,
            scale=max(1, measure.scale - 0.1),
        )
        self.panel = panel()
        if measure.spare:
            self.panel = panel(least=self.panel.bottom - under.top + measure.spare)
        self.add(self.panel)
        self.bottom = self.panel.bottom
        result = self.panel.appear()
        if failure is not None and failure.span is not None:
            result = AnimationGroup(self.code.squiggle(failure.span), result, lag_ratio=0.4)
        if fixed:
            self.steps = [Succession(FadeIn(self.code, shift=0.2 * UP, run_time=0.4), result)]
        else:
            self.steps.append(result)


def _news(run: Trace, brief: Brief) -> set[int]:
    """The lines of a run that are not in the one it is compared with: the other of mistake and
    fix, else the short's own code."""
    other = brief.mistake if run is brief.fix else brief.fix
    known = other.source if other is not None else brief.short.code.text
    return {n for n, line in _statements(run.source) if line not in known.splitlines()}


def _gaps(mistake: str, fix: str) -> set[int]:
    """The lines of the mistake between which it lacks a line of the fix."""
    was = same_lines(mistake, fix)
    lacking = [n for n, _ in _statements(fix) if n not in was]
    before = {was[max(m for m in was if m < n)] for n in lacking if n > min(was, default=n)}
    after = {was[min(m for m in was if m > n)] for n in lacking if n < max(was, default=n)}
    return before | after


def _named(short: Short) -> set[int]:
    """The lines of the short's code that have what its mistake names."""
    names = [s.text.strip(".()").split("(")[0] for s in short.mistake.spans if s.kind == "code"]
    lines = enumerate(short.code.text.splitlines(), start=1)
    return {n for n, line in lines if any(name and name in line for name in names)}


def _around(source: str, lines: set[int], context: int) -> set[int]:
    """These lines and so many of their neighbours, imports and empty lines aside."""
    shown = [number for number, _ in _statements(source)]
    places = [place for place, number in enumerate(shown) if number in lines]
    near = {n for p, n in enumerate(shown) if any(abs(p - q) <= max(0, context) for q in places)}
    return near or set(shown)


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """The lines that do something, and their numbers."""
    for number, line in enumerate(source.splitlines(), start=1):
        if line.strip() and not line.startswith(("import ", "from ")):
            yield number, line


class Words(VGroup):
    """The author's sentence, large, beside a vermillion bar; `bottom` is its lower edge in
    pixels."""

    def __init__(self, type_: Typesetter, short: Short, zone: Zone, scale: float) -> None:
        super().__init__()
        left = zone.left + INDENT
        size = max(WORDS_LEAST, min(WORDS_LARGEST, WORDS * scale))
        setting = set_prose(
            type_,
            pieces_of(short.mistake),
            left,
            zone.top + HEAD,
            zone.width - INDENT,
            size=size,
            least=WORDS_LEAST,
            most_lines=6 if scale > 1.3 else 4,
            leading=1.16,
        )
        self.bottom = zone.top + HEAD + setting.height
        self.bar = Rounded(BAR, self.bottom - zone.top - 8, BAR / 2)
        self.bar.set_fill(type_.theme.colour("mistake"))
        self.bar.move_to(point(zone.left + BAR / 2, (zone.top + self.bottom) / 2))
        self.head = heading(type_, left, zone.top)
        self.lines = VGroup(*setting.lines)
        self.parts: list[VMobject] = [
            self.bar,
            self.head,
            *(w for line in self.lines for w in line),
        ]
        self.add(self.bar, self.head, self.lines)

    def appear(self) -> Animation:
        """The bar and the label, then the sentence line by line."""
        return AnimationGroup(
            FadeIn(VGroup(self.bar, self.head), shift=0.25 * UP),
            LaggedStart(*(FadeIn(line, shift=0.15 * RIGHT) for line in self.lines), lag_ratio=0.25),
            run_time=0.6,
        )

    def settle(self, smaller: Words) -> Animation:
        """Word by word it goes to where the same sentence stands smaller."""
        pairs = zip(self.parts, smaller.parts, strict=True)
        return AnimationGroup(*(ReplacementTransform(*pair) for pair in pairs), run_time=0.7)


def heading(type_: Typesetter, left: float, top: float) -> Row:
    """`✕ COMMON MISTAKE`, from the left and the top in pixels; a row takes `HEAD` of them."""
    row = type_.row(
        [("✕ ", "code-strong", "mistake"), ("COMMON MISTAKE", "strong", "mistake")], LABEL
    )
    x, y, _ = point(left, top + LABEL * 0.6)
    return row.shift((x, y - units(HALF_CAP * LABEL), 0))
