"""`Picture`: a hero on stage. It knows what happens in each beat; when, the storyboard decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from manim import (
    Animation,
    AnimationGroup,
    FadeIn,
    Mobject,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.model import Binding, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.space import pixel, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Span

T = TypeVar("T")

LEAST = 31.5  # pixel em of a text that can be read
SLIP = 8  # pixels that a text may leave the zone by


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens in a picture, made when its turn comes: while `span` of the code is
    lit, and as the voice says the name of `node`, or `said`. Without `show` only the code is lit.
    """

    show: Callable[[], Animation] | None = None
    span: Span | None = None
    node: int | None = None
    said: str = ""
    longest: float = 1.4  # seconds that it may take


ALL = math.inf  # seconds: as long as there are


class Picture:
    """Base of the heroes: `shown` is what stands on the poster, whole.

    A film first stirs it, then goes back to before the run with `begin`, or leaves it and comes
    back with a fresh one that can `enter` an empty stage. Then come the steps of each beat.
    """

    goes_back = True  # whether it shows what a backward pass does
    whole = True  # whether all that it could show has room

    def __init__(self, type_: Typesetter, zone: Zone) -> None:
        self.type, self.zone = type_, zone
        self.turn = 0  # how often something caught the eye
        self.tokens: Callable[[Span], VGroup] = lambda _: VGroup()  # what the code shows of a span

    @property
    def shown(self) -> Sequence[Mobject]:
        raise NotImplementedError

    @property
    def fits(self) -> bool:
        """Whether all of its text can be read and lies in the zone."""
        zone = self.zone
        for part in (p for mobject in self.shown for p in mobject.get_family()):
            if isinstance(part, Line) and part.has_points() and part.get_fill_opacity() > 0:
                left, top = pixel(part.get_corner((-1, 1, 0)))
                right, bottom = pixel(part.get_corner((1, -1, 0)))
                inside = left >= zone.left - SLIP and right <= zone.right + SLIP
                inside = inside and top >= zone.top - SLIP and bottom <= zone.bottom + SLIP
                scale = part.width / part.typeset_width if part.typeset_width else 1
                if not inside or part.em / units(1) * scale < LEAST:
                    return False
        return True

    @property
    def large(self) -> bool:
        """Whether it is worth having beside the code."""
        return True

    @property
    def top(self) -> float:
        """The master pixel where it begins."""
        return min(pixel(mobject.get_top())[1] for mobject in self.shown)

    # ------------------------------------------------------------------ coming and going

    def stir(self) -> Iterable[Step]:
        """What the poster does while the hook is said."""
        yield Step(self.glint)

    def begin(self) -> Animation:
        """From the poster to how things were before the run."""
        return AnimationGroup(*(nod(mobject, 1.0) for mobject in self.shown[:1]))

    def enter(self) -> Animation:
        """It comes on an empty stage, as things were before the run."""
        return AnimationGroup(*map(FadeIn, self.shown), run_time=0.5)

    def hush(self) -> list[Animation]:
        """What makes room when the output comes."""
        return []

    # ------------------------------------------------------------------ the beats

    def given(self) -> Iterable[Step]:
        """While the code is read."""
        return ()

    def forward(self) -> Iterable[Step]:
        return ()

    def backward(self) -> Iterable[Step]:
        return ()

    def output(self) -> Iterable[Step]:
        return ()

    def glint(self) -> Animation:
        """Something small that keeps the eye on it while the voice goes on; another every time."""
        return nod(self.following(self.shown))

    def following(self, things: Sequence[T]) -> T:
        """One after the other, and round again."""
        self.turn += 1
        return things[(self.turn - 1) % len(things)]

    def meant(self, _: Binding) -> Iterable[Meant]:
        """What the voice names in it."""
        return ()


def after(lit: int | None, count: int) -> int | None:
    """The next of so many things to light; after the last all are as before."""
    if lit is None:
        return 0
    return lit + 1 if lit + 1 < count else None


def nod(mobject: Mobject, scale: float = 1.02) -> Animation:
    """A thing steps forward and back."""
    return Transform(mobject, mobject.copy().scale(scale), rate_func=there_and_back, run_time=0.6)
