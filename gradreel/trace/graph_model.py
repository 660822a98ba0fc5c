"""The graph a viewer sees, as frozen data.

The autograd graph has functions and the run has operations; a viewer thinks in variables. One
node here is a leaf, a piece of data, a constant, or an operation with the name its result got.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from gradreel.trace.model import Number, Span, Value

NodeKind = Literal["leaf", "data", "constant", "op", "detached"]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """`label` is the variable's name where the result is bound, else the source text (`x + 1`).
    `sign` says what an op does (`sigmoid`, `×`, `**2`), "" for leaves and data."""

    id: int
    kind: NodeKind
    label: str
    sign: str
    value: Value | None
    span: Span | None
    step: int
    tensor: int | None
    op: int | None
    text: str = ""  # the source of the op, "" for others

    @property
    def numbers(self) -> tuple[Number, ...]:
        """What it holds, or nothing where that was not kept."""
        return self.value.numbers if self.value is not None else ()


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """From an input to the op that uses it. `differentiable` is False where no gradient can flow
    back."""

    id: int
    source: int
    target: int
    differentiable: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """Gradient sent back along one edge: the contribution, and the local derivative if both ends
    are scalars (contribution / arriving)."""

    edge: int
    gradient: Value
    local: float | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """The engine reached a node: the summed gradient there, then the flows it sends on, in order.
    For a leaf `before` and `after` are `.grad` around the accumulation."""

    node: int
    gradient: Value
    flows: tuple[Flow, ...]
    accumulates: bool = False
    before: Value | None = None
    after: Value | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """One backward call in the engine's order. `arrivals` starts with the root's own gradient."""

    backward: int
    step: int
    text: str
    arrivals: tuple[Arrival, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in forward order, edges, and one `Pass` per backward call.

    Of a loop only the first iteration is drawn; `iterations` is how often it ran.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    passes: tuple[Pass, ...]
    iterations: int = 1

    @property
    def values(self) -> tuple[Value, ...]:
        """What the nodes hold, in order, as far as that was kept."""
        return tuple(node.value for node in self.nodes if node.value is not None)

    def inputs_of(self, node: int) -> list[GraphNode]:
        """What goes into an operation, in the order of the source."""
        return [self.nodes[edge.source] for edge in self.edges if edge.target == node]

    @property
    def recorded(self) -> Graph:
        """As if all of it were: what there is before `detach` or `no_grad` takes it away."""
        nodes = (replace(n, kind="op") if n.kind == "detached" else n for n in self.nodes)
        edges = (replace(edge, differentiable=True) for edge in self.edges)
        return replace(self, nodes=tuple(nodes), edges=tuple(edges))

    @property
    def way_back(self) -> Graph:
        """What of it gradient can go through."""
        edges = tuple(edge for edge in self.edges if edge.differentiable)
        ends = {end for edge in edges for end in (edge.source, edge.target)}
        nodes = tuple(node for node in self.nodes if node.id in ends)
        return replace(self, nodes=nodes, edges=edges)
