"""The glass of a tank: walls with a lip, or dashes where one would stand."""

from __future__ import annotations

from manim import DashedVMobject, VGroup, VMobject

from gradreel.blocks.liquid import CORNER, GLASS
from gradreel.blocks.rounded import QUARTER
from gradreel.model import Theme, Zone
from gradreel.stage.space import point

DASH = 24  # pixels of wall for each dash


def vessel(theme: Theme, tank: Zone, *, whole: bool) -> VGroup:
    """Dashes, wall and shine around `tank`: all are there, so that one kind can become the other,
    but either the first or the rest is unseen."""
    wall = _wall(tank)
    dashes = DashedVMobject(wall, num_dashes=max(12, tank.width // DASH + tank.height // DASH))
    dashes.set_stroke(theme.colour("untracked"), width=6, opacity=0 if whole else 1)
    wall.set_stroke(theme.colour("quiet"), opacity=1 if whole else 0)
    x, top = tank.left + 34, tank.top + 40
    shine = VMobject(stroke_width=10)
    shine.set_points_as_corners([point(x, top), point(x, top + 0.45 * tank.height)])
    shine.set_stroke(theme.colour("text"), opacity=0.3 if whole else 0)
    return VGroup(dashes, wall, shine)


def _wall(tank: Zone) -> VMobject:
    """Down the left side, round both bends of the floor, and up the right."""
    wall = VMobject(stroke_width=GLASS)
    left, right, top = tank.left + GLASS / 2, tank.right - GLASS / 2, tank.top
    floor, bend = tank.bottom - GLASS / 2, CORNER
    k = bend * (1 - QUARTER)
    wall.start_new_path(point(left, top)).add_line_to(point(left, floor - bend))
    wall.add_cubic_bezier_curve_to(
        point(left, floor - k), point(left + k, floor), point(left + bend, floor)
    )
    wall.add_line_to(point(right - bend, floor))
    wall.add_cubic_bezier_curve_to(
        point(right - k, floor), point(right, floor - k), point(right, floor - bend)
    )
    return wall.add_line_to(point(right, top))
