"""WAV files and samples: read what is really there, trim, fade, write in one step."""

from __future__ import annotations

import os
import struct
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np

from gradreel.errors import VoiceError
from gradreel.voice import Samples

LEAD = 0.05  # seconds kept before the first sound
TAIL = 0.12  # and after the last
FADE = 0.01
SILENT = 0.01  # of full scale; below it is no speech


def read(path: Path) -> tuple[Samples, int]:
    """The samples of a mono 16-bit WAV and its rate in Hz.

    Counts the bytes that are there, since a header may promise more than was written. Raises
    `VoiceError` for anything but a complete file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VoiceError(f"the voice wrote no sound: {error.strerror}.") from None
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise VoiceError(f"the voice wrote no WAV file ({len(data)} bytes).")
    chunks = {}
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        chunks[data[at : at + 4]] = body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise VoiceError(
                f"the sound is cut short: {len(body):,} of {size:,} bytes of {data[at : at + 4]!r}."
            )
        at += 8 + size + size % 2
    if len(chunks.get(b"fmt ", b"")) < 16 or b"data" not in chunks:
        raise VoiceError("the WAV file has no sound in it.")
    form, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    if (form, channels, bits) != (1, 1, 16):
        raise VoiceError(f"the sound is not mono 16-bit PCM ({channels} channels, {bits} bits).")
    samples = np.frombuffer(chunks[b"data"], dtype="<i2").astype(np.float32)
    samples /= 32768
    return samples, rate


def write(path: Path, samples: Samples, rate: int) -> None:
    """A mono 16-bit WAV, complete under its name or not there at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())
    os.replace(part, path)


def heard(samples: Samples) -> tuple[int, int]:
    """First and one past the last sample that is not silence; (0, 0) if all is."""
    loud = np.flatnonzero(np.abs(samples) > SILENT)
    return (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, 0)


def trim(samples: Samples, rate: int) -> tuple[Samples, float]:
    """The speech with `LEAD` and `TAIL` seconds around it and soft ends, and the seconds cut off
    before it (negative if silence was added). Raises `VoiceError` for silence."""
    first, last = heard(samples)
    if first == last:
        raise VoiceError("the voice made only silence.")
    lead, tail = round(LEAD * rate), round(TAIL * rate)
    padded = np.pad(samples, (lead, tail))
    cut = padded[first : last + lead + tail].copy()
    fade = np.linspace(0, 1, max(1, round(FADE * rate)), dtype=np.float32)
    cut[: fade.size] *= fade
    cut[-fade.size :] *= fade[::-1]
    return cut, (first - lead) / rate


def ends(samples: Samples, rate: int, starts: list[float]) -> list[float]:
    """Where each word's sound stops: its last loud sample before the next word starts."""
    marks = [round(start * rate) for start in [*starts, len(samples) / rate]]
    found = []
    for begin, until in pairwise(marks):
        _, last = heard(samples[begin:until])
        found.append((begin + last) / rate if last else until / rate)
    return found
