"""The graph a viewer sees: nodes by variable, edges as autograd has them, gradients along them."""

from __future__ import annotations

import pytest
from snippets import RUNNABLE, SHORTS, SNIPPETS, short, snippet, traced

from gradreel.trace import graph_of
from gradreel.trace.graph import Graph, GraphEdge, GraphNode
from gradreel.trace.model import Value
from gradreel.trace.signs import named_operands, sign_of

# a hook changes what arrives; several outputs (two); the gradient's own graph
EXCEPTIONS = {"hooks", "many_outputs", "iterate", "autograd_grad"}


def graph(name: str | int) -> Graph:
    return graph_of(short(name) if isinstance(name, int) else snippet(name))


def nodes(drawn: Graph) -> list[tuple[str, str, str]]:
    return [(node.kind, node.label, node.sign) for node in drawn.nodes]


def edges(drawn: Graph) -> list[str]:
    """`x>y` where gradient can flow back, `x-y` where not."""
    return [
        f"{drawn.nodes[e.source].label}{'>' if e.differentiable else '-'}"
        f"{drawn.nodes[e.target].label}"
        for e in drawn.edges
    ]


def node(drawn: Graph, label: str) -> GraphNode:
    return next(node for node in drawn.nodes if node.label == label)


def test_a_leaf_used_twice_is_one_node() -> None:
    drawn = graph(1)
    assert nodes(drawn) == [
        ("leaf", "x", ""),
        ("op", "x**2", "**2"),
        ("op", "2*x", "2 ×"),
        ("op", "x**2 + 2*x", "+"),
        ("op", "y", "+ 1"),
    ]
    assert edges(drawn) == ["x>x**2", "x>2*x", "x**2>x**2 + 2*x", "2*x>x**2 + 2*x", "x**2 + 2*x>y"]


def test_named_numbers_are_constants_and_no_gradient_reaches_them() -> None:
    drawn = graph(5)
    assert nodes(drawn) == [
        ("leaf", "x", ""),
        ("leaf", "w", ""),
        ("leaf", "b", ""),
        ("op", "w * x", "×"),
        ("op", "y", "+"),
        ("constant", "target", ""),
        ("op", "y - target", "-"),
        ("op", "loss", "**2"),
    ]
    assert "target-y - target" in edges(drawn)
    value = node(drawn, "target").value
    assert value is not None
    assert value.scalar == 10.0


def test_data_has_no_way_back() -> None:
    assert edges(graph(3)) == ["w>y", "x-y"]


def test_without_requires_grad_there_are_operations_but_no_way_back() -> None:
    drawn = graph(8)
    assert [n.kind for n in drawn.nodes] == ["data"] * 3 + ["op"] * 4
    assert not any(edge.differentiable for edge in drawn.edges)
    assert drawn.passes == ()


def test_detach_cuts() -> None:
    drawn = graph(23)
    assert nodes(drawn)[-1] == ("detached", "z_detached", "detach")
    assert edges(drawn) == ["x>z", "z-z_detached"]


def test_no_grad_is_no_way_back() -> None:
    assert edges(graph(21)) == ["x-y"]


def test_updates_resets_and_factories_are_not_drawn() -> None:
    assert [n.label for n in graph(7).nodes] == ["x", "x**2", "x**2"]
    assert [n.label for n in graph(18).nodes] == ["W", "W**2", "loss"]
    assert ("data", "target", "") in nodes(graph(17))  # torch.ones_like(A)


def test_one_iteration_of_a_training_loop() -> None:
    drawn = graph(20)
    assert [n.label for n in drawn.nodes] == [
        "X",
        "y",
        "W",
        "b",
        "X @ W",
        "y_pred",
        "y_pred - y",
        "(y_pred - y) ** 2",
        "loss",
    ]
    assert drawn.iterations == 50
    assert len(drawn.passes) == 1
    assert node(drawn, "y").kind == "data"


@pytest.mark.parametrize("number", [2, 19, 30, 31, 32])
def test_nothing_computed_is_nothing_drawn(number: int) -> None:
    assert graph_of(traced(SHORTS[number])) == Graph((), (), (), 1)


def test_a_module_takes_its_parameters() -> None:
    drawn = graph("linear")
    assert edges(drawn) == ["x-y", "fc.weight>y", "fc.bias>y", "y>y.sum()"]
    assert node(drawn, "y").sign == "Linear"


def test_the_parts_of_a_container_have_their_paths() -> None:
    drawn = graph("sequential_sgd")
    assert [(n.label, n.sign) for n in drawn.nodes if n.kind == "op"] == [
        ("model.0", "Linear"),
        ("model.1", "ReLU"),
        ("model.2", "Linear"),
        ("loss", "mse_loss"),
    ]
    assert drawn.iterations == 4


def test_a_loop_that_builds_the_graph_is_drawn_as_far_as_backward_went() -> None:
    drawn = graph("while_loop")
    assert edges(drawn) == ["x>y", "y>y", "y>y"]
    assert [flow.local for a in drawn.passes[0].arrivals for flow in a.flows] == [2.0, 2.0, 2.0]


def test_changes_in_place_are_nodes_of_their_own() -> None:
    drawn = graph("inplace")
    assert [n.sign for n in drawn.nodes if n.kind == "op"] == ["× 2", "+= 1", "[0] =", "sum"]
    assert all(edge.differentiable for edge in drawn.edges)


def test_rows_of_a_tensor_hang_on_it() -> None:
    drawn = graph("iterate")
    assert edges(drawn)[0] == "X>row"
    assert [n.sign for n in drawn.nodes if n.label == "row"] == ["unbind"]


def test_a_custom_function_is_a_node() -> None:
    drawn = graph("custom_function")
    assert edges(drawn) == ["x>y", "y>z"]
    assert node(drawn, "y").sign == "Square"


def test_local_derivatives_of_the_chain_rule() -> None:
    drawn = graph(16)
    [backward] = drawn.passes
    assert [drawn.nodes[a.node].label for a in backward.arrivals] == ["f", "g", "h", "x"]
    assert [a.gradient.scalar for a in backward.arrivals] == [1.0, 14.0, 14.0, 56.0]
    assert [flow.local for a in backward.arrivals for flow in a.flows] == [14.0, 1.0, 4.0]


def test_accumulation_is_told_at_the_leaf() -> None:
    first, second = graph(6).passes
    assert first.arrivals[-1].accumulates
    assert first.arrivals[-1].before is None
    before, after = second.arrivals[-1].before, second.arrivals[-1].after
    assert before is not None
    assert after is not None
    assert (before.scalar, after.scalar) == (4.0, 16.0)


def test_a_failed_pass_stops_where_the_engine_stopped() -> None:
    *_, last = graph("second_backward").passes
    assert last.failed
    assert [a.flows for a in last.arrivals] == [()]


@pytest.mark.parametrize("name", [*RUNNABLE, *SNIPPETS])
def test_is_a_graph(name: str | int) -> None:
    """Ids are positions, edges run forward, every op has an input."""
    drawn = graph(name)
    assert [n.id for n in drawn.nodes] == list(range(len(drawn.nodes)))
    assert [e.id for e in drawn.edges] == list(range(len(drawn.edges)))
    assert all(edge.source < edge.target for edge in drawn.edges)
    targets = {edge.target for edge in drawn.edges}
    assert targets == {n.id for n in drawn.nodes if n.kind in ("op", "detached")}
    assert all((n.sign == "") == (n.kind in ("leaf", "data", "constant")) for n in drawn.nodes)


@pytest.mark.parametrize("name", [*RUNNABLE, *SNIPPETS])
def test_what_flows_in_is_what_arrives(name: str | int) -> None:
    """Over the drawn edges alone: no gradient is lost or made up on the way to the picture."""
    drawn = graph(name)
    for each in drawn.passes:
        if each.failed:
            continue
        flows: dict[int, list[Value]] = {}
        for arrival in each.arrivals:
            for flow in arrival.flows:
                edge: GraphEdge = drawn.edges[flow.edge]
                assert edge.target == arrival.node
                assert edge.differentiable
                flows.setdefault(edge.source, []).append(flow.gradient)
        for arrival in each.arrivals[1:]:
            if arrival.gradient.data is None or name in EXCEPTIONS:
                continue
            incoming = [value.numbers for value in flows[arrival.node]]
            total = [sum(column) for column in zip(*incoming, strict=True)]
            assert arrival.gradient.numbers == pytest.approx(total, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "label", "sign"),
    [
        ("x**2", "**", "**2"),
        ("2 * x", "*", "2 ×"),
        ("x * 2", "*", "× 2"),
        ("x + 1", "+", "+ 1"),
        ("1 - x", "-", "1 -"),
        ("x / -2.5", "/", "/ -2.5"),
        ("a @ b", "@", "@"),
        ("y - target", "-", "-"),
        ("-x", "-", "-"),
        ("x > 0", ">", "> 0"),
        ("x[1:, 0]", "[]", "[1:, 0]"),
        ("x[0]", "[]=", "[0] ="),
        ("x.T", "T", ".T"),
        ("W -= lr * g", "-=", "-="),
        ("torch.relu(x)", "relu", "relu"),
        ("x\n  .sum()", "sum", "sum"),
        ("(x +\n  1)", "+", "+ 1"),
        ("for row in X:", "unbind", "unbind"),
    ],
)
def test_signs(text: str, label: str, sign: str) -> None:
    assert sign_of(text, label) == sign


def test_variables_among_the_operands() -> None:
    assert named_operands("y - target") == {"y", "target"}
    assert named_operands("W -= self.lr") == {"self.lr"}
    assert named_operands("f(a)") == frozenset()
