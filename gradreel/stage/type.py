"""Setting type: text -> outlines, from the font files themselves.

HarfBuzz shapes and gives the outlines, so a line is one `VMobject` with an exact baseline and
advance. Manim's own `Text` goes through Pango and an SVG file per string, ignores columns, joins
`->` into an arrow in code, and swaps a missing font or a long text in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import uharfbuzz as hb
from manim import Text, VGroup, VMobject

from gradreel.errors import EnvironmentMissing
from gradreel.model import Theme
from gradreel.stage.space import point, units

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"

# Half the height of a capital, in ems: text is centred on its capitals, not on its ink, so that
# labels with and without descenders stand on one line. (Cap height: Inter 0.727, JetBrains Mono
# 0.730.)
HALF_CAP = 0.365

Curves = npt.NDArray[np.float64]  # (4n, 2): cubic Béziers, in ems

# No programming ligatures and no contextual arrows: `->` is shown as the two characters it is.
CODE_FEATURES = {"liga": False, "calt": False, "clig": False, "dlig": False}


class Face:
    """One font file: glyph outlines and shaping, in ems."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise EnvironmentMissing(
                f"the font {path.name} is missing", path=path, fix="Restore assets/fonts."
            )
        self.face = hb.Face(hb.Blob.from_file_path(str(path)))
        self.font = hb.Font(self.face)
        self.em = self.face.upem
        self._outlines: dict[int, Curves] = {}

    def shape(self, text: str, code: bool) -> list[tuple[int, int, float, float, float]]:
        """Glyphs of a line: (glyph id, character index, x, y, advance), in ems."""
        if not text:
            return []  # HarfBuzz has no positions for an empty buffer
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self.font, buffer, CODE_FEATURES if code else None)
        return [
            (
                g.codepoint,
                g.cluster,
                p.x_offset / self.em,
                p.y_offset / self.em,
                p.x_advance / self.em,
            )
            for g, p in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    def outline(self, glyph: int) -> Curves:
        if glyph not in self._outlines:
            pen = _Pen()
            self.font.draw_glyph_with_pen(glyph, pen)
            self._outlines[glyph] = np.array(pen.curves, dtype=float).reshape(-1, 2) / self.em
        return self._outlines[glyph]


class _Pen:
    """Collects an outline as cubic curves; HarfBuzz calls it in the fontTools pen protocol."""

    def __init__(self) -> None:
        self.curves: list[tuple[float, float]] = []
        self.start = self.at = (0.0, 0.0)

    def moveTo(self, to: tuple[float, float]) -> None:  # noqa: N802
        self.start = self.at = to

    def lineTo(self, to: tuple[float, float]) -> None:  # noqa: N802
        (x0, y0), (x1, y1) = self.at, to
        third = ((x1 - x0) / 3, (y1 - y0) / 3)
        near = (x0 + third[0], y0 + third[1])
        far = (x1 - third[0], y1 - third[1])
        self.curveTo(near, far, to)

    def qCurveTo(self, control: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        (x0, y0), (cx, cy), (x1, y1) = self.at, control, to
        first = (x0 + 2 / 3 * (cx - x0), y0 + 2 / 3 * (cy - y0))
        second = (x1 + 2 / 3 * (cx - x1), y1 + 2 / 3 * (cy - y1))
        self.curveTo(first, second, to)

    def curveTo(  # noqa: N802
        self, a: tuple[float, float], b: tuple[float, float], to: tuple[float, float]
    ) -> None:
        self.curves += [self.at, a, b, to]
        self.at = to

    def closePath(self) -> None:  # noqa: N802
        if self.at != self.start:
            self.lineTo(self.start)

    endPath = closePath  # noqa: N815


@lru_cache(maxsize=32)
def face(file: str) -> Face:
    return Face(FONTS / file)


class Line(VMobject):
    """One run of text in one font and colour: a single outline with its pen origin at (0, 0).

    `advance` and `em` are in Manim units. Place it once, with `at`, before anything else moves it.
    """

    def __init__(self, text: str, font: Face, em: float, colour: str, code: bool) -> None:
        super().__init__(stroke_width=0, fill_opacity=1, color=colour)
        self.text = text
        self.em = em
        self.missing = ""
        pieces: list[Curves] = []
        x = 0.0
        for glyph, index, dx, dy, advance in font.shape(text, code):
            if glyph == 0:
                curves = _from_house_fonts(text[index], advance or 0.6)
                if not len(curves):
                    self.missing += text[index]
                    curves = _from_system_fonts(text[index], advance or 0.6)
            else:
                curves = font.outline(glyph)
            if len(curves):
                pieces.append((curves + np.array([x + dx, dy])) * em)
            x += advance
        self.advance = x * em
        if pieces:
            flat = np.concatenate(pieces)
            self.points = np.column_stack([flat, np.zeros(len(flat))])
        self.typeset_width = float(
            self.width
        )  # as it was set; what it is scaled to shows against it

    def at(self, x: float, y: float, align: str = "left") -> Line:
        """Put the pen origin at master pixel x with the capitals centred on y."""
        left = point(x, y)
        left[0] -= {"left": 0.0, "center": self.advance / 2, "right": self.advance}[align]
        left[1] -= HALF_CAP * self.em
        self.shift(left)
        return self


class Row(VGroup):
    """Lines set one after the other on one baseline; `advance` in Manim units."""

    advance = 0.0


def _from_house_fonts(character: str, advance: float) -> Curves:
    """A character that one of our fonts lacks and another has (`ₜ`, `⁻`, `∈`), in the middle of its
    place; empty if none has it."""
    for file in ("Inter-Bold.otf", "JetBrainsMono-Bold.ttf"):
        ((glyph, _, _, _, width), *_) = face(file).shape(character, code=False)
        if glyph:
            centred: Curves = face(file).outline(glyph) + np.array([(advance - width) / 2, 0])
            return centred
    return np.zeros((0, 2))


def _from_system_fonts(character: str, advance: float) -> Curves:
    """A character our fonts lack (CJK, emoji), drawn by Pango from whatever the machine has."""
    drawn = Text(character, font_size=96)
    points = drawn.family_members_with_points()
    if not points:
        return np.zeros((0, 2))
    scale = min(0.9 / drawn.height, advance * 0.95 / drawn.width)
    drawn.scale(scale).move_to((advance / 2, HALF_CAP, 0))
    return np.concatenate([part.points[:, :2] for part in points])


@dataclass(frozen=True)
class Typesetter:
    """Sets type by role: `type.line("x.grad", "value", font="code", colour="backward")`."""

    theme: Theme
    missing: set[str] = field(default_factory=set)  # characters no house font has

    def line(
        self,
        text: str,
        size: str | float,
        *,
        font: str = "body",
        colour: str = "text",
    ) -> Line:
        """A line in a size and colour role (or a size in pixels)."""
        pixels = self.theme.size(size) if isinstance(size, str) else size
        made = Line(
            text,
            face(self.theme.font(font)),
            units(pixels),
            self.theme.colour(colour),
            code=font.startswith("code"),
        )
        self.missing.update(made.missing)
        return made

    def width(self, text: str, size: str | float, font: str = "body") -> float:
        """How wide the line would be, in master pixels."""
        pixels = self.theme.size(size) if isinstance(size, str) else size
        shaped = face(self.theme.font(font)).shape(text, font.startswith("code"))
        return float(pixels * sum(advance for *_, advance in shaped))

    def fit(
        self, text: str, size: str, room: float, *, font: str = "body", least: float = 32
    ) -> float:
        """The largest pixel em, from the role's down to `least`, at which the line fits `room`
        pixels."""
        full = self.theme.size(size)
        return max(least, min(full, full * room / max(1.0, self.width(text, full, font))))

    def row(self, runs: list[tuple[str, str, str]], size: str | float) -> Row:
        """Runs of (text, font, colour) side by side on one baseline, pen origin at the group's
        start."""
        row = Row()
        for text, font, colour in runs:
            piece = self.line(text, size, font=font, colour=colour)
            piece.shift((row.advance, 0, 0))
            row.advance += piece.advance
            row.add(piece)
        return row
