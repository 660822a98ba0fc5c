"""What a run computed, huge: a number and the line that wrote it, or a loop's number in a rush."""

from __future__ import annotations

from collections.abc import Sequence

from manim import UP, Animation, AnimationGroup, FadeIn, FadeOut, VGroup

from gradreel.blocks.iterations import Through, Ticker
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Number
from gradreel.trace.series import Series

MARGIN = 25  # pixels beside what is written, left and right
TITLE, CODE, RESULT = 0.66, 0.5, 0.7  # ems at most, of the rows' heights
NAME, RUSHING = 80, 240  # pixel ems


class Readout(Block):
    """Says one thing after another in `zone`: a title, code, a number. What it said before goes."""

    def __init__(self, type_: Typesetter, zone: Zone) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.title, self.code, self.number = zone.inset(MARGIN, 0).rows(1, 1.3, 1.5, gap=0)
        self.said = VGroup()
        self.tickers: tuple[Ticker, ...] = ()

    # ------------------------------------------------------------------ animations

    def say(
        self, title: str, line: str, result: tuple[str, Number], colour: str = "text"
    ) -> Animation:
        """A line of code, and the number it really gave, as `loss = 9`."""
        name, number = f"{result[0]} = ", short(result[1])
        size = self._size(name + number, "hook", self.number, RESULT, "code-strong")
        row = self.type.row([(name, "code", "quiet"), (number, "code-strong", colour)], size)
        return self._change(
            self._line(title, "title", self.title, TITLE, "strong", colour),
            self._line(line, "hook-min", self.code, CODE, "code-strong", "text"),
            row.move_to(point(*centre(self.number))),
        )

    def count(self, titles: Sequence[str], series: Series) -> Animation:
        """A number that a loop writes, under the title of its first iteration."""
        name = self.type.line(series.name, NAME, font="code-strong", colour="quiet")
        numbers = [short(value) for value in series.values]
        size = self._size(titles[-1], "title", self.title, TITLE, "strong")
        self.tickers = (
            Ticker(self.type, titles, *centre(self.title), "center", size=size, font="strong"),
            Ticker(self.type, numbers, *centre(self.number), "center", size=RUSHING),
        )
        return self._change(*self.tickers, name.at(*centre(self.code), "center"))

    def rush(self) -> Animation:
        """The number of every iteration, to the last."""
        last = len(self.tickers[0].texts) - 1
        return Through(VGroup(*self.tickers), self._turn_to, 0, last, run_time=2.0)

    def leave(self) -> Animation:
        return FadeOut(self, run_time=0.4)

    def _turn_to(self, iteration: float) -> None:
        for ticker in self.tickers:
            ticker.turn_to(round(iteration))

    def _change(self, *parts: VGroup | Line | Ticker) -> Animation:
        old, self.said = self.said, VGroup(*parts)
        self.remove(old)
        self.add(self.said)
        gone = [FadeOut(old)] if len(old) else []
        come = FadeIn(self.said, shift=units(24) * UP)
        return AnimationGroup(*gone, come, lag_ratio=0.8, run_time=0.5)

    # ------------------------------------------------------------------ drawing

    def _line(self, text: str, size: str, row: Zone, part: float, font: str, colour: str) -> Line:
        """In the middle of its row, as large as it fits."""
        em = self._size(text, size, row, part, font)
        return self.type.line(text, em, font=font, colour=colour).at(*centre(row), "center")

    def _size(self, text: str, size: str, row: Zone, part: float, font: str) -> float:
        return min(part * row.height, self.type.fit(text, size, row.width, font=font))
