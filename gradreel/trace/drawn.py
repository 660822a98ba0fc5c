"""Which part of a run is its compute graph: the first time round, without updates and factories."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gradreel.trace.model import Backward, Op, Trace


def drawn_ops(trace: Trace) -> list[Op]:
    """The operations of the graph, in the order they ran.

    Of a loop the first iteration; later ones only as far as a backward call outside that loop
    went through them.
    """
    first = _first_time(trace)
    candidates = list(_computing(trace))
    needed = _behind([b for b in trace.backwards if b.step in first], trace, candidates)
    return [op for op in candidates if op.step in first or op.id in needed]


def drawn_backwards(trace: Trace) -> list[Backward]:
    """The backward calls of the first iteration."""
    first = _first_time(trace)
    return [backward for backward in trace.backwards if backward.step in first]


def iterations(trace: Trace) -> int:
    """How often the loop around the graph ran, 1 if there is none."""
    inside = {op.step for op in drawn_ops(trace)}
    loops = {loop for step in trace.steps if step.index in inside for loop, _ in step.loop[:1]}
    counts = [n + 1 for step in trace.steps for loop, n in step.loop[:1] if loop in loops]
    return max(counts, default=1)


def _first_time(trace: Trace) -> frozenset[int]:
    later = {step.index for step in trace.steps if any(n for _, n in step.loop)}
    steps = {op.step for op in trace.ops} | {backward.step for backward in trace.backwards}
    return frozenset(steps - later)


def _computing(trace: Trace) -> Iterator[Op]:
    """Tensor from tensor, but no parameter update and nothing made of gradients for one."""
    leaves = {tensor.uid for tensor in trace.tensors if tensor.is_leaf and tensor.requires_grad}
    gradients = {
        tensor.uid for tensor in trace.tensors if any(n.endswith(".grad") for n in tensor.names)
    }
    for op in trace.ops:
        inputs = {argument.tensor for argument in op.inputs if argument.tensor is not None}
        if op.internal or not op.outputs or not inputs or is_factory(op):
            continue
        if inputs & gradients:
            gradients |= {result.tensor for result in op.outputs if not result.in_place}
            continue
        if op.grad_mode != "on" and any(r.in_place and r.tensor in leaves for r in op.outputs):
            continue
        yield op


def is_factory(op: Op) -> bool:
    """`torch.ones_like(A)` takes only the shape of its input; a data loader hands out data."""
    name = op.function.rpartition(".")[2]
    return name.endswith("_like") or name.startswith("new_") or name == "__next__"


def _behind(backwards: list[Backward], trace: Trace, ops: list[Op]) -> set[int]:
    """Ids of the operations that the backward calls start from or could reach."""
    by_id = {op.id: op for op in ops}
    made: dict[int, list[Op]] = {}
    for op in ops:
        for result in op.outputs:
            made.setdefault(result.tensor, []).append(op)
    nodes = {node.id: node for node in trace.nodes}
    roots = {nodes[root].op for backward in backwards for root in backward.roots if root in nodes}
    found: set[int] = set()
    todo = deque(op for op in roots if op is not None)
    while todo:
        number = todo.popleft()
        if number in found or number not in by_id:
            continue
        found.add(number)
        for argument in by_id[number].inputs:
            if argument.tensor is not None:
                todo += [op.id for op in made.get(argument.tensor, []) if op.id < number]
    return found
