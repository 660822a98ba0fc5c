"""Operations of a run -> nodes and edges, on their way to being a `Graph`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from gradreel.trace.drawn import drawn_backwards
from gradreel.trace.graph_model import GraphNode, NodeKind
from gradreel.trace.model import Argument, Number, Op, Trace, Value
from gradreel.trace.signs import named_operands, sign_of


@dataclass(slots=True, eq=False)
class Node:
    """A node on its way. `order` is the op that made its tensor, so that a source stands where it
    began and not where it is first used; `op` is None for a source."""

    order: float
    drawn: GraphNode
    op: Op | None = None


@dataclass(slots=True, eq=False)
class Edge:
    """`autograd`: the edges (node, which of its `next`) that carry gradient along this one."""

    source: Node
    target: Node
    anchor: int | None  # autograd node behind the source's tensor
    autograd: list[tuple[int, int]] = field(default_factory=list)


class Draft:
    """Collects nodes and edges, then numbers them."""

    def __init__(self, trace: Trace) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self._trace = trace
        self._tensors = {tensor.uid: tensor for tensor in trace.tensors}
        self._autograd = {node.id: node for node in trace.nodes}
        self._made: dict[tuple[int, int], Node] = {}  # by tensor version
        self._latest: dict[int, Node] = {}
        self._sources: dict[int, Node] = {}
        self._constants: dict[str, Node] = {}
        self._by_op: dict[int, Node] = {}
        self._by_maker: dict[int, Node] = {}
        self._anchors: dict[tuple[int, int], int | None] = {}
        self._values: dict[tuple[int, int], Value | None] = {}
        self._bound: dict[int, str] = {}
        self._born: dict[int, Op] = {}
        self._ops = {op.id: op for op in trace.ops}
        for op in trace.ops:
            for result in op.outputs:
                self._anchors[result.tensor, result.version] = result.node
                self._values[result.tensor, result.version] = result.value
                self._born.setdefault(result.tensor, op)
        for step in trace.steps:
            for write in step.writes:
                if write.tensor is None or write.how == "grad":
                    continue
                self._values.setdefault((write.tensor, write.version or 0), write.value)
                if write.how == "bind":
                    self._bound.setdefault(write.tensor, write.name)

    def add(self, op: Op) -> None:
        """An operation, with edges from its inputs in the order of the source."""
        variables = named_operands(op.text)
        inputs = [(self._input(a, op, variables), self._anchor(a)) for a in op.inputs]
        result = op.outputs[0]
        names = [self._bound[r.tensor] for r in op.outputs if r.tensor in self._bound]
        is_cut = op.label in ("detach", "data")
        node = self._node(
            op.id,
            "detached" if is_cut else "op",
            ", ".join(names) or _label(op),
            sign_of("" if op.module else op.text, op.label),
            result.value,
            op.step,
            result.tensor,
            op,
        )
        self._by_op[op.id] = node
        for output in op.outputs:
            self._made[output.tensor, output.version] = node
            self._latest[output.tensor] = node
        self.edges += [
            Edge(source, node, anchor) for source, anchor in inputs if source is not None
        ]

    def find_gradient_paths(self) -> None:
        """Give every edge the autograd edges that run along it."""
        for target in self.nodes:
            if target.op is None:
                continue
            own = {n.id for n in self._trace.nodes if n.op == target.op.id}
            leaving: dict[int, list[tuple[int, int]]] = {}
            for number in sorted(own):
                for index, to in enumerate(self._autograd[number].next):
                    if to is not None and to[0] not in own:
                        leaving.setdefault(to[0], []).append((number, index))
            for anchor, paths in leaving.items():
                edges = [e for e in self.edges if e.target is target and e.anchor == anchor]
                for edge, path in zip(edges, paths, strict=False):
                    edge.autograd.append(path)
                if edges:  # an op may use one argument several times inside
                    edges[-1].autograd += paths[len(edges) :]

    def fold(self) -> None:
        """Keep what a backward call went through; what lies before that becomes data."""
        kept: dict[int, Node] = {}
        todo = self._roots()
        if not todo:
            return
        while todo:
            node = todo.pop()
            if id(node) in kept:
                continue
            kept[id(node)] = node
            if node.op is not None and any(result.node is not None for result in node.op.outputs):
                todo += [edge.source for edge in self.edges if edge.target is node]
            elif node.drawn.kind == "op":
                node.drawn = replace(node.drawn, kind="data", sign="")
        self.nodes = [node for node in self.nodes if id(node) in kept]
        self.edges = [
            edge
            for edge in self.edges
            if id(edge.source) in kept and id(edge.target) in kept and edge.target.drawn.sign
        ]

    def number(self) -> None:
        """Put nodes and edges in forward order; only now do they have their ids."""
        self.nodes.sort(key=lambda node: node.order)
        for number, node in enumerate(self.nodes):
            node.drawn = replace(node.drawn, id=number)
        self.edges.sort(key=lambda edge: edge.target.drawn.id)

    def owner(self, autograd: int) -> Node | None:
        """The node of the picture that an autograd node belongs to."""
        node = self._autograd[autograd]
        if node.leaf is not None:
            return self._sources.get(node.leaf)
        known = self._by_op.get(node.op) if node.op is not None else None
        return known or self._by_maker.get(autograd)

    def _roots(self) -> list[Node]:
        backwards = drawn_backwards(self._trace)
        owners = [self.owner(root) for backward in backwards for root in backward.roots]
        if roots := [owner for owner in owners if owner is not None]:
            return roots
        used = {id(edge.source) for edge in self.edges if edge.autograd}
        tracked = {id(edge.target) for edge in self.edges if edge.autograd}
        return [node for node in self.nodes if id(node) in tracked - used]

    def _input(self, argument: Argument, op: Op, variables: frozenset[str]) -> Node | None:
        if argument.tensor is not None:
            key = argument.tensor, argument.version or 0
            node = self._made.get(key) or self._latest.get(argument.tensor)
            return node or self._source(argument, op)
        if argument.name in variables and argument.text is not None:
            return self._constant(argument.name, argument.text, op)
        return None

    def _source(self, argument: Argument, user: Op) -> Node:
        uid = argument.tensor or 0
        if uid not in self._sources:
            tensor = self._tensors[uid]
            derived = self._derived(argument, user)
            if derived is not None:
                return derived
            born = self._born.get(uid)
            if born is not None and born.id > user.id:  # an optimizer changed it later
                born = None
            if self._bound.get(uid) or tensor.names:
                label = self._bound.get(uid) or tensor.names[0]
            else:
                label = born.text if born is not None else argument.name
            node = self._node(
                born.id if born is not None else user.id - 0.5,
                "leaf" if tensor.is_leaf and tensor.requires_grad else "data",
                _one_line(label),
                "",
                self._value(uid, argument.version or 0),
                born.step if born is not None else user.step,
                uid,
                None,
                born,
            )
            self._sources[uid] = node
        return self._sources[uid]

    def _derived(self, argument: Argument, user: Op) -> Node | None:
        """The node of a tensor that autograd tracked and no op of the run made: a row of `for row
        in X`. Its function is named by autograd alone."""
        uid = argument.tensor or 0
        number = self._anchor(argument)
        maker = self._autograd[number] if number is not None else None
        if maker is None or maker.leaf is not None or self._shown(maker.op):
            return None
        if maker.id in self._by_maker:
            return self._by_maker[maker.id]
        label = self._bound.get(uid) or argument.name
        sign = maker.name.partition("Backward")[0].lower()
        value = self._value(uid, argument.version or 0)
        parents = [
            (self.owner(to[0]) or self._leaf(to[0], user), to[0], index)
            for index, to in enumerate(maker.next)
            if to is not None
        ]
        node = self._node(user.id - 0.4, "op", label, sign, value, user.step, uid, None)
        self._by_maker[maker.id] = node
        for parent, anchor, index in parents:
            if parent is not None:
                self.edges.append(Edge(parent, node, anchor, [(maker.id, index)]))
        return node

    def _shown(self, op: int | None) -> bool:
        """Whether an op is one the user wrote, drawn or not."""
        return op is not None and not self._ops[op].internal

    def _leaf(self, autograd: int, user: Op) -> Node | None:
        uid = self._autograd[autograd].leaf
        return None if uid is None else self._source(Argument("", uid, 0, None), user)

    def _constant(self, name: str, text: str, user: Op) -> Node | None:
        if name not in self._constants:
            try:
                number: Number = float(text) if text not in ("True", "False") else text == "True"
            except ValueError:
                return None
            kind = "int" if text.lstrip("-").isdigit() else "float"
            if kind == "int":
                number = int(text)
            value = Value((), kind, (number,))
            node = self._node(user.id - 0.5, "constant", name, "", value, user.step, None, None)
            self._constants[name] = node
        return self._constants[name]

    def _node(
        self,
        order: float,
        kind: NodeKind,
        label: str,
        sign: str,
        value: Value | None,
        step: int,
        tensor: int | None,
        op: Op | None,
        born: Op | None = None,
    ) -> Node:
        made = op or born
        span = made.span if made is not None else None
        number = op.id if op is not None else None
        text = op.text if op is not None else ""
        drawn = GraphNode(-1, kind, label, sign, value, span, step, tensor, number, text)
        node = Node(order, drawn, op)
        self.nodes.append(node)
        return node

    def _value(self, uid: int, version: int) -> Value | None:
        if (uid, version) in self._values:
            return self._values[uid, version]
        return next((value for (u, _), value in self._values.items() if u == uid), None)

    def _anchor(self, argument: Argument) -> int | None:
        if argument.tensor is None:
            return None
        anchor = self._anchors.get((argument.tensor, argument.version or 0))
        return self._tensors[argument.tensor].node if anchor is None else anchor


def _label(op: Op) -> str:
    """The text of an op without a name; of a module inside the one called, its path (`net.0`)."""
    path, called = op.module.rpartition(":")[0], op.text.partition("(")[0]
    return path if path.startswith(f"{called}.") else _one_line(op.text)


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"\s+(?=\.)|(?<=\()\s+|,?\s+(?=\))", "", text).split())
