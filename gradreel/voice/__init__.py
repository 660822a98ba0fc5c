"""Voices: a sentence in units -> sound and the time of each unit.

A voice is one file with one class, and one `case` in `voice`. It speaks a sentence at a time, the
same sentence always the same way, and returns nothing that it has not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gradreel.errors import ConfigError
from gradreel.model import unknown
from gradreel.settings import Voice as Settings
from gradreel.voice.lexicon import Unit

# Best first, by word error rate; `recorded` is in `cast`, because it belongs to one short.
VOICES = ("kokoro", "hibari", "piper", "pyttsx3", "none")

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Take:
    """A spoken sentence. `times` has (start, end) in seconds for each unit; `exact` if the engine
    told them. `samples` is mono in [-1, 1] at `rate` Hz, None for a voice without sound."""

    samples: Samples | None
    rate: int
    seconds: float
    times: tuple[tuple[float, float], ...]
    exact: bool


class Voice(Protocol):
    """What narration needs of a voice."""

    @property
    def name(self) -> str: ...

    @property
    def natural(self) -> float | None:
        """The words a minute of its own, which it leaves only in need; None if it speaks as
        asked."""

    @property
    def improvises(self) -> bool:
        """Whether it says any sentence, or only those that were recorded."""

    def missing(self) -> str | None:
        """None if all that it needs is there, else the reason and what installs it. Takes no time,
        so what is there may still not work."""

    def available(self) -> str | None:
        """None if it can speak here, else the reason and the line that installs what is missing."""

    def fingerprint(self) -> str:
        """Everything but the text and the pace that its sound depends on, for the cache key."""

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        """Say the units at `pace` words a minute. Raises `VoiceError` if no take was good."""


def voice(name: str, settings: Settings) -> Voice:
    """The synthetic voice called `name`, with the models of `settings`. Raises `ConfigError` with
    the known names."""
    match name:
        case "kokoro":
            from gradreel.voice.kokoro import Kokoro

            return Kokoro(settings.kokoro, settings.kokoro_speaker)
        case "piper":
            from gradreel.voice.piper import Piper

            return Piper(settings.piper)
        case "hibari":
            from gradreel.voice.hibari import Hibari

            return Hibari()
        case "pyttsx3":
            from gradreel.voice.espeak import Pyttsx3

            return Pyttsx3()
        case "none":
            from gradreel.voice.silent import Silent

            return Silent()
    error = unknown("voice", name, ["auto", "recorded", *VOICES])
    raise ConfigError(error.message, fix=error.fix)


def spoken(units: tuple[Unit, ...]) -> tuple[str, tuple[int, ...]]:
    """The text that is said, and the index in it at which each unit begins."""
    text, begins = "", []
    for unit in units:
        if text and not unit.spoken.startswith(","):
            text += " "
        begins.append(len(text))
        text += unit.spoken
    return text, tuple(begins)
