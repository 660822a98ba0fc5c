"""Light on what the voice names, drawn onto finished frames.

A block says which of its parts a word means; where they are is read off at every frame, so that
light follows what moves. Drawing it onto pixels leaves the scene alone: a held picture stays held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from manim import VMobject

from gradreel.model import Binding

ENTER, LEAVE = 0.10, 0.30  # seconds
LEAST = 0.55  # seconds of light, however short the word
SPREAD = 13  # master pixels over which a ring fades
MARGIN = 7  # master pixels of a mark around its letters
GAIN = 1.15  # how much a mark brightens: dim letters and the ground behind them alike
DOT = 20  # master pixels: reach of the light that runs an edge

Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]  # left, top, right, bottom
How = Literal["mark", "ring", "run"]


@dataclass(frozen=True, slots=True)
class Meant:
    """A part that a word means: letters to mark, a frame to ring, an edge to run along."""

    part: VMobject
    how: How
    colour: str = "text"
    back: bool = False


class Heeding(Protocol):
    """A block that knows what words mean."""

    def meant(self, binding: Binding) -> Iterable[Meant]:
        """The parts of it that the binding points at; none if they are not shown."""


@dataclass(frozen=True, slots=True)
class Glow:
    """Light on one frame: where, in its pixels, and how strong, 0 to 1."""

    how: How
    box: Box
    rgb: tuple[int, int, int]
    strength: float


def strength(frame: int, start: int, end: int, fps: int) -> float:
    """How strongly a word said in `[start, end)` lights its target at `frame`, 0 to 1."""
    since = (frame - start + 1) / fps
    until = (max(end, start + round(LEAST * fps)) - frame) / fps
    rising, falling = min(1.0, since / ENTER), min(1.0, until / LEAVE)
    level = max(0.0, min(rising, falling))
    return level * level * (3 - 2 * level)


def along(frame: int, start: int, fps: int) -> float:
    """How far the light on an edge has come, 0 to 1."""
    return min(1.0, max(0.0, (frame - start) / fps / LEAST))


def reach(glow: Glow, scale: float) -> Box:
    """The pixels that a glow touches."""
    left, top, right, bottom = glow.box
    more = scale * {"mark": MARGIN, "ring": 2.5 * SPREAD, "run": 2.5 * DOT}[glow.how]
    return left - more, top - more, right + more, bottom + more


def shine(part: Pixels, glow: Glow, left: int, top: int, scale: float) -> None:
    """Draw `glow` onto `part`, (height, width, 4), whose first pixel is (left, top) of the
    frame."""
    height, width = part.shape[:2]
    x = np.arange(left, left + width, dtype=np.float32)[None, :] + np.float32(0.5)
    y = np.arange(top, top + height, dtype=np.float32)[:, None] + np.float32(0.5)
    colour = np.array(glow.rgb, np.float32)
    seen = part[..., :3].astype(np.float32)
    if glow.how == "mark":
        cover = np.clip(0.5 - _outside(x, y, glow.box, 10 * scale, grown=MARGIN * scale), 0, 1)
        seen *= 1 + GAIN * glow.strength * cover[..., None]
    else:
        spread = SPREAD if glow.how == "ring" else DOT
        apart = np.abs(_outside(x, y, glow.box, 18 * scale)) / (spread * scale)
        light = np.exp(-(apart**2)) * glow.strength
        seen += (colour - seen * 0.5) * light[..., None]
    part[..., :3] = np.clip(seen, 0, 255).astype(np.uint8)


def _outside(
    x: npt.NDArray[np.float32],
    y: npt.NDArray[np.float32],
    box: Box,
    radius: float,
    *,
    grown: float = 0.0,
) -> npt.NDArray[np.float32]:
    """Distance to a rounded box, negative inside (the usual signed distance of a rounded box)."""
    left, top, right, bottom = box
    half_x, half_y = (right - left) / 2 + grown, (bottom - top) / 2 + grown
    radius = min(radius, half_x, half_y)
    dx = np.abs(x - (left + right) / 2) - half_x + radius
    dy = np.abs(y - (top + bottom) / 2) - half_y + radius
    corner = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance: npt.NDArray[np.float32] = corner + np.minimum(np.maximum(dx, dy), 0) - radius
    return distance
