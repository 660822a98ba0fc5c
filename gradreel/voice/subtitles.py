"""A timeline as subtitle files, SubRip and WebVTT: whole phrases, for the platforms' own players.

The limits are those of the Netflix Timed Text Style Guide: two lines of 42 characters, 5/6 to 7
seconds, 20 characters a second, two frames between cues that follow each other closely. As in the
TED Translators' guide a cue never holds the end of one sentence and the beginning of another, and
lines end where a phrase ends. YouTube reads plain UTF-8 SubRip without any markup (YouTube Help,
"Supported subtitle files"); the escapes are those of W3C WebVTT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gradreel.model import SpokenWord, Timeline
from gradreel.voice.captions import cut_cost, parts_of, sentences

MOST_LETTERS = 42  # of a line
MOST_LINES = 2
SHORTEST = 5 / 6  # seconds, where the speech leaves them
LONGEST = 7.0
PACE = 20.0  # characters a second that can be read
GAP = 2  # frames between cues
NEAR = 0.5  # seconds; a shorter gap is closed to `GAP`
_ENDS = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class Subtitle:
    """One or two lines, in frames `[start, end)`."""

    lines: tuple[str, ...]
    start: int
    end: int


def srt(timeline: Timeline) -> str:
    """The film's subtitles as a SubRip file."""
    blocks = [
        f"{number}\n{_clock(cue.start, timeline.fps, ',')} --> "
        f"{_clock(cue.end, timeline.fps, ',')}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(subtitles(timeline), 1)
    ]
    return "\n".join(blocks)


def vtt(timeline: Timeline) -> str:
    """The film's subtitles as a WebVTT file."""
    blocks = [
        f"{_clock(cue.start, timeline.fps, '.')} --> {_clock(cue.end, timeline.fps, '.')}\n"
        + "\n".join(_escaped(line) for line in cue.lines)
        + "\n"
        for cue in subtitles(timeline)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def subtitles(timeline: Timeline) -> tuple[Subtitle, ...]:
    """All cues in order; none overlap, and their words are the film's."""
    fps = timeline.fps
    phrases = [phrase for s in sentences(timeline.words, _ENDS) for phrase in _phrases(s, fps)]
    starts: list[int] = []
    for phrase in phrases:
        starts.append(max(phrase[0].start, starts[-1] + 1 if starts else 0))
    cues = []
    for phrase, start, limit in zip(
        phrases, starts, [*starts[1:], max(timeline.frames, starts[-1] + 1)] if starts else [],
        strict=True,
    ):  # fmt: skip
        lines = _lines(phrase)
        seconds = max(SHORTEST, sum(map(len, lines)) / PACE)
        end = max(phrase[-1].end, start + round(seconds * fps))
        if limit - end < NEAR * fps and limit != timeline.frames:
            end = limit - GAP if limit - GAP > start else limit
        end = min(end, limit, start + round(LONGEST * fps))
        cues.append(Subtitle(lines, start, end))
    return tuple(cues)


def _phrases(sentence: list[SpokenWord], fps: int) -> Iterator[list[SpokenWord]]:
    """The fewest phrases that two lines and seven seconds hold, cut where it hurts least, by
    dynamic programming."""
    # best[n]: the cheapest way to cut the first n words, and where its last phrase begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    for n in range(1, len(sentence) + 1):
        cut = cut_cost(sentence[n - 1].shown, sentence[n].shown) if n < len(sentence) else 0.0
        choices = []
        for k in range(n - 1, -1, -1):
            if n - k > 1 and not _fits(sentence[k:n], fps):
                break
            choices.append((best[k][0] + _cost(sentence[k:n], fps) + cut, k))
        best.append(min(choices))
    cuts = [len(sentence)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    for first, last in pairwise(cuts):
        yield sentence[first:last]


def _fits(words: list[SpokenWord], fps: int) -> bool:
    lines = _lines(words)
    short = len(lines) <= MOST_LINES and all(len(line) <= MOST_LETTERS for line in lines)
    return short and words[-1].end - words[0].start <= LONGEST * fps


def _cost(words: list[SpokenWord], fps: int) -> float:
    lines = _lines(words)
    most = MOST_LETTERS * MOST_LINES
    empty = (most - min(most, sum(map(len, lines)))) / most
    hurried = 1.0 if words[-1].end - words[0].start < SHORTEST * fps else 0.0
    return 1.0 + empty**2 + hurried


def _lines(words: list[SpokenWord]) -> tuple[str, ...]:
    """One line if it fits, else two that part no pair and are of like length, else as many as
    it takes: a piece of code may be longer than a line."""
    texts = [word.shown for word in words]
    whole = " ".join(texts)
    if len(whole) <= MOST_LETTERS:
        return (whole,)
    halves = []
    for cut in range(1, len(texts)):
        above, below = " ".join(texts[:cut]), " ".join(texts[cut:])
        if max(len(above), len(below)) <= MOST_LETTERS:
            uneven = abs(len(above) - len(below)) / MOST_LETTERS
            halves.append((cut_cost(texts[cut - 1], texts[cut]) + uneven, (above, below)))
    return min(halves)[1] if halves else tuple(_filled(texts))


def _filled(texts: list[str]) -> Iterator[str]:
    """Lines filled one after the other; what is longer than a line breaks between its names."""
    line = ""
    for text in texts:
        parts = parts_of(text) if len(text) > MOST_LETTERS else [text]
        for number, part in enumerate(parts):
            space = " " if line and not number else ""
            if line and len(line + space + part.rstrip()) > MOST_LETTERS:
                yield line.rstrip()
                line = part.lstrip()
            else:
                line += space + part
    yield line.rstrip()


def _clock(frame: int, fps: int, mark: str) -> str:
    """`00:00:01,233`: rounded to the millisecond, which is exact enough to find the frame."""
    seconds, milliseconds = divmod(round(frame * 1000 / fps), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{milliseconds:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
