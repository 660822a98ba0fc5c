"""The user's music as a bed: as long as the film, soft at both ends, lower while someone speaks.

The speech is known before it is heard, so the bed gives way before the first word and does not
have to listen for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gradreel.encode import SAMPLE_RATE
from gradreel.errors import ConfigError, EncodeError
from gradreel.media import SILENCE, Sound, samples
from gradreel.sound.level import UNDER_SPEECH, loudness_of, ramp

# Between sentences the bed comes up by 6 dB: it stays more than the 10 LU below the voice that
# Torcoli et al. recommend for commentary over music ("Preferred Levels for Background Ducking",
# J. Audio Eng. Soc. 67/12, 2019), so that the next word never starts against it.
UNDER_PAUSE = 14.0
DOWN = 0.25  # seconds before the first word
UP = 0.60  # seconds after the last
FADE_IN = 0.5
FADE_OUT = 1.0
CROSSFADE = 1.0  # seconds in which the music's end runs into its beginning
SHORTEST = 2.0  # seconds that can be looped
# What holds music; a playlist would make ffmpeg open other files.
FORMATS = "aac,ac3,aiff,ape,asf,au,caf,flac,matroska,mov,mp3,mpegts,ogg,w64,wav,wv"


def music(path: Path, seconds: float) -> Sound:
    """What a film of `seconds` hears of the file, looped where it is shorter, at its own loudness.

    Raises `ConfigError` that names the file where it is missing, no music, too short or silent.
    Cheap enough to be asked before anything is drawn.
    """
    if not path.is_file():
        raise _unusable(path, "is no file")
    try:
        piece = samples(path, SAMPLE_RATE, "-format_whitelist", FORMATS, "-t", f"{seconds + 1:.3f}")
    except EncodeError as error:
        raise _unusable(path, f"cannot be read as sound ({error.message})") from None
    length = round(seconds * SAMPLE_RATE)
    if len(piece) < min(length, SHORTEST * SAMPLE_RATE):
        raise _unusable(path, f"lasts {len(piece) / SAMPLE_RATE:.2f} s, under {SHORTEST:g} s")
    whole = _looped(piece, length)
    if not np.isfinite(whole).all():
        raise _unusable(path, "holds samples that are no numbers")
    if loudness_of(whole) < SILENCE:
        raise _unusable(path, f"is silent for its first {seconds:g} s")
    return whole


def bed(piece: Sound, speech: Iterable[tuple[float, float]]) -> Sound:
    """`piece` under a voice at 0 LUFS that is heard in `speech`, (start, end) in seconds, in order.

    Without speech it is the only sound, and at 0 LUFS itself.
    """
    time = np.arange(len(piece)) / SAMPLE_RATE
    spoken = _joined(speech)
    level = _ducked(time, spoken) if spoken else np.zeros_like(time)
    level -= loudness_of(piece)
    ends = ramp(time / FADE_IN) * ramp((time[-1] - time) / FADE_OUT)
    envelope = (ends * 10 ** (level / 20)).astype(np.float32)
    return piece * envelope[:, None]


def _ducked(
    time: npt.NDArray[np.float64], spoken: list[tuple[float, float]]
) -> npt.NDArray[np.float64]:
    """The bed's distance to the voice in dB at each moment."""
    corners = [(start - DOWN, start, end, end + UP) for start, end in spoken]
    low = ramp(np.interp(time, np.ravel(corners), [0, 1, 1, 0] * len(spoken)))
    return -UNDER_PAUSE - (UNDER_SPEECH - UNDER_PAUSE) * low


def _joined(speech: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sentences between which there is no time to come up and go down again count as one."""
    joined: list[tuple[float, float]] = []
    for start, end in speech:
        if joined and start - joined[-1][1] < DOWN + UP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _looped(piece: Sound, length: int) -> Sound:
    """`piece` again and again; where it meets itself, both fade at equal power."""
    lap = round(CROSSFADE * SAMPLE_RATE)
    quarter = np.linspace(0, np.pi / 2, lap, dtype=np.float32)[:, None]
    whole = piece
    while len(whole) < length:
        seam = np.cos(quarter) * whole[-lap:] + np.sin(quarter) * piece[:lap]
        whole = np.concatenate((whole[:-lap], seam, piece[lap:]))
    return whole[:length]


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"the music {path} {why}.",
        fix='Give another file as `music` under [sound] in config.toml, or "" for none.',
    )
