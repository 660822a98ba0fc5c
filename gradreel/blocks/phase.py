"""`FORWARD →` or `← BACKWARD`: which way things run, for viewers without sound."""

from __future__ import annotations

from manim import VGroup

from gradreel.model import Zone
from gradreel.stage.space import point, units
from gradreel.stage.type import HALF_CAP, Typesetter

SIZE = 38


def phase(type_: Typesetter, zone: Zone, *, back: bool, note: str = "") -> VGroup:
    """The label at the zone's top left, with a quiet note after it."""
    runs = (
        [("← ", "strong", "backward"), ("BACKWARD", "strong", "backward")]
        if back
        else [("FORWARD", "strong", "forward"), (" →", "strong", "forward")]
    )
    row = type_.row([*runs, (f"   {note}", "label", "quiet")] if note else runs, SIZE)
    x, y, _ = point(zone.left + 8, zone.top + 22)
    return row.shift((x, y - units(HALF_CAP * SIZE), 0))
