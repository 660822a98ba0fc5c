"""Manim's camera without pixels: it says how everything looks, and leaves drawing to the painter.

Every mobject is compared with how it looked last, so what did not change is the same `Figure` from
frame to frame, and a frame in which nothing changed is the same `Picture`. Their digests tell
frames of different films apart without drawing them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import cairo
import numpy as np
from manim import Camera, Mobject, VMobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP

Box = tuple[int, int, int, int]  # tiles: left, top, right, bottom

DIGEST = 16  # bytes
COLOUR = 32  # bytes of one


@dataclass(slots=True, eq=False)
class Outline:
    """Cubic curves of four points each: (n, 3) floats. The painter keeps its path with them."""

    points: bytes
    path: cairo.Path | None = None


@dataclass(slots=True, eq=False)
class Figure:
    """How one mobject looks. Colours are (n, 4) floats, more than one for a gradient along the line
    between two points; widths are Manim's. `box` is the painter's: the tiles it reaches into."""

    outline: Outline
    look: tuple[object, ...]  # all of the following, as Manim has it
    fill: bytes
    stroke: bytes
    halo: bytes  # the stroke behind the fill
    line: bytes  # of the gradient, b"" for a single colour
    width: float
    halo_width: float
    join: cairo.LineJoin
    cap: cairo.LineCap
    digest: bytes
    box: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """All that is seen in a frame, from the back to the front."""

    figures: tuple[Figure, ...] = ()
    digest: bytes = field(default=b"", compare=False)

    @classmethod
    def of(cls, figures: tuple[Figure, ...]) -> Picture:
        seen = b"".join(figure.digest for figure in figures)
        return cls(figures, blake2b(seen, digest_size=DIGEST).digest())


class ObservingCamera(Camera):
    """Keeps `picture`, what it saw last."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known: dict[Mobject, Figure] = {}
        self.picture = Picture()
        self.settle(())

    def settle(self, still: Iterable[Mobject]) -> None:
        """Until it is called again, these do not change: one look at them is enough."""
        self.still = _displayed(still)
        self.unmoved: frozenset[Mobject] = frozenset()

    def look(self, moving: Iterable[Mobject]) -> None:
        """Bring the picture up to date."""
        mobjects = [*self.still, *_displayed(moving)]
        mobjects.sort(key=lambda mobject: mobject.z_index)
        before, now = self.known, {}
        for mobject in mobjects:
            old = before.get(mobject)
            seen = old is not None and mobject in self.unmoved
            now[mobject] = old if seen and old else _figure(mobject, old)
        self.known, self.unmoved = now, frozenset(self.still)
        figures = tuple(now.values())
        if figures != self.picture.figures:
            self.picture = Picture.of(figures)


def _displayed(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """What is drawn of them, from the back to the front: their parts that have points; what comes
    twice, where it comes last. As Manim finds it, but in one walk instead of one for each."""
    found: list[Mobject] = []

    def walk(mobject: Mobject) -> None:
        if len(mobject.points):
            found.append(mobject)
        for part in mobject.submobjects:
            walk(part)

    for mobject in mobjects:
        walk(mobject)
    return list(dict.fromkeys(reversed(found)))[::-1]


def _figure(mobject: Mobject, old: Figure | None) -> Figure:
    """How it looks: `old` itself where that is as before."""
    assert isinstance(mobject, VMobject)
    points = mobject.points.tobytes()
    fill = mobject.get_fill_rgbas().tobytes()
    stroke = mobject.get_stroke_rgbas().tobytes()
    halo = mobject.get_stroke_rgbas(background=True).tobytes()
    line = b""
    if max(len(fill), len(stroke), len(halo)) > COLOUR:
        line = np.array(mobject.get_gradient_start_and_end_points()).tobytes()
    look = (
        fill, stroke, halo, line, mobject.stroke_width, mobject.background_stroke_width,
        mobject.joint_type, mobject.cap_style,
    )  # fmt: skip
    outline = Outline(points)
    if old is not None and old.outline.points == points:
        if old.look == look:
            return old
        outline = old.outline
    width = float(mobject.get_stroke_width())
    halo_width = float(mobject.get_stroke_width(background=True))
    join, cap = LINE_JOIN_MAP[mobject.joint_type], CAP_STYLE_MAP[mobject.cap_style]
    digest = blake2b(points, digest_size=DIGEST)
    digest.update(b"".join((fill, stroke, halo, line)))
    digest.update(repr((width, halo_width, int(join), int(cap))).encode())
    return Figure(
        outline, look, fill, stroke, halo, line, width, halo_width, join, cap, digest.digest()
    )
