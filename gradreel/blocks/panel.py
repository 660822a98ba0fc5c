"""The rounded card that text and results stand on."""

from __future__ import annotations

from manim import ManimColor

from gradreel.blocks.rounded import Rounded
from gradreel.model import Theme, Zone
from gradreel.stage.space import centre, point

RADIUS = 24  # pixels


def panel(
    theme: Theme, zone: Zone, *, edge: str = "edge", fill: str = "panel", tint: float = 0.0
) -> Rounded:
    """A card over `zone`. `tint` mixes that share of the edge's colour into the fill."""
    card = Rounded(zone.width, zone.height, RADIUS, stroke=3)
    card.set_stroke(theme.colour(edge), opacity=1)
    paint = ManimColor(theme.colour(fill)).interpolate(ManimColor(theme.colour(edge)), tint)
    card.set_fill(paint, opacity=0.96)
    return card.move_to(point(*centre(zone)))
