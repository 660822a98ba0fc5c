"""Two runs of one snippet: what is different, where, and what differs in the last bits only.

Another machine, or another version of torch, may round a float32 differently; that is no news to a
viewer. What was printed, raised, called, or came in another order is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gradreel.held import Held, held_in, node_name
from gradreel.trace.model import Failure, Number, Trace, Value

# A float32 has seven digits and a film shows three; a loop of a hundred steps loses some between.
RELATIVE = 1e-4
# A number is noise beside one of its tensor that is so much larger.
BESIDE_LARGEST = 1e-6

NUMBERS = re.compile(r"-?\d+\.\d*(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")  # with a point or an exponent
_PLACE = re.compile(r"\S*\.py:\d+(?=: \w*Warning)")  # where torch lies differs from place to place


@dataclass(frozen=True, slots=True)
class Difference:
    """What was so then and is so now, at a line of the run's source (0: nowhere in particular)."""

    run: str
    what: str
    line: int
    then: str
    now: str
    last_bits: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What a viewer could notice, and how many values and texts differ in their last bits."""

    differences: tuple[Difference, ...]
    last_bits: int


def compare(name: str, then: Trace, now: Trace) -> Compared:
    """Two runs of the same source with the same seed."""
    looks = (_end, _alone, _printed, _course, _graph, _values)
    found = [difference for look in looks for difference in look(name, then, now)]
    bits = sum(difference.last_bits for difference in found)
    return Compared(tuple(d for d in found if not d.last_bits), bits)


def _end(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    failures = [failure for run in (then, now) if (failure := run.end.failure)]
    line = next((failure.span.line for failure in failures if failure.span), 0)
    one, two = (_told(run.end.failure) or run.end.status for run in (then, now))
    if one != two:
        yield Difference(name, "how it ends", line, one, two)


def _alone(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    """What the run without the tracer had other than the run with it."""
    if then.control != now.control:
        yield Difference(name, "the run without the tracer", 0, then.control, now.control)


def _printed(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    """Line by line of what each statement wrote."""
    for one, two in zip_longest(then.outputs, now.outputs):
        before, after = (
            _PLACE.sub("torch", o.text).rstrip("\n") if o else "nothing" for o in (one, two)
        )
        line = one.line if one else two.line if two else 0
        moved = one is None or two is None or (one.line, one.stream) != (two.line, two.stream)
        if moved or before != after:
            bits = not moved and _reads_near(before, after)
            yield Difference(name, "printed", line, before, after, bits)


def _course(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    """The statements in the order they ran, and what each called and wrote; the first that
    differs."""
    lines = {s.id: s.header.line for s in then.statements}
    yield from _first(
        name, "the statements that ran",
        [(str(s.statement), lines.get(s.statement, 0)) for s in then.steps],
        [(str(s.statement), lines.get(s.statement, 0)) for s in now.steps],
    )  # fmt: skip
    yield from _first(
        name, "the operations that ran",
        [(op.label, op.span.line) for op in then.ops],
        [(op.label, op.span.line) for op in now.ops],
    )  # fmt: skip
    yield from _first(name, "what was written", _writes(then), _writes(now))
    for (what, line, one), (_, _, two) in zip(_texts(then), _texts(now), strict=False):
        if one != two:
            yield Difference(name, what, line, one, two, last_bits=_reads_near(one, two))


def _graph(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    """Autograd's functions, what they are connected to, and the order in which it goes back."""
    ops = {op.id: op.span.line for op in then.ops}

    def nodes(run: Trace) -> list[tuple[str, int]]:
        return [(f"{n.name} {_edges(n.next)}", ops.get(n.op or -1, 0)) for n in run.nodes]

    def visits(run: Trace) -> list[tuple[str, int]]:
        return [
            (node_name(run, visit.node), backward.span.line)
            for backward in run.backwards
            for visit in backward.visits
        ]

    yield from _first(name, "the graph", nodes(then), nodes(now))
    yield from _first(name, "the order of the backward pass", visits(then), visits(now))
    flags = [
        [
            (f"{t.dtype} {list(t.shape)} {_flags(t.requires_grad, t.is_leaf)}", 0)
            for t in run.tensors
        ]
        for run in (then, now)
    ]
    yield from _first(name, "a tensor", *flags)


def _first(
    name: str, what: str, then: Sequence[tuple[str, int]], now: Sequence[tuple[str, int]]
) -> Iterator[Difference]:
    """The first place where two sequences part; what comes after follows from it."""
    for one, two in zip_longest(then, now):
        if one != two:
            nothing = "nothing", (one or two or ("", 0))[1]
            (before, line), (after, _) = one or nothing, two or nothing
            yield Difference(name, what, line, before, after)
            return


def _values(name: str, then: Trace, now: Trace) -> Iterator[Difference]:
    """Every value beside the one of the same name, line and turn: of each the number that is off
    most."""
    later = _by_place(now)
    for place, held in _by_place(then).items():
        if (other := later.get(place)) is None:
            continue  # the course of the run differs, which has been said
        one, two = held.value, other.value
        if (one.shape, one.dtype) != (two.shape, two.dtype):
            kinds = [f"{value.dtype} {list(value.shape)}" for value in (one, two)]
            yield Difference(name, f"kind of {held.what}", held.line, kinds[0], kinds[1])
            continue
        off = [pair for pair in _pairs(one, two) if not _same(*pair)]
        if off:
            largest = _largest(one)
            far = [pair for pair in off if not _near(*pair, largest)]
            before, after = max(far or off, key=_distance)
            numbers = f"{before:.7g}", f"{after:.7g}"
            yield Difference(name, held.what, held.line, numbers[0], numbers[1], not far)


def _by_place(run: Trace) -> dict[tuple[str, int, int], Held]:
    turns: dict[tuple[str, int], int] = {}
    placed = {}
    for held in held_in(run):
        key = held.what, held.line
        turns[key] = turns.get(key, 0) + 1
        placed[(*key, turns[key])] = held
    return placed


def _pairs(one: Value, two: Value) -> Iterator[tuple[Number, Number]]:
    if one.data is not None and two.data is not None:
        yield from zip(one.data, two.data, strict=False)
    elif one.summary is not None and two.summary is not None:
        yield from zip(one.summary, two.summary, strict=True)


def _same(one: Number, two: Number) -> bool:
    return one == two or (one != one and two != two)  # nan is nan


def _near(one: Number, two: Number, largest: float) -> bool:
    if not (isinstance(one, float) and isinstance(two, float)):
        return False
    return math.isclose(one, two, rel_tol=RELATIVE, abs_tol=BESIDE_LARGEST * largest)


def _largest(value: Value) -> float:
    numbers = (abs(n) for n in (*value.numbers, *(value.summary or ())) if math.isfinite(n))
    return float(max(numbers, default=0.0))


def _distance(pair: tuple[Number, Number]) -> float:
    away = abs(pair[0] - pair[1])
    return away if math.isfinite(away) else math.inf


def _reads_near(one: str, two: str) -> bool:
    """Whether two texts are the same but for the last digits of some numbers."""
    if NUMBERS.sub("#", one) != NUMBERS.sub("#", two):
        return False
    pairs = zip(NUMBERS.findall(one), NUMBERS.findall(two), strict=True)
    return all(a == b or _near(float(a), float(b), 0) for a, b in pairs)


def _writes(run: Trace) -> list[tuple[str, int]]:
    """What each step wrote, and how."""
    return [
        (f"{write.name} ({write.how})", run.statements[step.statement].header.line)
        for step in run.steps
        for write in step.writes
    ]


def _texts(run: Trace) -> Iterator[tuple[str, int, str]]:
    """Plain Python values, as they are written."""
    for step in run.steps:
        for write in step.writes:
            if write.text is not None:
                yield write.name, run.statements[step.statement].header.line, write.text


def _edges(following: tuple[tuple[int, int] | None, ...]) -> str:
    return "-> " + ", ".join("nothing" if edge is None else str(edge[0]) for edge in following)


def _flags(requires_grad: bool, is_leaf: bool) -> str:
    return "requires grad" * requires_grad + " leaf" * is_leaf


def _told(failure: Failure | None) -> str:
    return f"{failure.kind}: {failure.message}" if failure else ""
