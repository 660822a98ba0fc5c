"""Our picture of a short beside plain Manim's own default render of the same scene, in one run.

    python -m bench.against_manim [--short 13] [--rounds 3]

Both draw the same 900 frames at 1080x1920 on the same machine, in turns; only the ratio of the
wall times is a
result. Manim writes its partial movies with its own encoder settings and joins them; ours lays
captions over every frame and encodes the master file's picture.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from manim import CairoRenderer, tempconfig
from manim.scene.scene_file_writer import SceneFileWriter

from gradreel.cache import Cache
from gradreel.model import Brief
from gradreel.pipeline import Production, Watch
from gradreel.script import parse
from gradreel.settings import load
from gradreel.shoot import load_scene, shoot

ROOT = Path(__file__).resolve().parent.parent


class PlainWriter(SceneFileWriter):
    """Manim's own writer, deaf to our frame clock."""

    skipping = False

    def expect(self, frame: int, count: int) -> None: ...


def plain_manim(brief: Brief, scene_file: Path, folder: Path) -> None:
    """Manim as it comes: its cache, its writer, its encoder."""
    platform = brief.platform
    look = {
        "pixel_width": platform.width,
        "pixel_height": platform.height,
        "frame_width": 9.0,
        "frame_height": 16.0,
        "frame_rate": platform.fps,
        "media_dir": str(folder),
        "verbosity": "ERROR",
        "progress_bar": "none",
    }
    with tempconfig(look):
        writer: Any = PlainWriter
        load_scene(scene_file)(brief, CairoRenderer(file_writer_class=writer)).render()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    settings = load(ROOT / "config.toml")
    script = parse(settings.paths.script)
    short = next(s for s in script.shorts if s.number == options.short)
    ratios = []
    with Production.opened(script, settings) as made, tempfile.TemporaryDirectory() as folder:
        brief, scene_file = made.prepare(short, Path(folder), Watch()), made.scene_of(short)
        for number in range(options.rounds):
            started = time.monotonic()
            shoot(
                brief, scene_file, made.encoder, Path(folder) / "ours.mp4", Cache(Path(folder), 0)
            )
            ours = time.monotonic() - started
            started = time.monotonic()
            plain_manim(brief, scene_file, Path(folder) / f"manim-{number}")
            manim = time.monotonic() - started
            ratios.append(ours / manim)
            print(f"ours {ours:6.1f} s   plain Manim {manim:6.1f} s   ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f} (below 1: ours is faster)")


if __name__ == "__main__":
    main()
