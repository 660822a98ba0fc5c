"""Manim's camera, sparing: of every frame it draws only what looks different from the one before.

Manim draws all that may move anew each time, letter by letter. Here every mobject is compared with
how it was drawn last; where something changed, came or went, the picture is wiped and drawn again,
tile by tile, by everything that reaches into the tile. The pixels are those of a full drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera, Mobject, VMobject
from manim.camera.camera import LINE_JOIN_MAP

TILE = 64  # pixels
RECTANGLES = 6  # drawn one by one; more are drawn as one around them all
MITER = 10  # how many times half a stroke's width a corner reaches out at most

Box = tuple[int, int, int, int]  # tiles: left, top, right, bottom
Mask = npt.NDArray[np.bool_]  # (rows, columns) of tiles
Points = npt.NDArray[np.float64]
Part = tuple[slice, slice]  # rows and columns of pixels


@dataclass(slots=True)
class Drawn:
    """How a mobject was drawn last, and the tiles that it reaches into."""

    points: bytes
    paint: tuple[Any, ...]
    box: Box
    path: cairo.Path | None = None


class SparingCamera(Camera):
    """Keeps its picture from frame to frame."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.grid = -(-self.pixel_height // TILE), -(-self.pixel_width // TILE)
        self.known: dict[Mobject, Drawn] = {}
        self.unit = self.pixel_width / self.frame_width
        self.blank = True
        self.changed: list[Part] = []
        self.settle(())

    def settle(self, still: Iterable[Mobject]) -> None:
        """Until it is called again, these do not change: one look at them is enough."""
        self.still = self.get_mobjects_to_display(still)
        self.unmoved: frozenset[Mobject] = frozenset()

    def show(self, moving: Iterable[Mobject]) -> None:
        """Bring the picture up to date."""
        mobjects = [*self.still, *self.get_mobjects_to_display(moving)]
        mobjects.sort(key=lambda mobject: mobject.z_index)
        damage = np.full(self.grid, self.blank)
        before, now = self.known, {}
        for mobject in mobjects:
            old = before.get(mobject)
            if old is not None and mobject in self.unmoved:
                now[mobject] = old
                continue
            drawn = now[mobject] = self._look(mobject, old)
            if drawn is not old:
                _mark(damage, drawn.box)
                if old is not None:
                    _mark(damage, old.box)
        for mobject in before.keys() - now.keys():
            _mark(damage, before[mobject].box)
        stayed = [mobject for mobject in before if mobject in now]
        if stayed != [mobject for mobject in now if mobject in before]:
            damage[:] = True  # something lies over what it lay under
        self.known, self.blank, self.unmoved = now, False, frozenset(self.still)
        for box in _rectangles(damage):
            self._draw(box)

    def changes(self) -> list[Part]:
        """The parts of the picture drawn since this was asked last."""
        changed, self.changed = self.changed, []
        return changed

    # ------------------------------------------------------------------ looking

    def _look(self, mobject: Mobject, old: Drawn | None) -> Drawn:
        """How it is to be drawn: `old` itself where that is as before."""
        assert isinstance(mobject, VMobject)
        points = mobject.points.tobytes()
        paint = (
            mobject.get_fill_rgbas().tobytes(),
            mobject.get_stroke_rgbas().tobytes(),
            mobject.get_stroke_rgbas(background=True).tobytes(),
            mobject.stroke_width,
            mobject.background_stroke_width,
            mobject.joint_type,
            mobject.cap_style,
        )
        if old is not None and old.points == points:
            if old.paint == paint:
                return old
            return Drawn(points, paint, self._box(mobject), old.path)
        return Drawn(points, paint, self._box(mobject))

    def _box(self, mobject: VMobject) -> Box:
        """The tiles that it reaches into, its stroke included."""
        low, high = mobject.points.min(axis=0), mobject.points.max(axis=0)
        if not np.isfinite(high - low).all():
            return 0, 0, 0, 0  # Manim draws nothing of it
        width = max(mobject.get_stroke_width(), mobject.get_stroke_width(background=True))
        round_ = LINE_JOIN_MAP[mobject.joint_type] == cairo.LineJoin.ROUND
        reach = width * self.cairo_line_width_multiple / 2 * (1 if round_ else MITER)
        rows, columns = self.grid
        half_width, half_height = self.frame_width / 2, self.frame_height / 2
        left, right = (half_width + x for x in (low[0] - reach, high[0] + reach))
        top, bottom = (half_height - y for y in (high[1] + reach, low[1] - reach))
        unit, edge = self.unit / TILE, 1.5 / TILE  # a smoothed outline spreads over a pixel
        return (
            min(columns, max(0, int(left * unit - edge))),
            min(rows, max(0, int(top * unit - edge))),
            min(columns, max(0, int(right * unit + edge) + 1)),
            min(rows, max(0, int(bottom * unit + edge) + 1)),
        )

    # ------------------------------------------------------------------ drawing

    def _draw(self, box: Box) -> None:
        """Wipe some tiles and draw all that reaches into them."""
        left, top, right, bottom = box
        part = (slice(top * TILE, bottom * TILE), slice(left * TILE, right * TILE))
        ground = self.background
        assert ground is not None
        self.pixel_array[part] = ground[part]
        self.changed.append(part)
        context = self.get_cairo_context(self.pixel_array)
        context.save()
        matrix = context.get_matrix()
        context.new_path()
        context.identity_matrix()
        context.rectangle(left * TILE, top * TILE, (right - left) * TILE, (bottom - top) * TILE)
        context.clip()
        context.set_matrix(matrix)
        for mobject, drawn in self.known.items():
            x0, y0, x1, y1 = drawn.box
            if x0 < right and left < x1 and y0 < bottom and top < y1:
                self._display(context, mobject, drawn)
        context.restore()

    def _display(self, context: Any, mobject: Mobject, drawn: Drawn) -> None:
        """As `display_vectorized`, but what cannot be seen is not drawn."""
        assert isinstance(mobject, VMobject)
        context.new_path()
        if drawn.path is None:
            _trace(context, mobject.points, mobject.tolerance_for_point_equality)
            drawn.path = context.copy_path()
        else:
            context.append_path(drawn.path)
        if mobject.get_stroke_rgbas(background=True)[:, 3].any():
            self.apply_stroke(context, mobject, background=True)
        if mobject.get_fill_rgbas()[:, 3].any():
            self.apply_fill(context, mobject)
        if mobject.get_stroke_rgbas()[:, 3].any():
            self.apply_stroke(context, mobject)


def _trace(context: Any, points: Points, tolerance: float) -> None:
    """Cubic curves of four points each; those that do not join begin a new part, and a part that
    ends where it began is closed."""
    flat = points[: len(points) // 4 * 4, :2]
    curves = flat.reshape(-1, 8).tolist()
    joined = _same(flat[3:-1:4], flat[4::4], tolerance).tolist()
    first = 0
    for number, (x0, y0, *rest) in enumerate(curves):
        if number == first:
            context.move_to(x0, y0)
        context.curve_to(*rest)
        if number == len(joined) or not joined[number]:
            if _same(flat[4 * first], flat[4 * number + 3], tolerance):
                context.close_path()
            first = number + 1


def _same(one: Points, other: Points, tolerance: float) -> npt.NDArray[np.bool_]:
    """Whether points are equal as far as Manim is concerned."""
    near = np.abs(one - other) <= tolerance + 1e-5 * np.abs(other)
    return np.asarray(near.all(axis=-1))


def _mark(mask: Mask, box: Box) -> None:
    left, top, right, bottom = box
    mask[top:bottom, left:right] = True


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
