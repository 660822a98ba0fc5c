"""A call of the code as a push key: it goes down when it is pressed, and light spreads from it."""

from __future__ import annotations

from manim import (
    DOWN,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    ManimColor,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter

TRAVEL = 0.09  # of its height that it goes down, and the least of that in pixels
LEAST = 16
SPREAD = 70  # pixels that the light is wider in the end
SHADE = 0.45  # how much darker its side is than its top
RING, SIDE, TOP = 0, 1, 2  # what lies over what


class Key(Block):
    """`label` on a key as wide as `zone`: a pill, round where the zone is no less high than wide.
    `word` stands large over the label."""

    def __init__(
        self,
        type_: Typesetter,
        label: str,
        zone: Zone,
        *,
        word: str = "",
        colour: str = "backward",
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.paint = ManimColor(type_.theme.colour(colour))
        self.travel = max(LEAST, TRAVEL * min(zone.height, zone.width))
        height = min(zone.height - self.travel, zone.width)
        width = zone.width if zone.height < zone.width else height
        x, y = centre(zone)
        y -= self.travel / 2
        room = width - max(0.24 * height, 60)
        face = Rounded(width, height, height / 2).move_to(point(x, y))
        self.side = face.copy().shift(units(self.travel) * DOWN).set_z_index(SIDE)
        self.side.set_fill(self.paint.interpolate(ManimColor(type_.theme.colour("ground")), SHADE))
        self.face = face.set_fill(self.paint)
        self.top = VGroup(self.face)
        size = 0.0
        if word:
            size = min(0.42 * height, type_.fit(word, "hook", room, font="display"))
            text = type_.line(word, size, font="display", colour="ground")
            self.top.add(text.at(x, y - 0.4 * size, "center"))
            y += 0.55 * size
        fitting = type_.fit(label, "caption", room, font="code-strong")
        size = max(type_.theme.size("small"), min(fitting, 0.65 * (height - size)))
        text = type_.line(label, size, font="code-strong", colour="ground")
        self.top.add(text.at(x, y, "center")).set_z_index(TOP)
        self.add(self.side, self.top)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, scale=0.94, run_time=0.6)

    def grow(self, tokens: VGroup) -> Animation:
        """It comes up out of its code tokens."""
        return AnimationGroup(self._land(tokens), FadeIn(self, scale=0.6), run_time=0.8)

    def call(self, tokens: VGroup) -> Animation:
        """Its code tokens fly to it and press it."""
        return AnimationGroup(self._land(tokens), self.press(), lag_ratio=0.7, run_time=1.0)

    def press(self, colour: str = "") -> Animation:
        """Down and up again; the light is the key's own, or of a colour role."""
        down = self.top.copy().shift(units(self.travel) * DOWN)
        ring = self.face.copy().set_fill(opacity=0).set_z_index(RING)
        paint = self.type.theme.colour(colour) if colour else self.paint
        ring.set_stroke(paint, width=16, opacity=0.9)
        wide = ring.copy().set_stroke(width=2, opacity=0)
        wide.stretch_to_fit_width(ring.width + units(SPREAD))
        wide.stretch_to_fit_height(ring.height + units(SPREAD))
        return AnimationGroup(
            Transform(self.top, down, rate_func=there_and_back),
            Transform(ring, wide, remover=True),
            run_time=0.5,
        )

    def leave(self) -> Animation:
        return FadeOut(self, run_time=0.4)

    def _land(self, tokens: VGroup) -> Animation:
        landed = tokens.copy().scale_to_fit_width(0.8 * self.face.width)
        return Transform(tokens, landed.move_to(self.face).fade(1), remover=True)
