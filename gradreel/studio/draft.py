"""A short at a quarter of the pixels and half the frames, on the clock of the film itself: what is
seen and heard when is as it will be. `--preview` instead plans anew for its own clock."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from gradreel import shoot
from gradreel.encode import length
from gradreel.encoder import Encoder
from gradreel.lint import lint
from gradreel.model import Brief, Platform
from gradreel.pipeline import Production, Watch
from gradreel.planes import Pixels, Planes, Rows
from gradreel.settings import Encode
from gradreel.strip import Strip, splice


def small(brief: Brief) -> Brief:
    """The same film with half as many pixels in a row."""
    full = brief.platform
    return replace(brief, platform=replace(full, width=full.width // 2, height=full.height // 2))


def every(platform: Platform) -> int:
    """How many frames of the film come to one of the draft."""
    return 2 if platform.fps % 2 == 0 else 1


def half(platform: Platform) -> Platform:
    """What a draft is encoded for."""
    return replace(platform, fps=platform.fps // every(platform))


def film(made: Production, brief: Brief, scene: Path, folder: Path, watch: Watch) -> Path:
    """The whole draft, with sound, in `folder`."""
    few = small(brief)
    silent, track, joined = (folder / name for name in ("silent.mp4", "sound.m4a", "draft.mp4"))
    with (
        Encoder(half(few.platform), made.settings.encode) as encoder,
        ThreadPoolExecutor(1) as aside,
    ):
        sound = aside.submit(made.mix, brief, track)
        with watch("shoot"):
            step = every(few.platform)
            shoot.shoot(few, scene, encoder, silent, made.cache, watch.done, every=step)
        with watch("assemble"):
            sound.result()
            from gradreel.assemble import join

            join(silent, track, joined)
    return joined


def clip(brief: Brief, scene: Path, beat: tuple[int, int], encode: Encode, target: Path) -> Path:
    """The frames `[start, end)` alone, without sound: quickly there."""
    few = small(brief)
    platform = half(few.platform)
    planes, strips = Planes(platform.width, platform.height), [Strip(platform, encode)]
    taken = itertools.count(1)

    def receive(_: int, pixels: Pixels, changed: Rows) -> None:
        frame = np.concatenate([plane.ravel() for plane in planes.of(pixels, changed)])
        strips[-1].add(frame.reshape(-1, platform.width))
        if next(taken) % length(platform) == 0:
            strips.append(Strip(platform, encode))

    wanted = frozenset(range(*beat, every(few.platform)))
    shoot.develop(few, scene, wanted, receive)
    splice([made for strip in strips if (made := strip.end())], platform, encode, target)
    return target


def still(brief: Brief, scene: Path, frame: int, target: Path) -> Path:
    """One frame of it, as PNG."""
    pixels = shoot.stills(small(brief), scene, frozenset({frame}))[frame]
    Image.fromarray(pixels[..., :3]).save(target, compress_level=1)
    return target


def findings(brief: Brief, scene: Path) -> list[dict[str, object]]:
    """What a viewer could not read, and when."""
    glances, warnings = shoot.inspect(brief, scene)
    found = [
        {"frame": each.frame, "text": each.told(brief.timeline.fps)}
        for each in lint(brief, glances)
    ]
    return [*found, *({"frame": 0, "text": warning} for warning in warnings)]
