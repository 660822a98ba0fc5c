"""The cover of a short: the frame of the film that says most where apps crop it.

Profile grids cut a 9:16 film to 3:4 around its middle. A cover has to carry the hook, so only the
frames of the hook's beat and the last one are candidates, without a caption in mid-sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from gradreel.model import Brief
from gradreel.stage.overlay import caption_groups

EVERY = 0.2  # seconds between candidates
CROP = (1 - 9 / 16 * 4 / 3) / 2  # of the height, above and below the 3:4 that a grid shows
COARSE = 4  # pixels: what is smaller says nothing at the size of a grid
QUALITY = 90  # of the JPEG

Pixels = npt.NDArray[np.uint8]  # (height, width, 4), RGBA


@dataclass(frozen=True, slots=True)
class Face:
    """A picture that could be the cover, and how much it tells."""

    told: float
    jpeg: bytes


class Cover:
    """Sees frames as they are drawn, and keeps the best of those that are candidates."""

    def __init__(self, candidates: frozenset[int]) -> None:
        self.candidates = candidates
        self.best: Image.Image | None = None
        self.most = -1.0

    def see(self, frame: int, pixels: Pixels) -> None:
        if frame not in self.candidates:
            return
        picture = Image.fromarray(pixels).convert("RGB")
        if (said := told(picture)) > self.most:
            self.best, self.most = picture, said

    def face(self) -> Face | None:
        """The best that was seen, None if no candidate was."""
        if self.best is None:
            return None
        jpeg = BytesIO()
        self.best.save(jpeg, "JPEG", quality=QUALITY, subsampling=0)
        return Face(self.most, jpeg.getvalue())


def candidates(brief: Brief) -> list[int]:
    """Frames that could be the cover, the first of the film among them."""
    step = max(1, round(EVERY * brief.timeline.fps))
    groups = caption_groups(brief)
    hook, last = brief.timeline.beat("hook"), brief.timeline.frames - 1
    return [
        frame
        for frame in (*range(hook.start, hook.end, step), last)
        if not frame or not any(group.start <= frame < group.end for group in groups)
    ]


def told(picture: Image.Image) -> float:
    """How much there is to see where a grid crops: the mean change from one spot to the next."""
    width, height = picture.size
    seen = picture.crop((0, round(CROP * height), width, round((1 - CROP) * height)))
    spots = np.asarray(seen.reduce(COARSE), np.int16)
    across, down = np.abs(np.diff(spots, axis=1)), np.abs(np.diff(spots, axis=0))
    return float(across.mean() + down.mean())
