"""`Short` + what its run showed -> `Speech`: which sentences are said, and how fast.

The author's words always come first. They are spoken at a natural pace; if the film would be too
long, first faster within reason, then with shorter pauses, then, if the owner allows it, without
the silences inside sentences. What room is left is filled with facts of the run, the most telling
first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gradreel import schedule
from gradreel.model import Platform, Prose, Short, Speech, Utterance, Word
from gradreel.trace.model import Trace
from gradreel.voice import Take, Voice, sound
from gradreel.voice.facts import Fact
from gradreel.voice.lexicon import Lexicon

NATURAL = 165.0  # words a minute
SLOWEST, FASTEST = 145.0, 180.0  # words a minute between which a teacher sounds at ease
STEP = 5.0  # words a minute between paces that are tried
STRETCH = 1.15  # of its own pace that a recording bears
TIGHTEST = 0.5  # of the pauses that have to stay
ROOM = 4.0  # seconds to spare beyond what is worth filling: then the voice takes its time
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
    trim: bool = False,
    lexicon: Lexicon | None = None,
    path: Path | None = None,
) -> Speech:
    """Speak a short; one WAV for each sentence is written to `folder`.

    `trace` says how long the pictures need. Facts that do not fit are left out. Raises `TooLong`
    (at `path` and the line to shorten) if the author's own words do not fit at the fastest pace
    with the shortest pauses, and `VoiceError`.
    """
    booth = _Booth(voice, lexicon or Lexicon.load())
    script = dict(written(short))
    slowest, pace, fastest = _paces(voice, pace)

    def excess(speech: Speech) -> float:
        return schedule.excess(short, trace, speech, platform)

    def spare(speech: Speech) -> float:
        return schedule.spare(short, trace, speech, platform)

    speech = booth.record(script, pace)
    if excess(speech) > 0:
        while (over := excess(speech)) > 0 and pace < fastest:
            spoken = _spoken(speech)
            pace = min(fastest, _stepped(pace * spoken / max(spoken - over, 0.1) * 1.01))
            speech = booth.record(script, pace)
        speech = _tightened(speech, excess)
        if excess(speech) > 0 and trim:
            speech = _tightened(booth.record(script, pace, trim=True), excess)
        if excess(speech) > 0:
            raise schedule.too_long(short, trace, speech, platform, path=path)
        return booth.write(speech, folder)
    left, kept = list(facts), script
    while left:
        beats = schedule.schedule(short, trace, speech, platform).beats
        mute = {beat.name for beat in beats if not beat.parts}
        best = max(left, key=lambda fact: fact.value + BREAKS_SILENCE * (fact.beat in mute))
        left.remove(best)
        said = {f.part: f.prose for f in facts if f is best or f.part in kept}  # as they happened
        longer = booth.record(script | said, pace)
        if spare(longer) >= 0:
            kept, speech = script | said, longer
    free = spare(speech) - ROOM
    if free > 0:
        pace = max(slowest, _stepped(pace * _spoken(speech) / (_spoken(speech) + free)))
        speech = booth.record(kept, pace)
    return booth.write(speech, folder)


def rehearse(short: Short, voice: Voice, pace: float, lexicon: Lexicon | None = None) -> None:
    """Speak the author's sentences once, for a voice that remembers: `narrate` begins with them,
    and the run need not be known. Raises `VoiceError`."""
    booth = _Booth(voice, lexicon or Lexicon.load())
    booth.record(dict(written(short)), _paces(voice, pace)[1])


def strained(speech: Speech) -> tuple[str, ...]:
    """A warning for a short that fits, but only out of breath."""
    if speech.breath == 1 and not speech.trimmed:
        return ()
    lost = (1 - speech.breath) * schedule.PAUSE * len(speech.utterances)
    words = max(1, math.ceil(lost * speech.pace / 60))
    trimmed = " and no silence inside sentences" if speech.trimmed else ""
    return (
        f"it fits only at {speech.pace:.0f} words a minute with {speech.breath:.0%} of the "
        f"pauses{trimmed}; about {words} words less would let it breathe",
    )


def _paces(voice: Voice, asked: float) -> tuple[float, float, float]:
    """Words a minute: the slowest, the one to begin with, the fastest."""
    if voice.natural is not None:
        return voice.natural, voice.natural, voice.natural * STRETCH
    return min(asked, SLOWEST), asked, max(asked, FASTEST)


def _stepped(pace: float) -> float:
    """The next full step: if a word more or less changed the pace a little, every sentence would
    have to be spoken anew."""
    return math.ceil(pace / STEP) * STEP


def _tightened(speech: Speech, excess: Callable[[Speech], float]) -> Speech:
    """The speech with as long pauses as fit."""
    for percent in range(100, round(100 * TIGHTEST) - 1, -5):
        speech = replace(speech, breath=percent / 100)
        if excess(speech) <= 0:
            break
    return speech


def _spoken(speech: Speech) -> float:
    return sum(utterance.seconds for utterance in speech.utterances)


def unexplained(short: Short, lexicon: Lexicon) -> tuple[str, ...]:
    """A warning for each sign of the script that the lexicon has no words for."""
    return tuple(
        f"line {prose.line}: the lexicon has no words for {sign!r}"
        for prose in dict(written(short)).values()
        for sign in lexicon.units(prose)[1]
    )


def written(short: Short) -> Iterator[tuple[str, Prose]]:
    """The author's sentences in the order they are said, each with the name of its part."""
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
        self._takes: dict[tuple[str, float, bool], tuple[Utterance, Take]] = {}

    def record(self, script: Mapping[str, Prose], pace: float, *, trim: bool = False) -> Speech:
        """The sentences, in memory: no utterance has audio yet."""
        said = tuple(self._said(part, prose, pace, trim)[0] for part, prose in script.items())
        return Speech(self._voice.name, pace, said, trimmed=trim)

    def write(self, speech: Speech, folder: Path) -> Speech:
        """The same speech with a WAV for each sentence in `folder`."""
        return replace(
            speech, utterances=tuple(self._write(u, speech, folder) for u in speech.utterances)
        )

    def _write(self, utterance: Utterance, speech: Speech, folder: Path) -> Utterance:
        _, take = self._takes[utterance.part, speech.pace, speech.trimmed]
        if take.samples is None:
            return utterance
        path = folder / f"{utterance.part}.wav"
        sound.write(path, take.samples, take.rate)
        return replace(utterance, audio=path)

    def _said(self, part: str, prose: Prose, pace: float, trim: bool) -> tuple[Utterance, Take]:
        key = part, pace, trim
        if key not in self._takes:
            units, _ = self._lexicon.units(prose)
            take = self._voice.speak(units, pace)
            take = sound.hurried(take) if trim else take
            words = tuple(
                Word(unit.shown, unit.spoken, start, end, take.exact, unit.code, unit.cue)
                for unit, (start, end) in zip(units, take.times, strict=True)
            )
            self._takes[key] = Utterance(part, words, take.seconds, None), take
        return self._takes[key]
