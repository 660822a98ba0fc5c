"""What films cost beside the bare encoding of their frames, the floor that nothing goes below.

    python -m bench.speed [single] [warm] [edit] [still] [day] [--short 13] [--rounds 3] [--jobs 2]

`single` is a film with an empty cache, from the start of the process to the verified MP4; `warm`
the same film anew from a full cache, and once more when nothing changed; `edit` films of the day
after one word of their last bullet was changed, since what that moves differs from short to short;
`still` one picture with an empty cache; `day` all films.

The floor is ffmpeg on the same raw yuv420p frames with the film's own x264 settings: on two threads
for one film; for a day on one thread each, as many at a time as the day has jobs. Only ratios from
one run mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from gradreel import shoot
from gradreel.encode import video_arguments
from gradreel.media import run
from gradreel.model import Brief
from gradreel.pipeline import Production, Watch
from gradreel.planes import Pixels, Planes, Rows
from gradreel.script import parse
from gradreel.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent
EDITED = (5, 9, 13, 19, 27)  # shorts of day 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, seconds that the machine's cores were busy meanwhile, and megabytes of
    the largest process."""

    wall: float
    cpu: float
    peak: float
    said: str = ""

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s   {self.cpu:6.1f} CPU s   {self.peak:5.0f} MB"


def cost_of(*commands: Sequence[str]) -> Cost:
    """Of commands that start together."""
    started, before, said = time.monotonic(), busy(), b""
    peaks = []
    with tempfile.TemporaryFile() as output:
        running = [subprocess.Popen(c, cwd=ROOT, stdout=output) for c in commands]
        for process in running:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{' '.join(commands[0])} ended with {process.returncode}")
            peaks.append(usage.ru_maxrss / 1024)
        wall = time.monotonic() - started
        output.seek(0)
        said = output.read()
    return Cost(wall, busy() - before, max(peaks), said.decode())


def busy() -> float:
    """Seconds that all cores have worked since the machine started: what killed processes did is
    in no other count. Only Linux tells."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def render(folder: Path, *arguments: str) -> Cost:
    """Films and cache are in `folder`."""
    config, usual = folder / "config.toml", (ROOT / "config.toml").read_text("utf-8")
    for key, value in (("script", "assets/day03.md"), ("recordings", "assets/voice")):
        usual = re.sub(rf'(?m)^{key} = "{value}"', f'{key} = "{ROOT / value}"', usual)
    config.write_text(usual, "utf-8")
    program = [sys.executable, "render.py", "--json", "--config", str(config)]
    return cost_of([*program, *arguments])


def stages(cost: Cost) -> str:
    told = json.loads(cost.said.splitlines()[0])["stages"]
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in told.items())


def edited(number: int, target: Path) -> str:
    """The day with one word of a short's last bullet changed. Returns the new bullet."""
    script = parse(ROOT / "assets" / "day03.md")
    short = next(short for short in script.shorts if short.number == number)
    lines = script.path.read_text("utf-8").splitlines(keepends=True)
    line = short.talk[-1].line - 1
    word = re.findall(r"(?<![`$*])\b[a-z]{4,}\b(?![`$*(])", lines[line])[-1]
    lines[line] = re.sub(rf"\b{word}\b", "soon", lines[line])
    target.write_text("".join(lines), "utf-8")
    return lines[line].strip()


def floor(raw: Path, settings: Settings, threads: int) -> list[str]:
    """The command that only encodes."""
    platform, encode = settings.platform, replace(settings.encode, threads=threads)
    size = f"{platform.width}x{platform.height}"
    return [
        "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size,
        "-r", str(platform.fps), "-i", str(raw), *video_arguments(platform, encode),
        "-f", "mp4", f"{raw}-{threads}.mp4",
    ]  # fmt: skip


def raw_frames(brief: Brief, scene: Path, target: Path) -> None:
    """The film's frames as x264 is given them."""
    planes = Planes(brief.platform.width, brief.platform.height)
    with target.open("wb") as file:

        def write(_: int, pixels: Pixels, changed: Rows) -> None:
            file.writelines(plane.data for plane in planes.of(pixels, changed))

        shoot.develop(brief, scene, None, write)


def likeness(film: Path, raw: Path, settings: Settings) -> float:
    """SSIM of the film's picture and the raw frames, over all planes."""
    platform = settings.platform
    _, _, said = run(
        "ffmpeg", "-hide_banner", "-nostats", "-i", str(film), "-f", "rawvideo",
        "-pix_fmt", "yuv420p", "-s", f"{platform.width}x{platform.height}",
        "-r", str(platform.fps), "-i", str(raw), "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-",
    )  # fmt: skip
    found = re.search(r"All:([\d.]+)", said)
    return float(found[1]) if found else 0.0


def films(settings: Settings, numbers: Sequence[int] | None = None) -> Iterator[tuple[Brief, Path]]:
    """What films are drawn from: those of some shorts, or all."""
    script = parse(settings.paths.script)
    with Production.opened(script, settings) as made:
        for short in script.shorts:
            if numbers is None or short.number in numbers:
                with tempfile.TemporaryDirectory() as folder:
                    yield made.prepare(short, Path(folder), Watch()), made.scene_of(short)


def single(settings: Settings, number: int, rounds: int) -> None:
    """One film, from the start of the process to the verified MP4."""
    encode = settings.encode
    print(f"short {number}, x264 {encode.preset}, CRF {encode.crf}, {encode.threads} threads")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, ratios = folder / "frames.yuv", []
        for brief, scene in films(settings, [number]):
            raw_frames(brief, scene, raw)
        for _ in range(rounds):
            shutil.rmtree(folder / ".cache", ignore_errors=True)
            ours = render(folder, "--short", str(number), "--force")
            bare = cost_of(floor(raw, settings, 2))
            ratios.append(ours.wall / bare.wall)
            print(f"film  {ours}   {stages(ours)}")
            print(f"floor {bare}   ratio {ratios[-1]:.2f}")
        (film,) = folder.glob("out/*/*/*.mp4")
        ratio, alike = statistics.median(ratios), likeness(film, raw, settings)
        print(f"median ratio {ratio:.2f}, SSIM {alike:.4f}")


def warm(number: int, rounds: int) -> None:
    """A film of which everything is in the cache, and one that need not be made."""
    with tempfile.TemporaryDirectory() as name:
        cold = render(Path(name), "--short", str(number))
        print(f"cold      {cold}   {stages(cold)}")
        for _ in range(rounds):
            again = render(Path(name), "--short", str(number), "--force")
            print(f"warm      {again}   ratio {again.wall / cold.wall:.2f}   {stages(again)}")
            print(f"unchanged {render(Path(name), '--short', str(number))}")


def edit(numbers: Sequence[int]) -> None:
    """Films after a change of one word."""
    ratios = []
    for number in numbers:
        with tempfile.TemporaryDirectory() as name:
            changed = Path(name) / "day03.md"
            bullet = edited(number, changed)
            cold = render(Path(name), "--short", str(number))
            again = render(Path(name), "--short", str(number), "--day", str(changed))
        ratios.append(again.wall / cold.wall)
        print(f"cold   {cold}   {stages(cold)}")
        print(f"edited {again}   ratio {ratios[-1]:.2f}   {stages(again)}   {number}: {bullet}")
    print(f"median ratio {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")


def day(settings: Settings, jobs: int) -> None:
    """All films, and the floor of each on one thread."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = render(folder, "--all", "-j", str(jobs))
        print(f"day, -j {jobs}   {ours}")
        print(f"unchanged   {render(folder, '--all')}")
        bare, waiting = 0.0, films(settings)
        while some := list(islice(waiting, jobs)):
            raws = [folder / f"{place}.yuv" for place in range(len(some))]
            for (brief, scene), raw in zip(some, raws, strict=True):
                raw_frames(brief, scene, raw)
            bare += cost_of(*(floor(raw, settings, 1) for raw in raws)).wall
        print(f"floors, {jobs} at a time   {bare:6.1f} s   ratio {ours.wall / bare:.2f}")


def still(number: int) -> None:
    """One moment of a film as a picture, from the start of the process."""
    with tempfile.TemporaryDirectory() as name:
        print(f"still {render(Path(name), '--short', str(number), '--still', '15')}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    modes = ("single", "warm", "edit", "still", "day")
    parser.add_argument("what", nargs="*", default=["single"], choices=modes)
    parser.add_argument("--short", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    settings = load(ROOT / "config.toml")
    if "single" in options.what:
        single(settings, options.short, options.rounds)
    if "warm" in options.what:
        warm(options.short, options.rounds)
    if "edit" in options.what:
        edit(EDITED)
    if "still" in options.what:
        still(options.short)
    if "day" in options.what:
        day(settings, options.jobs)


if __name__ == "__main__":
    main()
