"""Typeset mathematics whose parts can be coloured, lit and carried over into another formula.

Typst sets it, in this process and with the font it brings along. Every token is set in a colour of
its own that no viewer sees: it says which part of the source a glyph of the picture comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Self

from manim import (
    BLACK,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    LaggedStart,
    ManimColor,
    ReplacementTransform,
    Transform,
    Typst,
    VGroup,
    VMobject,
    rush_into,
)

from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter

LARGEST, LEAST = 150, 48  # pixel ems
BAR = 0.055  # of an em: the stroke of a fraction's bar
BOLDER = 0.014  # of an em: a stroke around glyphs, whose hairlines are too thin for a phone
DIM = 0.3  # opacity of what is not lit
STROKE_UNIT = 0.01  # Manim units of one of Manim's stroke widths
FONT_POINT = 1.25  # pixels of one of Manim's font sizes, for Typst at 10 pt

PREAMBLE = "#let tag(n, body) = text(fill: rgb(0, calc.quo(n, 256), calc.rem(n, 256)), body)"
_TOKEN = re.compile(
    r'\s*("[^"]*"|\\.|[A-Za-z]+(?:\.[a-z]+)*|\d+(?:\.\d+)?|<=|>=|!=|<-|->|=>|\.\.\.|\S)'
)
_UNTAGGED = frozenset("_^/&|,;'()[]{}‖")  # what Typst understands by where it stands
_VERBATIM = frozenset({"op", "text", "mat", "cases", "vec"})  # functions not of mathematics alone


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the source's tokens that glyphs come from: one token, or a call or bracket
    around others."""

    start: int
    end: int


class Formula(Block):
    """A formula in the middle of `zone`, as large as fits but at most `size` pixels an em.

    `source` is Typst's mathematics, without `$` and without code (`typst_of` makes it of LaTeX).
    `colours` gives colour roles to fragments of it, in their order. Raises `SceneError` if Typst
    cannot set it, if it has no such fragment, or if it would be too small to read.
    """

    def __init__(
        self,
        type_: Typesetter,
        source: str,
        zone: Zone,
        *,
        size: float = LARGEST,
        colour: str = "text",
        colours: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.type, self.source = type_, source
        self.tokens = _TOKEN.findall(source)
        tagger = _Tagger(source, self.tokens)
        self.add(*_typeset(source, tagger.all()))
        self.origins = [tagger.parts[number] for number in map(_tag_of, self)]
        room = min(units(zone.width) / self.width, units(zone.height) / self.height)
        self.em = min(size, LARGEST * room)
        if self.em < LEAST:
            raise SceneError(
                f"the formula {source!r} would be set in {self.em:.0f} pixels",
                fix=f"Give it a larger zone, or shorten it: {LEAST} are the least.",
            )
        self.scale(self.em / LARGEST).move_to(point(*centre(zone)))
        for glyph in self:
            bar = not glyph.get_fill_opacity()
            width = units((BAR if bar else BOLDER) * self.em) / STROKE_UNIT
            glyph.set_color(type_.theme.colour(colour)).set_stroke(width=width, opacity=1)
        for fragment, role in (colours or {}).items():
            self.part(fragment).set_color(type_.theme.colour(role))

    def part(self, fragment: str) -> VGroup:
        """The glyphs of every place where the source has these tokens: `x`, `hat(y)`, `e^(-x)`."""
        wanted = _TOKEN.findall(fragment)
        places = [
            Part(start, start + len(wanted))
            for start in range(len(self.tokens) - len(wanted) + 1)
            if self.tokens[start : start + len(wanted)] == wanted
        ]
        if not wanted or not places:
            raise SceneError(f"the formula {self.source!r} has no part {fragment!r}")
        return VGroup(
            *(
                glyph
                for glyph, origin in zip(self, self.origins, strict=True)
                if any(p.start <= origin.start and origin.end <= p.end for p in places)
            )
        )

    def line_up(self, other: Formula, token: str) -> Self:
        """Moves sideways until its first `token` stands under that of another formula."""
        mine, theirs = self.part(token)[0], other.part(token)[0]
        return self.shift((theirs.get_x() - mine.get_x()) * RIGHT)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """Glyph after glyph, from the left."""
        glyphs = sorted(self, key=lambda glyph: glyph.get_x())
        return LaggedStart(
            *(FadeIn(glyph, shift=0.2 * UP) for glyph in glyphs), lag_ratio=0.12, run_time=0.9
        )

    def light(self, *fragments: str) -> Animation:
        """These parts stand out and the others are dim; without any, all are lit again."""
        lit = {id(glyph) for fragment in fragments for glyph in self.part(fragment)}
        opacities = (1 if id(glyph) in lit or not fragments else DIM for glyph in self)
        moves = [g.animate.set_opacity(o).build() for g, o in zip(self, opacities, strict=True)]
        return AnimationGroup(*moves, run_time=0.4)

    def gather(self, things: Iterable[tuple[str, VMobject]]) -> Animation:
        """Copies of things fly to the fragments that they are, and are gone when they arrive."""
        flights = [
            Transform(
                thing.copy(),
                thing.copy().move_to(self.part(fragment)).fade(1),
                rate_func=rush_into,
                remover=True,
            )
            for fragment, thing in things
        ]
        return AnimationGroup(*flights, run_time=0.8)

    def change_to(self, other: Formula) -> Animation:
        """What both have in common moves to its new place, the rest goes and comes."""
        common = SequenceMatcher(None, self._keys(), other._keys(), autojunk=False)
        pairs = [
            (block.a + n, block.b + n)
            for block in common.get_matching_blocks()
            for n in range(block.size)
        ]
        gone = set(range(len(self))) - {old for old, _ in pairs}
        fresh = set(range(len(other))) - {new for _, new in pairs}
        kept = [ReplacementTransform(self[old], other[new]) for old, new in pairs]
        leaving = [FadeOut(self[number], run_time=0.4) for number in sorted(gone)]
        coming = [FadeIn(other[number], run_time=0.4) for number in sorted(fresh)]
        moving = AnimationGroup(*leaving, *kept, run_time=0.7)
        return LaggedStart(moving, *([AnimationGroup(*coming)] if coming else []), lag_ratio=0.6)

    def _keys(self) -> list[tuple[str, int]]:
        """What each glyph is: the token it comes from, and the how manieth of it."""
        keys: list[tuple[str, int]] = []
        seen: dict[Part, int] = {}
        for origin in self.origins:
            seen[origin] = seen.get(origin, 0) + 1
            keys.append((self.tokens[origin.start], seen[origin]))
        return keys


class _Tagger:
    """Wraps tokens, calls and brackets of a source in `tag(#n, …)`; `parts[n]` is what n stands
    for, 0 the whole."""

    def __init__(self, source: str, tokens: list[str]) -> None:
        self.source, self.tokens = source, tokens
        self.spaced = [m.start() != m.start(1) for m in _TOKEN.finditer(source)]
        self.parts = [Part(0, len(tokens))]

    def all(self) -> str:
        if "#" in self.tokens:
            raise SceneError(f"the formula {self.source!r} has code in it")
        return self._tagged(0, len(self.tokens))

    def _tagged(self, start: int, end: int) -> str:
        text = ""
        at = start
        while at < end:
            token = self.tokens[at]
            text += " " if self.spaced[at] else ""
            after = at + 1
            if len(token) > 1 and token[0].isalpha() and self._is(after, "("):
                after = self._closing(after)
                text += self._call(at, after)
            elif token == "(":
                after = self._closing(at)
                inside = f"({self._tagged(at + 1, after - 1)})"
                groups = self._is(at - 1, "_^/") or self._is(after, "/")
                text += inside if groups else self._tag(at, after, inside)
            elif token in _UNTAGGED or token.startswith("\\"):
                text += token
            else:
                text += self._tag(at, after, token)
            at = after
        return text

    def _call(self, start: int, end: int) -> str:
        name = self.tokens[start]
        if name in _VERBATIM:
            inside = " ".join(self.tokens[start + 2 : end - 1])
        else:
            inside = self._tagged(start + 2, end - 1)
        return self._tag(start, end, f"{name}({inside})")

    def _tag(self, start: int, end: int, inside: str) -> str:
        self.parts.append(Part(start, end))
        return f"tag(#{len(self.parts) - 1}, {inside})"

    def _is(self, at: int, which: str) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at] in which

    def _closing(self, at: int) -> int:
        """One past the bracket that closes the one at `at`."""
        depth = 0
        for number in range(at, len(self.tokens)):
            depth += (self.tokens[number] == "(") - (self.tokens[number] == ")")
            if not depth:
                return number + 1
        raise SceneError(f"the formula {self.source!r} lacks a closing bracket")


def _typeset(source: str, tagged: str) -> list[VMobject]:
    """The glyphs and bars, in the colours of their tags, at the largest size."""
    try:
        picture = Typst(
            f"$ {tagged} $",
            typst_preamble=PREAMBLE,
            font_size=LARGEST / FONT_POINT,
            color=BLACK,
        )
    except RuntimeError as error:  # `TypstError` is one
        raise SceneError(f"Typst cannot set the formula {source!r}: {error}") from error
    return [part for part in picture if part.has_points()]


def _tag_of(glyph: VMobject) -> int:
    paint = glyph.get_fill_color() if glyph.get_fill_opacity() else glyph.get_stroke_color()
    _, high, low = ManimColor(paint).to_int_rgb()
    return int(high) * 256 + int(low)
