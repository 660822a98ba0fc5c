"""A big switch for a flag of the code: `requires_grad`, `is_training`."""

from __future__ import annotations

from manim import Animation, AnimationGroup, FadeIn, Transform, VGroup, smooth

from gradreel.blocks.rounded import Rounded
from gradreel.blocks.wheel import Wheel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Line, Typesetter

LABEL, GAP = 104, 40  # pixels: the code under the switch, and the room between
HALO = 22  # pixels: the glow around it
LONG = 2.05  # of its height
RIM = 0.11  # of its height: between the knob and the edge
GLOW, TRACK, WORD, KNOB = 0, 1, 2, 3  # what lies over what


class Switch(Block):
    """A switch as large as `zone` allows over `name=True`. On is forward blue, off grey; `ON` and
    `OFF` and the knob's side say it without colour."""

    def __init__(self, type_: Typesetter, name: str, on: bool, zone: Zone) -> None:
        super().__init__()
        self.type, self.label, self.on, self.zone = type_, name, on, zone
        self.height_px = min(zone.height - LABEL - GAP, zone.width / LONG) - 2 * HALO
        self.size = type_.fit(f"{name}=False", "hook-min", zone.width, font="code-strong")
        self.picture = self._picture(on)
        written = self._written(on)
        self.flag = Wheel(written[1])
        self.add(self.picture, written[0], self.flag)

    def appear(self) -> Animation:
        return FadeIn(self, scale=0.94, run_time=0.6)

    def toggle(self) -> Animation:
        """The knob slides over, the colours turn, and the code says so."""
        self.on = not self.on
        return AnimationGroup(
            Transform(self.picture, self._picture(self.on), rate_func=smooth),
            self.flag.turn(self._written(self.on)[1]),
            run_time=0.6,
        )

    # ------------------------------------------------------------------ drawing

    def _picture(self, on: bool) -> VGroup:
        """Glow, track, knob and both words, of which one is seen."""
        theme = self.type.theme
        high, wide = self.height_px, self.height_px * LONG
        x, y = centre(self.zone)
        y -= (LABEL + GAP) / 2
        paint = theme.colour("forward" if on else "untracked")
        glow = Rounded(wide + 2 * HALO, high + 2 * HALO, high).set_stroke(width=0)
        glow.set_fill(paint, opacity=0.2 if on else 0).set_z_index(GLOW)
        track = Rounded(wide, high, high / 2, stroke=7).set_stroke(paint, opacity=1)
        track.set_fill(paint if on else theme.colour("panel"), opacity=1).set_z_index(TRACK)
        inner = high * (1 - 2 * RIM)
        knob = Rounded(inner, inner, inner / 2).set_stroke(width=0)
        knob.set_fill(theme.colour("text" if on else "untracked"), opacity=1).set_z_index(KNOB)
        reach = (wide - high) / 2
        for shape in (glow, track):
            shape.move_to(point(x, y))
        knob.move_to(point(x + (reach if on else -reach), y))
        yes = self._word("ON", x - reach * 0.62, y, "ground", seen=on)
        no = self._word("OFF", x + reach * 0.62, y, "quiet", seen=not on)
        return VGroup(glow, track, knob, yes, no)

    def _word(self, text: str, x: float, y: float, colour: str, *, seen: bool) -> Line:
        word = self.type.line(text, self.height_px * 0.36, font="display", colour=colour)
        word.at(x, y, "center").set_z_index(WORD)
        word.set_fill(opacity=1 if seen else 0)
        return word

    def _written(self, on: bool) -> tuple[Line, Line]:
        """`requires_grad=` and `True`, centred as if it were the longer `False`."""
        colour = "forward" if on else "untracked"
        name = self.type.line(f"{self.label}=", self.size, font="code-strong", colour="text")
        flag = self.type.line(str(on), self.size, font="code-strong", colour=colour)
        whole = self.type.width(f"{self.label}=False", self.size, "code-strong")
        left = centre(self.zone)[0] - whole / 2
        below = centre(self.zone)[1] + HALO + (self.height_px + GAP) / 2
        name.at(left, below)
        start = left + self.type.width(f"{self.label}=", self.size, "code-strong")
        return name, flag.at(start, below)
