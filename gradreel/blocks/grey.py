"""Pictures that lose their colours, as what autograd does not track, and get them back."""

from __future__ import annotations

from manim import Animation, ManimColor, VMobject, smooth

DIM = 0.85  # brightness that is left


class Colours:
    """The colours of a picture as they are now."""

    def __init__(self, picture: VMobject) -> None:
        self.picture = picture
        parts = picture.family_members_with_points()
        self.parts = [(part, part.get_fill_color(), part.get_stroke_color()) for part in parts]

    def fade(self) -> Animation:
        """The picture turns grey."""
        return _Tint(self, 0, 1)

    def restore(self) -> Animation:
        """The grey picture gets them back."""
        return _Tint(self, 1, 0)


class _Tint(Animation):
    """Colours between their own (0) and grey (1); nothing else of the picture changes."""

    def __init__(self, colours: Colours, start: float, end: float) -> None:
        self.colours, self.start, self.end = colours, start, end
        super().__init__(colours.picture, rate_func=smooth, run_time=0.6)

    def interpolate_mobject(self, alpha: float) -> None:
        amount = self.start + (self.end - self.start) * self.rate_func(alpha)
        for part, fill, stroke in self.colours.parts:
            part.set_fill(fill.interpolate(_grey(fill), amount), family=False)
            part.set_stroke(stroke.interpolate(_grey(stroke), amount), family=False)


def _grey(colour: ManimColor) -> ManimColor:
    """A little less bright, without the hue."""
    red, green, blue = colour.to_rgb()
    light = DIM * (0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return ManimColor((0.93 * light, light, min(1.0, 1.16 * light)))  # neutral on a blue ground
