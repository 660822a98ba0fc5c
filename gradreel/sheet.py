"""Contact sheets: a dozen moments of a film on one picture, and taken off it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

COLUMNS, ROWS = 6, 2
COUNT = COLUMNS * ROWS
WIDTH, HEIGHT = 360, 640  # pixels of a moment: about what a phone shows
GAP = 12


def moments(frames: int) -> list[int]:
    """The poster, frames spread over the film, and the last frame."""
    return [round(n * (frames - 1) / (COUNT - 1)) for n in range(COUNT)]


def laid_out(pictures: Sequence[Image.Image], ground: str) -> Image.Image:
    """`COUNT` pictures of any size, in reading order."""
    size = (COLUMNS * (WIDTH + GAP) + GAP, ROWS * (HEIGHT + GAP) + GAP)
    page = Image.new("RGB", size, ground)
    for place, picture in enumerate(pictures):
        left, top = _corner(place)
        page.paste(picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), (left, top))
    return page


def taken_off(path: Path) -> list[Image.Image]:
    """The pictures of a sheet."""
    with Image.open(path) as page:
        page.load()
        corners = map(_corner, range(COUNT))
        return [page.crop((left, top, left + WIDTH, top + HEIGHT)) for left, top in corners]


def _corner(place: int) -> tuple[int, int]:
    row, column = divmod(place, COLUMNS)
    return GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)
