"""What changes with the iterations of a loop, and an animation that goes through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from manim import Animation, VGroup, VMobject, smooth

from gradreel.stage.space import units
from gradreel.stage.type import Typesetter


class Ticker(VMobject):
    """One of several texts in one place; all are set beforehand, so that a number can change on
    every frame at no cost.

    `(x, y)` is in master pixels, as for `Line.at`; `room` is the width of the widest text there.
    """

    def __init__(
        self,
        type_: Typesetter,
        texts: Sequence[str],
        x: float,
        y: float,
        align: str = "left",
        *,
        size: float,
        font: str = "code-strong",
        colour: str = "text",
    ) -> None:
        super().__init__(stroke_width=0, fill_opacity=1, color=type_.theme.colour(colour))
        self.texts = tuple(texts)
        lines = {
            text: type_.line(text, size, font=font, colour=colour).at(x, y, align)
            for text in dict.fromkeys(texts)
        }
        self.room = max(line.advance for line in lines.values()) / units(1)
        self._outlines = {text: line.points for text, line in lines.items()}
        self.turn_to(0)

    def turn_to(self, number: int) -> None:
        """From now on the text of this number is seen; negative numbers count from the end."""
        self.text = self.texts[number]
        self.points = self._outlines[self.text].copy()


class Through(Animation):
    """Calls `turn_to` with every moment from one iteration to another; it changes `parts`."""

    def __init__(
        self,
        parts: VGroup,
        turn_to: Callable[[float], None],
        first: float,
        last: float,
        *,
        run_time: float = 1.0,
        rate_func: Callable[[float], float] = smooth,
    ) -> None:
        super().__init__(parts, run_time=run_time, rate_func=rate_func)
        self.turn_to, self.first, self.last = turn_to, first, last

    def interpolate_mobject(self, alpha: float) -> None:
        self.turn_to(self.first + (self.last - self.first) * self.rate_func(alpha))
