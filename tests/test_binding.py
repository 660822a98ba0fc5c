"""Which words point at what: read off real runs, as a viewer would point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradreel.binding import bind, unbound
from gradreel.model import Beat, Binding, SpokenWord, Timeline
from gradreel.trace import Tracer
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace

CHAIN = """import torch

x = torch.tensor(2.0, requires_grad=True)
h = x**2
loss = torch.sigmoid(h) + 3
loss.backward()
print("dx:", x.grad)
x.grad.zero_()
"""
TWICE = """import torch

a = torch.tensor(2.0, requires_grad=False)
b = torch.tensor(2.0, requires_grad=True)
print(b.requires_grad)
"""


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    with Tracer() as warm:
        yield warm


@pytest.fixture(scope="module")
def chain(tracer: Tracer) -> Trace:
    return tracer.trace(CHAIN, seed=0)


def spoken(text: str, beat: str = "code", part: str = "talk-1", cue: str = "") -> Timeline:
    """A film of one sentence; words in backquotes are code, the first one has the cue."""
    words = tuple(
        SpokenWord(w.strip("`"), 10 * n, 10 * n + 8, part, "`" in w, cue if n == 0 else "")
        for n, w in enumerate(text.split())
    )
    return Timeline(30, 900, (Beat(beat, 0, 900, (part,)),), (), words, ((part, 0),))


def pointed(trace: Trace, text: str, beat: str = "code", cue: str = "") -> dict[str, Binding]:
    return {b.word.shown: b for b in bind(spoken(text, beat, cue=cue), trace)}


def lit(trace: Trace, binding: Binding) -> str:
    """The characters that light up."""
    span = binding.span
    return trace.source.splitlines()[span.line - 1][span.col : span.end_col] if span else ""


def labels(trace: Trace, binding: Binding) -> set[str]:
    return {n.label for n in graph_of(trace).nodes if n.id in binding.nodes}


@pytest.mark.parametrize(
    ("word", "beat", "code", "nodes"),
    [
        ("`requires_grad=True`", "code", "requires_grad=True", set()),
        ("`.backward()`", "backward", "backward()", set()),
        ("`loss.backward()`", "code", "loss.backward()", set()),
        ("Backward", "backward", "backward", set()),
        ("backprop.", "backward", "backward", set()),
        ("`x.grad`,", "output", "x.grad", {"x"}),
        ("gradients", "output", "grad", {"x"}),
        ("slope", "output", "grad", {"x"}),
        ("`df/dx`.", "output", "x.grad", {"x"}),
        ("`x`", "code", "x", {"x"}),
        ("`h`", "forward", "h", {"h"}),
        ("Loss", "forward", "loss", {"loss"}),
        ("sigmoid", "forward", "sigmoid", {"torch.sigmoid(h)"}),
        ("“Sigmoid”:", "forward", "sigmoid", {"torch.sigmoid(h)"}),
        ("plus", "forward", "+", {"loss"}),
        ("squared", "forward", "**", {"h"}),
        ("zero", "code", "zero_", set()),
        ("reset", "code", "zero_", set()),
        ("`param.grad.zero_()`", "code", "grad.zero_", set()),
        ("tracks", "code", "requires_grad", set()),
        ("prints", "output", "print", set()),
        ("parameters", "forward", "", {"x"}),
        ("forward", "forward", "x**2", set()),
    ],
)
def test_a_word_points_where_a_teacher_would(
    chain: Trace, word: str, beat: str, code: str, nodes: set[str]
) -> None:
    (binding,) = pointed(chain, word, beat).values()
    assert lit(chain, binding) == code
    assert labels(chain, binding) == nodes


@pytest.mark.parametrize("word", ["a", "the", "means", "in", "for", "import", "—", "torch", "I"])
def test_ordinary_words_point_at_nothing(chain: Trace, word: str) -> None:
    assert not pointed(chain, word)


def test_what_is_written_out_in_full_wins(tracer: Tracer) -> None:
    trace = tracer.trace(TWICE, seed=0)
    (binding,) = pointed(trace, "`requires_grad=True`").values()
    assert binding.span is not None
    assert binding.span.line == 4


def test_a_variable_is_at_home_where_it_gets_its_value(chain: Trace) -> None:
    found = pointed(chain, "`x` `h`")
    assert [b.span.line for b in found.values() if b.span] == [3, 4]


def test_gradients_run_back_and_values_forward(chain: Trace) -> None:
    edges = {(e.source, e.target): e.id for e in graph_of(chain).edges}
    back = pointed(chain, "backward", "backward")["backward"]
    assert back.back
    assert set(back.edges) == set(edges.values())
    ahead = pointed(chain, "`h`", "forward")["h"]
    assert not ahead.back
    assert {(s, t) for (s, t), e in edges.items() if e in ahead.edges} == {
        (s, t) for s, t in edges if t in ahead.nodes
    }
    assert set(pointed(chain, "graph", "forward")["graph"].edges) == set(edges.values())


def test_words_come_in_the_order_they_are_said(chain: Trace) -> None:
    timeline = spoken("Then `.backward()` gives gradients to `x` .")
    starts = [b.word.start for b in bind(timeline, chain)]
    assert starts == [10, 30, 50]


@pytest.mark.parametrize(
    ("cue", "code", "nodes"),
    [
        ("line-4", "h = x**2", {"h"}),
        ("loss", "loss", {"loss"}),
        ("x.grad", "x.grad", {"x"}),
    ],
)
def test_the_author_has_the_last_word(chain: Trace, cue: str, code: str, nodes: set[str]) -> None:
    binding = pointed(chain, "sigmoid here", "forward", cue=cue)["sigmoid"]
    assert lit(chain, binding) == code
    assert labels(chain, binding) == nodes


def test_the_author_can_say_nothing_is_meant(chain: Trace) -> None:
    assert not pointed(chain, "sigmoid", "forward", cue="none")
    assert not unbound(spoken("sigmoid", cue="none"), ())


def test_what_points_at_nothing_is_named(chain: Trace) -> None:
    timeline = spoken("We call `.item()` and `sigmoid` but `None` stays plain")
    assert [w.shown for w in unbound(timeline, bind(timeline, chain))] == [".item()"]
    lost = spoken("here it is", cue="line-99")
    assert [w.shown for w in unbound(lost, bind(lost, chain))] == ["here"]


def test_in_the_mistake_its_own_code_is_meant(tracer: Tracer, chain: Trace) -> None:
    mistake = tracer.trace("import torch\nx = torch.tensor(3.0)\nprint(x.grad)\n", seed=0)
    fix = tracer.trace("import torch\nprint('ok')\n", seed=0)
    (found,) = bind(spoken("`x.grad`", "mistake", "mistake"), chain, mistake, fix)
    assert (found.of, found.span and found.span.line) == ("mistake", 3)
    (mended,) = bind(spoken("It prints", "mistake", "run-fix"), chain, mistake, fix)
    assert (mended.of, mended.span and mended.span.line) == ("fix", 2)


def test_a_snippet_of_comments_is_read_too(tracer: Tracer) -> None:
    trace = tracer.trace("# 1) forward\n# 2) loss\n# 3) zero grads\n", seed=0)
    found = pointed(trace, "Forward → loss → zero grads.")
    assert [b.span.line for b in found.values() if b.span] == [1, 2, 3, 3]


def test_printed_text_is_not_code(chain: Trace) -> None:
    timeline = spoken("It prints `tensor(1.)`", "output", "run-output")
    assert [b.word.shown for b in bind(timeline, chain)] == ["prints"]
