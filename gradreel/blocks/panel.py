"""The rounded card that text and results stand on."""

from __future__ import annotations

from manim import ManimColor, RoundedRectangle

from gradreel.model import Theme, Zone
from gradreel.stage.space import centre, point, units

RADIUS = 24  # pixels


def panel(
    theme: Theme, zone: Zone, *, edge: str = "edge", fill: str = "panel", tint: float = 0.0
) -> RoundedRectangle:
    """A card over `zone`. `tint` mixes that share of the edge's colour into the fill."""
    card = RoundedRectangle(
        corner_radius=units(min(RADIUS, zone.height / 2)),
        width=units(zone.width),
        height=units(zone.height),
        stroke_width=3,
    )
    card.set_stroke(theme.colour(edge), opacity=1)
    paint = ManimColor(theme.colour(fill)).interpolate(ManimColor(theme.colour(edge)), tint)
    card.set_fill(paint, opacity=0.96)
    return card.move_to(point(*centre(zone)))
