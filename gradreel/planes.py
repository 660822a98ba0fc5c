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
Rows = npt.NDArray[np.bool_]  # (height,)

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
        half = height // 2, width // 2
        self.planes = tuple(np.zeros(size, np.uint8) for size in ((height, width), half, half))

    def of(self, frame: Pixels, changed: Rows) -> tuple[Pixels, ...]:
        """Y, Cb and Cr, good until the next frame. `changed` are the rows that may not be as in the
        frame before; all of the first."""
        bands = [slice(top, min(top + BAND, self.height)) for top in range(0, self.height, BAND)]
        changed = changed.copy()
        for band in bands:
            if changed[band].any():
                changed[band] = self._differs(frame, band)
        for band in bands:
            if changed[max(0, band.start - EDGE) : band.stop + EDGE].any():
                self._convert(frame, band.start)
        return self.planes

    def _differs(self, frame: Pixels, band: slice) -> Rows:
        """The rows of a band that are not as they were."""
        pixels, last = frame[band].view(np.uint32)[..., 0], self.last[band]
        rows: Rows = (pixels != last).any(axis=1)
        last[rows] = pixels[rows]
        return rows

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
