"""The code card: the real snippet, the spoken line lit, a window that scrolls and shrinks, and one
version of the code turning into another."""

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
    Transform,
    VGroup,
    VMobject,
    smooth,
    there_and_back,
)

from gradreel.blocks.code_morph import COME, LEAVE, MOVE, Morph, Struck, same_lines, same_words
from gradreel.blocks.listing import Row, Run, rows_of
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.blocks.squiggle import Squiggle, Stretch
from gradreel.model import Binding, Source, Zone
from gradreel.stage.block import Block
from gradreel.stage.contrast import dimmed
from gradreel.stage.glow import Meant
from gradreel.stage.space import point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Span

LEADING = 1.42  # row height, in ems
BLANK = 0.5  # height of an empty line, in rows
MARGIN = 34  # pixels between the card's edge and its text, left and right
PADDING = 26  # the same above and below
APART = 12  # pixels between the card and what belongs to it
COLUMN = 0.6  # advance of JetBrains Mono, in ems
UNDER = 0.6  # a squiggle's distance below the middle of its row, in ems
DIM = 4.8  # contrast of unlit code with the card: readable, with a little to spare
BAND = 0.13  # opacity of the light behind lit rows: comments stay readable on it


@dataclass(slots=True)
class _Token:
    """A run of characters: what is on the card, and how it stands lit and unscrolled."""

    run: Run
    picture: Line
    home: Line

    @property
    def end(self) -> int:
        return self.run.col + len(self.run.text)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row of the card and where its middle is from the top of the listing, in pixels."""

    row: Row
    tokens: tuple[_Token, ...]
    group: VGroup  # of the tokens' pictures
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class _Listing:
    """A source as rows; sizes in pixels."""

    source: str
    em: float
    row_height: float
    rows: tuple[_Shown, ...]
    height: float

    def line(self, number: int) -> Iterator[_Token]:
        """The tokens of a source line."""
        for shown in self.rows:
            if shown.row.line == number:
                yield from shown.tokens

    def pictures(self) -> set[int]:
        """The ids of what stands on the card."""
        return {id(token.picture) for shown in self.rows for token in shown.tokens}


class CodeCard(Block):
    """Top edge and width are fixed; the height is that of the rows in the window.

    With `only`, the other source lines are left out. `lit` lines are lit from the start. `of` says
    which snippet of the short it shows. `ems` are the least and the largest pixel em, by default
    the theme's: the largest at which the longest line fits, else the least, where lines break.
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
        ems: tuple[float, float] | None = None,
        leading: float = LEADING,
    ) -> None:
        super().__init__()
        theme = type_.theme
        self.type, self.zone, self.most_rows, self.of = type_, zone, most_rows, of
        self.ems = ems or (theme.size("code-min"), theme.size("code"))
        self.leading = leading
        self.lit = frozenset(lit)
        self.listing = self._list(source, only)
        self._open(most_rows)
        self.card = self._card()
        self.lamp = VGroup(VMobject(stroke_width=0), VMobject(stroke_width=0)).set_opacity(0)
        self.rows = VGroup(*(shown.group for shown in self.listing.rows))
        self.mark = Squiggle(theme.colour("mistake"))
        # Animations re-add what they move, so what lies over what is said here once.
        self.lamp.set_z_index(1)
        self.rows.set_z_index(2)
        self.mark.set_z_index(3)
        self.add(self.card, self.lamp, self.rows, self.mark)
        for shown in self.listing.rows:
            shown.group.become(self._goal(shown))
        self.lamp.become(self._lamp(colour))

    @property
    def bottom(self) -> float:
        """Master pixel of the card's lower edge."""
        return self.zone.top + self.window_height + 2 * PADDING

    @property
    def limits(self) -> Zone:
        """Rows keep to the card, however high it is."""
        return Zone(self.zone.left, self.zone.top, self.zone.right, round(self.bottom))

    def bottom_at(self, rows: float) -> float:
        """Where the lower edge would be with a window of so many rows."""
        return self.zone.top + self._window(rows) + 2 * PADDING

    def under(self, rows: float | None = None, *, gap: float = APART) -> Zone:
        """What is left of its zone under it, or under its window if that had so many rows."""
        return self.zone.below((self.bottom if rows is None else self.bottom_at(rows)) + gap)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The card, then its rows in reading order."""
        rows = [FadeIn(s.group, shift=0.12 * RIGHT) for s in self._visible() if s.tokens]
        ground = FadeIn(VGroup(self.card, self.lamp))
        if not rows:
            return ground
        return AnimationGroup(ground, LaggedStart(*rows, lag_ratio=0.18), run_time=0.9)

    def light(
        self, lines: Iterable[int], *, colour: str = "forward", rows: float | None = None
    ) -> Animation:
        """Light some source lines (none: all alike), scroll them into view, and make the window
        `rows` rows high. The rest dims; a squiggle goes."""
        self.lit = frozenset(lines)
        if rows is not None:
            self.window_height = self._window(rows)
        self._scroll_to(self.lit)
        moves = [Transform(s.group, self._goal(s)) for s in self.listing.rows if s.tokens]
        frame = [Transform(self.card, self._card()), self._move_lamp(colour)]
        return AnimationGroup(*moves, *frame, *self._wipe(), run_time=0.5, rate_func=smooth)

    def squiggle(self, span: Span) -> Animation:
        """A wavy line runs under exactly the characters of the span that are in the window."""
        return self.mark.draw(list(self._stretches(span)))

    def morph_to(
        self,
        source: str,
        *,
        lit: Iterable[int] | None = None,
        only: Iterable[int] | None = None,
        rows: float | None = None,
        colour: str = "forward",
        of: Source | None = None,
        zone: Zone | None = None,
    ) -> Animation:
        """The card turns into that of another version: what both have moves to its new place, what
        is gone is struck out, what is new unfolds. `lit` lines are lit, else those that changed.
        With `zone`, the card moves there. Everything else works on the new source at once."""
        before, seen = self.listing, self._visible()
        self.zone = zone or self.zone
        self.listing = self._list(source, only)
        self.of = of or self.of
        was = same_lines(before.source, source)
        self.lit = frozenset(_news(before.source, source, was) if lit is None else lit)
        self._open(rows or self.most_rows)
        for new, old in was.items():
            _keep(list(before.line(old)), list(self.listing.line(new)))
        had, has = before.pictures(), self.listing.pictures()

        leave: list[Animation] = []
        gone = VGroup()
        for shown in seen:
            words = VGroup(*(t.picture for t in shown.tokens if id(t.picture) not in has))
            if words and shown.row.line in was.values():
                leave.append(_lifted(words))
                gone.add(words)
            elif words:
                struck = Struck(words, self.mark.get_color())
                leave.append(struck)
                gone.add(struck.struck)
        come: list[Animation] = []
        for shown in self.listing.rows:
            shown.group.submobjects = [token.picture for token in shown.tokens]
            for token, goal in zip(shown.tokens, self._goal(shown), strict=True):
                stays = id(token.picture) in had
                if not stays:
                    token.picture.become(_folded(goal))
                come.append(Transform(token.picture, goal, rate_func=MOVE if stays else COME))
        self.rows.submobjects = [*(shown.group for shown in self.listing.rows), gone]
        self.rows.set_z_index(2)
        frame = [Transform(self.card, self._card(), rate_func=MOVE), self._move_lamp(colour)]
        return Morph([*leave, *come, *frame, *self._wipe()], self.rows, gone)

    def tokens(self, span: Span | None) -> VGroup:
        """Copies of what the span shows in the window, lit, to grow other things out of; nothing of
        no span."""
        if span is None:
            return VGroup()
        return VGroup(
            *(
                token.picture.copy().set_fill(token.home.get_fill_color(), opacity=1)
                for _, tokens in self._spanned(span)
                for token in tokens
            )
        )

    def fly(self, span: Span, goal: VMobject) -> Animation:
        """What the span shows leaves the card and goes into something else."""
        tokens = self.tokens(span)
        there = tokens.copy().scale_to_fit_width(min(tokens.width, goal.width)).move_to(goal)
        return Transform(tokens, there.set_opacity(0), remover=True, run_time=0.6)

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """What the voice names in this card's snippet, row by row."""
        if binding.of == self.of and binding.span is not None:
            for _, tokens in self._spanned(binding.span):
                yield Meant(VGroup(*(token.picture for token in tokens)), "mark")

    def _spanned(self, span: Span) -> Iterator[tuple[_Shown, list[_Token]]]:
        """The rows in the window that have something of the span, and what."""
        for shown in self._visible():
            found = [
                token
                for token in shown.tokens
                if (token.run.line, token.end) > (span.line, span.col)
                and (token.run.line, token.run.col) < (span.end_line, span.end_col)
            ]
            if found:
                yield shown, found

    def _stretches(self, span: Span) -> Iterator[Stretch]:
        """Where the span's characters stand, row by row."""
        em = self.listing.em
        for shown, tokens in self._spanned(span):
            first, last = tokens[0].run, tokens[-1].run
            skipped = max(0, span.col - first.col) if first.line == span.line else 0
            end = tokens[-1].end
            spare = max(0, end - span.end_col) if last.line == span.end_line else 0
            left = first.column + skipped
            right = last.column + len(last.text) - spare
            y = self._y(shown.middle) - self.scrolled + UNDER * em
            yield self._x(left), self._x(right), y

    def _wipe(self) -> list[Animation]:
        return [self.mark.wipe()] if len(self.mark.whole.points) else []

    # ------------------------------------------------------------------ layout

    def _list(self, source: str, only: Iterable[int] | None) -> _Listing:
        """The source as rows, lit, with its first line at the top of the card."""
        chosen = None if only is None else set(only)
        em, columns = self._em(source, chosen)
        row_height = em * self.leading
        rows: list[_Shown] = []
        top = 0.0
        for row in rows_of(source, columns):
            if chosen is None or row.line in chosen:
                height = row_height * (1 if row.runs else BLANK)
                middle = top + height / 2
                tokens = tuple(self._set(run, middle, em) for run in row.runs)
                group = VGroup(*(token.picture for token in tokens))
                rows.append(_Shown(row, tokens, group, middle, height))
                top += height
        return _Listing(source, em, row_height, tuple(rows), top)

    def _em(self, source: str, chosen: set[int] | None) -> tuple[float, int]:
        """The pixel em of the listing and the columns of a row."""
        room = self.zone.width - 2 * MARGIN
        longest = max(
            (
                len(re.sub(r"\s+#", "  #", line))
                for number, line in enumerate(source.expandtabs(4).splitlines(), start=1)
                if chosen is None or number in chosen
            ),
            default=1,
        )
        least, largest = self.ems
        em = max(least, min(largest, room / COLUMN / max(1, longest)))
        return em, int(room / COLUMN / em + 1e-6)

    def _set(self, run: Run, middle: float, em: float) -> _Token:
        picture = self.type.line(run.text, em, font="code", colour=run.role)
        picture.at(self.zone.left + MARGIN + run.column * COLUMN * em, self._y(middle))
        return _Token(run, picture, picture.copy())

    def _x(self, column: int) -> float:
        return self.zone.left + MARGIN + column * COLUMN * self.listing.em

    def _y(self, middle: float) -> float:
        return self.zone.top + PADDING + middle

    def _window(self, rows: float) -> float:
        return min(self.listing.height, rows * self.listing.row_height)

    def _open(self, rows: float) -> None:
        """A window of so many rows onto the listing, with what is lit in view."""
        self.window_height = self._window(rows)
        self.scrolled = 0.0
        self._scroll_to(self.lit)

    def _visible(self) -> list[_Shown]:
        return [shown for shown in self.listing.rows if self._inside(shown)]

    def _inside(self, shown: _Shown) -> bool:
        top = shown.middle - shown.height / 2 - self.scrolled
        return top >= -1 and top + shown.height <= self.window_height + 1

    def _scroll_to(self, lines: frozenset[int]) -> None:
        """Bring the lit rows into the window, with a row before them for context when there is
        room."""
        rows = [s for s in self.listing.rows if s.row.line in lines]
        if not rows:
            wanted = self.scrolled
        else:
            first = rows[0].middle - rows[0].height / 2
            last = rows[-1].middle + rows[-1].height / 2
            spare = max(0.0, self.window_height - (last - first))
            wanted = first - spare / 2
        offset = min(max(0.0, wanted), max(0.0, self.listing.height - self.window_height))
        # Land on a row's edge, so that no row is cut.
        edges = [s.middle - s.height / 2 for s in self.listing.rows]
        self.scrolled = min(edges, key=lambda e: abs(e - offset), default=0.0)

    def _goal(self, shown: _Shown) -> VGroup:
        """The row as it should stand now: scrolled, lit or dim. Outside the window it is unseen and
        waits at the window's edge, so that no row flies over the rest of the picture."""
        theme = self.type.theme
        lit = not self.lit or shown.row.line in self.lit
        goal = VGroup(*(token.home.copy() for token in shown.tokens))
        for token, picture in zip(shown.tokens, goal, strict=True):
            colour = theme.colour(token.run.role)
            picture.set_fill(colour if lit else dimmed(colour, theme.colour("panel"), DIM))
        goal.set_fill(opacity=1 if self._inside(shown) else 0)
        edge = shown.height / 2
        there = shown.middle - self.scrolled
        kept = min(max(there, -edge), self.window_height + edge)
        return goal.shift((0, units(self.scrolled + there - kept), 0))

    def _card(self) -> Rounded:
        zone = self.zone
        return panel(self.type.theme, Zone(zone.left, zone.top, zone.right, round(self.bottom)))

    def _move_lamp(self, colour: str) -> Animation:
        """The light glides from row to row, so the eye is led; it fades in where it first
        belongs."""
        target = self._lamp(colour)
        drawn = self.lamp.family_members_with_points()
        if not any(part.get_fill_opacity() for part in drawn):
            self.lamp.become(target.copy().set_opacity(0))
        return _Glide(self.lamp, target)

    def _lamp(self, colour: str) -> VGroup:
        """A band of light behind each stretch of lit rows, and its bright edge; invisible without
        lit rows."""
        rows = [s for s in self._visible() if s.row.line in self.lit]
        if not rows:
            return self.lamp.copy().set_opacity(0)
        stretches: list[tuple[float, float]] = []
        for shown in rows:
            top, bottom = shown.middle - shown.height / 2, shown.middle + shown.height / 2
            if stretches and abs(stretches[-1][1] - top) < 1:
                top = stretches.pop()[0]
            stretches.append((top, bottom))
        left, right = self.zone.left + 3, self.zone.right - 3
        paint = self.type.theme.colour(colour)
        band = self._band(stretches, left, right).set_fill(paint, opacity=BAND)
        edge = self._band(stretches, left, left + 9).set_fill(paint, opacity=1)
        return VGroup(band, edge).set_z_index(1)

    def _band(self, stretches: list[tuple[float, float]], left: float, right: float) -> VMobject:
        band = VMobject(stroke_width=0)
        for stretch in stretches:
            top, bottom = (self._y(edge) - self.scrolled for edge in stretch)
            corners = (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
            band.start_new_path(point(*corners[0]))
            band.add_points_as_corners([point(*corner) for corner in corners[1:]])
        return band


class _Glide(Transform):
    """The lamp goes from rows to rows. On the way its band is faint, so that the dim rows that it
    passes stay readable; its edge leads the eye."""

    def __init__(self, lamp: VGroup, target: VGroup) -> None:
        super().__init__(lamp, target)
        self.lamp = lamp

    def interpolate_mobject(self, alpha: float) -> None:
        super().interpolate_mobject(alpha)
        shown = 1 - 0.9 * there_and_back(alpha)
        for part in self.lamp[0].family_members_with_points():
            part.set_fill(opacity=shown * part.get_fill_opacity(), family=False)


def _news(old: str, new: str, was: dict[int, int]) -> set[int]:
    """The lines of `new` that `old` does not have, or has otherwise."""
    before, after = ([line.strip() for line in text.splitlines()] for text in (old, new))
    return {
        number
        for number, line in enumerate(after, start=1)
        if line and (number not in was or before[was[number] - 1] != line)
    }


def _keep(old: list[_Token], new: list[_Token]) -> None:
    """What two lines share keeps its picture."""
    for i, j in same_words([t.run.text for t in old], [t.run.text for t in new]):
        new[j].picture = old[i].picture


def _lifted(words: VGroup) -> Animation:
    goal = words.copy().shift((0, units(24), 0)).set_fill(opacity=0)
    return Transform(words, goal, rate_func=LEAVE)


def _folded(goal: VMobject) -> VMobject:
    return goal.copy().stretch(0.05, 1).set_fill(opacity=0)
