"""A gradient on its way down through layers: a bar for what is left of it behind each."""

from __future__ import annotations

from collections.abc import Sequence

from manim import LEFT, Animation, AnimationGroup, FadeIn, GrowFromEdge, LaggedStart, VGroup

from gradreel.blocks.numbers import short
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Number

GAP = 10  # pixels between rows
NAME, NUMBER = 40, 46  # pixel ems, where the rows are high enough
FILLED = 0.76  # of a row's height that text may take
BESIDE = 24  # pixels between name, bar and number
LEAST = 4  # pixels: a bar of nearly nothing is still seen


class Depth(Block):
    """One row a layer, the first at the top; a bar as long as its place is a gradient of `full`."""

    def __init__(
        self,
        type_: Typesetter,
        names: Sequence[str],
        gradients: Sequence[Number],
        zone: Zone,
        *,
        full: Number = 1.0,
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        rows = zone.rows(*[1.0] * len(names), gap=GAP)
        texts = [short(gradient) for gradient in gradients]
        high = FILLED * rows[0].height
        name, number = min(NAME, high), min(NUMBER, high)
        left = max(type_.width(text, name, "label") for text in names) + BESIDE
        right = max(type_.width(text, number, "code-strong") for text in texts) + BESIDE
        self.tracks, self.bars = VGroup(), VGroup()
        self.names: list[Line] = []
        self.numbers: list[Line] = []
        for row, title, text, gradient in zip(rows, names, texts, gradients, strict=True):
            y = centre(row)[1]
            track = Zone(row.left + round(left), row.top, row.right - round(right), row.bottom)
            long = max(LEAST, min(1.0, abs(float(gradient) / float(full))) * track.width)
            self.tracks.add(self._bar(track, track.width, "panel"))
            self.bars.add(self._bar(track, long, "backward"))
            self.names.append(type_.line(title, name, font="label").at(row.left, y))
            line = type_.line(text, number, font="code-strong", colour="backward")
            self.numbers.append(line.at(row.right, y, "right"))
        self.add(self.tracks, *self.names)
        self.marks = VGroup(self.bars, *self.numbers)

    def appear(self) -> Animation:
        """The layers, without a gradient."""
        return FadeIn(self, run_time=0.5)

    def sink(self) -> Animation:
        """The gradient goes down layer by layer."""
        steps = [
            AnimationGroup(GrowFromEdge(bar, LEFT), FadeIn(number))
            for bar, number in zip(self.bars, self.numbers, strict=True)
        ]
        return LaggedStart(*steps, lag_ratio=0.5, run_time=2.5)

    def _bar(self, track: Zone, width: float, role: str) -> Rounded:
        bar = Rounded(width, track.height, min(width, track.height) / 4)
        bar.set_fill(self.type.theme.colour(role), opacity=1)
        return bar.move_to(point(track.left + width / 2, centre(track)[1]))
