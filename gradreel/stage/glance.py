"""What a viewer has before him at one moment, read off the scene's own objects as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from manim import ManimColor, Mobject, VMobject
from manim.utils.family import extract_mobject_family_members

from gradreel.model import Zone
from gradreel.stage.block import Block, block_of
from gradreel.stage.contrast import Rgb
from gradreel.stage.scene import ShortScene
from gradreel.stage.space import pixel, units
from gradreel.stage.type import Line

FAINT = 0.05  # an opacity below which nothing is seen

Box = tuple[float, float, float, float]  # left, top, right, bottom, in master pixels


@dataclass(frozen=True, slots=True)
class Seen:
    """A text or a shape. `key` tells it from all others of the film; `em` is the size of a text as
    it stands, 0 for a shape; `ground` is what a text stands on. `opacity` is that of the fill,
    `line` that of the stroke."""

    key: int
    text: str
    box: Box
    colour: Rgb
    opacity: float
    line: float
    em: float = 0.0
    ground: Rgb = (0, 0, 0)
    covered: float = 0.0  # the part of a text that lies under a later shape
    block: int = 0  # tells its block from others, 0 for none
    name: str = ""  # what its block, or else it itself, is called
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """A frame: what is on it, in the order it is painted, and whether the voice lights anything."""

    frame: int
    seen: tuple[Seen, ...]
    lit: bool

    @property
    def texts(self) -> Iterable[Seen]:
        return (seen for seen in self.seen if seen.em)


def glance(scene: ShortScene, frame: int) -> Glance:
    """What `scene` shows now, at `frame`."""
    ground = _colour(scene.type.theme.colour("ground"))
    parts = [
        part
        for part in extract_mobject_family_members(
            scene.mobjects, use_z_index=True, only_those_with_points=True
        )
        if isinstance(part, VMobject) and _visible(part)
    ]
    boxes = [_box(part) for part in parts]
    seen = [
        _text(part, box, ground, parts[:n], boxes[:n], parts[n + 1 :], boxes[n + 1 :])
        if isinstance(part, Line)
        else _shape(part, box)
        for n, (part, box) in enumerate(zip(parts, boxes, strict=True))
        if not isinstance(part, Line) or part.get_fill_opacity() > FAINT
    ]
    return Glance(frame, tuple(seen), any(True for _ in scene.glows(frame)))


def _visible(part: VMobject) -> bool:
    return bool(part.get_fill_opacity() > FAINT or _stroke(part) > FAINT)


def _stroke(part: VMobject) -> float:
    return float(part.get_stroke_opacity()) if part.get_stroke_width() > 0 else 0.0


def _shape(part: VMobject, box: Box) -> Seen:
    filled = part.get_fill_opacity() > FAINT
    paint = part.get_fill_color() if filled else part.get_stroke_color()
    return Seen(
        id(part), "", box, _colour(paint), float(part.get_fill_opacity()), _stroke(part),
        **_owner(part),
    )  # fmt: skip


def _text(
    part: Line,
    box: Box,
    ground: Rgb,
    under: list[VMobject],
    under_boxes: list[Box],
    over: list[VMobject],
    over_boxes: list[Box],
) -> Seen:
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for shape, around in zip(under, under_boxes, strict=True):
        if isinstance(shape, Line):
            if shape.text == part.text and _holds(around, middle):  # its halo
                ground = _mixed(ground, _colour(shape.get_stroke_color()), _stroke(shape))
        elif _holds(around, middle) and _fills(shape, middle):
            ground = _mixed(ground, _colour(shape.get_fill_color()), shape.get_fill_opacity())
    covered = max(
        (
            _share(box, around)
            for shape, around in zip(over, over_boxes, strict=True)
            if not isinstance(shape, Line) and shape.get_fill_opacity() > 0.5
        ),
        default=0.0,
    )
    scale = part.width / part.typeset_width if part.typeset_width else 1.0
    return Seen(
        id(part), part.text, box, _colour(part.get_fill_color()), float(part.get_fill_opacity()),
        _stroke(part), part.em / units(1) * scale, ground, covered, **_owner(part),
    )  # fmt: skip


def _owner(part: VMobject) -> dict[str, Any]:
    block: Block | None = block_of(part)
    if block is None:
        return {"name": type(part).__name__}
    return {"block": id(block), "name": type(block).__name__, "zone": block.limits}


def _fills(shape: VMobject, at: tuple[float, float]) -> bool:
    """Whether one of the parts that a shape is made of is there, not only between them."""
    return any(_holds(_bounds(part), at) for part in shape.get_subpaths())


def _box(part: Mobject) -> Box:
    return _bounds(part.points)


def _bounds(points: Any) -> Box:
    left, top = pixel(points.max(axis=0) * (0, 1, 0) + points.min(axis=0) * (1, 0, 0))
    right, bottom = pixel(points.max(axis=0) * (1, 0, 0) + points.min(axis=0) * (0, 1, 0))
    return left, top, right, bottom


def _colour(paint: Any) -> Rgb:
    red, green, blue = ManimColor(paint).to_int_rgb()
    return int(red), int(green), int(blue)


def _mixed(ground: Rgb, paint: Rgb, opacity: float) -> Rgb:
    red, green, blue = (round(g + (p - g) * opacity) for g, p in zip(ground, paint, strict=True))
    return red, green, blue


def _holds(box: Box, at: tuple[float, float]) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _share(box: Box, other: Box) -> float:
    """The part of `box` that lies in `other`."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    whole = (box[2] - box[0]) * (box[3] - box[1])
    return max(0.0, width) * max(0.0, height) / whole if whole else 0.0
