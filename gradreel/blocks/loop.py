"""What a run kept of every iteration of a loop, told by the nodes of its graph.

Later iterations of a long loop are recorded lightly (`Step.light`): what was written to names, but
no operations. So a leaf, a result with a name and a gradient have a history; `x + 1` has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.blocks.numbers import written
from gradreel.errors import SceneError
from gradreel.trace.graph import Graph, GraphNode, graph_of
from gradreel.trace.model import Step, Trace, Value


@dataclass(frozen=True, slots=True)
class Loop:
    """What a run kept of every iteration of the loop around its graph, by node.

    `before` is what a leaf held before each iteration, and after the last; `made` what a result
    that is bound to a name was; `gradients` what `.grad` held after the backward call. A node is
    missing where some iteration's value was not kept, or is too large to be written out. `steady`
    are the nodes that the loop does not change.
    """

    graph: Graph
    count: int
    steady: frozenset[int]
    before: dict[int, tuple[Value, ...]]
    made: dict[int, tuple[Value, ...]]
    gradients: dict[int, tuple[Value, ...]]


def loop_of(trace: Trace) -> Loop:
    """The innermost loop around the graph's last operation, in the first round of those around it.

    Raises `SceneError` if there is none.
    """
    graph = graph_of(trace)
    around = [trace.steps[n.step].loop for n in graph.nodes if n.op is not None]
    inside = [loop for loop in around if loop]
    if not inside:
        raise SceneError("no loop runs around the graph", fix="Show it with ComputeGraph.")
    *outer, (loop, _) = inside[-1]
    depth = len(outer)
    iterations: dict[int, list[Step]] = {}
    for step in trace.steps:
        if step.loop[:depth] == tuple(outer) and step.loop[depth : depth + 1]:
            statement, number = step.loop[depth]
            if statement == loop:
                iterations.setdefault(number, []).append(step)
    rounds = [iterations[number] for number in sorted(iterations)]
    calls = {trace.steps[back.step].statement for back in graph.passes}
    before: dict[int, list[Value | None]] = {}
    made: dict[int, list[Value | None]] = {}
    gradients: dict[int, list[Value | None]] = {}
    for node in graph.nodes:
        if node.kind == "leaf":
            before[node.id] = _before(node, trace, rounds)
            backward = [[s for s in steps if s.statement in calls] for steps in rounds]
            gradients[node.id] = _written(f"{node.label}.grad", backward)
        elif node.kind == "op":
            made[node.id] = _written(node.label, rounds)
    within = {step.index for steps in rounds for step in steps}
    changed = {write.name for steps in rounds for step in steps for write in step.writes}
    steady = frozenset(
        n.id
        for n in graph.nodes
        if n.kind != "op" and n.step not in within and n.label not in changed
    )
    kept = (_complete(values) for values in (before, made, gradients))
    return Loop(graph, len(rounds), steady, *kept)


def _before(node: GraphNode, trace: Trace, rounds: list[list[Step]]) -> list[Value | None]:
    """The leaf's value when each iteration began, and after the last."""
    begins = [steps[0].index for steps in rounds] + [rounds[-1][-1].index + 1]
    writes = [
        (step.index, write.value)
        for step in trace.steps
        for write in step.writes
        if write.name == node.label and write.how in ("bind", "mutate")
    ]
    return [
        next((value for index, value in reversed(writes) if index < begin), None)
        for begin in begins
    ]


def _written(name: str, rounds: list[list[Step]]) -> list[Value | None]:
    """What was last written to a name in each iteration."""
    return [
        next((w.value for s in reversed(steps) for w in s.writes if w.name == name), None)
        for steps in rounds
    ]


def _complete(kept: dict[int, list[Value | None]]) -> dict[int, tuple[Value, ...]]:
    return {
        node: tuple(value for value in values if value is not None)
        for node, values in kept.items()
        if all(written(value) is not None for value in values)
    }
