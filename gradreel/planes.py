"""RGBA frames -> planar 4:2:0 in BT.709, limited range: what x264 is fed.

Most of a frame is as it was in the one before, so only bands of rows that changed are converted, by
libswscale, as ffmpeg would do it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

Pixels = npt.NDArray[np.uint8]  # (height, width, 4), RGBA, top row first

BAND = 64  # rows
EDGE = 8  # rows above and below a band, converted with it: chroma is made of neighbouring rows


class Planes:
    """Frames of one size, one after the other. `width` and `height` are even."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.reformatter = VideoReformatter()
        self.band = VideoFrame(width, BAND + 2 * EDGE, "rgba")
        self.rows = _rows(self.band.planes[0])[:, : 4 * width]
        self.last = np.zeros((height, width), np.uint32)  # a pixel is one number
        self.whole = np.zeros(height * width * 3 // 2, np.uint8)
        luma, blue, red = np.split(self.whole, [height * width, height * width * 5 // 4])
        half = height // 2, width // 2
        self.planes = luma.reshape(height, width), blue.reshape(half), red.reshape(half)
        self.fresh = True

    def of(self, frame: Pixels) -> bytes:
        """The three planes, Y, Cb and Cr, one after the other."""
        pixels = frame.view(np.uint32)[..., 0]
        changed = (pixels != self.last).any(axis=1)
        for top in range(0, self.height, BAND):
            if self.fresh or changed[max(0, top - EDGE) : top + BAND + EDGE].any():
                self._convert(frame, top)
        self.fresh = False
        self.last[changed] = pixels[changed]
        return self.whole.tobytes()

    def _convert(self, frame: Pixels, top: int) -> None:
        """The band of rows that begins at `top`; rows beyond the frame are as its outermost."""
        around = np.arange(top - EDGE, top + BAND + EDGE).clip(0, self.height - 1)
        self.rows[:] = frame.reshape(self.height, -1)[around]
        made = self.reformatter.reformat(
            self.band,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        for plane, target, part in zip(made.planes, self.planes, (1, 2, 2), strict=True):
            kept = target[top // part : (top + BAND) // part]
            kept[:] = _rows(plane)[EDGE // part :][: len(kept), : kept.shape[1]]


def _rows(plane: VideoPlane) -> Pixels:
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
