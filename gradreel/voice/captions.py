"""Spoken words -> the two-to-five-word groups a caption shows at once."""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.model import SpokenWord, Timeline

MOST_WORDS = 5
MOST_LETTERS = 24  # of a group, with spaces; one unit may be longer
HOLD = 0.6  # seconds that a group stays after its last word
_ENDS = (".", "!", "?", "…", ":", ";")


@dataclass(frozen=True, slots=True)
class CaptionGroup:
    """Words shown together, in frames `[start, end)`."""

    words: tuple[SpokenWord, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        return " ".join(word.shown for word in self.words)


def captions(timeline: Timeline) -> tuple[CaptionGroup, ...]:
    """All groups of a film, in order. A group stays until the next begins, or `HOLD` seconds."""
    groups: list[tuple[SpokenWord, ...]] = []
    for sentence in _sentences(timeline.words):
        groups += _grouped(sentence)
    hold = round(HOLD * timeline.fps)
    shown = []
    for index, group in enumerate(groups):
        end = min(group[-1].end + hold, timeline.frames)
        if index + 1 < len(groups):
            end = min(end, groups[index + 1][0].start)
        shown.append(CaptionGroup(group, group[0].start, max(end, group[0].start + 1)))
    return tuple(shown)


def _sentences(words: tuple[SpokenWord, ...]) -> list[list[SpokenWord]]:
    """Cut where a sentence ends and where another part speaks."""
    sentences: list[list[SpokenWord]] = []
    before: SpokenWord | None = None
    for word in words:
        ended = before is not None and before.shown.rstrip("”\"')").endswith(_ENDS)
        if before is None or ended or before.part != word.part:
            sentences.append([])
        sentences[-1].append(word)
        before = word
    return sentences


def _grouped(sentence: list[SpokenWord]) -> list[tuple[SpokenWord, ...]]:
    """The fewest groups, of lengths as even as can be, by dynamic programming; a comma is a good
    place to cut."""
    # best[n]: the cheapest way to cut the first n words, and where its last group begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    for n in range(1, len(sentence) + 1):
        choices = [(best[k][0] + _cost(sentence[k:n]), k) for k in range(max(0, n - MOST_WORDS), n)]
        best.append(min(choices))
    groups: list[tuple[SpokenWord, ...]] = []
    n = len(sentence)
    while n:
        k = best[n][1]
        groups.insert(0, tuple(sentence[k:n]))
        n = k
    return groups


def _cost(words: list[SpokenWord]) -> float:
    letters = len(" ".join(word.shown for word in words))
    if letters > MOST_LETTERS and len(words) > 1:
        return 1000.0
    short = (MOST_LETTERS - min(letters, MOST_LETTERS)) / MOST_LETTERS
    alone = 0.5 if len(words) == 1 else 0.0
    comma = 0.0 if words[-1].shown.endswith((",", ".", "!", "?", "—")) else 0.2
    return 1.0 + short**2 + alone + comma
