"""Where a label can stand without touching what is drawn already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from manim import Mobject

from gradreel.model import Zone
from gradreel.stage.space import MASTER_HEIGHT, MASTER_WIDTH, UNIT

Ink = npt.NDArray[np.float64]  # (n, 2) master pixels
Spot = tuple[float, float]  # the middle of a label, in master pixels
MARGIN = 12  # pixels kept free around a label


def ink(mobjects: Iterable[Mobject]) -> Ink:
    """The outline points of what is drawn: dense for curves and letters."""
    drawn = [part.points for m in mobjects for part in m.family_members_with_points()]
    flat: Ink = np.concatenate([np.zeros((0, 3)), *drawn])[:, :2]
    placed: Ink = flat * np.array([UNIT, -UNIT]) + np.array([MASTER_WIDTH, MASTER_HEIGHT]) / 2
    return placed


def clear_spot(spots: Iterable[Spot], width: float, height: float, drawn: Ink, zone: Zone) -> Spot:
    """The first spot where a label of that size touches nothing, moved into the zone; if there
    is none, the one that touches least."""
    half = np.array([width / 2 + MARGIN, height / 2 + MARGIN])
    best: tuple[int, Spot] | None = None
    for x, y in spots:
        x = min(max(x, zone.left + width / 2), zone.right - width / 2)
        y = min(max(y, zone.top + height / 2), zone.bottom - height / 2)
        touched = int((np.abs(drawn - (x, y)) < half).all(axis=1).sum())
        if not touched:
            return x, y
        if best is None or touched < best[0]:
            best = touched, (x, y)
    assert best is not None
    return best[1]


def around(x: float, y: float, width: float, height: float, *, up: bool = True) -> Iterator[Spot]:
    """Places for a label beside a point, the nearest first; above before below, or else below."""
    side = -1 if up else 1
    for gap in (26, 50, 80, 120, 170):
        across, away = width / 2 + gap, (height / 2 + gap) * side
        yield from ((x, y + away), (x + across, y), (x - across, y))
        yield from ((x - across * 0.7, y + away * 0.8), (x + across * 0.7, y + away * 0.8))
        yield from ((x, y - away), (x - across * 0.7, y - away), (x + across * 0.7, y - away))
