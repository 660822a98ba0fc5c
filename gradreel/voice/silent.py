"""The voice without sound, for drafts and for machines that have no voice."""

from __future__ import annotations

from gradreel.voice import Take, estimate
from gradreel.voice.lexicon import Unit

_CALM = 150 / 165  # of the pace asked for: who reads captions needs longer than who listens


class Silent:
    """Estimated times, no audio."""

    name = "none"
    natural = None
    improvises = True

    def missing(self) -> str | None:
        return None

    def available(self) -> str | None:
        return None

    def fingerprint(self) -> str:
        return self.name

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        """Raises nothing."""
        seconds = estimate.seconds(units, pace * _CALM)
        return Take(None, 0, seconds, estimate.times(units, seconds), exact=False)
