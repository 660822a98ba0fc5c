"""A plane with shapes and labels on it that follow when its ranges change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile

from manim import (
    Animation,
    AnimationGroup,
    FadeOut,
    LaggedStart,
    Scene,
    Transform,
    VGroup,
    VMobject,
    smooth,
)

from gradreel.blocks.clear import Spot, clear_spot, ink
from gradreel.blocks.compute_graph import Run
from gradreel.blocks.history import spark
from gradreel.blocks.plane import Plane, Range
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import UNIT, pixel, point
from gradreel.stage.type import Line, Typesetter

BANDS, AREAS, SLOPES, CURVES, TANGENTS, DOTS, TEXTS = range(-1, 6)  # what lies above what

PINNED = 62  # pixel em of a text pinned to a point
BESIDE = 24  # pixels between it and the point, if it stands to one side

At = tuple[float, float]  # a point of the plane


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape and how it looks in the ranges of the moment; `at` if it belongs to a point."""

    shape: VMobject
    drawn: Callable[[], VMobject]
    at: At | None


@dataclass(frozen=True, slots=True)
class Label:
    """A text on the first clear one of its spots of the moment; `at` if it belongs to a point."""

    text: Line
    spots: Callable[[Line], Iterable[Spot]]
    at: At | None
    zone: Zone


class Sheet(Block):
    """Submobjects are there from the start; `marks` holds what was put on the sheet later."""

    def __init__(self, type_: Typesetter, zone: Zone, plane: Plane) -> None:
        super().__init__()
        self.type, self.zone, self.plane = type_, zone, plane
        self.marks = VGroup()
        self._shapes: list[Mark] = []
        self._labels: list[Label] = []

    def zoom(self, reach: Range, heights: Range) -> Animation:
        """Other ranges: everything moves with them, and what falls outside goes. What is made
        after this call is made for the new ranges."""
        target = Plane(self.plane.zone, reach, heights)
        gone = [m for m in self._shapes if m.at and not target.shows(*m.at)]
        lost = [t for t in self._labels if t.at and not target.shows(*t.at)]
        self._shapes = [m for m in self._shapes if m not in gone]
        self._labels = [t for t in self._labels if t not in lost]
        leaving: list[VMobject] = [*(m.shape for m in gone), *(t.text for t in lost)]
        self.marks.remove(*leaving)
        return AnimationGroup(Zoom(self, target), *map(FadeOut, leaving))

    def clear(self) -> Animation:
        """What was put on it goes, and keeps no place from what comes."""
        gone, self.marks = self.marks, VGroup()
        parts = {id(part) for part in gone}
        self._shapes = [m for m in self._shapes if id(m.shape) not in parts]
        self._labels = [t for t in self._labels if id(t.text) not in parts]
        return FadeOut(gone, run_time=0.3)

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.4)

    # ------------------------------------------------------------------ for those who draw on it

    def shape(self, drawn: Callable[[], VMobject], z: int, at: At | None = None) -> VMobject:
        """What `drawn` makes, now and after every zoom."""
        shape = drawn().set_z_index(z)
        self._shapes.append(Mark(shape, drawn, at))
        return shape

    def label(
        self,
        text: str,
        size: float,
        colour: str,
        spots: Callable[[Line], Iterable[Spot]],
        at: At | None = None,
        zone: Zone | None = None,
    ) -> Line:
        """A number or name, beside the curves unless another zone is given."""
        line = self.type.line(text, size, font="code-strong", colour=colour)
        line.set_stroke(self.type.theme.colour("ground"), width=14, background=True)
        label = Label(line.set_z_index(TEXTS), spots, at, zone or self.beside)
        line.move_to(point(*self._clear(label)))
        self._labels.append(label)
        return line

    def pin(self, text: str, colour: str, at: At, *, side: int = 0, down: float = 0) -> Line:
        """A text so many pixels down from a point: on it, or with `side` -1 or 1 to the left or
        right of it."""

        def spots(line: Line) -> Iterable[Spot]:
            across, y = pixel(self.plane.at(*at))
            yield across + side * (line.width * UNIT / 2 + BESIDE), y + down

        label = self.label(text, PINNED, colour, spots, at, self.zone)
        self.marks.add(label)
        return label

    def lights(self, path: VMobject, colour: str, *, count: int = 1, z: int = DOTS) -> Animation:
        """Lights run along a path, one after the other."""
        runs = (
            Run(spark(self.type, colour).set_z_index(z), path, back=False) for _ in range(count)
        )
        return LaggedStart(*runs, lag_ratio=0.35)

    def follow(self, *shapes: VMobject) -> Animation:
        """Shapes go to where they belong now that what they are drawn from has changed."""
        wanted = {id(shape) for shape in shapes}
        moved = [mark for mark in self._shapes if id(mark.shape) in wanted]
        return AnimationGroup(*(Transform(mark.shape, mark.drawn()) for mark in moved))

    def redraw(self, plane: Plane) -> None:
        """Every shape as it looks in these ranges; labels stay where they are."""
        self.plane = plane
        for mark in self._shapes:
            mark.shape.become(mark.drawn())

    def settle(self) -> list[tuple[Line, Spot, Spot]]:
        """Every label moves to where it is clear now: (label, from, to)."""
        moves = []
        for label in self._labels:
            start, end = pixel(label.text.get_center()), self._clear(label)
            label.text.move_to(point(*end))
            moves.append((label.text, start, end))
        return moves

    @property
    def beside(self) -> Zone:
        """Where labels may stand that do not stand under the curves."""
        return Zone(self.zone.left, self.zone.top, self.zone.right, self.plane.zone.bottom)

    @property
    def drawn(self) -> VGroup:
        """All there is on it, on stage or not."""
        return VGroup(*(m.shape for m in self._shapes), *(t.text for t in self._labels))

    def _clear(self, label: Label) -> Spot:
        """Off every shape and every label before this one."""
        before = takewhile(lambda other: other is not label, self._labels)
        there = ink([*(m.shape for m in self._shapes), *(other.text for other in before)])
        text = label.text
        size = text.width * UNIT, text.height * UNIT
        return clear_spot(label.spots(text), *size, there, label.zone)


class Zoom(Animation):
    """The ranges of a sheet change; what is not on stage changes with them unseen."""

    def __init__(self, sheet: Sheet, target: Plane) -> None:
        self.sheet, self.start, self.target = sheet, sheet.plane, target
        sheet.redraw(target)
        self.moves = sheet.settle()
        sheet.redraw(self.start)
        for text, start, _ in self.moves:
            text.move_to(point(*start))
        sheet.plane = target
        super().__init__(sheet.drawn, introducer=True, rate_func=smooth, run_time=1.0)

    def _setup_scene(self, scene: Scene) -> None:
        """Nothing comes on stage that was not there."""

    def interpolate_mobject(self, alpha: float) -> None:
        way = self.rate_func(alpha)
        self.sheet.redraw(self.start.towards(self.target, way))
        for text, (x0, y0), (x1, y1) in self.moves:
            text.move_to(point(x0 + (x1 - x0) * way, y0 + (y1 - y0) * way))
