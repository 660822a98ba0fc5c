"""ffmpeg and ffprobe as functions: argument lists, no shell, no network, ended after a limit."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gradreel.errors import (
    EncodeError,
    EncoderLost,
    EnvironmentMissing,
    GradreelError,
    StorageFault,
    StorageFull,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Sound: TypeAlias = "npt.NDArray[np.float32]"  # (samples, 2), -1 to 1

SECONDS = 300
SILENCE = -60.0  # LUFS; what is quieter is no sound
METER = ("-filter:a", "ebur128=peak=true:framelog=verbose")


def program(name: str) -> str:
    """Where ffmpeg or ffprobe is. Raises `EnvironmentMissing`."""
    found = shutil.which(name)
    if found is None:
        raise EnvironmentMissing(f"{name} is not installed.", fix="Run: make setup")
    return found


def run(name: str, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Exit code, stdout and stderr of one run. Raises `EncoderLost` if it is killed or hangs."""
    try:
        done = subprocess.run(
            [program(name), *arguments],
            input=stdin,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EncoderLost(f"{name} did not end in {SECONDS} s") from None
    said = done.stderr.decode(errors="replace")
    if done.returncode < 0:
        raise failure(name, done.returncode, said)
    return done.returncode, done.stdout, said


def failure(name: str, code: int, said: str, path: Path | None = None) -> GradreelError:
    """Why a program ended with `code`: it was killed, the disk is full or broken, or it refuses."""
    if code < 0:
        return EncoderLost(f"{name} was ended by {signal.Signals(-code).name}", path=path)
    for words, kind in (
        ("No space left on device", StorageFull),
        ("Disk quota exceeded", StorageFull),
        ("Input/output error", StorageFault),
    ):
        if words in said:
            return kind(f"{name}: {words}.")
    return EncodeError(f"{name} ended with {code}: {last_line(said)}", path=path)


def ffmpeg(*arguments: str, stdin: bytes = b"") -> None:
    """Run ffmpeg. Raises `EncodeError` with its last words."""
    code, _, said = run("ffmpeg", "-v", "error", "-y", *arguments, stdin=stdin)
    if code:
        raise failure("ffmpeg", code, said)


def samples(path: Path, rate: int, *options: str) -> Sound:
    """A sound file decoded and resampled to stereo. `options` are ffmpeg's for what it reads."""
    import numpy as np  # who only runs a program need not wait for it

    code, raw, said = run(
        "ffmpeg", "-v", "error", "-protocol_whitelist", "file,pipe", *options,
        "-i", f"file:{path}", "-ar", str(rate), "-ac", "2", "-f", "f32le", "-",
    )  # fmt: skip
    if code:
        raise failure("ffmpeg", code, said, path)
    return np.frombuffer(raw, np.float32).reshape(-1, 2)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]


def read_meter(said: str) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by EBU R 128, in the summary of `METER`;
    -inf for silence."""
    summary = said.rpartition("Summary:")[2]
    lufs = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    silence = float("-inf")
    return float(lufs[1]) if lufs else silence, float(peak[1]) if peak else silence
