"""The chain rule of a run, as Typst sets it: what is derived, the links, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from gradreel.blocks.formula import LARGEST, Formula
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph


@dataclass(frozen=True, slots=True)
class Rule:
    """Of a graph that is a chain of scalars."""

    graph: Graph

    @property
    def whole(self) -> str:
        """`df/dx`."""
        x, *_, f = self.graph.nodes
        return f"frac(d {f.label}, d {x.label})"

    @property
    def links(self) -> dict[int, str]:
        """`df/dg`, `dg/dh`, `dh/dx`, by the edge between them, from the end of the chain."""
        edges = {edge.source: edge.id for edge in self.graph.edges}
        down = pairwise(reversed(self.graph.nodes))
        return {edges[below.id]: f"frac(d {over.label}, d {below.label})" for over, below in down}

    @property
    def factors(self) -> dict[int, str]:
        """What autograd multiplied with at every edge, in its order."""
        flows = (flow for arrival in self.graph.passes[0].arrivals for flow in arrival.flows)
        return {flow.edge: short(flow.local) for flow in flows if flow.local is not None}

    @property
    def total(self) -> str:
        """The gradient at the chain's beginning."""
        return short(self.graph.passes[0].arrivals[-1].gradient.numbers[0])

    @property
    def product(self) -> str:
        """`df/dx = df/dg · dg/dh · dh/dx`."""
        return f"{self.whole} = {' dot '.join(self.links.values())}"

    def worth(
        self, type_: Typesetter, zone: Zone, *, whole: bool, size: float = LARGEST
    ) -> Formula:
        """`= 14 · 1 · 4 = 56` in the colour of gradients, after what is derived if `whole`."""
        numbers = dict.fromkeys([*self.factors.values(), self.total], "backward")
        source = f"= {' dot '.join(self.factors.values())} = {self.total}"
        source = f"{self.whole} {source}" if whole else source
        return Formula(type_, source, zone, size=size, colours=numbers)
