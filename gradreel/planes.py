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
EDGE = 2  # rows above and below a band, converted with it: chroma is made of neighbouring rows


class Planes:
    """Frames of one size, one after the other. `width` and `height` are even."""

    def __init__(self, width: int, height: int) -> None:
        self.bands = [slice(top, min(top + BAND, height)) for top in range(0, height, BAND)]
        self.around = [
            slice(max(0, b.start - EDGE), min(b.stop + EDGE, height)) for b in self.bands
        ]
        # libswscale has to be set up anew for another size
        self.reformatters = {a.stop - a.start: VideoReformatter() for a in self.around}
        self.last = np.zeros((height, width // 2), np.uint64)  # two pixels are one number
        self.frame = np.zeros(width * height * 3 // 2, np.uint8)  # one plane after the other
        luma, *chroma = np.split(self.frame, (width * height, width * height * 5 // 4))
        self.planes = luma.reshape(-1, width), *(each.reshape(-1, width // 2) for each in chroma)
        self.fresh: list[slice] = []  # what of `frame` is not as in the frame before

    def of(self, frame: Pixels, changed: Rows) -> tuple[Pixels, ...]:
        """Y, Cb and Cr, good until the next frame. `changed` are the rows that may not be as in the
        frame before; all of the first."""
        changed = changed.copy()
        for band in self.bands:
            if changed[band].any():
                changed[band] = self._differs(frame, band)
        self.fresh = []
        for band, around in zip(self.bands, self.around, strict=True):
            if changed[around].any():
                self._convert(frame, band, around)
        return self.planes

    def _differs(self, frame: Pixels, band: slice) -> Rows:
        """The rows of a band that are not as they were."""
        pixels, last = frame[band].reshape(-1, 4 * frame.shape[1]).view(np.uint64), self.last[band]
        rows: Rows = (pixels != last).any(axis=1)
        last[rows] = pixels[rows]
        return rows

    def _convert(self, frame: Pixels, band: slice, around: slice) -> None:
        """A band of rows, with those around it; they are read where they are."""
        made = self.reformatters[around.stop - around.start].reformat(
            VideoFrame.from_numpy_buffer(frame[around], format="rgba"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        begin = 0
        for plane, target, part in zip(made.planes, self.planes, (1, 2, 2), strict=True):
            kept = target[band.start // part : band.stop // part]
            above = (band.start - around.start) // part
            kept[:] = _rows(plane)[above : above + len(kept), : kept.shape[1]]
            start = begin + band.start // part * target.shape[1]
            self.fresh.append(slice(start, start + kept.size))
            begin += target.size


def _rows(plane: VideoPlane) -> Pixels:
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
