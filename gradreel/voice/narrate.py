"""`Short` + what its run showed -> `Speech`: which sentences are said, and how fast.

The author's words always come first. They are spoken at a natural pace, faster (within
reason) if the film would be too long, and what room is left is filled with facts of the run, the
most telling first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gradreel import schedule
from gradreel.model import Platform, Prose, Short, Speech, Utterance, Word
from gradreel.trace.model import Trace
from gradreel.voice import Take, Voice, sound
from gradreel.voice.facts import Fact
from gradreel.voice.lexicon import Lexicon

NATURAL = 165.0  # words a minute
FASTEST = 180 / 165  # of the pace asked for
CALMEST = 150 / 165
BREATH = 1.0  # seconds that the facts leave free, so that the film can pause
ROOM = 6.0  # seconds free beyond what is worth filling: then the voice takes its time
BREAKS_SILENCE = 40  # what a fact is worth more in a beat that has no words yet


def narrate(
    short: Short,
    trace: Trace,
    facts: tuple[Fact, ...],
    voice: Voice,
    platform: Platform,
    folder: Path,
    *,
    pace: float = NATURAL,
    lexicon: Lexicon | None = None,
    path: Path | None = None,
) -> Speech:
    """Speak a short; one WAV for each sentence is written to `folder`.

    `trace` says how long the pictures need. Facts that do not fit are left out. Raises `TooLong`
    (at `path` and the line to shorten) if the author's own words do not fit at the fastest pace,
    and `VoiceError`.
    """
    booth = _Booth(voice, lexicon or Lexicon.load())
    script = dict(_script(short))

    def excess(speech: Speech) -> float:
        return schedule.excess(short, trace, speech, platform)

    speech = booth.record(script, pace)
    if (over := excess(speech)) > 0:
        pace *= min(FASTEST, _spoken(speech) / max(_spoken(speech) - over, 0.1) * 1.01)
        speech = booth.record(script, pace)
        if excess(speech) > 0:
            raise schedule.too_long(short, trace, speech, platform, path=path)
    left, kept = list(facts), script
    while left:
        beats = schedule.schedule(short, trace, speech, platform).beats
        mute = {beat.name for beat in beats if not beat.parts}
        best = max(left, key=lambda fact: fact.value + BREAKS_SILENCE * (fact.beat in mute))
        left.remove(best)
        said = {f.part: f.prose for f in facts if f is best or f.part in kept}  # as they happened
        longer = booth.record(script | said, pace)
        if excess(longer) <= -BREATH:
            kept, speech = script | said, longer
    free = -excess(speech) - ROOM
    if free > 0:
        pace *= max(CALMEST, _spoken(speech) / (_spoken(speech) + free))
        speech = booth.record(kept, pace)
    return booth.write(speech, folder)


def _spoken(speech: Speech) -> float:
    return sum(utterance.seconds for utterance in speech.utterances)


def unexplained(short: Short, lexicon: Lexicon) -> tuple[str, ...]:
    """A warning for each sign of the script that the lexicon has no words for."""
    return tuple(
        f"line {prose.line}: the lexicon has no words for {sign!r}"
        for prose in dict(_script(short)).values()
        for sign in lexicon.units(prose)[1]
    )


def _script(short: Short) -> Iterator[tuple[str, Prose]]:
    yield "hook", short.hook
    for number, bullet in enumerate(short.talk, 1):
        yield f"talk-{number}", bullet
    if short.mistake.plain.strip():
        yield "mistake", short.mistake


class _Booth:
    """Speaks each sentence once at each pace, and writes only what is used."""

    def __init__(self, voice: Voice, lexicon: Lexicon) -> None:
        self._voice = voice
        self._lexicon = lexicon
        self._takes: dict[tuple[str, float], tuple[Utterance, Take]] = {}

    def record(self, script: Mapping[str, Prose], pace: float) -> Speech:
        """The sentences, in memory: no utterance has audio yet."""
        said = tuple(self._said(part, prose, pace)[0] for part, prose in script.items())
        return Speech(self._voice.name, pace, said)

    def write(self, speech: Speech, folder: Path) -> Speech:
        """The same speech with a WAV for each sentence in `folder`."""
        return replace(
            speech, utterances=tuple(self._write(u, speech.pace, folder) for u in speech.utterances)
        )

    def _write(self, utterance: Utterance, pace: float, folder: Path) -> Utterance:
        _, take = self._takes[utterance.part, pace]
        if take.samples is None:
            return utterance
        path = folder / f"{utterance.part}.wav"
        sound.write(path, take.samples, take.rate)
        return replace(utterance, audio=path)

    def _said(self, part: str, prose: Prose, pace: float) -> tuple[Utterance, Take]:
        key = part, pace
        if key not in self._takes:
            units, _ = self._lexicon.units(prose)
            take = self._voice.speak(units, pace)
            words = tuple(
                Word(unit.shown, unit.spoken, start, end, take.exact, unit.code, unit.cue)
                for unit, (start, end) in zip(units, take.times, strict=True)
            )
            self._takes[key] = Utterance(part, words, take.seconds, None), take
        return self._takes[key]
