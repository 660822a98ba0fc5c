"""Which hero a short gets, read off what its run really did.

    hero_of(brief)  # Activation(formula=Formula(name="sigmoid", …), x=Named("x", …), …)

A run that fits none of the others is a `Computation`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from gradreel.elementwise import Formula, formula_of
from gradreel.hero import (
    Accumulation,
    Activation,
    Bindings,
    Change,
    Computation,
    Detached,
    Hero,
    Leaves,
    Mismatch,
    Named,
    Overwritten,
    Plan,
    Products,
    Softmax,
    Training,
    Untracked,
)
from gradreel.model import Brief
from gradreel.trace.bindings import last_bindings
from gradreel.trace.deposits import Deposit, deposits_of
from gradreel.trace.graph import Graph, GraphNode, graph_of
from gradreel.trace.model import Op, Span, Trace, Value

FEW = 8  # numbers of a vector that are told apart in a picture
CELLS = 6  # rows and columns of a matrix whose numbers can be read beside another's
LETTERS = 12  # of a name beside a picture
POURS = 4  # gradients that are poured one after the other
TANKS, WRITTEN = 4, 3  # leaves side by side, and numbers written on one
SIMPLE = 3  # operations of a graph that is about one of them


def hero_of(brief: Brief) -> Hero:
    """The first of these that the run has, the most telling ones first."""
    run = brief.trace
    graph = graph_of(run)
    found = (
        _overwritten(run, graph)
        or _mismatch(run)
        or _training(run, graph)
        or _accumulation(run, graph)
        or _detached(graph)
        or _untracked(run, graph)
        or _softmax(graph)
        or _activation(graph)
        or _products(graph)
        or _leaves(run)
    )
    if found is not None:
        return found
    if graph.nodes:
        return Computation()
    return Bindings() if last_bindings(run) else Plan()


def _overwritten(run: Trace, graph: Graph) -> Overwritten | None:
    said = run.end.failure.message if run.end.failure is not None else ""
    versions = re.search(r"is at version (\d+); expected version (\d+)", said)
    if versions is None:
        return None
    found, expected = map(int, versions.groups())
    made = [(op, result) for op in run.ops for result in op.outputs]
    uid = next((r.tensor for _, r in reversed(made) if r.in_place and r.version == found), None)
    life = [(op, r) for op, r in made if r.tensor == uid and expected <= r.version <= found]
    if not life or life[0][1].version != expected:
        return None
    nodes = {node.op: node.id for node in graph.nodes}
    (first, saved), *later = life
    names = [name for tensor in run.tensors if tensor.uid == uid for name in tensor.names]
    tensor = _as_named((*names, first.text)[0], saved.value, first.span, nodes.get(first.id))
    changes = tuple(
        Change(op.text, r.value, r.version, op.span, nodes.get(op.id))
        for op, r in later
        if r.value is not None
    )
    return Overwritten(tensor, changes, expected, found) if tensor is not None else None


def _mismatch(run: Trace) -> Mismatch | None:
    for op in run.ops:
        if op.failure is None or op.label != "@" or len(op.inputs) != 2:
            continue
        left, right = (_operand(run, op, place) for place in (0, 1))
        if left is None or right is None:
            continue
        (_, inner), (other, _) = left.value.shape, right.value.shape
        apart = inner != other and left.name != right.name
        if apart and _small(left.value) and _small(right.value):
            return Mismatch(left, right, op.span)
    return None


def _operand(run: Trace, op: Op, place: int) -> Named | None:
    """A matrix that an operation was given."""
    given = op.inputs[place]
    made = (
        (maker, result.value)
        for maker in run.ops
        for result in maker.outputs
        if (result.tensor, result.version) == (given.tensor, given.version)
    )
    for maker, value in made:
        if value is not None and len(value.shape) == 2:
            return _as_named(given.name, value, maker.span, None)
    return None


def _training(run: Trace, graph: Graph) -> Training | None:
    """A loop around the backward call in which a number came out every time."""
    accumulates = any(d.incoming is None for d in deposits_of(run))
    if graph.iterations <= (2 if accumulates else POURS) or not graph.passes:
        return None
    rounds: dict[str, int] = {}
    for step in run.steps:
        for write in step.writes if step.loop else ():
            if write.how == "bind" and write.value is not None and write.value.scalar is not None:
                rounds[write.name] = rounds.get(write.name, 0) + 1
    return Training() if any(count > 2 for count in rounds.values()) else None


def _accumulation(run: Trace, graph: Graph) -> Accumulation | None:
    deposits = deposits_of(run)
    leaves = {d.leaf for d in deposits}
    arrived = [d for d in deposits if d.incoming is not None]
    if len(leaves) != 1 or not all(map(_pours, arrived)):
        return None
    if len(arrived) > 1 or not graph.nodes:
        return Accumulation(tuple(deposits[: 2 * POURS - 1])) if arrived else None
    return None


def _leaves(run: Trace) -> Leaves | None:
    deposits = deposits_of(run)
    leaves = {d.leaf for d in deposits}
    if 1 < len(leaves) == len(deposits) <= TANKS and all(map(_pours, deposits)):
        return Leaves(tuple(deposits))
    return None


def _detached(graph: Graph) -> Detached | None:
    sources = {edge.target for edge in graph.edges}
    cut = (n.id for n in graph.nodes if n.kind == "detached" and n.id in sources)
    return next(map(Detached, cut), None)


def _untracked(run: Trace, graph: Graph) -> Untracked | None:
    nodes = [
        (n, run.ops[n.op])
        for n in graph.nodes
        if n.op is not None and run.ops[n.op].grad_mode != "on"
    ]
    if not nodes:
        return None
    first = nodes[0][1]
    statement = run.statements[run.steps[first.step].statement]
    while statement.kind != "With" and statement.parent is not None:
        statement = run.statements[statement.parent]
    label = "torch.inference_mode()" if first.grad_mode == "inference" else "torch.no_grad()"
    span = None
    if statement.kind == "With":
        span = statement.header
        written = re.search(r"with\s+(.+?)\s*:", run.line(span.line))
        label = written[1] if written is not None else label
    return Untracked(label, tuple(n.id for n, _ in nodes), span)


def _softmax(graph: Graph) -> Softmax | None:
    made = [n for n in graph.nodes if n.sign.lower() == "softmax"]
    if len(made) != 1:
        return None
    probabilities = _named(made[0])
    logits = next((_named(n) for n in graph.inputs_of(made[0].id)), None)
    if logits is None or probabilities is None or logits.value.shape != probabilities.value.shape:
        return None
    shape = logits.value.shape
    if not (len(shape) == 1 and 1 < shape[0] <= FEW) and not _small(logits.value):
        return None
    dim = next((d for d in range(len(shape)) if _sums_to_one(probabilities.value, d)), None)
    if dim is None:
        return None
    sums = (
        _named(n)
        for n in graph.nodes
        if n.sign == "sum" and [s.id for s in graph.inputs_of(n.id)] == [made[0].id]
    )
    fitting = (s for s in sums if s is not None and _is_sum(s.value, probabilities.value, dim))
    return Softmax(logits, probabilities, next(fitting, None), dim)


def _activation(graph: Graph) -> Activation | None:
    ops = [n for n in graph.nodes if n.kind == "op"]
    if len(ops) > SIMPLE:
        return None
    for node in ops:
        y, sources = _named(node), graph.inputs_of(node.id)
        x = _named(sources[0]) if len(sources) == 1 else None
        if x is None or y is None or x.value.shape != y.value.shape:
            continue
        numbers = x.value.numbers
        if len(x.value.shape) != 1 or not 1 < len(set(numbers)) <= len(numbers) <= FEW:
            continue
        formula = formula_of(node.sign, numbers, y.value.numbers)
        if formula is not None:
            return Activation(formula, x, y, _slopes(graph, formula, x, y))
    return None


def _slopes(graph: Graph, formula: Formula, x: Named, y: Named) -> Value | None:
    """The gradient at x, if it is the function's own slope there: if ones arrived at y."""
    arrived = {a.node: a.gradient for back in graph.passes[:1] for a in back.arrivals}
    at_x, at_y = (arrived.get(-1 if n.node is None else n.node) for n in (x, y))
    if at_x is None or at_y is None or set(at_y.numbers) != {1.0} or not at_x.numbers:
        return None
    return at_x if formula.leans(x.value.numbers, at_x.numbers) else None


def _products(graph: Graph) -> Products | None:
    terms = []
    for node in graph.nodes:
        sources = graph.inputs_of(node.id)
        if node.sign != "@" or len(sources) != 2:
            continue
        left, right, result = map(_named, (*sources, node))
        if left is None or right is None or result is None:
            return None
        if len(left.value.shape) != 2 or not all(_small(t.value) for t in (left, right, result)):
            return None
        if left.value.shape[1] != right.value.shape[0]:
            return None
        terms.append((left, right, result))
    return Products(tuple(terms)) if terms else None


# --------------------------------------------------------------------------- what they ask


def _named(node: GraphNode) -> Named | None:
    """A node whose numbers can all be shown beside its name, or beside its sign."""
    name = node.label if len(node.label) <= LETTERS else node.sign
    return _as_named(name, node.value, node.span, node.id)


def _as_named(name: str, value: Value | None, span: Span | None, node: int | None) -> Named | None:
    if value is None or not _readable(value) or not 0 < len(name) <= LETTERS:
        return None
    return Named(name, value, span, node)


def _readable(value: Value | None) -> bool:
    """Whether it has numbers, all of them finite."""
    return value is not None and bool(value.numbers) and all(map(math.isfinite, value.numbers))


def _small(value: Value) -> bool:
    return 0 < len(value.shape) <= 2 and all(0 < size <= CELLS for size in value.shape)


def _pours(deposit: Deposit) -> bool:
    """Whether its gradient can be written on a tank."""
    value = deposit.incoming
    if value is None or len(value.shape) > 1:
        return False
    return _readable(value) and len(value.numbers) <= WRITTEN


def _sums_to_one(value: Value, dim: int) -> bool:
    return all(abs(total - 1) < 1e-3 for total in _totals(value, dim))


def _is_sum(sums: Value, value: Value, dim: int) -> bool:
    totals = list(_totals(value, dim))
    return len(sums.numbers) == len(totals) and all(
        abs(float(a) - b) < 1e-3 for a, b in zip(sums.numbers, totals, strict=True)
    )


def _totals(value: Value, dim: int) -> Iterator[float]:
    """The sums of a vector or matrix over a dim."""
    numbers = [float(n) for n in value.numbers]
    if len(value.shape) == 1:
        yield sum(numbers)
        return
    rows, columns = value.shape
    if dim == 1:
        yield from (sum(numbers[row * columns :][:columns]) for row in range(rows))
    else:
        yield from (sum(numbers[column::columns]) for column in range(columns))
