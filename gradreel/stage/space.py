"""Pixels of the 1080x1920 master <-> Manim's units. Layout is thought in pixels, y down."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradreel.model import Zone

MASTER_WIDTH, MASTER_HEIGHT = 1080, 1920
UNIT = 120  # pixels of one Manim unit: the frame is 9 x 16 units

Point = npt.NDArray[np.float64]


def units(pixels: float) -> float:
    return pixels / UNIT


def point(x: float, y: float) -> Point:
    """The scene point of a master pixel."""
    return np.array([(x - MASTER_WIDTH / 2) / UNIT, (MASTER_HEIGHT / 2 - y) / UNIT, 0.0])


def pixel(at: Point) -> tuple[float, float]:
    """The master pixel of a scene point."""
    return MASTER_WIDTH / 2 + float(at[0]) * UNIT, MASTER_HEIGHT / 2 - float(at[1]) * UNIT


def centre(zone: Zone) -> tuple[float, float]:
    return (zone.left + zone.right) / 2, (zone.top + zone.bottom) / 2
