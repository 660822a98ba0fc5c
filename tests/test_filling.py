"""One call fills the tank of every leaf with the gradient that was traced for it."""

from __future__ import annotations

from manim import Animation, VMobject

from gradreel.blocks.filling import Filling
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.deposits import Deposit
from gradreel.trace.model import Span, Value

ZONE = Zone(60, 600, 1020, 1290)


def deposit(leaf: str, gradient: float, node: int) -> Deposit:
    value = Value((), "float32", (gradient,))
    return Deposit(leaf, value, value, Span(10, 0, 10, 15), node)


def filling() -> Filling:
    back = deposit("b", -6.0, 2), deposit("x", -18.0, 0), deposit("w", -12.0, 1)
    return Filling(Typesetter(HOUSE), "loss.backward()", back, ZONE)


def texts(block: VMobject) -> list[str]:
    return [part.text for part in block.get_family() if isinstance(part, Line)]


def play(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(1)
    animation.finish()


def test_the_tanks_stand_under_the_key_in_the_order_of_the_graph() -> None:
    block = filling()
    assert list(block.tanks.buckets) == ["x.grad", "w.grad", "b.grad"]
    assert pixel(block.key.get_bottom())[1] <= pixel(block.tanks.get_top())[1]
    assert "loss.backward()" in texts(block.key)


def test_a_pour_fills_the_tank_of_its_leaf_and_no_other() -> None:
    block = filling()
    play(block.pour("w"))
    assert "−12" in texts(block.tanks.of("w"))
    assert "None" in texts(block.tanks.of("x"))
    block.fill()
    assert "−18" in texts(block.tanks.of("x"))


def test_what_a_leaf_holds_stands_over_its_tank() -> None:
    block = filling()
    play(block.recall("x", 2.0))
    over = block.tanks.of("x").over
    assert "".join(texts(over)) == "x = 2"
    assert pixel(over.get_bottom())[1] < block.tanks.of("x").tank.top
