"""The code card: the real snippet, the spoken line lit, a window that scrolls and shrinks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from manim import (
    RIGHT,
    Animation,
    AnimationGroup,
    FadeIn,
    LaggedStart,
    MoveToTarget,
    Rectangle,
    Transform,
    VGroup,
    smooth,
)

from gradreel.blocks.listing import Row, rows_of
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.model import Binding, Source, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.space import point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Span

LEADING = 1.42  # row height, in ems
BLANK = 0.5  # height of an empty line, in rows
MARGIN = 34  # pixels between the card's edge and its text, left and right
PADDING = 26  # the same above and below
DIM = 0.42
COLUMN = 0.6  # advance of JetBrains Mono, in ems


@dataclass(slots=True)
class _Shown:
    """A row on the card: its picture and where its middle is from the top of the listing, in
    pixels."""

    row: Row
    group: VGroup
    tokens: list[tuple[int, int, int, Line]]  # line, first col, end col, picture
    middle: float
    height: float
    scrolled: float = 0.0  # the scroll it stands at


class CodeCard(VGroup):
    """Top edge and width are fixed; the height is that of the rows in the window.

    With `only`, the other source lines are left out. `lit` lines are lit from the start. `of` says
    which snippet of the short it shows.
    """

    def __init__(
        self,
        type_: Typesetter,
        source: str,
        zone: Zone,
        *,
        most_rows: float = 11,
        only: Iterable[int] | None = None,
        lit: Iterable[int] = (),
        colour: str = "forward",
        of: Source = "code",
    ) -> None:
        super().__init__()
        self.type, self.zone, self.most_rows, self.of = type_, zone, most_rows, of
        self.size, columns = self._size(source)
        self.row_height = self.size * LEADING
        self.shown: list[_Shown] = []
        self.rows = VGroup()
        top = 0.0
        chosen = set(only) if only is not None else None
        for row in rows_of(source, columns):
            if chosen is not None and row.line not in chosen:
                continue
            height = self.row_height * (1 if row.runs else BLANK)
            shown = self._set_row(row, top + height / 2, height)
            self.shown.append(shown)
            self.rows.add(shown.group)
            top += height
        self.listing_height = top
        self.scrolled = 0.0
        self.window_height = min(top, most_rows * self.row_height)
        self.lit = frozenset(lit)
        self.card = self._card()
        self.lamp = VGroup(
            Rectangle(width=units(zone.width), height=0.01, stroke_width=0),
            Rectangle(width=units(7), height=0.01, stroke_width=0),
        ).set_opacity(0)
        # Animations re-add what they move, so what lies over what is said here once.
        self.lamp.set_z_index(1)
        self.rows.set_z_index(2)
        self.add(self.card, self.lamp, self.rows)
        self._scroll_to(self.lit)
        for shown in self.shown:
            self._settle(shown)
            shown.group.become(shown.group.target)
        self.lamp.become(self._lamp(colour))

    @property
    def bottom(self) -> float:
        """Master pixel of the card's lower edge."""
        return self.zone.top + self.window_height + 2 * PADDING

    def bottom_at(self, rows: float) -> float:
        """Where the lower edge would be with a window of so many rows."""
        return self.zone.top + min(self.listing_height, rows * self.row_height) + 2 * PADDING

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The card, then its rows in reading order."""
        rows = [FadeIn(s.group, shift=0.12 * RIGHT) for s in self.shown if self._inside(s)]
        if not rows:
            return FadeIn(self.card)
        return AnimationGroup(FadeIn(self.card), LaggedStart(*rows, lag_ratio=0.18), run_time=0.9)

    def light(
        self, lines: Iterable[int], *, colour: str = "forward", rows: float | None = None
    ) -> Animation:
        """Light some source lines (none: all alike), scroll them into view, and make the window
        `rows` rows high. The rest dims."""
        self.lit = frozenset(lines)
        if rows is not None:
            self.window_height = min(self.listing_height, rows * self.row_height)
        self._scroll_to(self.lit)
        moves = [*self._place_rows(), Transform(self.card, self._card()), self._move_lamp(colour)]
        return AnimationGroup(*moves, run_time=0.5, rate_func=smooth)

    def tokens(self, span: Span) -> VGroup:
        """Copies of what the span shows in the window, to grow other things out of."""
        shown = (picture for row in self._spanned(span) for picture in row)
        return VGroup(*(picture.copy().set_opacity(1) for picture in shown))

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """What the voice names in this card's snippet, row by row."""
        if binding.of == self.of and binding.span is not None:
            for row in self._spanned(binding.span):
                yield Meant(VGroup(*row), "mark")

    def _spanned(self, span: Span) -> Iterator[list[Line]]:
        """For each row in the window, the pictures of what the span covers."""
        for shown in self.shown:
            found = [
                picture
                for line, first, last, picture in shown.tokens
                if (line, last) > (span.line, span.col)
                and (line, first) < (span.end_line, span.end_col)
            ]
            if found and self._inside(shown):
                yield found

    # ------------------------------------------------------------------ layout

    def _size(self, source: str) -> tuple[float, int]:
        """The pixel em at which the longest line fits, or the smallest, where lines break."""
        room = self.zone.width - 2 * MARGIN
        lines = [re.sub(r"\s+#", "  #", line) for line in source.expandtabs(4).splitlines()]
        longest = max(map(len, lines), default=1)
        theme = self.type.theme
        size = max(theme.size("code-min"), min(theme.size("code"), room / COLUMN / longest))
        return size, int(room / COLUMN / size)

    def _set_row(self, row: Row, middle: float, height: float) -> _Shown:
        group, tokens = VGroup(), []
        for run in row.runs:
            picture = self.type.line(run.text, self.size, font="code", colour=run.role)
            picture.at(self.zone.left + MARGIN + run.column * COLUMN * self.size, self._y(middle))
            group.add(picture)
            tokens.append((run.line, run.col, run.col + len(run.text), picture))
        return _Shown(row, group, tokens, middle, height)

    def _y(self, middle: float) -> float:
        return self.zone.top + PADDING + middle

    def _inside(self, shown: _Shown) -> bool:
        top = shown.middle - shown.height / 2 - self.scrolled
        return top >= -1 and top + shown.height <= self.window_height + 1

    def _scroll_to(self, lines: frozenset[int]) -> None:
        """Bring the lit rows into the window, with a row before them for context when there is
        room."""
        rows = [s for s in self.shown if s.row.line in lines]
        if not rows:
            wanted = self.scrolled
        else:
            first = rows[0].middle - rows[0].height / 2
            last = rows[-1].middle + rows[-1].height / 2
            spare = max(0.0, self.window_height - (last - first))
            wanted = first - spare / 2
        offset = min(max(0.0, wanted), max(0.0, self.listing_height - self.window_height))
        # Land on a row's edge, so that no row is cut.
        edges = [s.middle - s.height / 2 for s in self.shown]
        self.scrolled = min(edges, key=lambda e: abs(e - offset), default=0.0)

    def _place_rows(self) -> list[Animation]:
        """Each row to its place and brightness for the current window and light."""
        for shown in self.shown:
            self._settle(shown)
        return [MoveToTarget(shown.group) for shown in self.shown if shown.tokens]

    def _settle(self, shown: _Shown) -> None:
        bright = 1.0 if not self.lit or shown.row.line in self.lit else DIM
        shown.group.generate_target()
        shown.group.target.set_opacity(bright if self._inside(shown) else 0.0)
        shown.group.target.shift((0, units(self.scrolled - shown.scrolled), 0))
        shown.scrolled = self.scrolled

    def _card(self) -> Rounded:
        zone = self.zone
        return panel(self.type.theme, Zone(zone.left, zone.top, zone.right, round(self.bottom)))

    def _move_lamp(self, colour: str) -> Animation:
        """The light glides from row to row, so the eye is led; it fades in where it first
        belongs."""
        target = self._lamp(colour)
        if self.lamp[0].get_fill_opacity() == 0:
            self.lamp.become(target.copy().set_opacity(0))
        return Transform(self.lamp, target)

    def _lamp(self, colour: str) -> VGroup:
        """The band of light behind the lit rows and its bright edge; invisible without lit rows."""
        rows = [s for s in self.shown if s.row.line in self.lit and self._inside(s)]
        if not rows:
            return self.lamp.copy().set_opacity(0)
        top = min(s.middle - s.height / 2 for s in rows)
        bottom = max(s.middle + s.height / 2 for s in rows)
        y, height = self._y((top + bottom) / 2) - self.scrolled, units(bottom - top)
        band = Rectangle(width=units(self.zone.width - 6), height=height, stroke_width=0)
        edge = Rectangle(width=units(7), height=height, stroke_width=0)
        band.move_to(point((self.zone.left + self.zone.right) / 2, y))
        edge.move_to(point(self.zone.left + 5, y))
        paint = self.type.theme.colour(colour)
        lamp = VGroup(band.set_fill(paint, opacity=0.17), edge.set_fill(paint, opacity=1))
        return lamp.set_z_index(1)
