"""What the colours of a picture stand for: texts side by side, each in its own."""

from __future__ import annotations

from collections.abc import Mapping

from manim import Animation, FadeIn

from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre
from gradreel.stage.type import Typesetter


class Legend(Block):
    """`texts` to their colour roles, in columns of `zone`."""

    def __init__(self, type_: Typesetter, texts: Mapping[str, str], zone: Zone) -> None:
        super().__init__()
        self.zone = zone
        columns = zone.columns(*(1.0 for _ in texts))
        for (text, colour), column in zip(texts.items(), columns, strict=True):
            size = type_.fit(text, "body", column.width, font="code-strong")
            line = type_.line(text, size, font="code-strong", colour=colour)
            self.add(line.at(*centre(column), "center"))

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.5)
