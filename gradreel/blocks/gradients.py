"""What the leaves hold when the backward pass is over: every `.grad`, with its numbers."""

from __future__ import annotations

from manim import UP, Animation, FadeIn, LaggedStart, VGroup

from gradreel.blocks.numbers import shape_text
from gradreel.blocks.tensor_grid import MOST_COLUMNS, MOST_ROWS, Drawing, tensor_grid
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import UNIT, centre, point
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph
from gradreel.trace.model import Value

HEAD = 66  # pixels for a gradient's name
GAP = 44


class Gradients(Block):
    """One heat grid a leaf, one under the other in the middle of `zone`; as many as fit."""

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone) -> None:
        super().__init__()
        drawn = [_drawn(type_, name, value) for name, value in held(graph)]
        fitting: list[Drawing] = []
        for drawing in filter(None, drawn):
            used = sum(d.height + GAP for d in fitting)
            if used + drawing.height <= zone.height and drawing.width <= zone.width:
                fitting.append(drawing)
        total = sum(d.height for d in fitting) + GAP * max(0, len(fitting) - 1)
        x, y = centre(zone)
        top = y - total / 2
        for drawing in fitting:
            self.add(drawing.picture.shift(point(x, top + drawing.height / 2)))
            top += drawing.height + GAP

    def appear(self) -> Animation:
        return LaggedStart(*(FadeIn(part, scale=0.92) for part in self), lag_ratio=0.3)


def held(graph: Graph) -> list[tuple[str, Value]]:
    """(leaf, its `.grad` after the last pass), in forward order."""
    after = {
        arrival.node: arrival.after
        for back in graph.passes
        for arrival in back.arrivals
        if arrival.accumulates and arrival.after is not None
    }
    return [(n.label, after[n.id]) for n in graph.nodes if n.id in after]


def _drawn(type_: Typesetter, name: str, value: Value) -> Drawing | None:
    """A name over a grid with numbers; None for tensors too large to read."""
    rows, columns = value.shape if len(value.shape) == 2 else (1, len(value.numbers))
    if not value.numbers or rows > MOST_ROWS or columns > min(MOST_COLUMNS, 6):
        return None
    grid = tensor_grid(type_, value, colour="backward", cell=62)
    title = type_.row(
        [
            (f"{name}.grad", "code-strong", "backward"),
            (f"  {shape_text(value.shape)}", "code", "quiet"),
        ],
        "node",
    )
    title.next_to(grid.picture, UP, buff=0.14)
    group = VGroup(title, grid.picture).center()
    return Drawing(group, max(grid.width, title.advance * UNIT), grid.height + HEAD)
