"""A page of panels, as in a comic: numbered and titled, each with room for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manim import Animation, AnimationGroup, FadeIn, LaggedStart, Transform, VGroup

from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.blocks.tile import Tile
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

COLUMNS, GAP = 2, 20  # panels side by side, and pixels between them
HEAD, ASIDE, BELOW = 72, 18, 16  # pixels: a panel's title, and the room beside and under a picture
DIGIT, TITLE, NOTE = 52, 48, 38  # pixel ems
LIT, TINT = 8, 0.12  # stroke of a lit panel, and how much of its colour it takes


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel is called, the colour role of its light, and a quiet note beside its title."""

    title: str
    colour: str = "forward"
    note: str = ""


class Page(Block):
    """Panels of one size that fill `zone` in reading order, with room for what was computed."""

    def __init__(self, type_: Typesetter, panels: Sequence[Panel], zone: Zone) -> None:
        super().__init__()
        self.type, self.zone, self.panels = type_, zone, tuple(panels)
        rows = zone.rows(*[1.0] * -(-len(panels) // COLUMNS), gap=GAP)
        cells = [cell for row in rows for cell in row.columns(*[1.0] * COLUMNS, gap=GAP)]
        self.cells = cells[: len(panels)]
        self.rooms = [
            Zone(c.left + ASIDE, c.top + HEAD, c.right - ASIDE, c.bottom - BELOW)
            for c in self.cells
        ]
        self.frames = [self._frame(n, lit=False) for n in range(len(panels))]
        self.titles = [self._title(n) for n in range(len(panels))]
        self.add(*self.frames, *self.titles)
        self.tiles: dict[int, Tile] = {}

    def put(self, number: int, value: Value) -> Tile:
        """From now on this is in a panel, in its colour, and not what was there before."""
        if number in self.tiles:
            self.remove(self.tiles[number])
        self.tiles[number] = Tile(self.type, value, self.rooms[number], self.panels[number].colour)
        self.add(self.tiles[number])
        return self.tiles[number]

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The panels in reading order."""
        pairs = (VGroup(*pair) for pair in zip(self.frames, self.titles, strict=True))
        return LaggedStart(*(FadeIn(pair, scale=0.92) for pair in pairs), lag_ratio=0.2)

    def draw(self, number: int) -> Animation:
        """A panel is lit, and what is in it comes."""
        return AnimationGroup(self.light(number), self.tiles[number].appear())

    def light(self, *numbers: int) -> Animation:
        """These panels are lit, in their colours, and no others."""
        moves = [
            Transform(frame, self._frame(n, lit=n in numbers))
            for n, frame in enumerate(self.frames)
        ]
        return AnimationGroup(*moves, run_time=0.4)

    # ------------------------------------------------------------------ drawing

    def _frame(self, number: int, *, lit: bool) -> Rounded:
        role = self.panels[number].colour if lit else "edge"
        frame = panel(self.type.theme, self.cells[number], edge=role, tint=TINT if lit else 0)
        return frame.set_stroke(width=LIT) if lit else frame

    def _title(self, number: int) -> VGroup:
        """Number and title at the upper left, the note at the right."""
        what, cell = self.panels[number], self.cells[number]
        y = cell.top + HEAD / 2 + 4
        digit = self.type.line(str(number + 1), DIGIT, font="display", colour=what.colour)
        room = cell.width - 100 - self.type.width(what.note, NOTE, "label")
        size = min(TITLE, TITLE * room / self.type.width(what.title, TITLE, "strong"))
        title = self.type.line(what.title, size, font="strong")
        note = self.type.line(what.note, NOTE, font="label", colour="quiet")
        return VGroup(
            digit.at(cell.left + 24, y),
            title.at(cell.left + 66, y),
            note.at(cell.right - 20, y, "right"),
        ).set_z_index(1)
