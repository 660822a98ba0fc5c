"""Contact sheets, how alike films look, and the page that shows both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of
from PIL import Image, ImageDraw

from gradreel import sheet
from gradreel.review import ALIKE, Reviewed, review
from gradreel.sameness import Look, pairs

SIZE = (270, 480)


def picture(seed: int, *, top: float = 0.3, shift: int = 0) -> Image.Image:
    """Some boxes on a dark ground, where the seed says."""
    random = np.random.default_rng(seed)
    drawn = Image.new("RGB", SIZE, "#0A0E16")
    pen = ImageDraw.Draw(drawn)
    for _ in range(6):
        x, y = random.uniform(0.05, 0.6), random.uniform(top, top + 0.25)
        box = [x * SIZE[0] + shift, y * SIZE[1], (x + 0.3) * SIZE[0] + shift, (y + 0.06) * SIZE[1]]
        pen.rectangle(box, fill="#5FBDF2")
    return drawn


def film(*seeds: int, shift: int = 0) -> list[Image.Image]:
    """A film that shows these pictures in turn and ends on its first."""
    moments = [seeds[n * len(seeds) // (sheet.COUNT - 1)] for n in range(sheet.COUNT - 1)]
    return [picture(seed, shift=shift) for seed in (*moments, seeds[0])]


def test_a_sheet_can_be_taken_apart_again(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    pictures = [Image.new("RGB", SIZE, (n, 2 * n, 3 * n)) for n in range(sheet.COUNT)]
    sheet.laid_out(pictures, "#FFFFFF").save(path)
    for n, taken in enumerate(sheet.taken_off(path)):
        assert taken.size == (sheet.WIDTH, sheet.HEIGHT)
        assert taken.getextrema() == ((n, n), (2 * n, 2 * n), (3 * n, 3 * n))


def test_moments_go_from_the_first_frame_to_the_last() -> None:
    moments = sheet.moments(900)
    assert (moments[0], moments[-1], len(moments)) == (0, 899, sheet.COUNT)
    assert moments == sorted(set(moments))


def distance(one: list[Image.Image], two: list[Image.Image]) -> float:
    (pair,) = pairs({1: Look.of(one), 2: Look.of(two)})
    return pair.distance


def test_distances() -> None:
    a, b = film(1, 2, 3), film(4, 5, 6)
    assert distance(a, a) == 0
    assert distance(a, b) > 0.6
    assert distance(a, film(1, 2, 3, shift=3)) < ALIKE / 2  # nobody sees three pixels
    assert distance(a, film(1, 5, 6)) < distance(a, b)  # the same opening


def test_the_most_alike_come_first() -> None:
    looks = {1: Look.of(film(1, 2)), 2: Look.of(film(3, 4)), 3: Look.of(film(1, 5))}
    assert next((pair.one, pair.two) for pair in pairs(looks)) == (1, 3)


@pytest.fixture
def films(tmp_path: Path) -> list[Reviewed]:
    short = brief_of().short
    made = []
    for number, title in ((2, "<script>alert(1)</script>"), (1, "Plain")):
        path = tmp_path / f"{number:02d}" / "s & t.png"
        path.parent.mkdir()
        sheet.laid_out(film(number, 3), "#000000").save(path)
        found = ("1.0 s: small: '<b>' is set in 20 px",) if number == 2 else ()
        made.append(Reviewed(replace(short, number=number, title=title), path, found))
    return made


def test_the_page_shows_every_film_and_no_markup_of_authors(
    films: list[Reviewed], tmp_path: Path
) -> None:
    target = tmp_path / "review.html"
    (pair,) = review(target, "Day & night", films)
    page = target.read_text("utf-8")
    assert (pair.one, pair.two) == (1, 2)
    assert f"{pair.distance:.2f}" in page
    assert page.index("Plain") < page.index("&lt;script&gt;")
    assert "<script>" not in page
    assert "&lt;b&gt;" in page
    assert 'src="02/s &amp; t.png"' in page
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["review.html"]
