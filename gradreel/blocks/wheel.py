"""A text that turns to the next one like the wheel of an odometer."""

from __future__ import annotations

from manim import UP, Animation, VGroup, VMobject, smooth

from gradreel.stage.type import Line

TRAVEL = 1.0  # of its own height that a text moves while it turns
HASTE = 1.7  # how much faster than it moves it fades, so that two texts are never read as one

_LOOK = ("points", "fill_rgbas", "stroke_rgbas", "background_stroke_rgbas")


class Wheel(VGroup):
    """Shows one text; `turn` takes it up and away while the next comes from below.

    Both are outlines that stay in the group, since a scene draws what was there when a play began.
    """

    def __init__(self, text: VMobject) -> None:
        super().__init__(text.copy(), text.copy().fade(1))

    def turn(self, text: VMobject) -> Animation:
        return _Turn(self, text)


class _Turn(Animation):
    def __init__(self, wheel: Wheel, text: VMobject) -> None:
        self.wheel, self.old, self.new = wheel, VMobject(), text
        super().__init__(wheel, run_time=0.4, rate_func=smooth)

    def begin(self) -> None:
        shown, coming = self.wheel
        self.old = shown.copy()
        coming.become(self.new)
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        way = self.rate_func(alpha)
        shown, coming = self.wheel
        if way < 1:
            _look(shown, _turned(self.old, way))
            _look(coming, _turned(self.new, way - 1))
        else:
            shown.become(self.new)
            coming.become(self.new).fade(1)
            _say(shown, self.new)


def _look(shown: VMobject, text: VMobject) -> None:
    """Take the outline of a text that has as many parts: `become` would compare them all first."""
    for part, other in zip(shown.get_family(), text.get_family(), strict=True):
        for name in _LOOK:
            setattr(part, name, getattr(other, name))


def _say(shown: VMobject, new: VMobject) -> None:
    """Lines know what they say; taking another's outline does not tell them."""
    for line, other in zip(shown.get_family(), new.get_family(), strict=True):
        if isinstance(line, Line) and isinstance(other, Line):
            line.text, line.em = other.text, other.em
            line.advance, line.typeset_width = other.advance, other.typeset_width


def _turned(text: VMobject, way: float) -> VMobject:
    """The text `way` of a turn above its place (negative: below), flattened and faint there."""
    turned = text.copy().fade(min(1.0, HASTE * abs(way)))
    turned.stretch(max(0.05, 1 - abs(way)), dim=1)
    return turned.shift(way * TRAVEL * text.height * UP)
