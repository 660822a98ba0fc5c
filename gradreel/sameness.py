"""How alike the films of a day look: a day must not be one template thirty times.

Films are compared by their contact sheets, in three ways that a scrolling thumb notices. The
opening: how the first picture looks. The course: how the pictures look at the same moments. The
composition: where on the screen things are, whatever they are. Looks are compared by perceptual
hash (the signs of the low frequencies of a cosine transform; Zauner, 2010), composition by the
overlap of the places that are drawn on (Jaccard). Captions and header are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.fft import dctn

LOW = 8  # frequencies a side of the hash
DETAIL = 32  # pixels a side of what it is taken from
CELLS = 12, 16  # columns and rows of the composition
INK = 26  # levels of grey above the ground that count as drawn on
FIELD = (0.03, 0.17, 0.97, 0.68)  # of the frame: between header and captions
WEIGHTS = {"opening": 0.35, "course": 0.35, "composition": 0.3}

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Look:
    """What is compared of a film: (64,) bits of its poster, (moments, 64) of what follows, and
    (moments, 192) places that are drawn on."""

    opening: Bits
    course: Bits
    places: Bits

    @classmethod
    def of(cls, pictures: Sequence[Image.Image]) -> Look:
        """From the pictures of a sheet; the last is the first again."""
        fields = [_field(picture) for picture in pictures[:-1]]
        return cls(
            _hash(pictures[0].convert("L")),
            np.stack([_hash(field) for field in fields[1:]]),
            np.stack([_places(field) for field in fields]),
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two films, and how far apart they are: 0 the same, about 1 nothing in common."""

    one: int
    two: int
    opening: float
    course: float
    composition: float

    @property
    def distance(self) -> float:
        return float(sum(weight * getattr(self, name) for name, weight in WEIGHTS.items()))


def pairs(looks: dict[int, Look]) -> list[Pair]:
    """Every pair of films by number, the most alike first."""
    found = [_pair(one, looks[one], two, looks[two]) for one, two in combinations(looks, 2)]
    return sorted(found, key=lambda pair: pair.distance)


def _pair(one: int, a: Look, two: int, b: Look) -> Pair:
    shared = (a.places & b.places).sum(axis=1)
    either = np.maximum(1, (a.places | b.places).sum(axis=1))
    return Pair(
        one,
        two,
        _apart(a.opening, b.opening),
        _apart(a.course, b.course),
        float(1 - (shared / either).mean()),
    )


def _apart(one: Bits, two: Bits) -> float:
    """The bits that differ, so that strangers, who share half of them, are 1 apart."""
    return min(1.0, 2 * float(np.mean(one != two)))


def _field(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    left, top, right, bottom = FIELD
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    return picture.convert("L").crop(box)


def _hash(picture: Image.Image) -> Bits:
    small = np.asarray(picture.resize((DETAIL, DETAIL), Image.Resampling.BOX), np.float64)
    low = dctn(small, norm="ortho")[:LOW, :LOW].ravel()
    return np.asarray(low > np.median(low[1:]))


def _places(picture: Image.Image) -> Bits:
    grey = np.asarray(picture, np.int16)
    drawn = Image.fromarray(np.where(grey > np.median(grey) + INK, 255, 0).astype(np.uint8))
    return np.asarray(np.asarray(drawn.resize(CELLS, Image.Resampling.BOX)).ravel() > 12)
