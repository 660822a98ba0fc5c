"""The cover of a short: the frame of the finished film that says most where apps crop it.

Profile grids cut a 9:16 film to 3:4 around its middle. A cover has to carry the hook, so only the
frames of the hook's beat and the last one are candidates, without a caption in mid-sentence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from gradreel.errors import EncodeError
from gradreel.media import last_line, run
from gradreel.model import Brief
from gradreel.stage.overlay import caption_groups

EVERY = 0.2  # seconds between candidates
SMALL = 270, 480  # pixels at which candidates are compared
CROP = (1 - 9 / 16 * 4 / 3) / 2  # of the height, above and below the 3:4 that a grid shows
QUALITY = 90  # of the JPEG

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), RGB


def cover(film: Path, brief: Brief, target: Path) -> None:
    """Write the cover of `film` to `target` as JPEG. Raises `EncodeError`."""
    frames = candidates(brief)
    small = _frames(film, frames, *SMALL)
    best = max(zip(frames, small, strict=True), key=lambda each: told(each[1]))[0]
    platform = brief.platform
    (whole,) = _frames(film, [best], platform.width, platform.height)
    Image.fromarray(whole).save(target, "JPEG", quality=QUALITY, subsampling=0)


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


def told(picture: Pixels) -> float:
    """How much there is to see where a grid crops: the mean change from pixel to pixel."""
    height = len(picture)
    seen = picture[round(CROP * height) : round((1 - CROP) * height)].astype(np.int16)
    across, down = np.abs(np.diff(seen, axis=1)), np.abs(np.diff(seen, axis=0))
    return float(across.mean() + down.mean())


def _frames(film: Path, numbers: list[int], width: int, height: int) -> list[Pixels]:
    """Frames of a film by their numbers, in rising order."""
    wanted = "+".join(f"eq(n,{number})" for number in numbers)
    code, raw, said = run(
        "ffmpeg", "-v", "error", "-i", f"file:{film}",
        "-vf", f"select='{wanted}',scale={width}:{height}",
        "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
    )  # fmt: skip
    if code or len(raw) != len(numbers) * width * height * 3:
        raise EncodeError(f"no cover could be taken: {last_line(said)}", path=film)
    return list(np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3))
