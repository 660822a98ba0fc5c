"""Which effect is heard when: the film's events, read off its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradreel.model import Binding, Source, Timeline
from gradreel.sound.tones import Tone

APART = 0.5  # seconds at least between two ticks, or a tick and what marks a beat
LONGEST = 1.5  # seconds of a glide
LENGTHS = {"tick": 0.2, "error": 0.5}  # seconds; a glide is as long as its beat
MARKS: dict[str, Tone] = {
    "forward": "rise",
    "backward": "fall",
    "output": "tick",
    "mistake": "error",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A tone of the house, the frame it starts at and how long it lasts."""

    tone: Tone
    frame: int
    seconds: float


def effects(timeline: Timeline, bindings: Iterable[Binding]) -> tuple[Effect, ...]:
    """What marks the beats, and a tick for each line of code that lights up for the first time.

    The hook has none: no code is on screen yet.
    """
    marks = tuple(_marks(timeline))
    hook = max((beat.end for beat in timeline.beats if beat.name == "hook"), default=0)
    taken = [mark.frame for mark in marks]
    ticks = []
    for frame in _first_lit(binding for binding in bindings if binding.word.start >= hook):
        if all(abs(frame - other) >= APART * timeline.fps for other in taken):
            taken.append(frame)
            ticks.append(Effect("tick", frame, LENGTHS["tick"]))
    return tuple(sorted((*marks, *ticks), key=lambda effect: effect.frame))


def _marks(timeline: Timeline) -> Iterator[Effect]:
    for beat in timeline.beats:
        if tone := MARKS.get(beat.name):
            whole = min(beat.frames / timeline.fps, LONGEST)
            yield Effect(tone, beat.start, min(LENGTHS.get(tone, whole), whole))


def _first_lit(bindings: Iterable[Binding]) -> Iterator[int]:
    """The frames at which a line of a snippet lights up that was not lit before."""
    lit: set[tuple[Source, int]] = set()
    for binding in sorted(bindings, key=lambda binding: binding.word.start):
        if span := binding.span:
            lines = {(binding.of, line) for line in range(span.line, span.end_line + 1)}
            if lines - lit:
                yield binding.word.start
            lit |= lines
