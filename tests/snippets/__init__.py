"""Snippets that the trace tests run, one file each, and the shared tracer that runs them."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path

from gradreel.script import parse
from gradreel.trace import Limits, Tracer
from gradreel.trace.model import Trace

HERE = Path(__file__).parent
SHORTS = {
    short.number: short.code.text for short in parse(HERE.parents[1] / "assets" / "day03.md").shorts
}
RUNNABLE = [number for number in SHORTS if number not in (19, 30, 31, 32)]
SNIPPETS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted(HERE.glob("*.py"))
    if not path.stem.startswith("_")
}


@cache
def tracer() -> Tracer:
    """One warm child for all tests."""
    shared = Tracer()
    atexit.register(shared.close)
    return shared


@cache
def traced(source: str, limits: Limits | None = None) -> Trace:
    return tracer().trace(source, limits=limits)


def short(number: int) -> Trace:
    return traced(SHORTS[number])


def snippet(name: str) -> Trace:
    return traced(SNIPPETS[name])
