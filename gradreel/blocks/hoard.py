"""Memory that a shut padlock keeps for nothing."""

from __future__ import annotations

from itertools import chain

from manim import Animation, FadeIn, LaggedStart, VGroup

from gradreel.blocks.padlock import LIFTED, SHACKLE, padlock
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Typesetter

ROWS, COLUMNS = 5, 16  # cells of memory
ASIDE, RIM, GAP = 90, 34, 10  # pixels: beside the padlock, around the cells, between them


class Hoard(Block):
    """A padlock as large as `zone` allows, empty until `fill`. How many cells it has means
    nothing."""

    def __init__(self, type_: Typesetter, zone: Zone) -> None:
        super().__init__()
        bow = SHACKLE - LIFTED
        body = zone.inset(ASIDE, 0).below(zone.top + zone.height * bow / (1 + bow))
        rows = reversed(body.inset(RIM).rows(*[1] * ROWS, gap=GAP))
        places = chain.from_iterable(row.columns(*[1] * COLUMNS, gap=GAP) for row in rows)
        self.cells = VGroup(*map(_cell, places))
        self.cells.set_fill(type_.theme.colour("mistake"))
        self.lock = padlock(type_.theme, body, shut=True)
        self.add(self.lock)

    def appear(self) -> Animation:
        return FadeIn(self.lock)

    def fill(self) -> Animation:
        """Cell by cell, from the bottom up."""
        return LaggedStart(*map(FadeIn, self.cells), lag_ratio=0.1, run_time=1.4)


def _cell(place: Zone) -> Rounded:
    return Rounded(place.width, place.height, 6).move_to(point(*centre(place)))
