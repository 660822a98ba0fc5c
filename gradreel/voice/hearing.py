"""Sound -> what an ear makes of it, in steps of 10 ms: its spectrum, and where speech is.

The features are mel-frequency cepstra (Davis and Mermelstein, 1980) and their slopes, normalised
over the speech of the file, so that neither the microphone nor the level makes a difference.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gradreel.voice import Samples

RATE = 16_000  # Hz
HOP = 160
STEP = HOP / RATE  # seconds from frame to frame; frame n is centred on n * STEP
_WINDOW = 400
_SIZE = 512
_BANDS = 26
_LOWEST, _HIGHEST = 100.0, 6000.0  # Hz; the highest stays below Nyquist when warped
_CEPSTRA = 13
_REACH = 3  # frames to each side that a slope is taken over
_SLOPES = 3.0  # their weight beside the cepstra
_DEPTH = 39.0  # dB below the loudest that still make a difference
_LOUD = 35.0  # dB below the loudest speech that are still speech
_ABOVE = 9.0  # dB above the room's noise where speech begins
_LEAST = 15.0  # dB below the loudest that are speech in any room

_COSINES = np.cos(np.pi / _BANDS * np.outer(np.arange(_BANDS) + 0.5, np.arange(_CEPSTRA)))

Features = NDArray[np.float32]  # (frames, 2 * _CEPSTRA)
Flags = NDArray[np.bool_]  # (frames,)
Bands = NDArray[np.float64]  # (frames, _BANDS), dB below the loudest frames
Room = NDArray[np.float64]  # (_BANDS,), likewise


def resampled(samples: Samples, rate: int) -> Samples:
    """At `RATE`, by cutting the spectrum."""
    count = round(len(samples) * RATE / rate)
    waves = np.fft.rfft(samples)[: count // 2 + 1] * (count / len(samples))
    return np.asarray(np.fft.irfft(waves, count), dtype=np.float32)


def speech(samples: Samples) -> Flags:
    """Which frames of a sound at `RATE` are speech: well above the noise of the room."""
    level = 10 * np.log10((_framed(samples) ** 2).mean(axis=1) + 1e-10)
    room, loudest = np.percentile(level, (5, 95))
    return np.asarray(level > max(loudest - _LOUD, min(room + _ABOVE, loudest - _LEAST)))


def spectrum(samples: Samples, warp: float = 1.0) -> Bands:
    """The bands of a sound at `RATE`, on a frequency axis scaled by `warp`: a longer vocal tract
    speaks the same vowel lower (Lee and Rose, 1996)."""
    sharpened = np.append(samples[:1], samples[1:] - 0.97 * samples[:-1])
    power = np.abs(np.fft.rfft(_framed(sharpened), _SIZE)) ** 2
    level = 10 * np.log10(power @ _bank(warp).T + 1e-8)
    return np.asarray(level - np.percentile(level, 99))


def room(bands: Bands, talking: Flags) -> Room:
    """What is heard of the room between the words, and at most `_DEPTH` dB down."""
    if talking.all():
        return np.full(_BANDS, -_DEPTH)
    return np.asarray(np.maximum(np.percentile(bands[~talking], 90, axis=0), -_DEPTH))


def features(bands: Bands, talking: Flags, around: Room) -> Features:
    """The cepstra and slopes of a sound as if it were heard in the room `around`."""
    cepstra = np.maximum(bands, around) @ _COSINES
    cepstra = (cepstra - cepstra[talking].mean(axis=0)) / (cepstra[talking].std(axis=0) + 1e-6)
    return np.hstack([cepstra, _SLOPES * _slopes(cepstra)]).astype(np.float32)


def _framed(samples: Samples) -> Samples:
    """(frames, _WINDOW): one window around every `HOP`-th sample."""
    padded = np.pad(samples, (_WINDOW // 2, _WINDOW // 2))
    views = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    return np.asarray(views * np.hanning(_WINDOW), dtype=np.float32)


def _bank(warp: float) -> NDArray[np.float64]:
    """(_BANDS, bins): triangles that overlap by half, evenly spaced in mel."""
    low, high = (2595 * math.log10(1 + edge / 700) for edge in (_LOWEST, _HIGHEST))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1) * warp
    bins = np.fft.rfftfreq(_SIZE, 1 / RATE)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - left) / (middle - left), (right - bins) / (right - middle)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def _slopes(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The regression slope of each column over `_REACH` frames to both sides."""
    padded = np.pad(rows, ((_REACH, _REACH), (0, 0)), mode="edge")
    count = len(rows)
    rise = sum(
        n * (padded[_REACH + n :][:count] - padded[_REACH - n :][:count])
        for n in range(1, _REACH + 1)
    )
    return np.asarray(rise / (2 * sum(n * n for n in range(1, _REACH + 1))))
