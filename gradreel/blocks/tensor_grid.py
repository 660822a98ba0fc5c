"""A tensor as a heat grid: one cell an element, colour by sign and size, numbers where they fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from manim import ManimColor, VGroup

from gradreel.blocks.numbers import shape_text, short, written
from gradreel.blocks.rounded import Rounded
from gradreel.model import Theme
from gradreel.stage.contrast import contrast
from gradreel.stage.space import point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

SMALL_GAP = 3  # pixels between small cells
MOST_ROWS, MOST_COLUMNS = 8, 10  # cells drawn of a large tensor; the label says the true shape


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture whose middle is at the scene's origin, and its size in pixels."""

    picture: VGroup
    width: float
    height: float


def tensor_tile(
    type_: Typesetter,
    value: Value | None,
    *,
    colour: str,
    size: str | float = "value",
    tallest: float = 88,
) -> Drawing | None:
    """How a tensor appears inside something else: text when short, else small cells and the shape,
    at most `tallest` pixels high."""
    if value is None:
        return None
    text = written(value)
    if text is None and value.data is not None and 1 <= len(value.shape) <= 2:
        rows = min(MOST_ROWS, value.shape[0] if len(value.shape) == 2 else 1)
        cell = min(22.0, (tallest - (rows - 1) * SMALL_GAP) / rows)
        grid = tensor_grid(type_, value, colour=colour, cell=cell, numbers=False)
        label = type_.line(shape_text(value.shape), "small", font="code", colour="quiet")
        gap = 14
        width = grid.width + gap + _px(label.advance)
        label.at(540 - width / 2 + grid.width + gap, 960)
        grid.picture.shift((units((grid.width - width) / 2), 0, 0))
        return Drawing(
            VGroup(grid.picture, label), width, max(grid.height, type_.theme.size("small"))
        )
    line = type_.line(text or shape_text(value.shape), size, font="code", colour=colour)
    line.at(540, 960, "center")
    return Drawing(VGroup(line), _px(line.advance), line.em / units(1))


def tensor_grid(
    type_: Typesetter,
    value: Value,
    *,
    colour: str,
    cell: float,
    numbers: bool = True,
) -> Drawing:
    """Rows and columns of cells. Negative is cool grey, zero dark, positive in `colour`, scaled
    to the largest magnitude. Cells with numbers are as wide as their longest number."""
    assert value.data is not None
    columns = value.shape[-1] if value.shape else 1
    rows = max(1, len(value.data) // max(1, columns))
    drawn_rows, drawn_columns = min(rows, MOST_ROWS), min(columns, MOST_COLUMNS)
    texts = [short(n) for n in value.data]
    width = cell
    if numbers:
        longest = max(type_.width(t, "value", "code") for t in texts)
        width = max(cell * 1.2, longest + 26)
    gap = SMALL_GAP if cell < 30 else 8
    largest = largest_of(value)
    total = (
        drawn_columns * width + (drawn_columns - 1) * gap,
        drawn_rows * cell + (drawn_rows - 1) * gap,
    )
    picture = VGroup()
    for row in range(drawn_rows):
        for column in range(drawn_columns):
            number = value.data[row * columns + column]
            x = 540 - total[0] / 2 + column * (width + gap) + width / 2
            y = 960 - total[1] / 2 + row * (cell + gap) + cell / 2
            box = Rounded(width, cell, min(8, cell / 4)).move_to(point(x, y))
            paint = heat(type_.theme, float(number), largest, colour)
            picture.add(box.set_fill(paint, opacity=1))
            if numbers:
                text, role = texts[row * columns + column], on(type_.theme, paint)
                picture.add(type_.line(text, "value", font="code", colour=role).at(x, y, "center"))
    return Drawing(picture, *total)


def heat(
    theme: Theme, number: float, largest: float, colour: str, *, strongest: float = 0.46
) -> ManimColor:
    """A cell's paint: the panel with up to `strongest` of `colour` (positive) or grey (negative)
    mixed in, by the number's share of `largest`."""
    weakest = 0.12
    strength = min(1.0, abs(number) / largest) if math.isfinite(number) else 1.0
    role = colour if number > 0 else "mistake" if math.isnan(number) else "quiet"
    ground, paint = ManimColor(theme.colour("panel")), ManimColor(theme.colour(role))
    return ground.interpolate(paint, weakest + (strongest - weakest) * strength)


def on(theme: Theme, paint: ManimColor) -> str:
    """The role of text that is read best on a paint: white, or black."""
    ground = paint.to_hex()
    return max("text", "ground", key=lambda role: contrast(theme.colour(role), ground))


def largest_of(value: Value) -> float:
    """The largest finite magnitude, 1 where there is none."""
    return max((abs(float(n)) for n in value.numbers if math.isfinite(float(n))), default=1) or 1.0


def _px(length: float) -> float:
    return length / units(1)
