"""The engine's visits -> gradients along the drawn edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradreel.trace.draft import Draft
from gradreel.trace.graph_model import Arrival, Flow, Pass
from gradreel.trace.model import Backward, Value, Visit


def pass_of(backward: Backward, draft: Draft) -> Pass:
    """What one backward call sent through the numbered draft, in the engine's order.

    An op that is several functions to autograd has one arrival, at the first of them; where an op
    has several outputs, the arrival shows the first gradient there is.
    """
    arrivals: dict[int, Arrival] = {}
    for visit in backward.visits:
        owner = draft.owner(visit.node)
        gradient = next((value for value in visit.arriving if value is not None), None)
        if owner is None or gradient is None or owner.drawn.id < 0:
            continue
        number = owner.drawn.id
        is_output = owner.op is None or visit.node in {r.node for r in owner.op.outputs}
        if is_output and number not in arrivals:
            accumulates = visit.after is not None
            arrivals[number] = Arrival(number, gradient, (), accumulates, visit.before, visit.after)
        if number in arrivals:
            arrival = arrivals[number]
            flows = _merged([*arrival.flows, *_flows(draft, visit, arrival.gradient)])
            arrivals[number] = replace(arrival, flows=flows)
    failed = backward.failure is not None
    return Pass(backward.id, backward.step, backward.text, tuple(arrivals.values()), failed)


def _flows(draft: Draft, visit: Visit, arriving: Value) -> Iterator[Flow]:
    for number, edge in enumerate(draft.edges):
        for node, index in edge.autograd:
            if node != visit.node or index >= len(visit.contributions):
                continue
            sent = visit.contributions[index]
            if sent is not None:
                yield Flow(number, sent, _local(sent, arriving))


def _local(sent: Value, arriving: Value) -> float | None:
    if sent.scalar is None or not arriving.scalar:
        return None
    return float(sent.scalar) / float(arriving.scalar)


def _merged(flows: list[Flow]) -> tuple[Flow, ...]:
    """One flow per edge: what an op sends to one argument in several parts is added up."""
    merged: dict[int, Flow] = {}
    for flow in flows:
        before = merged.get(flow.edge)
        if before is None:
            merged[flow.edge] = flow
            continue
        pairs = zip(before.gradient.numbers, flow.gradient.numbers, strict=True)
        total = tuple(float(f"{a + b:.7g}") for a, b in pairs)
        local = None if before.local is None or flow.local is None else before.local + flow.local
        merged[flow.edge] = Flow(flow.edge, replace(before.gradient, data=total or None), local)
    return tuple(merged.values())
