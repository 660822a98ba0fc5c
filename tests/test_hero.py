"""The hero of a film follows from what its run did, and is only shown where it has room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from briefs import brief_of
from snippets import short, snippet, traced

from gradreel.audition import hero_of
from gradreel.blocks.heroes.arrangement import Arrangement, arrangement_of
from gradreel.elementwise import FORMULAS, formula_of
from gradreel.hero import (
    Accumulation,
    Activation,
    Bindings,
    Computation,
    Detached,
    Hero,
    Leaves,
    Mismatch,
    Overwritten,
    Plan,
    Products,
    Softmax,
    Training,
    Untracked,
)
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace

TORCH = "import torch\nfrom torch.nn import functional as F\n"
VECTOR = "x = torch.tensor([-2.0, 0.5, 3.0], requires_grad=True)\n"


def run(source: str | int) -> Trace:
    """The run of a short of day 03, of a snippet, or of some lines."""
    if isinstance(source, int):
        return short(source)
    return snippet(source) if source.isidentifier() else traced(TORCH + source)


def hero(source: str | int) -> Hero:
    return hero_of(replace(brief_of(), trace=run(source)))


def arranged(source: str | int, number: int = 1) -> Arrangement:
    brief = replace(brief_of(), trace=run(source))
    brief = replace(brief, short=replace(brief.short, number=number))
    return arrangement_of(Typesetter(brief.theme), brief, graph_of(brief.trace))


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (1, Computation),
        (2, Bindings),
        (5, Leaves),
        (6, Accumulation),
        (7, Accumulation),
        (8, Products),
        (9, Activation),
        (11, Activation),
        (15, Softmax),
        (17, Products),
        (20, Training),
        (21, Untracked),
        (22, Untracked),
        (23, Detached),
        (27, Softmax),
        (28, Computation),
        ("failing_op", Mismatch),
        ("inplace_error", Overwritten),
        ("sequential_sgd", Training),
        ("conv", Computation),
        ("layers", Computation),
        ("dtypes", Computation),
        ("x = torch.tensor(3.0, requires_grad=True)\nx.backward()", Accumulation),
        ("print(1)", Plan),
        ("n = 1", Bindings),
    ],
)
def test_the_run_chooses(source: str | int, kind: type[Hero]) -> None:
    assert type(hero(source)) is kind


@pytest.mark.parametrize(
    "source",
    [
        "y = torch.sigmoid(torch.tensor([float('nan'), 1.0]))",
        "y = torch.sigmoid(torch.tensor([1.0, 1.0]))",  # a point is no curve
        "y = torch.sigmoid(torch.arange(40.0))",
        "y = torch.sigmoid(torch.ones(2, 2, 2, 2))",
        "y = torch.softmax(torch.tensor([float('-inf'), 1.0]), dim=0)",
        "y = torch.softmax(torch.randn(40), dim=0)",
        "y = torch.ones(30, 40) @ torch.ones(40, 2)",
        "y = torch.ones(2, 3, 4) @ torch.ones(4, 2)",
        "a, b = torch.ones(9, requires_grad=True), torch.ones(9, requires_grad=True)\n"
        "(a * b).sum().backward()",
    ],
)
def test_what_cannot_be_shown_is_no_hero(source: str) -> None:
    assert hero(source) == Computation()


# --------------------------------------------------------------------------- what a hero knows


def test_an_activation_has_its_points_and_slopes() -> None:
    found = hero(VECTOR + "y = F.silu(x)\ny.sum().backward()")
    assert isinstance(found, Activation)
    assert (found.formula.name, found.x.name, found.y.name) == ("silu", "x", "y")
    assert found.x.value.numbers == (-2.0, 0.5, 3.0)
    assert found.slopes is not None
    assert found.slopes.numbers[2] == pytest.approx(1.088, abs=1e-3)


def test_a_gradient_that_is_not_the_slope_is_not_shown_as_one() -> None:
    found = hero(VECTOR + "y = torch.tanh(x)\n(y * 3).sum().backward()")
    assert isinstance(found, Activation)
    assert found.slopes is None


def test_no_curve_is_drawn_that_the_run_does_not_lie_on() -> None:
    assert isinstance(hero(VECTOR + "y = F.elu(x)"), Activation)
    assert hero(VECTOR + "y = F.elu(x, alpha=0.5)") == Computation()
    leaky = hero(VECTOR + "y = F.leaky_relu(x, negative_slope=0.3)")
    assert isinstance(leaky, Activation)
    assert leaky.formula.curve(-10.0) == pytest.approx(-3.0)


def test_softmax_knows_along_which_dim_and_what_was_summed() -> None:
    batch = "x = torch.tensor([[1.0, 2.0, 0.0], [0.5, 0.1, 3.0]])\n"
    right = hero(batch + "p = torch.softmax(x, dim=1)\nprint(p.sum(dim=1))")
    wrong = hero(batch + "p = torch.softmax(x, dim=0)\nprint(p.sum(dim=1))")
    assert isinstance(right, Softmax)
    assert isinstance(wrong, Softmax)
    assert (right.dim, wrong.dim) == (1, 0)
    assert right.sums is not None
    assert wrong.sums is None  # those of the other dim


def test_deposits_and_resets_come_in_the_order_of_the_run() -> None:
    found = hero(7)
    assert isinstance(found, Accumulation)
    held = [deposit.after and deposit.after.scalar for deposit in found.deposits]
    assert held == [4.0, 0.0, 4.0]
    assert [deposit.incoming is None for deposit in found.deposits] == [False, True, False]


def test_an_error_about_versions_is_told_by_what_was_written() -> None:
    found = hero(VECTOR + "y = torch.exp(x)\ny.mul_(2)\ny.add_(1)\ny.sum().backward()")
    assert isinstance(found, Overwritten)
    assert (found.expected, found.found, found.tensor.name) == (0, 2, "y")
    assert [change.text for change in found.changes] == ["y.mul_(2)", "y.add_(1)"]


def test_what_ran_unrecorded_is_told_from_what_did_not() -> None:
    found = hero(VECTOR + "a = x * 2\nwith torch.no_grad():\n    b = a + 1\n")
    assert isinstance(found, Untracked)
    labels = [node.label for node in graph_of(traced(TORCH + VECTOR + "a = x * 2\n")).nodes]
    assert found.label == "torch.no_grad()"
    assert found.nodes == (len(labels),)


# --------------------------------------------------------------------------- the formulas


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_what_torch_computes(name: str) -> None:
    call = f'(getattr(F, "{name}", None) or getattr(torch, "{name}"))(x)'
    call = f"x{name}" if name.startswith("*") else call
    graph = graph_of(traced(TORCH + VECTOR + f"y = {call}\ny.sum().backward()"))
    x, y = graph.nodes[:2]
    formula = formula_of(y.sign, x.numbers, y.numbers)
    assert formula is FORMULAS[name]
    gradient = graph.passes[0].arrivals[-1].gradient
    assert formula.leans(x.numbers, gradient.numbers)
    assert not formula.leans(x.numbers, [n + 0.1 for n in gradient.numbers])


def test_a_slope_at_a_corner_is_that_of_its_own_side() -> None:
    relu = FORMULAS["relu"]
    assert [relu.slope(x) for x in (-1.0, -1e-9, 1e-9, 1.0)] == pytest.approx([0, 0, 1, 1])


# --------------------------------------------------------------------------- where it stands


@pytest.mark.parametrize("source", [9, 15, 6, 21, 8])
def test_neighbours_with_the_same_hero_are_arranged_differently(source: int) -> None:
    one, two = arranged(source, number=3), arranged(source, number=4)
    assert type(one.hero) is type(two.hero)
    assert one.where != two.where


@pytest.mark.parametrize("source", [5, 9, 17, 20, 23, "inplace_error", "failing_op"])
def test_hero_and_code_do_not_share_a_place(source: int | str) -> None:
    plan = arranged(source)
    hook, picture = plan.hook(), plan.picture()
    assert picture.fits
    if plan.low:
        assert plan.stage.bottom < hook.top
    else:
        assert hook.bottom < plan.stage.top
    if plan.where != "first":
        code = plan.code()
        assert plan.strip.top <= code.zone.top
        assert code.bottom <= plan.strip.bottom
        assert plan.strip.bottom < plan.stage.top or plan.stage.bottom < plan.strip.top
        under = plan.strip.below(code.bottom_at(1) + 10)
        assert plan.output(under).bottom <= plan.strip.bottom


def test_a_hero_without_room_gives_way_to_the_graph() -> None:
    wide = "a = torch.randn(6, 6) * 123456\nb = torch.randn(6, 6) / 123456\ny = a @ b"
    assert isinstance(hero(wide), Products)
    assert arranged(wide).hero == Computation()
    assert arranged("layers").where == "first"
