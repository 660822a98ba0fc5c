"""What the run really wrote or raised, in a panel that says so, and names the torch that did if it
is wide enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from manim import DOWN, RIGHT, Animation, AnimationGroup, FadeIn, LaggedStart, VGroup

from gradreel.blocks.panel import panel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import point, units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.model import Failure, Trace

PADDING = 24  # pixels
LABEL = 32  # pixel em of the label; it takes HEAD pixels
HEAD = 46
LARGEST = 48  # pixel em of output and of what an exception says
KIND = 60  # of an exception's kind
READABLE = 36  # the least of what it says
COLUMN = 0.6  # advance of JetBrains Mono, in ems


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of text in one style; it takes `em * leading` pixels of height."""

    text: str
    em: float
    font: str
    colour: str
    leading: float = 1.36


class OutputPanel(Block):
    """From the zone's top down; `bottom` is its lower edge in pixels, at least `least` below the
    top.

    Output has at most `most_lines` lines, an exception its kind and so many lines of message.
    `scale` times the usual size is the largest that text gets.
    """

    def __init__(
        self,
        type_: Typesetter,
        trace: Trace,
        zone: Zone,
        *,
        label: str = "REAL OUTPUT",
        colour: str = "output",
        most_lines: int = 4,
        least: float = 0,
        scale: float = 1,
    ) -> None:
        super().__init__()
        self.type = type_
        failure = trace.end.failure
        room = zone.width - 2 * PADDING - 12
        rows = _output(type_, trace, room, most_lines, scale, colour)
        if failure is not None:
            colour, label = "mistake", "REAL ERROR"
            rows = [*_before(trace, room), *_error(type_, failure, room, most_lines, scale)]
        body = sum(row.em * row.leading for row in rows)
        height = max(least, PADDING + HEAD + body + 0.7 * PADDING)
        self.bottom = zone.top + height
        box = Zone(zone.left, zone.top, zone.right, round(self.bottom))
        self.card = panel(type_.theme, box, edge=colour, tint=0.09)
        left = zone.left + PADDING + 6
        sign = "✕" if colour == "mistake" else "✓"
        head = type_.row([(f"{sign} ", "code-strong", colour), (label, "strong", colour)], LABEL)
        torch = type_.line(f"  torch {trace.torch}", LABEL, font="label", colour="quiet")
        if head.advance + torch.advance <= units(room):
            head.add(torch.shift((head.advance, 0, 0)))
        x, up, _ = point(left, zone.top + PADDING + LABEL * 0.4)
        self.head = head.shift((x, up - units(HALF_CAP * LABEL), 0))
        self.lines = VGroup()
        y = zone.top + PADDING + HEAD + (height - PADDING - HEAD - body - 0.7 * PADDING) / 2
        for row in rows:
            drawn = type_.line(row.text, row.em, font=row.font, colour=row.colour)
            self.lines.add(drawn.at(left, y + row.em * row.leading / 2))
            y += row.em * row.leading
        self.add(self.card, self.head, self.lines)

    def appear(self) -> Animation:
        """The panel drops out of the code, then its lines are written."""
        rows = [FadeIn(line, shift=0.15 * RIGHT) for line in self.lines]
        return AnimationGroup(
            FadeIn(VGroup(self.card, self.head), shift=0.2 * DOWN),
            LaggedStart(*rows, lag_ratio=0.3),
            run_time=0.6,
        )

    def paint(self, *colours: str) -> None:
        """Its lines in colours of their own, in turn."""
        for line, colour in zip(self.lines, colours, strict=False):
            line.set_color(self.type.theme.colour(colour))


class Verdicts(Block):
    """Side by side what a mistake and its fix really wrote."""

    def __init__(self, type_: Typesetter, wrong: Trace, mended: Trace, zone: Zone) -> None:
        super().__init__()
        left, right = zone.columns(1, 1)
        self.panels = (
            OutputPanel(type_, wrong, left, colour="mistake"),
            OutputPanel(type_, mended, right),
        )
        self.add(*self.panels)

    def appear(self) -> Animation:
        return AnimationGroup(*(panel.appear() for panel in self.panels))


def _output(
    type_: Typesetter, trace: Trace, room: float, most: int, scale: float, colour: str
) -> list[_Row]:
    """What was printed, or warned of if nothing was; as large as its longest line fits, else folded
    and cut with …"""
    lines = [line.rstrip() for line in trace.stdout.splitlines()]
    lines = lines or "".join(o.text for o in trace.outputs).splitlines()
    if not lines:
        return [_Row("no output", 40, "label", "quiet")]
    longest = max(map(len, lines))
    em = max(type_.theme.size("small"), min(LARGEST * scale, room / COLUMN / max(1, longest)))
    columns = int(room / COLUMN / em + 1e-6)
    rows: list[str] = []
    for line in lines:
        rows += wrap(line, columns, subsequent_indent="  ", break_on_hyphens=False) or [""]
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: columns - 2] + " …"]
    return [_Row(row, em, "code", colour) for row in rows]


def _before(trace: Trace, room: float) -> Iterator[_Row]:
    """The last line that was printed before the exception."""
    for line in trace.stdout.splitlines()[-1:]:
        yield _Row(line[: int(room / COLUMN / 40)], 40, "code", "text")


def _error(type_: Typesetter, failure: Failure, room: float, most: int, scale: float) -> list[_Row]:
    """The kind of the exception, large, and what it says, as large as it fits."""
    kind = min(KIND * scale, room / COLUMN / len(failure.kind))
    em = max(READABLE, LARGEST * scale)
    while len(rows := _wrapped(type_, failure.message, em, room)) > most and em > READABLE:
        em = max(READABLE, em - 4)
    if len(rows) > most:
        rows = rows[:most]
        while type_.width(rows[-1] + " …", em, "body") > room:
            rows[-1] = rows[-1].rpartition(" ")[0]
        rows[-1] += " …"
    said = [_Row(row, em, "body", "text", 1.24) for row in rows if row]
    return [_Row(failure.kind, kind, "code-strong", "mistake", 1.3), *said]


def _wrapped(type_: Typesetter, text: str, em: float, room: float) -> list[str]:
    """Prose in lines no wider than `room` pixels; a word that is wider is broken."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".lstrip()
        if type_.width(longer, em, "body") <= room:
            rows[-1] = longer
            continue
        rows += [word] if rows[-1] else []
        rows[-1] = word
        while type_.width(rows[-1], em, "body") > room:
            fits = next(
                n
                for n in range(len(rows[-1]), 0, -1)
                if type_.width(rows[-1][:n], em, "body") <= room
            )
            rows[-1:] = [rows[-1][:fits], rows[-1][fits:]]
    return rows
