"""What one version of a listing has of another, line by line and word by word, and how the rest
goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from manim import (
    LEFT,
    Animation,
    AnimationGroup,
    ManimColor,
    Rectangle,
    Scene,
    VGroup,
    smooth,
    squish_rate_func,
)

from gradreel.stage.space import units

ALIKE = 0.55  # share of its characters that a line keeps and is still the same line, changed
BAR = 5  # pixels: the stroke through a removed row

# When, in shares of the whole change, what is gone leaves, what stays moves, what is new comes.
LEAVE = squish_rate_func(smooth, 0.0, 0.4)
MOVE = squish_rate_func(smooth, 0.25, 0.7)
COME = squish_rate_func(smooth, 0.5, 1.0)


def same_lines(old: str, new: str) -> dict[int, int]:
    """Lines of `new` and the lines of `old` that they were, both counted from 1 and both rising.
    A line may be indented anew, or changed in part."""
    before, after = ([line.strip() for line in text.splitlines()] for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: dict[int, int] = {}
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            found |= {j + n + 1: i + n + 1 for n in range(i_end - i)}
        else:
            found |= {b + 1: a + 1 for a, b in _alike(before, after, (i, i_end), (j, j_end))}
    return found


def same_words(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places in `old` and `new` of the words that both have, in order."""
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for n in range(block.size):
            yield block.a + n, block.b + n


def _alike(
    before: list[str], after: list[str], old: tuple[int, int], new: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Pairs of similar lines of two stretches: the most similar first, then those on either side
    of it."""
    pairs = [
        (SequenceMatcher(None, before[i], after[j], autojunk=False).ratio(), i, j)
        for i in range(*old)
        for j in range(*new)
        if before[i] and after[j]
    ]
    best, i, j = max(pairs, key=lambda pair: pair[0], default=(0.0, 0, 0))
    if best >= ALIKE:
        yield from _alike(before, after, (old[0], i), (new[0], j))
        yield i, j
        yield from _alike(before, after, (i + 1, old[1]), (j + 1, new[1]))


class Morph(AnimationGroup):
    """All of a change. At its end what is gone leaves the card's rows and the stage."""

    def __init__(self, animations: list[Animation], rows: VGroup, gone: VGroup) -> None:
        super().__init__(*animations, run_time=1.0)
        self.rows, self.gone = rows, gone

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        self.rows.remove(self.gone)
        scene.remove(*self.gone)


class Struck(Animation):
    """A row is struck out and fades."""

    def __init__(self, row: VGroup, colour: ManimColor) -> None:
        self.bar = Rectangle(width=row.width, height=units(BAR), stroke_width=0)
        self.bar.move_to(row).set_fill(colour, opacity=0).set_z_index(3)
        self.left, self.length = self.bar.get_left(), row.width
        self.struck = VGroup(row, self.bar)
        super().__init__(self.struck, run_time=1.0, rate_func=LEAVE)

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        self.bar.stretch_to_fit_width(self.length * max(0.01, min(1.0, share / 0.6)))
        self.bar.move_to(self.left, aligned_edge=LEFT)
        self.struck.set_fill(opacity=min(1.0, (1 - share) / 0.4))
