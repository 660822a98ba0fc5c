"""What a run put into the `.grad` of its leaves, and what emptied them in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Span, Trace, Value


@dataclass(frozen=True, slots=True)
class Deposit:
    """A change of a leaf's `.grad` to `after`: `incoming` arrived, or somebody reset it. `node` is
    the leaf's in the graph, if it is there."""

    leaf: str
    incoming: Value | None
    after: Value | None
    span: Span
    node: int | None = None


Dated = tuple[int, Deposit]  # with the step of the run in which it happened


def deposits_of(run: Trace) -> list[Deposit]:
    """All of them as they happened; resets only between the first backward call and the last."""
    arrived = list(_arrived(run, graph_of(run)))
    happened = [*arrived, *_resets(run, arrived)]
    return [deposit for _, deposit in sorted(happened, key=lambda dated: dated[0])]


def reset_in(run: Trace) -> str:
    """The line of a run that first empties a leaf's `.grad`."""
    reset = next(deposit for deposit in deposits_of(run) if deposit.incoming is None)
    return run.line(reset.span.line)


def _arrived(run: Trace, graph: Graph) -> Iterator[Dated]:
    names = {t.uid: t.names[0] for t in run.tensors if t.names}
    nodes = {node.label: node.id for node in graph.nodes if node.kind == "leaf"}
    for backward in run.backwards:
        step, span = backward.step, backward.span
        for visit in backward.visits:
            name = names.get(-1 if visit.leaf is None else visit.leaf)
            if name is not None and visit.after is not None and not visit.failed:
                arrived = visit.arriving[0]
                yield step, Deposit(name, arrived, visit.after, span, nodes.get(name))
        if not backward.visits:  # of a leaf alone: the engine has nothing to go through
            for write in run.steps[step].writes:
                if write.how == "grad" and write.name.endswith(".grad"):
                    leaf = write.name.removesuffix(".grad")
                    yield step, Deposit(leaf, write.value, write.value, span)


def _resets(run: Trace, arrived: Iterable[Dated]) -> Iterator[Dated]:
    """What else was written to the leaves that gradients arrived at."""
    nodes = {f"{deposit.leaf}.grad": deposit.node for _, deposit in arrived}
    backwards = {step for step, _ in arrived}
    for step in run.steps[min(backwards, default=0) : max(backwards, default=0)]:
        for write in step.writes:
            if write.name in nodes and step.index not in backwards:
                leaf, span = write.name.removesuffix(".grad"), run.statements[step.statement].header
                yield step.index, Deposit(leaf, None, write.value, span, nodes[write.name])
