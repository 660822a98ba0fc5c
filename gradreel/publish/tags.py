"""The words a short is found by: the author's, else what really ran and what the day is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gradreel.model import Script, Short
from gradreel.publish.text import units

MOST_UNITS = 500  # YouTube Data API, snippet.tags
LONGEST = 30  # units of one tag that YouTube Studio takes
EMPTY = frozenset(
    {"and", "day", "for", "from", "second", "seconds", "short", "shorts", "the", "with"}
)
COMMON = frozenset({"arange", "cat", "clone", "item", "mean", "ones", "randn", "sum", "tensor"})


def tags(script: Script, short: Short, uses: Iterable[str], always: str) -> tuple[str, ...]:
    """Tags in the order of what they say, within YouTube's limit. `always` are the words that every
    short of the day carries, `uses` the functions that the run really called."""
    title = short.title.lower()
    # What the title names comes first; what every snippet calls says nothing.
    called = sorted(
        (name for name in uses if name not in COMMON), key=lambda name: name.lower() not in title
    )
    named = sum(name.lower() in title for name in called)
    own = short.tags or (*called[:named], *_words(script.title), *called[named:])
    found: dict[str, str] = {}
    for tag in (*(word.removeprefix("#") for word in always.split()), *own):
        plain = re.sub(r"[<>,\"]+", " ", tag).strip()
        if plain and units(plain) <= LONGEST:
            found.setdefault(plain.casefold(), plain)
    return tuple(_within(found.values()))


def hashtags(found: Iterable[str], most: int) -> tuple[str, ...]:
    """The first tags as hashtags: `vanishing gradient` is `#VanishingGradient`."""
    signs = (_hashtag(tag) for tag in found)
    return tuple(dict.fromkeys(sign for sign in signs if sign))[:most]


def counted(found: Iterable[str]) -> int:
    """Characters of tags as YouTube counts them: with a comma between two, and with quotes around
    one that has a space."""
    sizes = [units(tag) + 2 * (" " in tag) for tag in found]
    return sum(sizes) + max(0, len(sizes) - 1)


def _within(found: Iterable[str]) -> Iterator[str]:
    kept: list[str] = []
    for tag in found:
        if counted([*kept, tag]) <= MOST_UNITS:
            kept.append(tag)
            yield tag


def _hashtag(tag: str) -> str:
    words = re.findall(r"\w+", tag.replace("_", " "))
    name = "".join(word[0].upper() + word[1:] for word in words)
    return f"#{name}" if any(c.isalpha() for c in name) else ""


def _words(title: str) -> Iterator[str]:
    """What a day is about, without its number."""
    for word in re.findall(r"[^\W\d_][\w-]*", title):
        if word.casefold() not in EMPTY and len(word) > 2 and not word[0].isdigit():
            yield word
