"""Trace -> the compute graph a film draws: user-level nodes, edges, and what each backward sent."""

from __future__ import annotations

from gradreel.trace.draft import Draft
from gradreel.trace.drawn import drawn_backwards, drawn_ops, iterations
from gradreel.trace.graph_model import Arrival, Flow, Graph, GraphEdge, GraphNode, NodeKind, Pass
from gradreel.trace.model import Trace
from gradreel.trace.passes import pass_of

__all__ = ["Arrival", "Flow", "Graph", "GraphEdge", "GraphNode", "NodeKind", "Pass", "graph_of"]

MANY = 12  # nodes; above, what only prepares the data is folded into one node per variable


def graph_of(trace: Trace) -> Graph:
    """The graph of a run; empty (no nodes) if it did no tensor operations."""
    draft = Draft(trace)
    for op in drawn_ops(trace):
        draft.add(op)
    draft.find_gradient_paths()
    if len(draft.nodes) > MANY:
        draft.fold()
    draft.number()
    edges = tuple(
        GraphEdge(number, edge.source.drawn.id, edge.target.drawn.id, bool(edge.autograd))
        for number, edge in enumerate(draft.edges)
    )
    passes = tuple(pass_of(backward, draft) for backward in drawn_backwards(trace))
    return Graph(tuple(node.drawn for node in draft.nodes), edges, passes, iterations(trace))
