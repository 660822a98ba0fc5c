"""The 30-second solver: what must be seen and what is said -> whole frames.

A film is a row of beats. Each gets the frames that its speech needs, then what its picture wants,
and the rest goes to wherever the silence is shortest for its weight. Where there is room, all is
counted in half seconds: a word more or less then seldom moves anything but itself, and the rest of
the film need not be made again. Nothing is drawn before the row is known to fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gradreel.errors import TooLong
from gradreel.model import (
    Beat,
    Cue,
    Platform,
    Prose,
    Short,
    Speech,
    SpokenWord,
    Timeline,
    Utterance,
)
from gradreel.trace.model import Op, Trace

LEAD = 0.25  # seconds of picture before a beat's first word
PAUSE = 0.30  # between two sentences
TAIL = 0.10  # after a beat's last word
HOOK_LEAD = 0.20  # before the hook, which must speak at once
STEPS = (2, 3, 6, 10)  # that a second is cut into; last comes the single frame
MIDDLE = ("code", "idea", "forward", "backward", "output")


@dataclass(frozen=True, slots=True)
class Need:
    """What a beat asks for, in seconds. `least` must be seen, `wish` should be, above `cap` it gets
    boring; `weight` says how well it bears more."""

    name: str
    least: float
    wish: float
    weight: float
    cap: float = math.inf


def needs(short: Short, trace: Trace) -> tuple[Need, ...]:
    """The beats of a film in order, and what their pictures need."""
    works = sum(1 for _ in worked(trace))
    visits = sum(len(backward.visits) for backward in trace.backwards)
    beats = [Need("hook", 2.4, 2.4, 0.5, cap=3.5), Need("code", 2.5, 2.5, 1.0)]
    if works:
        beats.append(Need("forward", 2.0, min(2.0 + 0.25 * works, 5.0), 1.5))
    if trace.backwards:
        beats.append(Need("backward", 2.5, min(2.5 + 0.25 * visits, 5.0), 1.6))
    if trace.outputs or trace.end.status == "raised":
        beats.append(Need("output", 1.5, 2.0, 1.3))
    if len(beats) == 2:
        beats.append(Need("idea", 2.0, 3.0, 1.2))
    if short.mistake.spans or short.mistake_code:
        wish = 5.0 if short.mistake_code else 3.5
        beats.append(Need("mistake", 3.5, wish, 1.3))
    beats.append(Need("out", 1.5, 1.5, 0.3, cap=2.0))
    return tuple(beats)


def worked(trace: Trace) -> Iterator[Op]:
    """The operations of the author's code that made a tensor from a tensor."""
    for op in trace.ops:
        if not op.internal and op.outputs and any(a.tensor is not None for a in op.inputs):
            yield op


def excess(short: Short, trace: Trace, speech: Speech, platform: Platform) -> float:
    """Seconds that the film would be too long (negative: seconds to spare)."""
    return _excess(short, trace, speech, platform, 1) / platform.fps


def spare(short: Short, trace: Trace, speech: Speech, platform: Platform) -> float:
    """Seconds that are left if everything is counted in half seconds; negative if that does not
    fit, though the film may. What to decide by: a word more or less seldom changes it."""
    return -_excess(short, trace, speech, platform, next(_steps(platform))) / platform.fps


def schedule(
    short: Short, trace: Trace, speech: Speech, platform: Platform, *, path: Path | None = None
) -> Timeline:
    """Place every sentence and word. Raises `TooLong` with the numbers and the part to shorten."""
    for step in _steps(platform):
        if _excess(short, trace, speech, platform, step) <= 0:
            rows = _rows(short, trace, speech, platform.fps, step)
            _share(rows, platform, step)
            return _timeline(rows, platform)
    raise too_long(short, trace, speech, platform, path=path)


def too_long(
    short: Short, trace: Trace, speech: Speech, platform: Platform, *, path: Path | None = None
) -> TooLong:
    """The error for a film that does not fit: by how much, and which part to cut first."""
    over = math.ceil(excess(short, trace, speech, platform) * 10) / 10
    words = math.ceil(over * speech.pace / 60)
    written = [u for u in speech.utterances if not run_beat(u.part)]
    longest = max(written, key=lambda u: u.seconds)
    prose = _prose(short, longest.part)
    return TooLong(
        f"short {short.number:02d} needs {platform.seconds + over:.1f} s of {platform.seconds} s: "
        f"{over:.1f} s or about {words} words too long at {speech.pace:.0f} words a minute.",
        fix=f"Shorten {longest.part!r} first: it takes {longest.seconds:.1f} s, "
        f"{len(longest.words)} words.",
        path=path,
        line=prose.line,
    )


def _prose(short: Short, part: str) -> Prose:
    number = re.fullmatch(r"talk-(\d+)", part)
    if number and int(number[1]) <= len(short.talk):
        return short.talk[int(number[1]) - 1]
    return short.mistake if part == "mistake" else short.hook


# --------------------------------------------------------------------------- which beat says what

_HINTS = {
    "code": "requires_grad flag tracks tracking import tensor tensors use uses with if before "
    "set wrap call parameter parameters input inputs data forward pass train",
    "forward": "forward sigmoid relu tanh softmax activation activations layer layers graph node "
    "linear maps becomes positive max builds computes predictions loss ops op outputs range",
    "backward": "backward gradient gradients derivative derivatives grad grads learn learning "
    "backprop chain rule flat slope vanish vanishing update accumulate accumulates zero reset",
    "output": "print prints printed returns output outputs value values result final sum "
    "probability probabilities then gives so history",
    "idea": "",
}
_CROWDED = 0.06  # what the seconds of a beat's bullets cost, squared: beats share the words
_BUSY = 0.02  # what a second of bullet costs for each second that the program speaks there
_MUTE = 1.5  # what a beat without a word costs, in words that fit


def assign(trace: Trace, speech: Speech, beats: tuple[str, ...]) -> dict[str, str]:
    """Each bullet's beat: in order, where its words belong, and not all in one.

    The best row by dynamic programming: the score of a beat is how well its bullets' words fit it,
    less the square of the seconds they take, and a little for the facts of the run said there.
    """
    talk = [u for u in speech.utterances if u.part.startswith("talk-")]
    middle = [beat for beat in MIDDLE if beat in beats]
    terms = {beat: _terms(beat, trace) for beat in middle}
    loads = {beat: sum(u.seconds for u in speech.utterances if run_beat(u.part) == beat)
             for beat in middle}  # fmt: skip
    fits = [{beat: _affinity(u, terms[beat]) for beat in middle} for u in talk]
    halves = [math.ceil(2 * u.seconds) / 2 for u in talk]

    def worth(beat: str, first: int, last: int) -> float:
        seconds = sum(halves[first:last])
        mute = 0.0 if seconds or loads[beat] else _MUTE
        crowd = _CROWDED * seconds**2 + _BUSY * seconds * loads[beat]
        return sum(fit[beat] for fit in fits[first:last]) - crowd - mute

    # best[n]: the best way to give the first n bullets to the beats seen so far
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ()), *((-math.inf, ()) for _ in talk)]
    for beat in middle:
        best = [
            max(
                (
                    (best[k][0] + worth(beat, k, n), best[k][1] + (beat,) * (n - k))
                    for k in range(n + 1)
                ),
                key=lambda choice: choice[0],
            )
            for n in range(len(talk) + 1)
        ]
    return {u.part: beat for u, beat in zip(talk, best[-1][1], strict=True)}


def _terms(beat: str, trace: Trace) -> frozenset[str]:
    """Words that belong to a beat: its hints and the names in the statements that play in it."""
    match beat:
        case "forward":
            source = " ".join(op.text for op in worked(trace))
        case "backward":
            source = " ".join(backward.text for backward in trace.backwards)
        case "output":
            lines = trace.source.splitlines()
            rows = {out.line for out in trace.outputs}
            source = " ".join(lines[row - 1] for row in rows if 0 < row <= len(lines))
        case _:
            source = ""
    return frozenset(_HINTS[beat].split()) | set(_names(source))


def _names(text: str) -> Iterator[str]:
    for name in re.findall(r"[^\W\d]\w+", text.lower()):
        if name not in ("torch", "print"):
            yield name


def _affinity(utterance: Utterance, terms: frozenset[str]) -> float:
    """How many different words of the sentence belong to the beat; code counts twice."""
    found = {
        (name, word.code)
        for word in utterance.words
        for name in _names(word.shown)
        if name in terms
    }
    return float(sum(2 if code else 1 for _, code in found))


def run_beat(part: str) -> str:
    """The beat of a sentence about the run: `run-backward-2` -> `backward`; a fix is seen in the
    mistake's. "" for the author's parts."""
    found = re.fullmatch(r"run-([a-z]+)(-\d+)?", part)
    beat = found[1] if found else ""
    return "mistake" if beat == "fix" else beat


# --------------------------------------------------------------------------- how long each beat is


@dataclass(slots=True)
class _Row:
    """A beat while its frames are handed out. Its sentences are counted in multiples of `step`."""

    need: Need
    speech: list[Utterance]
    sounding: int  # frames of speech, as they are counted
    frames: int
    breath: float  # the part of the natural pauses that has to be left
    step: int


def _rows(short: Short, trace: Trace, speech: Speech, fps: int, step: int) -> list[_Row]:
    """The beats with as many frames, in multiples of `step`, as each has to have."""
    plan = needs(short, trace)
    names = tuple(need.name for need in plan)
    homes = assign(trace, speech, names)
    said: dict[str, list[Utterance]] = {name: [] for name in names}
    for utterance in _in_order(speech.utterances):
        part = utterance.part
        home = homes.get(part) or run_beat(part) or part
        said[home if home in said else names[2]].append(utterance)
    rows = []
    for need in plan:
        parts = said[need.name]
        sounding = sum(_length(u, fps, step) for u in parts)
        pauses = _pauses(need, len(parts), speech.breath, fps)
        frames = max(sounding + pauses if parts else 0, math.ceil(need.least * fps))
        rows.append(_Row(need, parts, sounding, frames + -frames % step, speech.breath, step))
    return rows


def _excess(short: Short, trace: Trace, speech: Speech, platform: Platform, step: int) -> int:
    """Frames that the film would be too long if all is counted in multiples of `step`."""
    rows = _rows(short, trace, speech, platform.fps, step)
    return sum(row.frames for row in rows) - platform.frames


def _pauses(need: Need, sentences: int, breath: float, fps: int) -> int:
    """The least silent frames of a beat with so many sentences."""
    between = (sentences - 1) * round(PAUSE * breath * fps)
    return _lead(need, breath, fps) + between + math.ceil(TAIL * breath * fps)


def _in_order(utterances: Iterable[Utterance]) -> list[Utterance]:
    """The author's sentences before what the program says of the run."""
    return sorted(utterances, key=lambda u: u.part.startswith("run-"))


def _length(utterance: Utterance, fps: int, step: int = 1) -> int:
    """Its frames, or the next multiple of `step`."""
    frames = math.ceil(round(utterance.seconds * fps, 6))
    return frames + -frames % step


def _lead(need: Need, breath: float, fps: int) -> int:
    return math.floor((HOOK_LEAD if need.name == "hook" else LEAD) * breath * fps)


def _share(rows: list[_Row], platform: Platform, step: int) -> None:
    """Hand out the spare frames in steps: first to pictures that want them, then to the beat whose
    pauses are shortest for its weight. The film's silent end lengthens the last pause."""
    fps, frames = platform.fps, platform.frames

    def hunger(row: _Row) -> float:
        quiet = row.frames - row.sounding + (rows[-1].frames if row is rows[-2] else 0)
        return row.need.weight * (len(row.speech) + 0.5) / (quiet + 1)

    for _ in range((frames - sum(row.frames for row in rows)) // step):
        wanting = [row for row in rows if row.frames < row.need.wish * fps]
        bearing = [row for row in rows if row.frames < row.need.cap * fps]
        max(wanting or bearing or rows, key=hunger).frames += step


def _steps(platform: Platform) -> Iterator[int]:
    """Lengths, in frames, that beats may be multiples of, the largest first."""
    for parts in (*STEPS, platform.fps):
        if platform.fps % parts == 0 and platform.frames % (platform.fps // parts) == 0:
            yield platform.fps // parts


# --------------------------------------------------------------------------- where each word is


def _timeline(rows: list[_Row], platform: Platform) -> Timeline:
    fps = platform.fps
    beats: list[Beat] = []
    words: list[SpokenWord] = []
    starts: list[tuple[str, int]] = []
    slack: list[tuple[str, float]] = []
    begin = 0
    for row in rows:
        after = rows[-1].frames if row is rows[-2] else 0
        for utterance, start in _placed(row, begin, fps, after):
            starts.append((utterance.part, start))
            words += _words(utterance, start, fps)
        parts = tuple(u.part for u in row.speech)
        beats.append(Beat(row.need.name, begin, row.frames, parts))
        sounding = sum(_length(utterance, fps) for utterance in row.speech)
        slack.append((row.need.name, round((row.frames - sounding) / fps, 3)))
        begin += row.frames
    cues = _cues(beats, starts, words)
    return Timeline(
        fps, platform.frames, tuple(beats), cues, tuple(words), tuple(starts), tuple(slack)
    )


def _placed(row: _Row, begin: int, fps: int, after: int) -> Iterator[tuple[Utterance, int]]:
    """Each sentence of a beat and its first frame. Room beyond the smallest pauses goes after the
    sentences, where the picture catches up; less after the last if `after` silent frames follow.
    Like beats, sentences begin on half seconds where they can."""
    gaps = len(row.speech) - 1
    if gaps < 0:
        return
    lead, pause = _lead(row.need, row.breath, fps), round(PAUSE * row.breath * fps)
    quiet = row.frames - row.sounding
    room = quiet - _pauses(row.need, len(row.speech), row.breath, fps)
    last = max(0, (room + after) // (gaps + 1) - after)
    at = begin + lead
    latest = at + room  # first frame of a sentence if all before it had the smallest pauses
    for index, utterance in enumerate(row.speech):
        yield utterance, at
        if index < gaps:
            wider = (room - last) * (index + 1) // gaps - (room - last) * index // gaps
            earliest = at + _length(utterance, fps, row.step) + pause
            latest += _length(utterance, fps, row.step) + pause
            at = _near(earliest + wider, earliest, latest, max(1, fps // 2))


def _near(frame: int, earliest: int, latest: int, step: int) -> int:
    """The multiple of `step` that is nearest to `frame`, if there is one in the bounds."""
    around = frame // step * step
    fit = [each for each in (around, around + step) if earliest <= each <= latest]
    return min(fit, key=lambda each: abs(each - frame), default=min(frame, latest))


def _words(utterance: Utterance, start: int, fps: int) -> Iterator[SpokenWord]:
    last = start + _length(utterance, fps)
    for word in utterance.words:
        first = min(start + math.floor(word.start * fps), last - 1)
        end = min(max(start + math.floor(word.end * fps), first + 1), last)
        yield SpokenWord(word.shown, first, end, utterance.part, word.code, word.cue)


def _cues(
    beats: list[Beat], starts: list[tuple[str, int]], words: list[SpokenWord]
) -> tuple[Cue, ...]:
    """Beats, sentences, the author's cues and words by name; a name belongs to the first of these
    that has it."""
    frames = {beat.name: beat.start for beat in beats}
    for part, frame in starts:
        frames.setdefault(part, frame)
    for word in words:
        if word.cue:
            frames.setdefault(word.cue, word.start)
    count: dict[str, int] = {}
    for word in words:
        for name in _called(word):
            count[name] = count.get(name, 0) + 1
            times = f"-{count[name]}" if count[name] > 1 else ""
            frames.setdefault(f"{name}{times}", word.start)
    return tuple(Cue(name, frame) for name, frame in frames.items())


def _called(word: SpokenWord) -> dict[str, None]:
    """The names a word answers to: `.backward()` is also `backward`, `dim=1` is also `dim`."""
    shown = word.shown.lower().strip("“”‘’\"',;:!?…—– ")
    shown = shown[:-1] if shown.endswith(".") else shown
    bare = re.sub(r"^\W+|\W+$", "", shown)
    head = re.split(r"[=(\[]", bare)[0] if word.code else bare
    return dict.fromkeys(name for name in (shown, bare, head) if name)
