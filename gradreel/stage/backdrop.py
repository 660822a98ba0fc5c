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
    y = np.arange(platform.height, dtype=np.float32)[:, None] / scale
    x = np.arange(platform.width, dtype=np.float32)[None] / scale
    ground, glow, dot = (_rgb(theme.colour(role)) for role in ("ground", "glow", "dot"))

    # One wide ellipse of light a little above the middle, where the eye rests: a product, since
    # exp(a + b) is exp(a) exp(b).
    across, down = (x - MASTER_WIDTH / 2) / 760, (y - MASTER_HEIGHT * 0.42) / 900
    light = 0.85 * np.exp(-((across * 1.35) ** 2)) * np.exp(-((down * 1.35) ** 2))

    step = 54
    spots = np.hypot((x + 27) % step - 27, (y + 27) % step - 27) < 1.6

    # Half a level of noise hides the bands an 8-bit gradient would show.
    noise = np.random.default_rng(7).random(light.shape, np.float32) * 1.8 - 0.9
    picture = np.full((*light.shape, 4), 255, np.uint8)
    for channel, (dark, bright, mark) in enumerate(zip(ground, glow, dot, strict=True)):
        shade = dark + (bright - dark) * light + noise
        shade[spots] += (mark - dark) * 0.55
        picture[..., channel] = np.clip(np.rint(shade), 0, 255)
    return picture


def _rgb(colour: str) -> npt.NDArray[np.float32]:
    return np.array(ManimColor(colour).to_rgb(), np.float32) * 255
