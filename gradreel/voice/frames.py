"""Frames a phoneme -> the pace that was asked for, and when each unit starts.

Kokoro and its descendant hibari give every phoneme a whole number of frames and then draw exactly
that much sound, so the frames are the word times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gradreel.errors import VoiceError
from gradreel.voice import Samples
from gradreel.voice.phonemes import Phonemes

RATE = 24_000  # Hz
FRAME = 600  # samples
# Sound comes this much before its frame. Measured: the energy of words that follow a silence.
_EARLY = 0.035  # seconds

Frames = NDArray[np.int64]


def paced(durations: NDArray[np.float32], speed: float) -> Frames:
    """Whole frames whose running total stays within half a frame of `durations / speed`.

    `durations` (n,) are the model's own, in frames; at speed 1 they are only rounded, as the model
    does. No phoneme gets less than one frame; what that takes is given back by the next.
    """
    frames, owed = [], 0.0
    for duration in np.maximum(1, np.round(durations)) / speed:
        frames.append(max(1, round(duration + owed)))
        owed += duration - frames[-1]
    return np.array(frames, np.int64)


def performed(
    said: Phonemes, longest: int, say: Callable[[str], tuple[Samples, Frames | None]]
) -> tuple[Samples, list[float] | None]:
    """The sound of a sentence and the second at which each unit starts in it.

    `say` turns at most `longest` phonemes into samples and frames; the first and the last number
    of its frames are the silence around. Without frames there are no starts. Raises `VoiceError`
    if the frames are not the sound's.
    """
    sounds: list[Samples] = []
    onsets = np.zeros(len(said.text) + 1)
    clock = 0.0
    known = True
    for begin, end in _pieces(said.text, longest):
        samples, frames = say(said.text[begin:end])
        sounds.append(samples)
        if frames is None:
            known = False
            continue
        if len(frames) != end - begin + 2 or abs(frames.sum() * FRAME - len(samples)) > FRAME:
            raise VoiceError("the model's frames are not those of its sound.")
        onsets[begin : end + 1] = clock + frames.cumsum()[:-1] * FRAME / RATE
        onsets[max(begin - 1, 0)] = onsets[begin]  # the space at a cut is not spoken
        clock += len(samples) / RATE
    starts = [_start(said.text, onsets, begin) for begin in said.begins] if known else None
    return np.concatenate(sounds), starts


def _pieces(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Cut at spaces, after punctuation where there is any."""
    begin = 0
    while len(text) - begin > longest:
        window = text[begin : begin + longest]
        cuts = [at for at, sign in enumerate(window) if sign == " " and window[at - 1] in ",.!?"]
        end = begin + (cuts[-1] if cuts else window.rfind(" "))
        if end <= begin:
            raise VoiceError(f"a word of more than {longest} phonemes cannot be spoken.")
        yield begin, end
        begin = end + 1
    yield begin, len(text)


def _start(text: str, onsets: NDArray[np.float64], begin: int) -> float:
    """A word begins to sound in the middle of the space before it."""
    space = onsets[begin] - onsets[begin - 1] if text[begin - 1 : begin] == " " else 0.0
    return float(onsets[begin] - space / 2 - _EARLY)
