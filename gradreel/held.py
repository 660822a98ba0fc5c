"""Every value of a run with what it is called and where the source makes it, in one fixed order.

Whoever says where a number comes from, and whoever compares two runs, says it in these words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from gradreel.trace.graph import graph_of
from gradreel.trace.model import Backward, Trace, Value, Visit


@dataclass(frozen=True, slots=True)
class Held:
    """`x.grad`, at a line of the snippet (from 1), and what it was there."""

    what: str
    line: int
    value: Value


@dataclass(frozen=True, slots=True)
class Local:
    """A local derivative: what one arrived gradient was multiplied by on its way along an edge."""

    what: str
    line: int
    number: float


def held_in(run: Trace) -> Iterator[Held]:
    """What was written, what operations made, and what flowed back, each in the order it
    happened."""
    for step in run.steps:
        line = run.statements[step.statement].header.line
        for write in step.writes:
            if write.value is not None:
                yield Held(write.name, line, write.value)
    for op in run.ops:
        for result in op.outputs:
            if result.value is not None:
                yield Held(op.text or op.label, op.span.line, result.value)
    names = _names(run)
    for backward in run.backwards:
        for visit in backward.visits:
            yield from _flowed(names, backward, visit)


def locals_in(run: Trace) -> Iterator[Local]:
    """The local derivatives of the graph that films draw."""
    graph = graph_of(run)
    lines = {backward.id: backward.span.line for backward in run.backwards}
    for back in graph.passes:
        for flow in chain.from_iterable(arrival.flows for arrival in back.arrivals):
            if flow.local is not None:
                edge = graph.edges[flow.edge]
                ends = graph.nodes[edge.target].label, graph.nodes[edge.source].label
                yield Local(f"d {ends[0]} / d {ends[1]}", lines[back.backward], flow.local)


def node_name(run: Trace, node: int) -> str:
    """What a viewer would call one of autograd's functions: `torch.sigmoid(x)`, `x.grad`."""
    return _names(run).get(node, f"node {node}")


def _names(run: Trace) -> dict[int, str]:
    tensors = {tensor.uid: tensor.names for tensor in run.tensors}
    ops = {op.id: op.text or op.label for op in run.ops}
    named = {}
    for node in run.nodes:
        if node.leaf is not None:
            leaf = next(iter(tensors.get(node.leaf, ())), "a leaf")
            named[node.id] = f"{leaf}.grad"
        else:
            named[node.id] = ops.get(node.op if node.op is not None else -1, node.name)
    return named


def _flowed(names: dict[int, str], backward: Backward, visit: Visit) -> Iterator[Held]:
    line, name = backward.span.line, names.get(visit.node, f"node {visit.node}")
    for value in visit.arriving:
        if value is not None:
            yield Held(f"gradient at {name}", line, value)
    for value in visit.contributions:
        if value is not None:
            yield Held(f"gradient from {name}", line, value)
    for value in (visit.before, visit.after):
        if value is not None:
            yield Held(name, line, value)
