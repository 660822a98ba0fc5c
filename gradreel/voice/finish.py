"""Raw sound and the starts of its words -> a `Take` that has been checked."""

from __future__ import annotations

from gradreel.errors import VoiceError
from gradreel.voice import Samples, Take, estimate, sound, spoken
from gradreel.voice.lexicon import Unit


def finished(
    units: tuple[Unit, ...], pace: float, samples: Samples, rate: int, starts: list[float] | None
) -> Take:
    """The take, trimmed. `starts` has the second at which each unit starts in `samples`, None if
    the engine does not tell. Raises `VoiceError` for a sound that cannot be these units."""
    samples, cut = sound.trim(samples, rate)
    seconds = len(samples) / rate
    _check_length(spoken(units)[0], pace, seconds)
    if starts is None:
        body = seconds - sound.LEAD - sound.TAIL
        return Take(samples, rate, seconds, estimate.times(units, body, begin=sound.LEAD), False)
    rising: list[float] = []
    for start in starts:
        rising.append(min(max(start - cut, *rising[-1:], 0.0), seconds))
    begins = sound.begins(samples, rate, rising)
    ends = sound.ends(samples, rate, begins)
    return Take(samples, rate, seconds, tuple(zip(begins, ends, strict=True)), exact=True)


def _check_length(text: str, pace: float, seconds: float) -> None:
    """Refuse a sound that cannot be this text at this pace: spelled letters and numbers vary, but
    not by a factor."""
    expected = len(text) / 5.5 * 60 / pace
    if not 0.4 * expected - 0.3 < seconds < 2.5 * expected + 1.5:
        raise VoiceError(f"{seconds:.1f} s of sound for a text of about {expected:.1f} s")
