"""Five hundred sentences in two processes while a core is kept busy: is every one of them right?

    python -m bench.endurance [--voice pyttsx3] [--count 500]

Each process speaks sentences of the day at several paces. A take is right if its file was written
and read back whole, is no silence, has a time for every unit, and sounds the same, sample by
sample, as the same sentence spoken with the machine at rest.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from gradreel.errors import GradreelError
from gradreel.script import parse
from gradreel.settings import load
from gradreel.voice import sound, voice
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.narrate import written

ROOT = Path(__file__).resolve().parent.parent
PACES = (150.0, 165.0, 180.0)
Job = tuple[tuple[Unit, ...], float]


def spoken(name: str, job: Job) -> str:
    """The digest of a verified take, or what is wrong with it."""
    units, pace = job
    try:
        take = voice(name, load(ROOT / "config.toml").voice).speak(units, pace)
        if take.samples is None:
            return "no sound"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "take.wav"
            sound.write(path, take.samples, take.rate)
            samples, rate = sound.read(path)
    except GradreelError as error:
        return f"failed: {error}"
    if len(samples) != len(take.samples) or rate != take.rate or len(take.times) != len(units):
        return "incomplete"
    if float(np.abs(samples).max()) < 0.05:
        return "silent"
    return hashlib.sha256(take.samples.tobytes() + repr(take.times).encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voice", default="pyttsx3")
    parser.add_argument("--count", type=int, default=500)
    options = parser.parse_args()
    lexicon = Lexicon.load()
    sentences = [
        lexicon.units(prose)[0]
        for short in parse(ROOT / "assets" / "day03.md").shorts
        for _, prose in written(short)
    ]
    jobs: list[Job] = list(islice(zip(cycle(sentences), cycle(PACES)), options.count))
    names = [options.voice] * len(jobs)
    with ProcessPoolExecutor(2) as pool:
        calm = dict(
            zip(dict.fromkeys(jobs), pool.map(spoken, names, dict.fromkeys(jobs)), strict=False)
        )
    busy = subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"])
    started = time.monotonic()
    try:
        with ProcessPoolExecutor(2) as pool:
            made = list(pool.map(spoken, names, jobs))
    finally:
        busy.kill()
        busy.wait()
    seconds = time.monotonic() - started
    right = sum(
        found == calm[job] and len(found) == 64 for found, job in zip(made, jobs, strict=True)
    )
    print(
        f"{options.voice}: {right} of {len(jobs)} verified, {len(calm)} different, {seconds:.0f} s"
    )
    for wrong in {found for found in made if len(found) != 64}:
        print(f"  {wrong}")
    sys.exit(right != len(jobs))


if __name__ == "__main__":
    main()
