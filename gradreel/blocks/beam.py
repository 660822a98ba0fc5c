"""Light that runs over something once, with a tail that fades behind it."""

from __future__ import annotations

from manim import LEFT, RIGHT, Animation, Transform, VGroup, VMobject, rush_into

from gradreel.blocks.rounded import Rounded
from gradreel.stage.space import UNIT
from gradreel.stage.type import Typesetter

STRIPE, STRIPES = 50, 6  # pixels of a stripe of the tail, and how many
FAINT = 0.045  # opacity of one


def beam_back(type_: Typesetter, over: VMobject, colour: str) -> Animation:
    """From the right edge to the left, as high as what it runs over."""
    stripes = (Rounded(STRIPE * n, over.height * UNIT, 10) for n in range(1, STRIPES + 1))
    light = VGroup(*(stripe.move_to(over, LEFT) for stripe in stripes)).move_to(over, RIGHT)
    light.set_fill(type_.theme.colour(colour), opacity=FAINT).set_z_index(1)
    gone = light.copy().move_to(over, LEFT).set_fill(opacity=0)
    return Transform(light, gone, remover=True, rate_func=rush_into)
