"""The graph that each round of a loop builds: autograd records anew every time."""

from __future__ import annotations

from dataclasses import replace

from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Op, Trace


def rounds_of(run: Trace) -> list[Graph]:
    """Of a run's outer loop, inner loops unrolled; the nodes are called what they do."""
    rounds: dict[int, list[Op]] = {}
    for op in run.ops:
        for _, number in run.steps[op.step].loop[:1]:
            rounds.setdefault(number, []).append(op)
    straight = tuple(replace(step, loop=()) for step in run.steps)
    graphs = [graph_of(replace(run, ops=tuple(ops), steps=straight)) for ops in rounds.values()]
    return [
        replace(graph, nodes=tuple(replace(n, label=n.sign or n.label) for n in graph.nodes))
        for graph in graphs
    ]
