"""The scatter plot: points where the data is, a line where the run's W and b put it."""

from __future__ import annotations

import numpy as np
import pytest
from manim import VMobject
from snippets import short

from gradreel.blocks.scatter import Scatter
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.fit import Fit, fit_of
from gradreel.trace.model import Value
from gradreel.trace.series import Series

TYPE = Typesetter(HOUSE)
ZONE = Zone(60, 350, 1020, 1290)
X = Value((5, 1), "float32", (-2.0, -1.0, 0.0, 1.0, 2.0))
Y = Value((5, 1), "float32", (-3.0, -1.0, 1.0, 3.0, 5.0))
FIT = Fit(Series("W", (0.0, 1.0, 2.0)), Series("b", (-0.5, 0.25, 1.0)))


def scatter(fit: Fit = FIT) -> Scatter:
    return Scatter(TYPE, X, Y, fit, ZONE)


def inside(block: VMobject) -> bool:
    left, top = pixel(block.get_corner((-1, 1, 0)))
    right, bottom = pixel(block.get_corner((1, -1, 0)))
    return (
        ZONE.left <= left + 1
        and right <= ZONE.right + 1
        and ZONE.top <= top + 1
        and bottom <= ZONE.bottom + 1
    )


@pytest.mark.parametrize("iteration", [0, 1, 2])
def test_the_line_lies_where_slope_and_intercept_say(iteration: int) -> None:
    block = scatter()
    block.turn_to(iteration)
    slope, intercept = FIT.slope.values[iteration], FIT.intercept.values[iteration]
    start, end = block.line.get_start(), block.line.get_end()
    for x in (-1.0, 1.0):
        wanted = block.at(x, slope * x + intercept)
        part = (wanted[0] - start[0]) / (end[0] - start[0])
        assert np.allclose(start + (end - start) * part, wanted)


def test_only_numbers_of_the_run_are_shown() -> None:
    block = scatter()
    animation = block.fit()
    animation.begin()
    shown = set()
    for alpha in np.linspace(0, 1, 41):
        animation.interpolate(alpha)
        shown.add(tuple(number.text for number in block.numbers))
    assert shown == {("0", "−0.5"), ("1", "0.25"), ("2", "1")}
    animation.finish()
    assert block.now == 2


def test_a_line_may_stand_at_one_iteration() -> None:
    block = scatter()
    animation = block.line_at(1)
    animation.begin()
    animation.finish()
    assert [number.text for number in block.numbers] == ["1", "0.25"]


def test_sticks_follow_the_line() -> None:
    block = scatter()
    block.show_misses()
    for iteration in (0, 2):
        block.turn_to(iteration)
        sticks = block.sticks.points.reshape(-1, 4, 3)
        lengths = np.linalg.norm(sticks[:, -1] - sticks[:, 0], axis=1)
        slope, intercept = FIT.slope.values[iteration], FIT.intercept.values[iteration]
        misses = [abs(y - slope * x - intercept) for x, y in zip(X.numbers, Y.numbers, strict=True)]
        unit = np.linalg.norm(block.at(0, 1) - block.at(0, 0))
        assert np.allclose(lengths, np.array(misses) * unit, atol=1e-6)


def test_nothing_leaves_the_zone_however_wild_the_line() -> None:
    wild = Fit(Series("W", (0.0, -112.01295, 1e6)), Series("b", (99.0, 3.5e-12, -1e9)))
    block = scatter(wild)
    block.show_misses()
    for iteration in (0, 0.4, 1, 1.9, 2):
        block.turn_to(iteration)
        assert inside(block)


def test_the_run_s_own_data_fits() -> None:
    trace = short(20)
    values = {w.name: w.value for s in trace.steps for w in s.writes if w.name in ("X", "y")}
    fit = fit_of(trace)
    assert fit is not None
    block = Scatter(TYPE, values["X"], values["y"], fit, ZONE)  # type: ignore[arg-type]
    assert inside(block)
    assert sum(len(swarm.points) for swarm in block.swarms) == 100 * 32
