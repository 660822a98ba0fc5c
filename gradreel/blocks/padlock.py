"""A padlock: open or shut, whole or only dashes."""

from __future__ import annotations

from manim import DashedVMobject, VGroup, VMobject

from gradreel.blocks.rounded import QUARTER, Rounded
from gradreel.model import Theme, Zone
from gradreel.stage.space import centre, point

SHACKLE, LIFTED = 0.42, 0.16  # of the box's height: room over it, how far an open shackle is lifted


def padlock(theme: Theme, body: Zone, *, shut: bool, empty: bool = False) -> VGroup:
    """The shackle, the box over `body`, and dashes in its place where nothing is locked up any
    more. All three are always there, so that one look can turn into another."""
    colour = theme.colour("untracked" if empty else "forward")
    box = Rounded(body.width, body.height, 30, stroke=8).move_to(point(*centre(body)))
    dashes = DashedVMobject(box, num_dashes=40).set_stroke(colour, width=7, opacity=int(empty))
    box.set_stroke(colour, opacity=int(not empty)).set_fill(theme.colour("panel"), opacity=1)
    bow = _shackle(body, shut=shut).set_stroke(theme.colour("text") if shut else colour, width=18)
    return VGroup(bow, box, dashes)


def _shackle(body: Zone, *, shut: bool) -> VMobject:
    """Two legs and a half circle; open, it is lifted and its left leg hangs free."""
    tall = body.height
    radius = min(0.26 * tall, 0.3 * body.width)
    x, leg = centre(body)[0], body.top - (0.0 if shut else LIFTED * tall)
    y = leg - (SHACKLE - LIFTED) * tall + radius
    k = radius * QUARTER
    bow = VMobject()
    bow.start_new_path(point(x - radius, leg)).add_line_to(point(x - radius, y))
    bow.add_cubic_bezier_curve_to(
        point(x - radius, y - k), point(x - k, y - radius), point(x, y - radius)
    )
    bow.add_cubic_bezier_curve_to(
        point(x + k, y - radius), point(x + radius, y - k), point(x + radius, y)
    )
    return bow.add_line_to(point(x + radius, body.top))
