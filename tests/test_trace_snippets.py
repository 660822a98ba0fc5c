"""Snippets of other kinds than the shorts: modules, optimizers, control flow, errors, odd types."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
from snippets import HERE, RUNNABLE, SHORTS, SNIPPETS, short, snippet, traced, tracer

from gradreel.trace import from_json, to_json
from gradreel.trace.model import Op, Span, Step, Trace, Value, Write

RAISING = {"failing_op", "inplace_error", "second_backward"}


def user_ops(trace: Trace) -> list[Op]:
    return [op for op in trace.ops if not op.internal]


def writes(trace: Trace, name: str) -> list[Write]:
    return [write for step in trace.steps for write in step.writes if write.name == name]


def values(trace: Trace, name: str) -> list[tuple[float, ...] | None]:
    return [w.value.data if w.value else None for w in writes(trace, name)]


def cut(trace: Trace, span: Span | None) -> str:
    assert span is not None
    assert span.line == span.end_line
    return trace.source.split("\n")[span.line - 1][span.col : span.end_col]


@pytest.mark.parametrize("name", SNIPPETS)
def test_runs_as_without_the_tracer(name: str) -> None:
    trace = snippet(name)
    assert trace.control == "same"
    assert trace.warnings == ()
    assert trace.end.status == ("raised" if name in RAISING else "ok")


def test_writes_the_very_text_that_python_writes() -> None:
    """stdout and stderr, warnings with their lines and repetitions, against `python snippet.py`."""
    name = "warnings_and_errors"
    plain = subprocess.run(
        [sys.executable, f"{name}.py"], cwd=HERE, capture_output=True, text=True, check=True
    )
    trace = snippet(name)
    stderr = "".join(output.text for output in trace.outputs if output.stream == "stderr")
    assert trace.stdout == plain.stdout
    assert stderr == plain.stderr.replace(str(HERE / f"{name}.py"), "snippet.py").replace(
        f"{name}.py", "snippet.py"
    )


@pytest.mark.parametrize("name", [*SNIPPETS, *RUNNABLE])
def test_numbers_are_positions(name: str | int) -> None:
    """Ids count from 0 without gaps, so that `trace.ops[id]` is that op, and refer to what is."""
    trace = short(name) if isinstance(name, int) else snippet(name)
    assert [step.index for step in trace.steps] == list(range(len(trace.steps)))
    assert [op.id for op in trace.ops] == list(range(len(trace.ops)))
    assert [node.id for node in trace.nodes] == list(range(len(trace.nodes)))
    assert [tensor.uid for tensor in trace.tensors] == list(range(len(trace.tensors)))
    assert [backward.id for backward in trace.backwards] == list(range(len(trace.backwards)))
    assert [s.id for s in trace.statements] == list(range(len(trace.statements)))
    for step in trace.steps:
        assert trace.statements[step.statement]
        assert all(trace.ops[op].step == step.index for op in step.ops)
        assert all(trace.backwards[b].step == step.index for b in step.backwards)
    for node in trace.nodes:
        assert all(edge is None or edge[0] < node.id for edge in node.next)


@pytest.mark.parametrize("name", [*SNIPPETS, *SHORTS])
def test_survives_json(name: str | int) -> None:
    trace = traced(SHORTS[name] if isinstance(name, int) else SNIPPETS[name])
    text = json.dumps(to_json(trace), allow_nan=False)
    again = from_json(json.loads(text))
    assert repr(again) == repr(trace)  # nan is not equal to itself


def test_spans_cut_the_source_exactly() -> None:
    trace = snippet("unicode")
    assert [op.text for op in user_ops(trace)][1:] == ["θ * 2", "(θ * 2) ** 2"]
    assert cut(trace, trace.ops[2].span) == "(θ * 2) ** 2"
    assert cut(trace, trace.backwards[0].span) == "verlust.backward()"


def test_two_statements_of_a_line_are_two_steps() -> None:
    lines = [
        cut(snippet("unicode"), snippet("unicode").statements[step.statement].span)
        for step in snippet("unicode").steps
    ]
    assert lines[2:4] == ['größe = "äöü 🙂"', "verlust = (θ * 2) ** 2"]


def test_a_method_chain_over_lines_is_cut_from_its_start() -> None:
    texts = ["".join(op.text.split()) for op in user_ops(snippet("chain"))]
    assert texts[1:3] == ["x.abs()", "x.abs().sum()"]


def test_inputs_are_named_as_in_the_source() -> None:
    trace = traced(
        "import torch\nfrom torch import nn\nx = torch.ones(2)\nrate = 0.5\n"
        "a = rate * x\nb = nn.functional.leaky_relu(x, rate)\nc = x.add(x, alpha=rate)\nd = 2 - x\n"
    )
    inputs = [[(a.name, a.text) for a in op.inputs] for op in user_ops(trace)[1:]]
    assert inputs == [
        [("rate", "0.5"), ("x", None)],
        [("x", None), ("negative_slope", "0.5"), ("inplace", "False")],
        [("x", None), ("x", None), ("alpha", "0.5")],
        [("2", "2"), ("x", None)],
    ]


def test_a_module_call_is_one_operation() -> None:
    trace = snippet("linear")
    [call] = [op for op in user_ops(trace) if op.module]
    assert (call.label, call.module, call.text) == ("Linear", "fc:Linear", "fc(x)")
    names = [trace.tensors[a.tensor].names[0] for a in call.inputs if a.tensor is not None]
    assert names == ["x", "fc.weight", "fc.bias"]
    assert [op.label for op in trace.ops if op.module and op.internal] == ["linear"]


def test_parameters_change_in_the_optimizer_step() -> None:
    trace = snippet("train_function")
    changed = [w for w in writes(trace, "model.weight") if w.how == "mutate"]
    weights = [w.value.data[0] for w in changed if w.value and w.value.data]
    gradients = [v[0] for v in values(trace, "model.weight.grad") if v is not None]
    assert len(gradients) == len(weights) == 5
    for before, after, gradient in zip(weights, weights[1:], gradients[1:], strict=False):
        assert after == pytest.approx(before - 0.1 * gradient, rel=1e-5)
    step = next(s for s in trace.steps if changed[0] in s.writes)
    assert cut(trace, trace.statements[step.statement].span) == "opt.step()"
    assert step.loop[-1][1] == 0


def test_adam_is_one_step_of_many_internal_operations() -> None:
    trace = snippet("module_adam")
    [step] = [s for s in trace.steps if any(w.how == "mutate" for w in s.writes)]
    assert [w.name for w in step.writes] == [
        "net.fc1.weight",
        "net.fc1.bias",
        "net.fc2.weight",
        "net.fc2.bias",
    ]
    assert len(step.ops) > 20
    assert all(trace.ops[op].internal for op in step.ops)


def test_functions_have_steps_of_their_own() -> None:
    trace = snippet("function")
    assert [s.function for s in trace.steps if s.function] == ["square_error"] * 2
    [write] = writes(trace, "diff")
    assert write.value is not None
    assert write.value.scalar == 5.0


def test_only_the_taken_branch_ran() -> None:
    trace = snippet("branch")
    ran = {cut(trace, trace.statements[s.statement].header) for s in trace.steps}
    assert "y = x * 3" in ran
    assert "y = x * 2" not in ran
    assert "if x > 0:" in ran


def loops(trace: Trace, text: str) -> list[tuple[int, ...]]:
    found: list[Step] = [
        step
        for step in trace.steps
        if trace.source.split("\n")[trace.statements[step.statement].span.line - 1].strip() == text
    ]
    return [tuple(n for _, n in step.loop) for step in found]


def test_iterations_are_counted() -> None:
    trace = snippet("while_loop")
    assert loops(trace, "y = y * 2") == [(0,), (1,), (2,)]
    assert loops(trace, "n += 1; n += 0") == [(0,), (0,), (1,), (1,)]


def test_loops_that_begin_again_count_again() -> None:
    source = (
        "for i in range(2):\n    for j in range(2): x = i * j\n    while True:\n        break\n"
    )
    trace = traced(source)
    assert loops(trace, "for j in range(2): x = i * j")[1:5:2] == [(0, 0), (0, 1)]
    inner = [
        tuple(n for _, n in s.loop) for s in trace.steps if any(w.name == "x" for w in s.writes)
    ]
    assert inner == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert loops(trace, "break") == [(0, 0), (1, 0)]


def test_an_exhausted_loop_binds_nothing() -> None:
    assert [w.text for w in writes(traced("for i in range(2):\n    pass\n"), "i")] == ["0", "1"]


def test_late_iterations_are_light() -> None:
    trace = snippet("sequential_sgd")
    light = [step for step in trace.steps if step.light]
    assert {step.loop[0][1] for step in light if step.loop} == {3}
    assert any(write.name == "loss" for step in light for write in step.writes)


def test_a_custom_function_is_one_operation_that_autograd_knows() -> None:
    trace = snippet("custom_function")
    [call] = [op for op in user_ops(trace) if op.label == "Square"]
    node = trace.nodes[call.outputs[0].node or 0]
    assert (node.name, node.op) == ("SquareBackward", call.id)
    assert values(trace, "x.grad") == [(6.0,)]


def test_autograd_grad_hands_over_without_accumulating() -> None:
    trace = snippet("autograd_grad")
    first, second = trace.backwards
    assert [v.arriving[0].scalar for v in first.visits if v.leaf == 0 and v.arriving[0]] == [12.0]
    assert [v.arriving[0].scalar for v in second.visits if v.leaf == 0 and v.arriving[0]] == [12.0]
    assert all(v.after is None for b in (first, second) for v in b.visits)
    assert writes(trace, "x.grad") == []


def test_a_hook_of_the_snippet_changes_what_arrives() -> None:
    trace = snippet("hooks")
    [h] = [t for t in trace.tensors if "h" in t.names]
    [visit] = [v for v in trace.backwards[0].visits if v.node == h.node]
    assert visit.arriving[0] is not None
    assert visit.arriving[0].scalar == 120.0  # 12 sent, 10 times as much after the hook


def test_a_failing_operation_is_kept_with_its_inputs() -> None:
    trace = snippet("failing_op")
    op = trace.ops[-1]
    assert op.failure is not None
    assert op.failure.kind == "RuntimeError"
    assert [a.name for a in op.inputs] == ["x", "W"]
    assert op.outputs == ()
    assert trace.end.failure is not None
    assert cut(trace, trace.end.failure.span) == "x @ W"
    assert trace.steps[-1].failed


@pytest.mark.parametrize(("name", "reached"), [("inplace_error", 3), ("second_backward", 1)])
def test_a_failing_backward_shows_how_far_the_gradient_came(name: str, reached: int) -> None:
    trace = snippet(name)
    backward = trace.backwards[-1]
    assert backward.failure is not None
    assert len(backward.visits) == reached
    assert [visit.failed for visit in backward.visits] == [False] * (reached - 1) + [True]
    assert backward.visits[-1].contributions == ()
    assert trace.end.failure == backward.failure


def test_changes_in_place_and_hidden_ones() -> None:
    trace = snippet("inplace")
    assert [(w.how, w.version) for w in writes(trace, "y")] == [
        ("bind", 0),
        ("mutate", 1),
        ("mutate", 2),
    ]
    assert values(trace, "x")[-1] == (0.0, 1.0, 2.0)  # x.data -= 1
    assert values(trace, "W") == [(0.0, 0.0), (7.0, 0.0)]  # W.data[0] = 7


def test_what_late_iterations_skip_is_no_hidden_change_later() -> None:
    trace = traced(
        "import torch\nbig = torch.zeros(100)\nfor i in range(5):\n    big += 1\n"
        "print(big.sum())\nprint(big[0])\n"
    )
    assert [w.how for w in writes(trace, "big")] == ["bind", "mutate", "mutate", "mutate"]


def test_a_tensor_added_to_itself_is_one_result() -> None:
    op = user_ops(traced("import torch\nx = torch.ones(2)\nx.add_(x)\n"))[-1]
    assert [(a.tensor, a.version) for a in op.inputs] == [(0, 0), (0, 0)]
    assert [(r.tensor, r.version, r.in_place) for r in op.outputs] == [(0, 1, True)]


def test_memory_that_nobody_wrote_is_never_shown() -> None:
    trace = snippet("inplace")
    assert values(trace, "out") == [None, None, (1.0, 2.0)]
    assert values(trace, "raw") == [None]
    assert all(op.outputs[0].value is None for op in trace.ops if op.label == "empty")


def test_each_type_has_its_own_shortest_numbers() -> None:
    trace = snippet("dtypes")

    def bound(name: str) -> Value:
        value = writes(trace, name)[0].value
        assert value is not None
        return value

    assert bound("b").data == (0.1, 0.2)
    assert bound("b").dtype == "bfloat16"
    assert bound("d").data == (0.1,)
    assert bound("m").data == (True, False)
    assert bound("i").data == (0, 1, 2)
    assert bound("c").data is None
    assert bound("s").data is None
    assert bound("meta").data is None
    assert bound("none").data == ()
    nan, *infinities = bound("n").data or ()
    assert math.isnan(nan)
    assert infinities == [math.inf, -math.inf]
    big = bound("big")
    assert big.data is None
    assert big.summary == pytest.approx((0, 1999, 999.5, 577.35), rel=1e-5)


def test_plain_values_are_text() -> None:
    trace = snippet("train_function")
    texts = [w.text for w in writes(trace, "losses")]
    assert texts[0] == "[]"
    assert len(texts) == 6
    assert texts[-1] is not None
    assert texts[-1].count(",") == 4


def test_an_object_is_never_asked_for_its_text() -> None:
    trace = traced("class A:\n    def __repr__(self):\n        print('peeped')\na = A()\nb = [a]\n")
    assert trace.stdout == ""
    assert [w.text for w in writes(trace, "a")] == ["A"]


def test_deleting_a_name() -> None:
    assert [w.how for w in writes(snippet("generator"), "loss")][-1] == "delete"


def test_requires_grad_is_a_flag() -> None:
    trace = traced("import torch\nx = torch.ones(2)\nx.requires_grad_()\n")
    assert [w.how for w in writes(trace, "x")] == ["bind", "flag"]


def test_grad_modes() -> None:
    trace = traced(
        "import torch\nx = torch.ones(1)\nwith torch.no_grad():\n    a = x + 1\n"
        "with torch.inference_mode():\n    b = x + 1\nc = x + 1\n"
    )
    modes = {s.writes[0].name: s.grad_mode for s in trace.steps if s.writes}
    assert modes == {"x": "on", "a": "no_grad", "b": "inference", "c": "on"}


def test_the_seed_decides_the_numbers() -> None:
    source = (
        "import torch, random\nimport numpy as np\n"
        "print(torch.rand(1), random.random(), np.random.rand())"
    )
    zero, again, one = (tracer().trace(source, seed=seed).stdout for seed in (0, 0, 1))
    assert zero == again
    assert zero != one


def test_a_snippet_that_looks_for_the_tracer_is_found_out() -> None:
    trace = traced("import sys\nprint(sys.gettrace() is None)\n")
    assert trace.control.startswith("it printed 'True")


def test_a_snippet_that_ends_tracing_is_found_out() -> None:
    assert traced("import sys\nsys.settrace(None)\nx = 1\n").warnings == (
        "the snippet ended tracing: later steps are missing",
    )


def test_a_fault_of_the_tracer_is_not_an_error_of_the_snippet() -> None:
    trace = traced(
        "import torch\ntorch.Tensor.shape = 3\nx = torch.ones(2)\nprint(x.sum().item())\n"
    )
    assert trace.end.status == "ok"
    assert trace.stdout == "2.0\n"
    assert [warning.partition(":")[0] for warning in trace.warnings] == ["tracer"]
