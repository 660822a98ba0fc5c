"""What x264 is fed is what libswscale makes of the whole frame, however little of it changed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from gradreel.planes import Planes

WIDTH, HEIGHT = 108, 200  # the last band is not whole
ALL = np.ones(HEIGHT, np.bool_)
SEED = np.random.default_rng(3)


def picture() -> npt.NDArray[np.uint8]:
    """Smooth colours with hard edges."""
    coarse = SEED.integers(0, 256, (HEIGHT // 20, WIDTH // 12, 4), np.uint8)
    frame = coarse.repeat(20, axis=0).repeat(12, axis=1)
    frame[..., 3] = 255
    return frame


def whole(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.int16]:
    made = VideoReformatter().reformat(
        VideoFrame.from_ndarray(frame, format="rgba"),
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )
    return made.to_ndarray().ravel().astype(np.int16)


def flat(planes: tuple[npt.NDArray[np.uint8], ...]) -> npt.NDArray[np.uint8]:
    """One plane after the other."""
    return np.concatenate([plane.ravel() for plane in planes])


def off(made: tuple[npt.NDArray[np.uint8], ...], frame: npt.NDArray[np.uint8]) -> int:
    """The largest difference from a frame converted at once."""
    return int(np.abs(flat(made) - whole(frame)).max())


def test_frames_are_converted_whole() -> None:
    planes = Planes(WIDTH, HEIGHT)
    for _ in range(3):
        frame = picture()
        assert off(planes.of(frame, ALL), frame) == 0


def test_only_what_changed_is_converted_and_nothing_is_missed() -> None:
    planes, frame = Planes(WIDTH, HEIGHT), picture()
    before = flat(planes.of(frame, ALL))
    assert np.array_equal(flat(planes.of(frame, ~ALL)), before)
    for row in (0, 63, 64, 130, HEIGHT - 1):
        frame[row, ::3, :3] = 255 - frame[row, ::3, :3]
        changed = ~ALL
        changed[row] = True
        assert off(planes.of(frame, changed), frame) == 0


def test_white_and_black_are_those_of_limited_range() -> None:
    frame = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    frame[HEIGHT // 2 :, :, :3] = 0
    luma = flat(Planes(WIDTH, HEIGHT).of(frame, ALL))[: WIDTH * HEIGHT]
    assert (int(luma.max()), int(luma.min())) == (235, 16)


def test_green_is_bt709_s() -> None:
    frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    frame[..., 1:] = 0, 0, 255
    frame[..., 1] = 255
    luma = flat(Planes(WIDTH, HEIGHT).of(frame, ALL))[0]
    assert abs(int(luma) - (16 + 219 * 0.7152)) <= 1  # BT.601 would make 145 of it


def test_what_is_fresh_makes_the_next_frame_of_the_one_before() -> None:
    planes, frame = Planes(WIDTH, HEIGHT), picture()
    planes.of(frame, ALL)
    copied = planes.frame.copy()
    for row in (0, 63, 130, HEIGHT - 1):
        frame[row, ::3, :3] = 255 - frame[row, ::3, :3]
        planes.of(frame, np.arange(HEIGHT) == row)
        assert sum(part.stop - part.start for part in planes.fresh) < planes.frame.size
        for part in planes.fresh:
            copied[part] = planes.frame[part]
        assert np.array_equal(copied, planes.frame)
    assert np.array_equal(planes.frame, flat(planes.planes))
