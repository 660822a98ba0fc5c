"""The parts of the tracer that need no torch: the codec, statements, spans."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from briefs import brief_of
from hypothesis import given
from hypothesis import strategies as st

from gradreel.trace.codec import decode, encode
from gradreel.trace.model import Number, Span, Value
from gradreel.trace.statements import Source


@dataclass(frozen=True, slots=True)
class Inner:
    kind: Literal["a", "b"]
    numbers: tuple[Number, ...] | None


@dataclass(frozen=True, slots=True)
class Outer:
    pair: tuple[int, str] | None
    items: tuple[Inner, ...]
    number: float
    edges: tuple[tuple[int, int] | None, ...] = ()


inner = st.builds(
    Inner,
    st.sampled_from(["a", "b"]),
    st.none() | st.lists(st.booleans() | st.integers() | st.floats(allow_nan=False)).map(tuple),
)
outer = st.builds(
    Outer,
    st.none() | st.tuples(st.integers(), st.text()),
    st.lists(inner).map(tuple),
    st.floats(allow_nan=False),
    st.lists(st.none() | st.tuples(st.integers(), st.integers())).map(tuple),
)


@given(outer)
def test_decoding_undoes_encoding(value: Outer) -> None:
    again = decode(Outer, encode(value))
    assert again == value
    assert repr(again) == repr(value)  # True stays True and does not become 1


def test_special_numbers_are_strings() -> None:
    value = Value((3,), "float32", (float("nan"), float("inf"), -float("inf")))
    assert encode(value)["data"] == ["nan", "inf", "-inf"]
    assert repr(decode(Value, encode(value))) == repr(value)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"pair": None, "items": [], "number": "one"},
        {"pair": [1], "items": [], "number": 1.0},
        {"pair": [1, 2], "items": [], "number": 1.0},
        {"pair": None, "items": [{"kind": "c", "numbers": None}], "number": 1.0},
        {"pair": None, "items": [{"kind": "a", "numbers": ["x"]}], "number": 1.0},
        {"pair": None, "items": 3, "number": 1.0},
        {"pair": None, "items": [], "number": 1.0, "extra": 1},
    ],
)
def test_what_does_not_fit_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"not|none"):
        decode(Outer, data)


def test_statements_with_parents_depths_and_headers() -> None:
    text = (
        "@wrap\ndef f(a: int = {1: 2}[1]) -> int:  # a: b\n    for i in range(3): a += i\n"
        "    return a\ntry:\n    x = 1\nexcept E:\n    y = 2\nelse:\n    z = 3\n"
    )
    statements = Source(text, "snippet.py").statements
    assert [(s.kind, s.parent, s.depth) for s in statements] == [
        ("FunctionDef", None, 0),
        ("For", 0, 1),
        ("AugAssign", 1, 2),
        ("Return", 0, 1),
        ("Try", None, 0),
        ("Assign", 4, 1),
        ("Assign", 4, 1),
        ("Assign", 4, 1),
    ]
    source = Source(text, "snippet.py")
    assert source.cut(statements[0].header) == "@wrap\ndef f(a: int = {1: 2}[1]) -> int:"
    assert source.cut(statements[1].header) == "for i in range(3):"
    assert source.cut(statements[2].span) == "a += i"
    assert source.cut(statements[4].header) == "try:"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("if (a and\n    b):\n    pass\n", "if (a and\n    b):"),
        ("class A(B, metaclass=C): pass\n", "class A(B, metaclass=C):"),
        ("with open('a:b') as f, g: pass\n", "with open('a:b') as f, g:"),
        ("while x[1:2]: pass\n", "while x[1:2]:"),
        ("def f(): pass\n", "def f():"),
        ("match x:\n    case 1: pass\n", "match x:"),
    ],
)
def test_headers_end_at_their_colon(text: str, header: str) -> None:
    source = Source(text, "snippet.py")
    assert source.cut(source.statements[0].header) == header


@given(st.text(alphabet="aé🙂θ", min_size=1, max_size=5))
def test_columns_are_characters(name: str) -> None:
    text = f's = "{name}"; t = 1\n'
    source = Source(text, "snippet.py")
    assert source.cut(source.statements[1].span) == "t = 1"


def test_importing_the_package_does_not_import_torch() -> None:
    program = "import sys, gradreel.trace; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_piece_of_a_line_is_found_where_it_stands() -> None:
    trace = replace(brief_of().trace, source="with no_grad():\n    W -= 0.1 * W.grad")
    assert trace.span_of("W", 2) == Span(2, 4, 2, 5)
    assert trace.span_of("W.grad", 2) == Span(2, 15, 2, 21)
