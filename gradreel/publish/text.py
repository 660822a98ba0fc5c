"""Texts within a platform's limits: measured as it measures them, cut where words or lines end."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

Measure = Callable[[str], int]

ELLIPSIS = "…"
JOINERS = ("\u200d", "\ufe0e", "\ufe0f")  # tie what follows, or what is before, into one sign
SKIN = range(0x1F3FB, 0x1F400)  # colours of the emoji before them


def units(text: str) -> int:
    """Characters as the platforms count them: UTF-16 units, an emoji being two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def octets(text: str) -> int:
    """Bytes of UTF-8; never fewer than `units`."""
    return len(text.encode("utf-8", "replace"))


def clean(text: str) -> str:
    """Without what no platform shows: control characters, halves of characters, blanks at ends of
    lines, and empty lines around."""
    whole = text.encode("utf-8", "replace").decode("utf-8").expandtabs(4)
    whole = "".join(c for c in whole if c == "\n" or unicodedata.category(c) != "Cc")
    return "\n".join(line.rstrip() for line in whole.split("\n")).strip("\n")


def cut(text: str, limit: int, measure: Measure) -> str:
    """`text`, or as many whole words of it as fit with an ellipsis. Only a first word that is too
    long by itself is broken, and never inside one sign."""
    if measure(text) <= limit:
        return text
    if limit < measure(ELLIPSIS):
        return ""
    kept = _longest(text, limit - measure(ELLIPSIS), measure)
    if not text[len(kept)].isspace() and (words := re.match(r"(?s).*\S(?=\s)", kept)):
        kept = words[0]
    return kept.rstrip() + ELLIPSIS


def cut_lines(lines: Sequence[str], limit: int, measure: Measure, more: str) -> str:
    """The lines, or as many as fit before the line `more`, which says with `{}` how many are left
    out; "" if not even one does."""
    sizes = list(accumulate((measure(line) + 1 for line in lines), initial=0))  # and its line break
    if sizes[-1] - 1 <= limit:
        return "\n".join(lines)
    for kept in range(bisect_right(sizes, limit) - 1, 0, -1):
        told = more.format(len(lines) - kept)
        if sizes[kept] + measure(told) <= limit:
            return "\n".join([*lines[:kept], told])
    return ""


def _longest(text: str, limit: int, measure: Measure) -> str:
    """The longest beginning that fits and ends between two signs."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    while 0 < low < len(text) and _tied(text[low - 1], text[low]):
        low -= 1
    return text[:low]


def _tied(one: str, two: str) -> bool:
    return (
        two in JOINERS
        or one == "\u200d"
        or ord(two) in SKIN
        or unicodedata.combining(two) != 0
        or unicodedata.category(two) in ("Mn", "Me")
    )
