"""A loop's scalars, iteration by iteration."""

from __future__ import annotations

import pytest
from snippets import short, traced

from gradreel.trace.series import Series, series_by_round, series_of


def test_a_loop_s_scalars_are_read_in_order() -> None:
    loss, w, b = series_of(short(20))
    assert (loss.name, w.name, b.name) == ("loss", "W", "b")
    assert len(loss.values) == 50
    assert loss.values[0] == pytest.approx(4.2261753)


def test_the_rounds_of_an_inner_loop_are_called_after_the_outer_one() -> None:
    trace = traced(
        "import torch\n"
        "for lr in (2, 0.5):\n"
        "    w = torch.tensor(1.0)\n"
        "    for step in range(3):\n"
        "        w -= lr * 1\n"
    )
    assert series_by_round(trace, "w") == (
        Series("lr = 2", (-1.0, -3.0, -5.0)),
        Series("lr = 0.5", (0.5, 0.0, -0.5)),
    )
