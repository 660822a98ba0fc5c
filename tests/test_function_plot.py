"""Function plots: curves end at their frame, labels stand clear, a zoom moves everything."""

from __future__ import annotations

from itertools import combinations
from math import exp, tanh
from pathlib import Path

import numpy as np
import pytest
from manim import Mobject
from test_stage import brief, scene, timeline

from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.plane import Plane, sampled
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.shoot import inspect
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE = Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)


def leaky(x: float) -> float:
    return x if x > 0 else 0.01 * x


def box(mobject: Mobject) -> tuple[float, float, float, float]:
    left, top = pixel(mobject.get_corner((-1, 1, 0)))
    right, bottom = pixel(mobject.get_corner((1, -1, 0)))
    return left, top, right, bottom


def inside(mobject: Mobject, zone: Zone = ZONE) -> bool:
    left, top, right, bottom = box(mobject)
    across = zone.left - 0.1 <= left and right <= zone.right + 0.1
    return across and zone.top - 0.1 <= top and bottom <= zone.bottom + 0.1


def apart(one: Mobject, other: Mobject) -> bool:
    a, b = box(one), box(other)
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def texts(plot: FunctionPlot) -> list[Line]:
    return [part for part in plot.drawn if isinstance(part, Line)]


def test_a_corner_is_a_point_of_the_curve_and_a_jump_a_gap() -> None:
    (corner,) = sampled(leaky, (-3, 2), kinks=(0,))
    assert min(abs(x) for x, _ in corner) < 1e-6
    left, right = sampled(lambda x: float(x > 0), (-3, 2), kinks=(0,))
    assert {y for _, y in left} == {0}
    assert {y for _, y in right} == {1}


def test_a_curve_that_leaves_its_heights_ends_at_the_frame() -> None:
    plane = Plane(ZONE, (-5, 4), (0, 20))
    curve = plane.graph(lambda x: x * x + 2 * x + 1)
    assert inside(curve)
    assert pixel(curve.get_top())[1] == pytest.approx(ZONE.top)


def test_zooms_over_decades_are_steady() -> None:
    near, far = Plane(ZONE, (-1, 1), (-1, 1)), Plane(ZONE, (-1, 1), (-0.01, 0.01))
    spans = [np.ptp(near.towards(far, way).heights) for way in (0, 0.5, 1)]
    assert spans == pytest.approx([2, 0.2, 0.02])


def test_every_number_and_name_stands_clear_inside_the_zone() -> None:
    plot = FunctionPlot(TYPE, ZONE, tanh, reach=(-3.4, 3.4), heights=(-1.05, 1.05), name="tanh")
    plot.add_curve(lambda x: 1 / (1 + exp(-x)), "operation", "sigmoid")
    for x in (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0):
        plot.drop(x, tanh(x))
        plot.label_input(x)
    for x in (-1.0, 1.0, 3.0):
        plot.label_output(x, tanh(x))
    found = texts(plot)
    assert [t.text for t in found[-3:]] == ["−0.762", "0.762", "0.995"]
    assert all(map(inside, found))
    assert all(apart(one, other) for one, other in combinations(found, 2))
    dots = [part for part in plot.marks if type(part).__name__ == "Dot"]
    assert all(apart(text, dot) for text in found[-3:] for dot in dots)


def test_a_pinned_text_stands_beside_its_point() -> None:
    plot = FunctionPlot(TYPE, ZONE, tanh, reach=(-3.4, 3.4))
    on, left, right = (plot.pin("4", "text", (1.0, 0.5), side=side) for side in (0, -1, 1))
    x, y, _ = plot.plane.at(1, 0.5)
    assert (on.get_x(), on.get_y()) == pytest.approx((x, y))
    assert left.get_right()[0] < x < right.get_left()[0]
    assert x - left.get_right()[0] == pytest.approx(right.get_left()[0] - x, abs=0.1)


def test_what_lands_on_the_curve_says_what_went_in_and_came_out() -> None:
    plot = FunctionPlot(TYPE, ZONE, lambda x: 2 * x, reach=(-0.6, 5.2))
    plot.land(3.0, 6.0)
    assert [text.text for text in texts(plot)] == ["3", "6"]
    assert all(map(inside, texts(plot)))
    (dot,) = (part for part in plot.marks if type(part).__name__ == "Dot")
    assert np.allclose(dot.get_center(), plot.plane.at(3.0, 6.0))


def test_a_tangent_shows_the_slope_it_was_given_as_rise_over_run() -> None:
    plot = FunctionPlot(TYPE, ZONE, lambda x: x * x + 2 * x + 1, reach=(-5, 4))
    plot.tangent(3.0, 16.0, 8.0)
    (number,) = texts(plot)
    assert number.text == "8"
    _, legs = plot.marks[1:3]
    start, end = legs.points[0], legs.points[-1]
    one, rise = plot.plane.at(1, 1) - plot.plane.at(0, 0), end - start
    assert (rise[1] / one[1]) / (rise[0] / one[0]) == pytest.approx(8)
    assert all(map(inside, plot.marks))


def test_what_becomes_the_slope_flies_to_where_it_stands(tmp_path: Path) -> None:
    body = """
from manim import Dot
from gradreel.blocks.function_plot import FunctionPlot
from test_function_plot import TYPE, ZONE, texts
plot, source = FunctionPlot(TYPE, ZONE, lambda x: x * x, reach=(-5, 4)), Dot()
with self.beat("b0"):
    self.add(plot, source)
    self.play(plot.tangent(3.0, 9.0, 6.0, out_of=source))
    (number,) = texts(plot)
    assert abs(source.get_center() - number.get_center()).max() < 0.01
    assert number in self.mobjects
    assert source not in self.mobjects
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_rise_over_run_runs_from_zero_to_the_point_and_is_the_slope() -> None:
    plot = FunctionPlot(TYPE, ZONE, lambda w: 2 * w, reach=(-0.6, 5.2))
    plot.rise_over_run(3.0, 6.0, 2.0)
    (number,) = texts(plot)
    assert number.text == "6 / 3 = 2"
    run, rise, *_ = plot.marks
    for leg, first, last in ((run, (0, 0), (3, 0)), (rise, (3, 0), (3, 6))):
        assert leg.points[0] == pytest.approx(plot.plane.at(*first))
        assert leg.points[-1] == pytest.approx(plot.plane.at(*last))
    assert all(map(inside, plot.marks))
    with pytest.raises(SceneError, match="6 / 3 is not 8"):
        plot.rise_over_run(3.0, 6.0, 8.0)


def test_a_zoom_takes_marks_along_and_drops_those_outside() -> None:
    plot = FunctionPlot(TYPE, ZONE, leaky, reach=(-3.4, 2.4), heights=(-0.6, 2.4), kinks=(0,))
    for x in (-3.0, 2.0):
        plot.drop(x, leaky(x))
        plot.label_output(x, leaky(x))
    near, far = texts(plot)
    zoom = plot.zoom((-3.4, 0.3), (-0.05, 0.02))
    zoom.begin()
    zoom.finish()
    assert texts(plot) == [near]
    assert far not in plot.marks
    (dot,) = (part for part in plot.marks if type(part).__name__ != "Line")
    assert dot.get_center() == pytest.approx(plot.plane.at(-3, -0.03))
    assert inside(plot.curve)
    assert inside(near)
    assert plot.curve.height > 1  # what was flat is steep now


def test_a_slope_drawn_later_is_not_there_before() -> None:
    plot = FunctionPlot(TYPE, ZONE, leaky, reach=(-2, 2), slope=lambda x: 1.0 if x > 0 else 0.01)
    plot.draw()
    assert plot.hill not in plot.submobjects
    plot.draw_slope()
    assert plot.hill in plot.submobjects


def test_what_is_cleared_leaves_its_place_to_others() -> None:
    plot = FunctionPlot(TYPE, ZONE, leaky, reach=(-3, 3), heights=(-1, 3))
    plot.label_input(1.0)
    (old,) = texts(plot)
    plot.clear()
    assert not plot.marks
    assert not texts(plot)
    plot.label_input(1.0)
    (new,) = texts(plot)
    assert new.get_center() == pytest.approx(old.get_center())
