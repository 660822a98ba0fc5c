"""A voice that says a sentence once: after that, it comes from the cache, sample for sample."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from gradreel import fingerprint
from gradreel.cache import Cache
from gradreel.voice import Take, Voice
from gradreel.voice.lexicon import Unit

KIND = "speech"


@dataclass(frozen=True, slots=True)
class Remembered:
    """`voice`, with a memory."""

    voice: Voice
    cache: Cache

    @property
    def name(self) -> str:
        return self.voice.name

    @property
    def natural(self) -> float | None:
        return self.voice.natural

    @property
    def improvises(self) -> bool:
        return self.voice.improvises

    def available(self) -> str | None:
        return self.voice.available()

    def fingerprint(self) -> str:
        return self.voice.fingerprint()

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        key = fingerprint.key(
            self.voice.fingerprint(), units, pace, fingerprint.source("voice", "media.py")
        )
        known = self.cache.get(KIND, key)
        if known is not None:
            return _taken(known)
        take = self.voice.speak(units, pace)
        self.cache.put(KIND, key, _kept(take))
        return take


def _kept(take: Take) -> bytes:
    """A line of JSON, then the samples."""
    head = {"rate": take.rate, "seconds": take.seconds, "times": take.times, "exact": take.exact}
    sound = b"" if take.samples is None else take.samples.astype(np.float32).tobytes()
    return json.dumps({**head, "silent": take.samples is None}).encode() + b"\n" + sound


def _taken(data: bytes) -> Take:
    head, _, sound = data.partition(b"\n")
    told = json.loads(head)
    return Take(
        samples=None if told["silent"] else np.frombuffer(sound, np.float32),
        rate=told["rate"],
        seconds=told["seconds"],
        times=tuple((start, end) for start, end in told["times"]),
        exact=told["exact"],
    )
