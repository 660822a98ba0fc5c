"""Layers of a network side by side, and for each whether something belongs there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from manim import Animation, FadeIn, FadeOut, LaggedStart, VGroup

from gradreel.blocks.panel import panel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre
from gradreel.stage.type import Typesetter

GAP = 20  # pixels between two layers
SIGN = 110  # pixel em
ROOM = 0.8  # of a layer that its name may take
ABOVE, BELOW = 40, 70  # pixels from the middle up to the sign, and down to the name
TINT = 0.12


class Layers(Block):
    """The names of `layers` from left to right; ✓ for each of those in `right`, ✕ for the rest."""

    def __init__(
        self, type_: Typesetter, layers: Sequence[str], zone: Zone, *, right: Collection[str]
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        columns = zone.columns(*[1.0] * len(layers), gap=GAP)
        for name, column in zip(layers, columns, strict=True):
            self.add(self._layer(name, column, fits=name in right))

    def appear(self) -> Animation:
        """From the first to the last."""
        return LaggedStart(*map(FadeIn, self), lag_ratio=0.5)

    def leave(self) -> Animation:
        return FadeOut(self)

    def _layer(self, name: str, zone: Zone, *, fits: bool) -> VGroup:
        (x, y), role = centre(zone), "output" if fits else "mistake"
        sign = self.type.line("✓" if fits else "✕", SIGN, font="code-strong", colour=role)
        title = self.type.line(name, self.type.fit(name, "title", ROOM * zone.width), font="strong")
        card = panel(self.type.theme, zone, edge=role, tint=TINT)
        return VGroup(card, sign.at(x, y - ABOVE, "center"), title.at(x, y + BELOW, "center"))
