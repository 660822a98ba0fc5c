"""Pictures -> pixels, sparingly: of every frame only what looks different from the one before.

Manim draws all that may move anew each time, letter by letter. Here, where a figure changed, came
or went, the frame is wiped and drawn again, tile by tile, by everything that reaches into the tile.
The pixels are those of a full drawing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import chain
from typing import Any

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera

from gradreel.stage.camera import Box, Figure, Picture

TILE = 64  # pixels
RECTANGLES = 6  # drawn one by one; more are drawn as one around them all
MITER = 10  # how many times half a stroke's width a corner reaches out at most
_ONE = struct.Struct("4d")  # a colour
NEAR = 1e-6  # units between points that Manim takes for one

Mask = npt.NDArray[np.bool_]  # (rows, columns) of tiles
Points = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]  # (height, width, 4), RGBA
Part = tuple[slice, slice]  # rows and columns of pixels


class Painter:
    """Keeps its pixels from frame to frame. `camera` says their number, and what lies behind."""

    def __init__(self, camera: Camera) -> None:
        ground: Any = camera.background
        pixels: Any = ground.copy()
        self.ground: Pixels = ground
        self.pixels: Pixels = pixels
        self.context = camera.get_cairo_context(pixels)
        self.middle = camera.frame_width / 2, camera.frame_height / 2
        self.unit = camera.pixel_width / camera.frame_width / TILE
        self.grid = -(-camera.pixel_height // TILE), -(-camera.pixel_width // TILE)
        self.thickness = camera.cairo_line_width_multiple
        self.picture: Picture | None = None

    def clear(self) -> None:
        """Forget what was painted: the next picture is painted whole.

        Tile by tile a smoothed edge can come out a level brighter or darker than in one go, so what
        is to be the same whatever came before begins with this.
        """
        self.picture = None

    def paint(self, picture: Picture) -> list[Part]:
        """Bring the pixels up to date. Returns the parts that were drawn."""
        if picture is self.picture:
            return []
        before, now = self.picture.figures if self.picture else (), picture.figures
        damage = np.full(self.grid, self.picture is None)
        old, new = frozenset(before), frozenset(now)
        for figure in old ^ new:
            left, top, right, bottom = self._box(figure)
            damage[top:bottom, left:right] = True
        if [f for f in before if f in new] != [f for f in now if f in old]:
            damage[:] = True  # something lies over what it lay under
        self.picture = picture
        return [self._draw(box, now) for box in _rectangles(damage)]

    def _box(self, figure: Figure) -> Box:
        """The tiles that it reaches into, its stroke included."""
        if figure.box is None:
            figure.box = self._reach(figure)
        return figure.box

    def _reach(self, figure: Figure) -> Box:
        points = _array(figure.outline.points, 3)
        low, high = points.min(axis=0), points.max(axis=0)
        if not np.isfinite(high - low).all():
            return 0, 0, 0, 0  # Manim draws nothing of it
        corner = 1 if figure.join == cairo.LineJoin.ROUND else MITER
        reach = max(figure.width, figure.halo_width) * self.thickness / 2 * corner
        rows, columns = self.grid
        half_width, half_height = self.middle
        left, right = (half_width + x for x in (low[0] - reach, high[0] + reach))
        top, bottom = (half_height - y for y in (high[1] + reach, low[1] - reach))
        edge = 1.5 / TILE  # a smoothed outline spreads over a pixel
        return (
            min(columns, max(0, int(left * self.unit - edge))),
            min(rows, max(0, int(top * self.unit - edge))),
            min(columns, max(0, int(right * self.unit + edge) + 1)),
            min(rows, max(0, int(bottom * self.unit + edge) + 1)),
        )

    def _draw(self, box: Box, figures: tuple[Figure, ...]) -> Part:
        """Wipe some tiles and draw all that reaches into them."""
        left, top, right, bottom = box
        part = (slice(top * TILE, bottom * TILE), slice(left * TILE, right * TILE))
        self.pixels[part] = self.ground[part]
        context = self.context
        context.save()
        matrix = context.get_matrix()
        context.new_path()
        context.identity_matrix()
        context.rectangle(left * TILE, top * TILE, (right - left) * TILE, (bottom - top) * TILE)
        context.clip()
        context.set_matrix(matrix)
        for figure in figures:
            x0, y0, x1, y1 = self._box(figure)
            if x0 < right and left < x1 and y0 < bottom and top < y1:
                self._display(context, figure)
        context.restore()
        return part

    def _display(self, context: Any, figure: Figure) -> None:
        """As Manim's camera does, but what cannot be seen is not drawn."""
        context.new_path()
        outline = figure.outline
        if outline.path is None:
            _trace(context, _array(outline.points, 3))
            outline.path = context.copy_path()
        else:
            context.append_path(outline.path)
        self._stroke(context, figure, figure.halo, figure.halo_width)
        if _colour(context, figure.fill, figure.line):
            context.fill_preserve()
        self._stroke(context, figure, figure.stroke, figure.width)

    def _stroke(self, context: Any, figure: Figure, colours: bytes, width: float) -> None:
        if width and _colour(context, colours, figure.line):
            context.set_line_width(width * self.thickness)
            context.set_line_join(figure.join)
            context.set_line_cap(figure.cap)
            context.stroke_preserve()


def _colour(context: Any, colours: bytes, line: bytes) -> bool:
    """Take up a colour or a gradient; False if it cannot be seen. cairo's blue is our red."""
    if len(colours) == _ONE.size:
        red, green, blue, alpha = _ONE.unpack(colours)
        context.set_source_rgba(blue, green, red, alpha)
        return bool(alpha)
    stops = _array(colours, 4)
    if not stops[:, 3].any():
        return False
    gradient = cairo.LinearGradient(*chain(*_array(line, 3)[:, :2]))
    for offset, (red, green, blue, alpha) in zip(np.linspace(0, 1, len(stops)), stops, strict=True):
        gradient.add_color_stop_rgba(offset, blue, green, red, alpha)
    context.set_source(gradient)
    return True


def _array(data: bytes, columns: int) -> Points:
    return np.frombuffer(data, np.float64).reshape(-1, columns)


def _trace(context: Any, points: Points) -> None:
    """Curves that do not join begin a new part; a part that ends where it began is closed."""
    curves = points[: len(points) // 4 * 4, :2].reshape(-1, 8)
    if not len(curves):
        return
    parted = ~_same(curves[:-1, 6:], curves[1:, :2]).all(axis=1)
    first = np.flatnonzero(np.concatenate(([True], parted)))
    last = np.flatnonzero(np.concatenate((parted, [True])))
    closed = _same(curves[first, :2], curves[last, 6:]).all(axis=1)
    moves, steps = curves[first, :2].tolist(), curves[:, 2:].tolist()
    for move, start, end, close in zip(moves, first, last, closed, strict=True):
        context.move_to(*move)
        for step in steps[start : end + 1]:
            context.curve_to(*step)
        if close:
            context.close_path()


def _same(one: Any, other: Any) -> Any:
    """Whether coordinates are equal as far as Manim is concerned."""
    return abs(one - other) <= NEAR + 1e-5 * abs(other)


def _rectangles(mask: Mask) -> list[Box]:
    """The marked tiles as a few rectangles."""
    found: list[Box] = []
    for row in np.flatnonzero(mask.any(axis=1)):
        for left, right in _runs(mask[row]):
            above = next((b for b in found if b[0] == left and b[2] == right and b[3] == row), None)
            if above is not None:
                found.remove(above)
            found.append((left, above[1] if above else int(row), right, int(row) + 1))
    if len(found) > RECTANGLES:
        lefts, tops, rights, bottoms = zip(*found, strict=True)
        return [(min(lefts), min(tops), max(rights), max(bottoms))]
    return found


def _runs(row: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The stretches of marked tiles in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.view(np.int8), [0]))))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))
