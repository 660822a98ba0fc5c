"""WAV files and samples: read what is really there, trim, fade, write in one step."""

from __future__ import annotations

import os
import struct
import wave
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from gradreel.errors import VoiceError, VoiceLost
from gradreel.voice import Samples, Take

LEAD = 0.05  # seconds kept before the first sound
TAIL = 0.12  # and after the last
FADE = 0.01
CLOSURE = 0.06  # at the start of a word: before p, t and k the lips or the tongue are shut
SILENT = 0.01  # of full scale; below it is no speech
HUSH = 0.12  # seconds that a silence inside a hurried sentence keeps


def read(path: Path) -> tuple[Samples, int]:
    """The samples of a mono 16-bit WAV and its rate in Hz.

    Counts the bytes that are there, since a header may promise more than was written. Raises
    `VoiceError` for anything but a complete file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VoiceLost(f"the voice wrote no sound: {error.strerror}.") from None
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise VoiceLost(f"the voice wrote no WAV file ({len(data)} bytes).")
    chunks = {}
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        chunks[data[at : at + 4]] = body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise VoiceLost(
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


def hurried(take: Take) -> Take:
    """The take with its inner silences cut to `HUSH` seconds, from their middles, with soft
    seams."""
    if take.samples is None:
        return take
    rate, hush = take.rate, round(HUSH * take.rate)
    loud = np.flatnonzero(np.abs(take.samples) > SILENT)
    gaps = np.flatnonzero(np.diff(loud) > hush)
    cuts = [(int(loud[g]) + hush // 2, int(loud[g + 1]) - (hush - hush // 2)) for g in gaps]
    fade = np.linspace(0, 1, max(1, round(FADE * rate)), dtype=np.float32)
    kept, since = [], 0
    for first, last in [*cuts, (len(take.samples), 0)]:
        piece = take.samples[since:first].copy()
        if since:
            piece[: fade.size] *= fade[: piece.size]
        if last:
            piece[-fade.size :] *= fade[::-1][-piece.size :]
        kept.append(piece)
        since = last
    samples = np.concatenate(kept)

    def moved(time: float) -> float:
        at = time * rate
        return (at - sum(min(max(at - first, 0), last - first) for first, last in cuts)) / rate

    times = tuple((moved(start), moved(end)) for start, end in take.times)
    return replace(take, samples=samples, seconds=len(samples) / rate, times=times)


def begins(samples: Samples, rate: int, starts: list[float]) -> list[float]:
    """Where each word is first heard: its start, or up to `CLOSURE` seconds after it."""
    marks = [round(start * rate) for start in [*starts, len(samples) / rate]]
    found = []
    for start, (begin, until) in zip(starts, pairwise(marks), strict=True):
        first, last = heard(samples[begin : min(until, begin + round(CLOSURE * rate))])
        found.append((begin + first) / rate if last else start)
    return found


def ends(samples: Samples, rate: int, starts: list[float]) -> list[float]:
    """Where each word's sound stops: its last loud sample before the next word starts."""
    marks = [round(start * rate) for start in [*starts, len(samples) / rate]]
    found = []
    for begin, until in pairwise(marks):
        _, last = heard(samples[begin:until])
        found.append((begin + last) / rate if last else until / rate)
    return found
