"""Autograd's own graph: its nodes as ops make them, and each visit of the engine, through hooks.

Hooks return None, so they see gradients and change none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import torch
from torch.autograd.graph import Node

from gradreel.trace.journal import Guard, Journal
from gradreel.trace.model import AutogradNode, Backward, Failure, Span, Value, Visit
from gradreel.trace.tensors import Tensors
from gradreel.trace.values import snapshot

_KEY = "gradreel"  # our number of a node, in the node's own metadata

# Private, but the one door of .backward(), autograd.backward and autograd.grad alike.
_DOOR = "_engine_run_backward"

Gradients = Sequence[torch.Tensor | None]


@dataclass(slots=True)
class _Run:
    """A run of the engine that has not ended yet."""

    record: Backward
    visits: list[Visit] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)  # node -> its visit, until it has run


class Autograd:
    """Numbers the nodes in forward order, and records the engine while a backward call runs."""

    def __init__(self, journal: Journal, guard: Guard, tensors: Tensors) -> None:
        self._journal = journal
        self._guard = guard
        self._tensors = tensors
        self._nodes: list[AutogradNode] = []
        self._of_leaf: dict[int, int] = {}  # uid -> its AccumulateGrad, which may be made anew
        self._runs: list[_Run] = []
        self._backwards = 0

    def register(self, tensor: torch.Tensor, op: int | None) -> list[int]:
        """Number and hook all nodes behind `tensor` that are new; the numbers of those."""
        seen = self._tensors.see(tensor)
        function = tensor.grad_fn
        if function is None:
            seen.node, seen.slot = self._of_leaf.get(seen.uid), 0
            return []
        new = self._walk(function, op)
        seen.node, seen.slot = _number_of(function), tensor.output_nr
        return new

    def credit(self, nodes: list[int], op: int) -> None:
        """Say that `op`, the call the user wrote, made these nodes."""
        for number in nodes:
            if self._nodes[number].leaf is not None:
                continue
            self._nodes[number] = replace(self._nodes[number], op=op)
            self._journal.emit(self._nodes[number])

    def begin(self, step: int, span: Span, text: str, roots: Sequence[Any]) -> Backward:
        """The engine starts."""
        for root in roots:
            if isinstance(root, torch.Tensor):
                self.register(root, None)
        numbers = [self._root(root) for root in roots]
        known = tuple(number for number in numbers if number is not None)
        record = Backward(self._backwards, step, span, text, known, ())
        self._backwards += 1
        self._runs.append(_Run(record))
        return record

    def captured(self, inputs: Sequence[Any], gradients: Gradients) -> None:
        """`torch.autograd.grad` hands gradients over instead of visiting the node of an input."""
        run = self._runs[-1]
        visited = {visit.node for visit in run.visits}
        for tensor, gradient in zip(inputs, gradients, strict=False):
            if not isinstance(tensor, torch.Tensor) or gradient is None:
                continue
            seen = self._tensors.see(tensor)
            if seen.node is None or seen.node in visited:
                continue
            arriving: list[Value | None] = [None] * seen.slot + [snapshot(gradient)]
            leaf = seen.uid if tensor.is_leaf else None
            run.visits.append(Visit(len(run.visits), seen.node, tuple(arriving), (), leaf))

    def finish(self, failure: Failure | None) -> None:
        """The engine ended; a node that took its gradient and did not hand it on has failed."""
        run = self._runs.pop()
        for index in run.open.values():
            run.visits[index] = replace(run.visits[index], failed=failure is not None)
        self._journal.emit(replace(run.record, visits=tuple(run.visits), failure=failure))

    def _root(self, root: Any) -> int | None:
        if isinstance(root, torch.Tensor):
            return self._tensors.see(root).node
        return _number_of(root.node)  # a GradientEdge

    def _walk(self, start: Node, op: int | None) -> list[int]:
        new: list[int] = []
        todo: list[tuple[Node, bool]] = [(start, False)]
        while todo:
            node, ready = todo.pop()
            if _number_of(node) is not None:
                continue
            following = [following for following, _ in node.next_functions]
            if not ready:
                todo.append((node, True))
                todo += [(n, False) for n in reversed(following) if n is not None]
                continue
            number = self._number(node, op)
            if number is not None:
                new.append(number)
        return new

    def _number(self, node: Node, op: int | None) -> int | None:
        """Give a node its number and hooks. None if it stands for a leaf that has a number."""
        leaf: torch.Tensor | None = getattr(node, "variable", None)
        uid = self._tensors.uid(leaf) if leaf is not None else None
        known = self._of_leaf.get(uid) if uid is not None else None
        number = len(self._nodes) if known is None else known
        _metadata(node)[_KEY] = number
        node.register_prehook(self._before(number, node))
        node.register_hook(self._after(number))
        if known is not None:
            return None
        edges = tuple(
            None if to is None else (_metadata(to)[_KEY], slot) for to, slot in node.next_functions
        )
        name = node.name().rpartition("::")[2]
        self._nodes.append(AutogradNode(number, name, None if leaf is not None else op, uid, edges))
        self._journal.emit(self._nodes[-1])
        if uid is not None and leaf is not None:
            self._of_leaf[uid] = number
            self._tensors.see(leaf).node = number
        return number

    def _before(self, number: int, node: Node) -> Callable[[Gradients], None]:
        is_leaf = hasattr(node, "variable")
        del node  # a hook that holds its node would keep the graph alive

        def hook(gradients: Gradients) -> None:
            if self._runs:
                self._guard(self._arrive, number, gradients, is_leaf)

        return hook

    def _after(self, number: int) -> Callable[[Gradients, Gradients], None]:
        def hook(sent: Gradients, _: Gradients) -> None:
            if self._runs:
                self._guard(self._leave, number, sent)

        return hook

    def _arrive(self, number: int, gradients: Gradients, is_leaf: bool) -> None:
        run = self._runs[-1]
        uid = self._nodes[number].leaf
        leaf = self._tensors.live(uid) if is_leaf and uid is not None else None
        before = leaf.grad if leaf is not None else None
        visit = Visit(
            len(run.visits),
            number,
            _snapshots(gradients),
            (),
            uid if is_leaf else None,
            before=None if before is None else snapshot(before),
        )
        run.open[number] = len(run.visits)
        run.visits.append(visit)

    def _leave(self, number: int, sent: Gradients) -> None:
        run = self._runs[-1]
        index = run.open.pop(number)
        visit = run.visits[index]
        leaf = self._tensors.live(visit.leaf) if visit.leaf is not None else None
        if leaf is None:
            run.visits[index] = replace(visit, contributions=_snapshots(sent))
        elif leaf.grad is not None:
            run.visits[index] = replace(visit, after=snapshot(leaf.grad))


def _metadata(node: Node) -> dict[str, Any]:
    """A node's own dictionary, which lives as long as the node; torch's stub calls it a method."""
    return cast("dict[str, Any]", node.metadata)


def _number_of(node: Node) -> int | None:
    return _metadata(node).get(_KEY)


def _snapshots(gradients: Gradients) -> tuple[Value | None, ...]:
    return tuple(None if gradient is None else snapshot(gradient) for gradient in gradients)


class Engine:
    """Puts itself where every backward call enters the engine, for as long as it is entered."""

    def __init__(
        self,
        guard: Guard,
        autograd: Autograd,
        begin: Callable[[Sequence[Any]], bool],
        failure: Callable[[BaseException], Failure],
    ) -> None:
        self._guard = guard
        self._autograd = autograd
        self._begin = begin
        self._failure = failure

    def __enter__(self) -> Engine:
        self._run = getattr(torch.autograd, _DOOR)
        setattr(torch.autograd, _DOOR, self._recorded)
        return self

    def __exit__(self, *_: object) -> None:
        setattr(torch.autograd, _DOOR, self._run)

    def _recorded(self, roots: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        recorded = self._guard(self._begin, roots)
        try:
            result = self._run(roots, *args, **kwargs)
        except BaseException as error:
            if recorded:
                failure = self._failure(error)
                self._guard(self._autograd.finish, failure)
            raise
        if recorded:
            if not kwargs.get("accumulate_grad", True):
                self._guard(self._autograd.captured, args[3], result)
            self._guard(self._autograd.finish, None)
        return result
