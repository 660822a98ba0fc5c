"""Zones cut into smaller ones: nothing is lost but the gaps, nothing sticks out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gradreel.model import Zone

WHOLE = Zone(60, 350, 1020, 1290)
WEIGHTS = st.lists(st.floats(0.2, 5), min_size=1, max_size=6)


@given(WEIGHTS, st.integers(0, 40))
def test_rows_tile_the_zone(weights: list[float], gap: int) -> None:
    rows = WHOLE.rows(*weights, gap=gap)
    assert (rows[0].top, rows[-1].bottom) == (WHOLE.top, WHOLE.bottom)
    assert {(row.left, row.right) for row in rows} == {(WHOLE.left, WHOLE.right)}
    assert all(abs(low.top - high.bottom - gap) <= 1 for high, low in pairwise(rows))
    room = WHOLE.height - gap * (len(weights) - 1)
    for row, weight in zip(rows, weights, strict=True):
        assert abs(row.height - room * weight / sum(weights)) <= 1


@given(WEIGHTS)
def test_columns_are_rows_turned(weights: list[float]) -> None:
    turned = Zone(WHOLE.top, WHOLE.left, WHOLE.bottom, WHOLE.right)
    columns = WHOLE.columns(*weights)
    rows = turned.rows(*weights)
    assert [(c.left, c.right) for c in columns] == [(r.top, r.bottom) for r in rows]


def test_smaller_ones() -> None:
    assert WHOLE.inset(40) == Zone(100, 390, 980, 1250)
    assert WHOLE.inset(40, 10) == Zone(100, 360, 980, 1280)
    assert WHOLE.below(800.4) == Zone(60, 800, 1020, 1290)
