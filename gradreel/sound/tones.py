"""The four sounds of the house, made of sines: soft, short, in tune with each other.

All are built on E4 and keep to the octaves where vowels are: consonants, which carry the sense of
speech, lie above 2 kHz and stay free. No sound starts or ends other than from and to zero.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from gradreel.encode import SAMPLE_RATE
from gradreel.media import Sound
from gradreel.sound.level import factor, loudest, ramp

Tone = Literal["tick", "rise", "fall", "error"]
Wave = npt.NDArray[np.float64]

E4 = 329.63  # Hz
FIFTH = 1.5  # as a ratio
SEMITONE = 2 ** (1 / 12)


@cache
def samples(tone: Tone, seconds: float) -> Sound:
    """48 kHz stereo of `seconds`; the loudest tenth of a second is at 0 LUFS."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    match tone:
        case "tick":
            wave = _tick(time)
        case "rise":
            wave = _rise(time)
        case "fall":
            wave = _rise(time)[::-1]
        case "error":
            wave = _error(time)
    stereo = np.repeat(wave[:, None], 2, axis=1).astype(np.float32)
    return stereo * factor(-loudest(stereo))


def _tick(time: Wave) -> Wave:
    """A bar of wood: the second partial of a marimba lies two octaves up and dies away sooner."""
    bar = np.exp(-time / 0.040) * np.sin(2 * np.pi * 2 * E4 * time)
    bar += 0.12 * np.exp(-time / 0.012) * np.sin(2 * np.pi * 8 * E4 * time)
    return bar * _edges(time, 0.004, 0.030)


def _rise(time: Wave) -> Wave:
    """A glide up a fifth that swells for two thirds of its length."""
    along = ramp(time / time[-1])
    turns = np.cumsum(E4 * FIFTH**along) / SAMPLE_RATE
    wave = sum(
        share * np.sin(2 * np.pi * partial * turns)
        for partial, share in ((1, 1.0), (2, 0.35), (3, 0.1))
    )
    return wave * _edges(time, time[-1] * 2 / 3, time[-1] / 3)


def _error(time: Wave) -> Wave:
    """Two low notes a semitone apart that rub against each other."""
    low = E4 / 2
    wave = sum(
        share * np.sin(2 * np.pi * partial * note * time)
        for note in (low, low * SEMITONE)
        for partial, share in ((1, 1.0), (2, 0.5), (3, 0.25))
    )
    return wave * np.exp(-time / 0.16) * _edges(time, 0.010, 0.100)


def _edges(time: Wave, attack: float, release: float) -> Wave:
    """From zero within `attack` seconds, back to zero in the last `release` seconds."""
    return ramp(time / attack) * ramp((time[-1] - time) / release)
