"""Spoken words -> what a caption shows at once: groups of two to five words, or only the words that
tell something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gradreel.model import Binding, SpokenWord, Timeline

MOST_WORDS = 5  # of a group; signs such as `→` are none
MOST_LETTERS = 24  # of a group, with spaces; one unit may be longer
LONG = range(14, 40)  # letters of a unit that gets a line of its own
BESIDE = 12  # letters that the other line may hold then
HOLD = 0.6  # seconds that a group stays after its last word

_ENDS = (".", "!", "?", "…", ":", ";")
_PAUSES = (",", ".", "!", "?", "—")
_OPENS = ("(", "“", "‘")
_QUOTES = "”’\"')"
_ARTICLES = {"a", "an", "the"}
_WEAK = {
    "of", "to", "in", "on", "at", "by", "for", "with", "from", "into", "as",
    "and", "or", "but", "is", "are", "was", "be", "if", "that", "than", "it", "its", "your", "our",
    "each", "every", "no", "not", "why", "how", "when", "who", "what", "so",
}  # fmt: skip
_ARROWS = ("→", "⇒", "/")
_NEVER = 20.0  # a cut that costs more than any way around it: a few more groups, and their cuts
_BREAK = re.compile(r"(?<=[(\[,])|(?=\.[^\W\d])")
_LISTED = re.compile(r"[(\[][^()\[\]]*,")  # `(0,` of `(0, 1)`


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
    for sentence in sentences(timeline.words):
        groups += _grouped(sentence)
    return _held(groups, timeline)


def keywords(timeline: Timeline, bindings: Iterable[Binding]) -> tuple[CaptionGroup, ...]:
    """Only what tells: code, formulas, numbers and the words that point at something. Neighbours
    stay together; each group is there from its first word on, as long as in `captions`."""
    bound = {binding.word for binding in bindings}
    groups: list[tuple[SpokenWord, ...]] = []
    for sentence in sentences(timeline.words):
        runs: list[list[SpokenWord]] = [[]]
        for word in sentence:
            tells = word.code or word in bound or any(c.isdigit() for c in word.shown)
            if tells or (runs[-1] and is_sign(word.shown)):
                runs[-1].append(word)
            elif runs[-1]:
                runs.append([])
        for run in runs:
            while run and not run[-1].code and is_sign(run[-1].shown):
                run.pop()
            groups += map(_bare, _grouped(run))
    return _held(groups, timeline)


def sentences(words: Iterable[SpokenWord], ends: tuple[str, ...] = _ENDS) -> list[list[SpokenWord]]:
    """Cut where a sentence ends and where another part speaks."""
    found: list[list[SpokenWord]] = []
    before: SpokenWord | None = None
    for word in words:
        ended = before is not None and before.shown.rstrip(_QUOTES).endswith(ends)
        if before is None or ended or before.part != word.part:
            found.append([])
        found[-1].append(word)
        before = word
    return found


def cut_cost(before: str, after: str) -> float:
    """How much it hurts to part two neighbours: nothing after a comma, much after `≈` or "the"."""
    if is_sign(before) or before.endswith(("(", "[", "{")) or _LISTED.fullmatch(before):
        return _NEVER
    if after.startswith((",", ".", ";", ")", "]")):
        return _NEVER
    if before.rstrip(_QUOTES).endswith(_PAUSES) or after.startswith(_OPENS):
        return 0.0
    if is_sign(after):
        return 0.5 if after in _ARROWS else 2.2
    plain = before.lower().strip("“”‘’\"'(")
    bound = 1.4 if plain in _ARTICLES else 0.8 if plain in _WEAK else 0.0
    bound += 0.4 if after[0].isdigit() or before.startswith(_OPENS) else 0.0
    return 0.2 + bound


def parts_of(code: str) -> list[str]:
    """Code cut after its brackets and commas and before its dots, so that no name is broken."""
    return [part for part in _BREAK.split(code) if part]


def is_sign(shown: str) -> bool:
    """Whether it is no word: `→`, `≈`, `+`."""
    return not any(character.isalnum() for character in shown)


def _held(groups: Sequence[tuple[SpokenWord, ...]], timeline: Timeline) -> tuple[CaptionGroup, ...]:
    """The groups with their frames."""
    hold = round(HOLD * timeline.fps)
    shown = []
    for index, group in enumerate(groups):
        end = min(group[-1].end + hold, timeline.frames)
        if index + 1 < len(groups):
            end = min(end, groups[index + 1][0].start)
        shown.append(CaptionGroup(group, group[0].start, max(end, group[0].start + 1)))
    return tuple(shown)


def _bare(group: tuple[SpokenWord, ...]) -> tuple[SpokenWord, ...]:
    """Words that stand alone, without the punctuation of the sentence around them."""
    text = "".join(word.shown for word in group)
    first, last = group[0].shown.lstrip('“‘"'), group[-1].shown
    if text.count("(") > text.count(")"):
        first = first.removeprefix("(")
    group = (replace(group[0], shown=first or group[0].shown), *group[1:])
    last = re.sub(r"[,.;:!?…—]$", "", group[-1].shown).rstrip('”’"')
    if text.count("(") < text.count(")"):
        last = last.removesuffix(")")
    return (*group[:-1], replace(group[-1], shown=last or group[-1].shown))


def _grouped(sentence: list[SpokenWord]) -> list[tuple[SpokenWord, ...]]:
    """The fewest groups, of lengths as even as can be, cut where it hurts least, by dynamic
    programming."""
    # best[n]: the cheapest way to cut the first n words, and where its last group begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    for n in range(1, len(sentence) + 1):
        cut = cut_cost(sentence[n - 1].shown, sentence[n].shown) if n < len(sentence) else 0.0
        choices = [
            (best[k][0] + _cost(sentence[k:n]) + cut, k)
            for k in range(n)
            if n - k <= 2 * MOST_WORDS
        ]
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
    lengths = [len(word.shown) for word in words]
    longest = max(lengths)
    inside = longest > MOST_LETTERS and longest not in (lengths[0], lengths[-1])
    most = longest + BESIDE if longest in LONG and not inside else MOST_LETTERS
    spoken = sum(not is_sign(word.shown) for word in words)
    if len(words) > 1 and (letters > most or spoken > MOST_WORDS):
        return 1000.0
    short = (MOST_LETTERS - min(letters, MOST_LETTERS)) / MOST_LETTERS
    alone = 0.7 if len(words) == 1 and letters < MOST_LETTERS / 2 else 0.0
    return 1.0 + short**2 + alone
