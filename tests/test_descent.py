"""Descent: the ball stands at traced stops, its numbers are theirs, and nothing leaves the zone."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from briefs import brief_of
from manim import Mobject

from gradreel.blocks.descent import Ball, Descent, Roll, Walk, walks_of
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Step, Value, Write

ZONE = Zone(60, 800, 1020, 1290)
MISTAKE = Walk(((0.0, 9.0), (1.8, 1.44), (4.32, 1.742), (6.048, 9.29), (5.947, 8.686)), "mistake")
FIX = Walk(((0.0, 9.0), (1.8, 1.44), (2.52, 0.23), (2.808, 0.0369)), "output")
DIVERGES = Walk(tuple((3 - 3 * (-1.2) ** n, 9 * 1.44**n) for n in range(12)))


def bowl(w: float) -> float:
    return (w - 3) ** 2


def descent(*walks: Walk) -> Descent:
    return Descent(Typesetter(HOUSE), bowl, walks, ZONE, ("w", "loss"))


def box(mobject: Mobject) -> tuple[float, float, float, float]:
    left, top = pixel(mobject.get_corner((-1, 1, 0)))
    right, bottom = pixel(mobject.get_corner((1, -1, 0)))
    return left, top, right, bottom


def apart(one: Mobject, other: Mobject) -> bool:
    a, b = box(one), box(other)
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def seen(ball: Ball) -> list[Line]:
    parts = [part for texts in ball.numbers for part in texts]
    return [t for t in parts if isinstance(t, Line) and t.get_fill_opacity() > 0]


@pytest.mark.parametrize("walks", [(MISTAKE, FIX), (DIVERGES,)])
def test_every_stop_of_every_walk_is_in_the_zone_with_its_numbers(walks: tuple[Walk, ...]) -> None:
    scene = descent(*walks)
    for number in range(max(len(walk.stops) for walk in walks)):
        for ball in scene.balls:
            ball.stand(number)
            left, top, right, bottom = box(ball.ball)
            assert ZONE.left <= left < right <= ZONE.right
            assert ZONE.top <= top < bottom <= ZONE.bottom
        texts = [text for ball in scene.balls for text in seen(ball)]
        assert len(texts) == 2 * len(walks)
        assert all(apart(one, other) for one, other in combinations([*texts, *scene.names], 2))
        for text in texts:
            left, top, right, bottom = box(text)
            assert ZONE.left - 0.1 <= left < right <= ZONE.right + 0.1
            assert ZONE.top - 0.1 <= top < bottom <= ZONE.bottom + 0.1


def test_a_step_ends_at_the_next_stop_with_a_trail_behind() -> None:
    scene = descent(MISTAKE)
    (ball,) = scene.balls
    roll = Roll(ball, 0, 2)
    roll.begin()
    roll.interpolate(0.25)
    assert pixel(ball.ball.get_center())[1] < pixel(scene.plot.plane.at(0.9, 9.0))[1] + 200
    roll.finish()
    assert ball.ball.get_center() == pytest.approx(scene.plot.plane.at(4.32, 1.742))
    assert [text.text for text in seen(ball)] == ["1.74", "4.32"]
    assert [dot.get_fill_opacity() > 0 for dot in ball.past] == [True, True, False, False]
    assert ball.trail.get_start() == pytest.approx(scene.plot.plane.at(0, 9))


def test_titles_of_walks_stand_side_by_side_over_the_curve_in_their_colours() -> None:
    scene = descent(replace(MISTAKE, title="lr = 0.6"), replace(FIX, title="lr = 0.3"))
    one, other = scene.titles
    assert [one.get_fill_color().to_hex(), other.get_fill_color().to_hex()] == [
        HOUSE.colour("mistake"),
        HOUSE.colour("output"),
    ]
    assert box(one)[2] < box(other)[0]
    assert ZONE.top <= box(one)[1] < box(one)[3] < box(scene.plot)[1]


def test_a_shorter_walk_waits_at_its_end() -> None:
    scene = descent(MISTAKE, FIX)
    scene.balls[1].stand(4)
    assert scene.balls[1].ball.get_center() == pytest.approx(scene.plot.plane.at(2.808, 0.0369))


def test_the_bowl_is_whole_although_the_walk_comes_from_one_side() -> None:
    low, high = descent(FIX).plot.plane.reach
    assert low < 0 < 5.6 < high  # (w - 3)² is lowest at 2.8 of what the walk saw


def test_a_walk_ends_where_the_numbers_do() -> None:
    (ball,) = descent(Walk(((0.0, 9.0), (7.0, 16.0), (float("inf"), float("inf"))))).balls
    assert ball.steps == 1


def test_a_loss_belongs_to_the_parameter_that_made_it() -> None:
    def step(index: int, name: str, how: str, number: float) -> Step:
        value = Value((), "float32", (number,))
        write = Write(name, how, 0, 0, value)  # type: ignore[arg-type]
        return Step(index, 0, (), "", "on", (write,), (), ())

    run = [("w", "bind", 0.0), ("loss", "bind", 9.0), ("w", "mutate", 1.8), ("loss", "bind", 1.44)]
    run += [("w", "mutate", 2.52), ("w", "bind", 0.0), ("loss", "bind", 9.0)]
    trace = replace(brief_of().trace, steps=tuple(step(n, *w) for n, w in enumerate(run)))
    assert walks_of(trace, "w", "loss") == [((0.0, 9.0), (1.8, 1.44)), ((0.0, 9.0),)]
