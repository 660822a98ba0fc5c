"""Briefs without a run, for tests of the stage alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gradreel.model import Brief, Code, Prose, Short, Span, Speech, Timeline
from gradreel.settings import load
from gradreel.stage.theme import HOUSE
from gradreel.trace.model import End, Trace

TINY = replace(load(Path(__file__).parent.parent / "config.toml").platform, width=54, height=96)


def brief_of() -> Brief:
    """A short of one line that did nothing."""
    line = Prose((Span("text", "One line."),), 1)
    short = Short(1, "Title", line, (line,), Code("x = 1", 1), line, 1)
    trace = Trace("x = 1", 0, "", "", "", (), (), (), (), (), (), (), End("ok"), "same")
    empty = Timeline(10, 0, (), (), (), ())
    return Brief(3, short, trace, Speech("none", 165, ()), empty, HOUSE, TINY)
