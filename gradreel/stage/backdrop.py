"""The ground of every film: near-black, a soft glow behind the stage, faint dots."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from manim import ManimColor

from gradreel.model import Platform, Theme
from gradreel.stage.space import MASTER_HEIGHT, MASTER_WIDTH


@cache
def backdrop(platform: Platform, theme: Theme) -> npt.NDArray[np.uint8]:
    """RGBA pixels of shape (height, width, 4). The same platform and theme give the same bytes."""
    scale = platform.width / MASTER_WIDTH
    y = np.arange(platform.height)[:, None] / scale
    x = np.arange(platform.width)[None] / scale
    ground, glow, dot = (_rgb(theme.colour(role)) for role in ("ground", "glow", "dot"))

    # One wide ellipse of light a little above the middle, where the eye rests.
    far = np.hypot((x - MASTER_WIDTH / 2) / 760, (y - MASTER_HEIGHT * 0.42) / 900)
    light = np.exp(-((far * 1.35) ** 2))[..., None]
    picture = ground + (glow - ground) * light * 0.85

    step = 54
    spots = (np.hypot((x + 27) % step - 27, (y + 27) % step - 27) < 1.6)[..., None]
    picture = np.where(spots, picture + (dot - ground) * 0.55, picture)

    # Half a level of noise hides the bands an 8-bit gradient would show.
    noise = np.random.default_rng(7).uniform(-0.9, 0.9, picture.shape[:2])[..., None]
    rgb = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _rgb(colour: str) -> npt.NDArray[np.float64]:
    return np.array(ManimColor(colour).to_rgb()) * 255
