"""Forced alignment: when each known word is heard in a recording of it.

The same words are spoken by a synthetic voice that knows its word times, and the recording is
warped on to that. The warp is the cheapest path (Viterbi, 1967; as dynamic time warping: Sakoe and
Chiba, 1978) in which the recording stays with, goes to the next, or leaps to the one after the next
frame of the reference. Between two words it may rest in a silence of any length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradreel.voice import Samples, Take, hearing
from gradreel.voice.hearing import STEP, Features, Flags, Room

WARPS = (0.85, 1.0, 1.18)  # vocal tracts of men, women and children on the reference's
UNEVEN = 0.3  # what staying or leaping costs; frames that sound alike are about 1 apart
RESTING = 0.3  # what a silent frame costs in a rest,
TALKING = 3.0  # and what a frame of speech costs in it
# Measured with whole sentences. Right words: 1.17 and more for a human reader and for two other
# engines, 1.13 in an echoing room. Other words of the same script: 1.10, one in a hundred 1.14.
ALIKE = 1.13

Costs = NDArray[np.float32]  # (frames of the recording, frames of the reference)
Indices = NDArray[np.int64]
Path = NDArray[np.int64]  # the frame of the reference for each frame of the recording


@dataclass(frozen=True, slots=True)
class Alignment:
    """(start, end) in seconds of each word of the reference, and how much better the recording
    fits it than when it is played backwards: about 1 for other words."""

    times: tuple[tuple[float, float], ...]
    likeness: float


def align(samples: Samples, rate: int, takes: Sequence[Take]) -> Alignment:
    """Find the words of `takes`, sentence after sentence, in a recording of all of them at `rate`
    Hz. No times and a likeness of 0 if the recording is less than half as long as they are."""
    sound = hearing.resampled(samples, rate)
    talking = hearing.speech(sound)
    found = [_warped(sound, talking, takes, warp) for warp in WARPS]
    cost, path, costs, rests = min(found, key=lambda each: each[0])
    if not np.isfinite(cost):
        return Alignment((), 0.0)
    backwards, _ = _cheapest(costs[::-1], rests)
    starts = np.searchsorted(path, rests[:-1] + 1, "left") * STEP
    ends = np.searchsorted(path, rests[1:] - 1, "right") * STEP
    return Alignment(tuple(zip(starts.tolist(), ends.tolist(), strict=True)), backwards / cost)


def _warped(
    sound: Samples, talking: Flags, takes: Sequence[Take], warp: float
) -> tuple[float, Path, Costs, Indices]:
    """The cheapest path for one vocal tract, its cost a frame, and what it was found in."""
    bands = hearing.spectrum(sound, warp)
    around = hearing.room(bands, talking)
    reference, rests = _reference(takes, around)
    costs = _costs(hearing.features(bands, talking, around), reference)
    costs[:, rests] = np.where(talking, TALKING, RESTING)[:, None]
    return *_cheapest(costs, rests), costs, rests


def _reference(takes: Sequence[Take], around: Room) -> tuple[Features, Indices]:
    """The frames of all words, with one frame of rest before each and after the last, and the
    index of each rest."""
    frames: list[Features] = []
    rests = [0]
    for take in takes:
        assert take.samples is not None
        sound = hearing.resampled(take.samples, take.rate)
        heard = hearing.features(hearing.spectrum(sound), hearing.speech(sound), around)
        for start, end in take.times:
            first = min(round(start / STEP), len(heard) - 1)
            word = heard[first : max(round(end / STEP), first + 1)]
            frames += [np.zeros_like(word[:1]), word]
            rests.append(rests[-1] + 1 + len(word))
    return np.concatenate([*frames, frames[0]]), np.array(rests)


def _costs(sound: Features, reference: Features) -> Costs:
    """The distance of each frame of the recording from each of the reference; about 1 between
    neighbours that sound alike."""
    squares = (sound**2).sum(axis=1)[:, None] + (reference**2).sum(axis=1)
    squares -= 2 * sound @ reference.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / sound.shape[1]), dtype=np.float32)


def _cheapest(costs: Costs, rests: Indices) -> tuple[float, Path]:
    """The cheapest path through all of the reference, and its cost a frame; infinite if there is
    none."""
    count, size = costs.shape
    stay = np.full(size, UNEVEN, np.float32)
    stay[rests] = 0
    leap = np.full(size, UNEVEN, np.float32)
    leap[rests[:-1] + 1] = 0  # past a rest that the speaker did not take
    best = np.full(size + 2, np.inf, np.float32)  # two columns before the first, never reached
    best[2:4] = costs[0, :2]
    steps = np.zeros((count, size), np.int8)
    ways = np.empty((3, size), np.float32)
    for frame in range(1, count):
        np.add(best[2:], stay, out=ways[0])
        ways[1] = best[1:-1]
        np.add(best[:-2], leap, out=ways[2])
        steps[frame] = ways.argmin(axis=0)
        np.add(ways.min(axis=0), costs[frame], out=best[2:])
    at = size - 1 if best[-1] <= best[-2] else size - 2
    cost = float(best[at + 2]) / count
    path = np.empty(count, np.int64)
    for frame in range(count - 1, -1, -1):
        path[frame] = at
        at = max(at - int(steps[frame, at]), 0)
    return cost, path
