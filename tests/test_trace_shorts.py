"""The user's own shorts: what the trace says against runs that know nothing of the tracer."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from snippets import HERE, RUNNABLE, SHORTS, short, traced

from gradreel.trace import Limits
from gradreel.trace.model import Backward, Number, Trace, Value


@cache
def oracle() -> dict[str, Any]:
    """All runnable shorts, measured in one other process."""
    sources = {str(number): SHORTS[number] for number in RUNNABLE}
    done = subprocess.run(
        [sys.executable, str(HERE / "_oracle.py")],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def numbers(value: Value | None) -> tuple[Number, ...]:
    assert value is not None
    assert value.data is not None
    return value.data


def float32(values: Any) -> list[bytes]:
    """Bit patterns, so that -0.0 and 0.0 differ and nothing is merely close."""
    return [struct.pack("f", value) for value in values]


def uid(trace: Trace, name: str) -> set[int]:
    return {tensor.uid for tensor in trace.tensors if name in tensor.names}


def received(trace: Trace, backward: Backward, name: str) -> tuple[Number, ...] | None:
    """The gradient that arrived at the tensor called `name` in this backward call."""
    places = {(t.node, t.slot) for t in trace.tensors if t.uid in uid(trace, name)}
    for visit in backward.visits:
        for slot, value in enumerate(visit.arriving):
            if (visit.node, slot) in places:
                return numbers(value)
    return None


@pytest.mark.parametrize("number", RUNNABLE)
def test_prints_what_a_plain_run_prints(number: int) -> None:
    trace = short(number)
    plain = re.sub(r"0x[0-9a-f]+", "0x…", oracle()[str(number)]["stdout"])
    assert trace.stdout == plain
    assert trace.control == "same"
    assert trace.end.status == "ok"
    assert trace.warnings == ()


@pytest.mark.parametrize("number", RUNNABLE)
def test_leaves_end_with_the_gradients_of_a_plain_run(number: int) -> None:
    trace = short(number)
    last = {w.name: w.value for step in trace.steps for w in step.writes if w.how == "grad"}
    plain = oracle()[str(number)]["leaves"]
    leaves = {name.removesuffix(".grad") for name in last} - {"y"}  # 25 keeps y's too
    assert leaves == set(plain)
    for name, gradient in plain.items():
        assert float32(numbers(last[f"{name}.grad"])) == float32(gradient)


@pytest.mark.parametrize("number", RUNNABLE)
def test_every_named_tensor_gets_the_gradient_that_retain_grad_shows(number: int) -> None:
    trace = short(number)
    calls = oracle()[str(number)]["named"]
    assert len(calls) == 50 if number == 20 else len(calls) == len(trace.backwards)
    for backward, named in zip(trace.backwards, calls, strict=False):
        for name, gradient in named.items():
            mine = received(trace, backward, name)
            if mine is None:  # not on the way of this call
                assert not any(gradient)
            else:
                assert mine == pytest.approx(gradient, rel=1e-6)


@pytest.mark.parametrize("number", RUNNABLE)
def test_leaf_gradients_agree_with_finite_differences(number: int) -> None:
    trace = short(number)
    measured = oracle()[str(number)]["differences"]
    assert len(measured) == (1 if number == 20 else len(trace.backwards))
    leaves = sorted(t.uid for t in trace.tensors if t.is_leaf and t.requires_grad)
    for backward, per_leaf in zip(trace.backwards, measured, strict=False):
        assert len(per_leaf) == len(leaves)
        for leaf, gradient in zip(leaves, per_leaf, strict=True):
            mine = [numbers(v.arriving[0]) for v in backward.visits if v.leaf == leaf]
            for got, true in zip(mine[0], gradient, strict=True):
                if true is not None:
                    assert got == pytest.approx(true, rel=1e-4, abs=1e-5)


def test_only_the_corner_of_relu_has_no_finite_difference() -> None:
    kinks = {
        number
        for number in RUNNABLE
        for call in oracle()[str(number)]["differences"]
        for leaf in call
        if None in leaf
    }
    assert kinks == {10}


@pytest.mark.parametrize("number", RUNNABLE)
def test_contributions_add_up_to_what_arrives(number: int) -> None:
    trace = short(number)
    nodes = {node.id: node for node in trace.nodes}
    for backward in trace.backwards:
        sent: dict[tuple[int, int], list[float]] = {}
        for visit in backward.visits:
            edges = nodes[visit.node].next
            for edge, value in zip(edges, visit.contributions, strict=True):
                if edge is not None and value is not None:
                    total = sent.setdefault(edge, [0.0] * len(numbers(value)))
                    sent[edge] = [a + b for a, b in zip(total, numbers(value), strict=True)]
        for visit in backward.visits:
            for slot, value in enumerate(visit.arriving):
                if (visit.node, slot) in sent:
                    assert numbers(value) == pytest.approx(sent[visit.node, slot], rel=1e-5)
                else:
                    assert visit.node in backward.roots
                    assert numbers(value) == (1.0,)


@pytest.mark.parametrize("number", RUNNABLE)
def test_before_plus_incoming_is_after(number: int) -> None:
    for backward in short(number).backwards:
        for visit in backward.visits:
            if visit.leaf is None:
                continue
            incoming = numbers(visit.arriving[0])
            before = numbers(visit.before) if visit.before else [0.0] * len(incoming)
            total = [a + b for a, b in zip(before, incoming, strict=True)]
            assert numbers(visit.after) == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("number", [19, 30, 31, 32])
def test_comments_only_have_a_trace_without_statements(number: int) -> None:
    trace = short(number)
    assert not trace.runnable
    assert trace.steps == ()
    assert trace.end.status == "ok"
    assert trace.control == "same"


# operations with inputs; backward calls and visits of the engine
COUNTS = {
    1: (4, 1, 5), 2: (0, 0, 0), 3: (1, 1, 2), 4: (3, 0, 0), 5: (4, 1, 7), 6: (2, 2, 4),
    7: (3, 2, 4), 8: (5, 0, 0), 9: (1, 0, 0), 10: (2, 1, 3), 11: (1, 0, 0), 12: (1, 0, 0),
    13: (2, 1, 3), 14: (1, 0, 0), 15: (2, 0, 0), 16: (3, 1, 4), 17: (7, 1, 8), 18: (4, 1, 3),
    21: (1, 0, 0), 22: (1, 0, 0), 23: (2, 0, 0), 24: (1, 1, 2), 25: (1, 1, 2), 26: (2, 1, 3),
    27: (2, 0, 0), 28: (1, 0, 0), 29: (1, 2, 4),
}  # fmt: skip


def counts(trace: Trace) -> tuple[int, int, int]:
    ops = [o for o in trace.ops if not o.internal and any(a.tensor is not None for a in o.inputs)]
    return len(ops), len(trace.backwards), sum(len(b.visits) for b in trace.backwards)


@pytest.mark.parametrize("number", COUNTS)
def test_records_each_operation_once(number: int) -> None:
    assert counts(short(number)) == COUNTS[number]


def test_a_loop_can_be_recorded_in_full() -> None:
    trace = traced(SHORTS[20], Limits(full_iterations=50))
    assert counts(trace) == (554, 50, 350)


def bound(number: int, name: str) -> tuple[Number, ...]:
    """What a variable was last set to, or had under it."""
    values = [w.value for step in short(number).steps for w in step.writes if w.name == name]
    return numbers([v for v in values if v is not None][-1])


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        (1, "y", [16]), (1, "x.grad", [8]),
        (3, "y", [6]), (3, "w.grad", [2]),
        (4, "y", [12]),
        (5, "loss", [9]), (5, "x.grad", [-18]), (5, "w.grad", [-12]), (5, "b.grad", [-6]),
        (6, "x.grad", [16]),
        (7, "x.grad", [4]),
        (8, "y1", [11.4325, 0.8048]),
        (10, "x.grad", [0, 0, 1]),
        (13, "x.grad", [0.00664806, 0.25, 0.00664803]),
        (15, "probs", [0.6590, 0.2424, 0.0986]),
        (16, "f", [49]), (16, "x.grad", [56]),
        (17, "loss", [0.63836]), (17, "b.grad", [0.16908, -0.14539]),
        (18, "loss", [1.44103]),
        (20, "loss", [0.5494]), (20, "W", [1.4218]), (20, "b", [0.5954]),
        (21, "y", [4]), (22, "y", [4]), (23, "z_detached", [9]),
        (24, "x.grad", [4]), (25, "y.grad", [1]), (26, "x.grad", [0, 1]),
        (28, "loss", [1.08203]), (29, "x.grad", [8]),
    ],
)  # fmt: skip
def test_known_numbers(number: int, name: str, expected: list[float]) -> None:
    assert bound(number, name) == pytest.approx(expected, rel=5e-4)


def test_gradients_gather_and_are_cleared() -> None:
    gathered = [(v.before, v.after) for b in short(6).backwards for v in b.visits if v.leaf == 0]
    assert [(b and b.scalar, a and a.scalar) for b, a in gathered] == [(None, 4.0), (4.0, 16.0)]
    written = [w.value for s in short(7).steps for w in s.writes if w.name == "x.grad"]
    assert [value and value.scalar for value in written] == [4.0, 0.0, 4.0]


def test_an_update_without_grad_changes_the_leaf_in_its_own_step() -> None:
    trace = short(18)
    before, after = (numbers(w.value) for s in trace.steps for w in s.writes if w.name == "W")
    assert after == pytest.approx([0.975 * w for w in before], rel=1e-6)
    [step] = [s for s in trace.steps if any(w.how == "mutate" for w in s.writes)]
    assert step.grad_mode == "no_grad"
    assert trace.statements[step.statement].kind == "AugAssign"


def test_a_training_loop_keeps_all_losses_and_few_details() -> None:
    trace = short(20)
    [losses] = [[w for s in trace.steps for w in s.writes if w.name == "loss"]]
    assert len(losses) == 50
    assert numbers(losses[0].value) == pytest.approx([4.2262], rel=1e-4)
    loops = [s.loop[0][1] for s in trace.steps if s.loop and not s.light]
    assert set(loops) == {0, 1, 2}
    assert all(not step.ops and not step.backwards for step in trace.steps if step.light)


def test_the_warning_of_24_is_on_its_own_line() -> None:
    outputs = short(24).outputs
    assert [(o.stream, o.line) for o in outputs] == [
        ("stdout", 6),
        ("stderr", 7),
        ("stdout", 7),
    ]
    assert outputs[1].text.startswith("snippet.py:7: UserWarning: The .grad attribute")


def test_addresses_are_masked() -> None:
    assert short(4).stdout == "y.grad_fn: <MulBackward0 object at 0x…>\n"


def test_two_runs_are_equal() -> None:
    again = traced.__wrapped__(SHORTS[17])
    assert again == short(17)
