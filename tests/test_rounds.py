"""Rounds of a loop: a graph for each, side by side and as large as they fit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from snippets import traced
from test_chain import TYPE, texts

from gradreel.blocks.rounds import Rounds
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.trace.model import Trace
from gradreel.trace.rounds import rounds_of

LOOP = """import torch
x = torch.tensor(2.0, requires_grad=True)
for n in (1, 2, 3):
    y = x
    for _ in range(n):
        y = y * x
"""
ZONE = Zone(60, 400, 1020, 960)


@pytest.fixture(scope="module")
def run() -> Trace:
    return traced(LOOP)


def test_every_round_has_a_graph_of_its_own(run: Trace) -> None:
    graphs = rounds_of(run)
    assert [[node.label for node in graph.nodes] for graph in graphs] == [
        ["x", *"×" * n] for n in (1, 2, 3)
    ]
    assert [graph.nodes[-1].numbers for graph in graphs] == [(4,), (8,), (16,)]


def test_rounds_stand_side_by_side_from_the_top_and_fill_the_zone(run: Trace) -> None:
    rounds = Rounds(TYPE, rounds_of(run), ZONE)
    assert [texts(graph)[-1] for graph in rounds.graphs] == ["4", "8", "16"]
    edges = [(pixel(graph.get_left())[0], pixel(graph.get_right())[0]) for graph in rounds.graphs]
    assert all(one[1] < other[0] for one, other in pairwise(edges))
    assert edges[0][0] >= ZONE.left - 1
    assert edges[-1][1] <= ZONE.right + 1
    tops = [pixel(graph.get_top())[1] for graph in rounds.graphs]
    assert tops == pytest.approx([ZONE.top] * 3)
    assert pixel(rounds.get_bottom())[1] <= ZONE.bottom + 1
    assert rounds.height > 0.9 * (ZONE.height / 120)


def test_autograd_has_a_name_for_what_made_a_tensor(run: Trace) -> None:
    leaf = next(tensor for tensor in run.tensors if tensor.is_leaf)
    made = next(tensor for tensor in run.tensors if not tensor.is_leaf)
    assert run.function_of(leaf.uid) == "AccumulateGrad"
    assert run.function_of(made.uid) == "MulBackward0"
    assert run.function_of(None) == ""
