"""The common mistakes of Day 03, run for real: what each really does is what its film shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from gradreel.model import Script
from gradreel.trace import Tracer

LEAF = "a leaf Variable that requires grad is being used in an in-place operation"
NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"

# number: (what the mistake prints or raises, what the fix prints)
REAL: dict[int, tuple[str, str | None]] = {
    1: (NO_GRAPH, None),
    2: ("4000000 bytes of gradient", "None 4000 bytes"),
    3: ("grad can be implicitly created only for scalar outputs", "tensor([2., 2.])"),
    4: ("3 multiplications: 16.0", None),
    5: ("-16.0 -32.0 -48.0", "-16.0 -16.0 -16.0"),
    6: ("9.0 1.44 1.74 9.29 8.69 1.16", "9.0 1.44 0.23 0.04 0.01 0.0"),
    7: ("'NoneType' object has no attribute 'zero_'", "None"),
    8: ("20 do the work of 6", None),
    9: ("0.0 0.0", "-0.800000011920929 2.4000000953674316"),
    10: ("0.0", None),
    11: ("0.01 tensor([0.0100, 0.0100, 1.0000])", None),
    12: ("tensor(3.4831e-07)", None),
    13: ("tensor([1.9661e-01, 4.5417e-05, 0.0000e+00])", "tensor([0.2248, 0.2354, 0.1826])"),
    14: ("tensor([1.0000, 0.0099, 0.0000])", None),
    15: ("tensor([1.5175, 1.4825])", "tensor([1.0000, 1.0000])"),
    16: ("'float' object has no attribute 'backward'", None),
    17: (LEAF, None),
    18: (LEAF, None),
    19: ("5.827545166015625", "2.9999496936798096"),
    20: ("Trying to backward through the graph a second time", None),
    21: ("True True", "False False"),
    22: ("eval(): True", "no_grad(): False"),
    23: (NO_GRAPH, None),
    24: ("None", None),
    25: ("4000000 bytes", None),
    26: ("has been modified by an inplace operation", None),
    27: ("tensor([1.5175, 1.4825])", None),
    28: ("[ 0.0288, -0.0232, -0.0056]", "[ 0.9647, -0.9823,  0.0177]"),
    29: ("400000 bytes still held", None),
    30: ("1.1 -> -112.013\n0.0001 -> 0.012\n0.3 -> 3.0", None),
    31: ("1 -> 1.8005\n2 -> 2.0191\n3 -> 2.0783", None),
}
# What a demo prints: whether it is tracked, each sample's loss and their mean, or W and b.
DEMOS: dict[int, tuple[bool | float, ...]] = {
    22: (True,),
    28: (0.1689, 2.2532, 0.6196, 1.2865, 1.0820),
    31: (1.9735, 0.9889),
    32: (1.9803, 1.0074),
}


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    with Tracer() as tracer:
        yield tracer


def test_the_table_names_every_short_that_has_a_mistake(script: Script) -> None:
    has = {s.number: s.fix_code is not None for s in script.shorts if s.mistake_code}
    assert has == {number: fixed is not None for number, (_, fixed) in REAL.items()}


@pytest.mark.parametrize("number", REAL)
def test_a_mistake_does_what_its_film_says(number: int, script: Script, tracer: Tracer) -> None:
    short = next(s for s in script.shorts if s.number == number)
    wrong, mended = REAL[number]
    for code, expected in ((short.mistake_code, wrong), (short.fix_code, mended)):
        if code is None or expected is None:
            continue
        trace = tracer.trace(code.text, seed=short.seed)
        failure = trace.end.failure
        assert trace.control == "same"
        assert expected in (failure.message if failure else trace.stdout)


def test_the_table_names_every_short_that_has_a_demo(script: Script) -> None:
    assert {s.number for s in script.shorts if s.demo_code} == set(DEMOS)


@pytest.mark.parametrize("number", DEMOS)
def test_a_demo_ends_where_its_film_says(number: int, script: Script, tracer: Tracer) -> None:
    short = next(s for s in script.shorts if s.number == number)
    assert short.demo_code is not None
    trace = tracer.trace(short.demo_code.text, seed=short.seed)
    printed = re.findall(r"True|-?\d+\.\d+", trace.stdout)
    assert [ast.literal_eval(word) for word in printed] == pytest.approx(DEMOS[number], abs=1e-4)
