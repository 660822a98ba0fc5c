"""What the program says of a run is what the run did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradreel.trace import Tracer
from gradreel.voice.facts import MOST_WORDS, facts_of
from gradreel.voice.figures import rounded
from gradreel.voice.lexicon import Lexicon

HOUSE = Lexicon.load()
SNIPPETS = Path(__file__).parent / "snippets"


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    with Tracer() as tracer:
        yield tracer


def said(tracer: Tracer, source: str) -> list[str]:
    facts = facts_of(tracer.trace(source), lexicon=HOUSE)
    for fact in facts:
        units, _ = HOUSE.units(fact.prose)
        assert sum(len(unit.spoken.split()) for unit in units) <= MOST_WORDS
    return [fact.prose.plain for fact in facts]


SCALAR = """
import torch
x = torch.tensor(3.0, requires_grad=True)
y = x**2 + 2*x + 1
y.backward()
print("y:", y.item(), "dy/dx:", x.grad.item())
"""
SEVERAL = """
import torch
x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
y = w * x + b
loss = (y - 10.0) ** 2
loss.backward()
"""
TWICE = """
import torch
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
(x**3).backward()
x.grad.zero_()
(x**2).backward()
"""
VECTOR = """
import torch
x = torch.tensor([-5.0, 0.0, 5.0], requires_grad=True)
torch.sigmoid(x).sum().backward()
"""
MATRIX = """
import torch
W = torch.ones(4, 2, requires_grad=True)
loss = (W**2).mean()
loss.backward()
with torch.no_grad():
    W -= 0.1 * W.grad
"""
LOOP = """
import torch
w = torch.tensor(0.0, requires_grad=True)
for step in range(10):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
print(w.item())
"""
DETACHED = """
import torch
x = torch.tensor(3.0, requires_grad=True)
z = x**2
d = z.detach()
print(z.requires_grad, d.requires_grad)
"""

EXPECTED = {
    SCALAR: [
        "x starts at 3.",
        "y comes out at 16.",
        "x.grad is now 8.",
        "It prints y: 16.0 dy/dx: 8.0.",
    ],
    SEVERAL: [
        "x is 2, w is 3, b is 1.",
        "y is 7, loss is 9.",
        "On the way, y gets −6.",
        "Gradients: x −18, w −12, b −6.",
    ],
    TWICE: [
        "x**2 comes out at 4.",
        "x.grad is now 4.",
        "x**3 comes out at 8.",
        "x.grad goes from 4 to 16.",
        "x.grad is back at 0.",
        "x.grad is 4 again.",
    ],
    VECTOR: [
        "x holds −5, 0, 5.",
        "torch.sigmoid(x).sum() comes out at 1.5.",
        "The largest gradient is 0.25.",
        "The smallest gradient is about 0.0066.",
    ],
    MATRIX: [
        "W has shape 4 by 2.",
        "W.grad has shape 4 by 2, like W.",
        "W moves. The first number, 1, becomes 0.975.",
    ],
    LOOP: ["loss falls from 9 to about 0.162.", "The loop runs 10 steps."],
    DETACHED: ["z remembers PowBackward0.", "No graph remembers d.", "It prints True False."],
    "# 1) loss\n# 2) update\n": ["1) loss, 2) update."],
    "import torch\nprint(torch.ones(2, 2))\n": ["It prints tensor([[1., 1.], [1., 1.]])."],
    "import torch\nx = torch.ones(2)\ny = x @ torch.ones(3)\n": ["PyTorch raises RuntimeError."],
    "import torch\nx = torch.ones(3)\nprint(x * float('nan'))\n": [
        "It prints tensor([nan, nan, nan])."
    ],
}


@pytest.mark.parametrize("source", EXPECTED, ids=lambda s: s.split("\n")[-2][:30])
def test_a_run_is_told_truly(tracer: Tracer, source: str) -> None:
    told = said(tracer, source)
    for sentence in EXPECTED[source]:
        assert sentence in told
    positions = [told.index(sentence) for sentence in EXPECTED[source]]
    if source != LOOP:
        assert positions == sorted(positions)


def test_a_raised_error_and_its_fix(tracer: Tracer) -> None:
    wrong = tracer.trace("import torch\nx = torch.ones(2, requires_grad=True)\n(x * 2).backward()")
    right = tracer.trace("print(2.9999496936798096)")
    facts = facts_of(wrong, mistake=wrong, fix=right, lexicon=HOUSE)
    told = {fact.part: fact.prose.plain for fact in facts}
    assert told["run-output"] == "PyTorch raises RuntimeError."
    assert told["run-mistake"] == "Run it: RuntimeError."
    assert told["run-fix"] == "Fixed: it prints about 3."
    assert next(f for f in facts if f.part == "run-fix").beat == "mistake"
    assert not any(f.part == "run-fix" for f in facts_of(right, fix=wrong, lexicon=HOUSE))


@pytest.mark.parametrize("path", sorted(SNIPPETS.glob("[a-z]*.py")), ids=lambda p: p.stem)
def test_any_run_can_be_told(tracer: Tracer, path: Path) -> None:
    said(tracer, path.read_text("utf-8"))


def test_nothing_is_said_of_nothing(tracer: Tracer) -> None:
    assert facts_of(tracer.trace("n = 3")) == ()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (16.0, "16"),
        (-0.25, "−0.25"),
        (0.006648056, "about 0.0066"),
        (0.995, "0.995"),
        (0.99999, "about 1"),
        (0.9951, "about 0.995"),
        (1234.0, "1234"),
        (123456.7, "about 123000"),
        (1.5e-7, "1.5e−7"),
        (float("nan"), "nan"),
        (float("-inf"), "−infinity"),
        (True, "True"),
        (-0.0, "0"),
    ],
)
def test_figures(number: float, shown: str) -> None:
    assert rounded(number) == [shown]


def test_only_the_first_inexact_number_is_about() -> None:
    assert rounded(9.0, 0.16212, 0.3333) == ["9", "about 0.162", "0.333"]
