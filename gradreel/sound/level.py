"""How loud samples are, and how much of them lies beside a voice.

The voice is the measure of all levels here: nothing has a level of its own, only a distance to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from av import AudioFrame
from av.filter import Graph

from gradreel.encode import SAMPLE_RATE
from gradreel.media import Sound

# What sounds while somebody speaks stays 20 dB below the speech: WCAG 2.2, success criterion
# 1.4.7 (Low or No Background Audio) and its technique G56. Measured as loudness, as ears weigh it.
UNDER_SPEECH = 20.0
WINDOW = SAMPLE_RATE // 10
HOP = WINDOW // 10


def factor(decibels: float) -> np.float32:
    """The factor that raises samples by `decibels`."""
    return np.float32(10 ** (decibels / 20))


def ramp(along: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A raised cosine: 0 up to 0, 1 from 1 on, and no corner between."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(along, 0, 1))


def loudness_of(sound: Sound) -> float:
    """Integrated loudness in LUFS, by EBU R 128; -70 or less for silence.

    FFmpeg's own meter, but in this process: another takes longer to start than to measure.
    """
    frame = AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="stereo")
    frame.rate = SAMPLE_RATE
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE,
        format="flt",
        layout="stereo",
        time_base=Fraction(1, SAMPLE_RATE),
    )
    meter = graph.add("ebur128", "metadata=1:framelog=quiet")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    graph.push(frame)
    graph.push(None)
    lufs = float("-inf")
    with suppress(EOFError):
        while True:
            lufs = float(graph.pull().metadata.get("lavfi.r128.I", lufs))
    return lufs


def loudest(sound: Sound) -> float:
    """The loudness of the loudest tenth of a second in LUFS; -inf for silence.

    Weighted and summed as ITU-R BS.1770-5 does it, but over 0.1 s instead of 0.4 s: a tick must
    not hide in the silence around it.
    """
    power = max(map(_power, _stretches(sound)), default=0)
    return -0.691 + 10 * float(np.log10(power)) if power > 0 else float("-inf")


def _stretches(sound: Sound) -> Iterator[Sound]:
    """The parts between which it is silent for longer than `WINDOW`."""
    heard = np.flatnonzero(sound.any(axis=1))
    for part in np.split(heard, np.flatnonzero(np.diff(heard) > WINDOW) + 1):
        if part.size:
            yield sound[part[0] : part[-1] + 1]


def _power(sound: Sound) -> float:
    """The weighted power of the loudest `WINDOW`."""
    rest = -len(sound) % WINDOW  # a length with a large prime factor takes several times as long
    padded = np.pad(sound, ((WINDOW, WINDOW + rest), (0, 0)))
    energy = np.cumsum((_weighted(padded) ** 2).sum(axis=1))
    return float(np.max(energy[WINDOW::HOP] - energy[:-WINDOW:HOP])) / WINDOW


# The two filters of BS.1770-5, tables 1 and 2, at 48 kHz: (numerator, denominator) in z^-1.
_HEAD = ((1.53512485958697, -2.69169618940638, 1.19839281085285),
         (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip
_LOW_CUT = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def _weighted(sound: Sound) -> npt.NDArray[np.float64]:
    """`sound` as loud at each frequency as ears find it."""
    spectrum = np.fft.rfft(sound, axis=0)
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(len(sound)))
    for above, below in (_HEAD, _LOW_CUT):
        spectrum *= np.abs(np.polyval(above[::-1], delay) / np.polyval(below[::-1], delay))[:, None]
    weighted: npt.NDArray[np.float64] = np.fft.irfft(spectrum, len(sound), axis=0)
    return weighted
