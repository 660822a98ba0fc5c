"""Contrast by the book, and code that stays readable where it is not lit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradreel.stage.contrast import contrast, dimmed, luminance
from gradreel.stage.theme import HOUSE

CODE = ("text", "quiet", "forward", "backward", "keyword", "number", "string", "comment")
channel = st.integers(0, 255)
colours = st.tuples(channel, channel, channel)


def test_the_values_wcag_gives() -> None:
    assert luminance("#000000") == 0
    assert luminance((255, 255, 255)) == pytest.approx(1)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@given(colours, colours)
def test_contrast_has_no_direction(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert contrast(one, other) == contrast(other, one) >= 1


@pytest.mark.parametrize("role", CODE)
def test_dim_code_is_readable_and_no_brighter_than_need_be(role: str) -> None:
    panel = HOUSE.colour("panel")
    dim = dimmed(HOUSE.colour(role), panel)
    assert 4.5 <= contrast(dim, panel) < 4.75
    assert contrast(dim, panel) < contrast(HOUSE.colour(role), panel)


def test_a_colour_that_is_too_close_stays_itself() -> None:
    assert dimmed("#222222", "#131A26") == "#222222"
