"""The line that a loop fits, and what it should come to: read off the ops that made its data."""

from __future__ import annotations

import pytest
from snippets import short, traced

from gradreel.errors import SceneError
from gradreel.trace.fit import fit_of, goals_of

LOOP = (
    "W = torch.tensor(0.0, requires_grad=True)\n"
    "b = torch.tensor(0.0, requires_grad=True)\n"
    "for _ in range(3):\n"
    "    ((W * X + b - y) ** 2).mean().backward()\n"
    "    with torch.no_grad():\n"
    "        W -= 0.1 * W.grad\n"
    "        b -= 0.1 * b.grad\n"
)


def made(data: str) -> str:
    return f"import torch\nX = torch.tensor([1.0, 2.0])\n{data}\n{LOOP}"


def test_a_fit_starts_before_the_loop_and_has_every_iteration() -> None:
    fit = fit_of(short(20))
    assert fit is not None
    assert (fit.slope.name, fit.intercept.name, fit.last) == ("W", "b", 50)
    assert fit.slope.values[:2] == (0.3931549, 0.42570305)
    # what the script prints at its end
    assert f"{fit.slope.values[-1]:.4f} {fit.intercept.values[-1]:.4f}" == "1.4218 0.5954"


def test_names_of_a_module_are_read_as_well() -> None:
    fit = fit_of(
        traced(
            "import torch\n"
            "weight = torch.tensor(1.0, requires_grad=True)\n"
            "bias = torch.tensor(0.0, requires_grad=True)\n"
            "for _ in range(4):\n"
            "    with torch.no_grad():\n"
            "        weight += 1\n"
            "        bias -= 1\n"
        )
    )
    assert fit is not None
    assert fit.slope.values == (1, 2, 3, 4, 5)
    assert fit.intercept.values == (0, -1, -2, -3, -4)


def test_without_a_line_there_is_no_fit() -> None:
    assert fit_of(short(16)) is None
    assert fit_of(short(18)) is None  # its W is a matrix


def test_the_targets_of_short_20_are_two_and_one() -> None:
    slope, intercept = goals_of(short(20))
    assert (slope.name, slope.target, intercept.name, intercept.target) == ("W", 2, "b", 1)
    assert len(slope.values) == len(intercept.values) == 51  # with what was before the loop


def test_numbers_may_stand_on_either_side_and_noise_is_no_target() -> None:
    slope, intercept = goals_of(traced(made("y = 3.5 + X * 4 + 0.1 * torch.randn(2)")))
    assert (slope.target, intercept.target) == (4, 3.5)


@pytest.mark.parametrize("data", ["y = X * X + X", "y = X ** 2 + 1"])
def test_data_that_is_no_line_has_no_targets(data: str) -> None:
    with pytest.raises(SceneError):
        goals_of(traced(made(data)))


def test_a_run_that_fits_no_line_has_none() -> None:
    with pytest.raises(SceneError):
        goals_of(short(16))
