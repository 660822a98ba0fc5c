"""The part of a source that trains: from after its data to the end of its loop, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradreel.trace.model import Statement, Trace


@dataclass(frozen=True, slots=True)
class Training:
    """A run, its loop, and the lines from after the data to the loop's end."""

    run: Trace
    loop: Statement
    lines: range

    @property
    def length(self) -> int:
        """How many lines the loop repeats."""
        return self.loop.span.end_line - self.loop.header.end_line

    @property
    def pace(self) -> str:
        """How often the loop ran, and how large its steps were: `50 steps, lr 0.01`."""
        turns = {n for step in self.run.steps for loop, n in step.loop if loop == self.loop.id}
        rate = re.search(r"lr ?= ?([\d.]+)", self.run.source)
        return f"{len(turns)} steps" + (f", lr {rate[1]}" if rate else "")

    def having(self, *parts: str) -> list[int]:
        """The lines that have one of these in them."""
        return [n for n in self.lines if any(part in self.run.line(n) for part in parts)]


def training_of(run: Trace) -> Training:
    """Of a run that makes its targets, `y`, and then loops."""
    loop = next(s for s in run.statements if s.kind == "For")
    made = max(
        run.statements[step.statement].span.end_line
        for step in run.steps
        for write in step.writes
        if write.name == "y"
    )
    first = min(s.span.line for s in run.statements if s.span.line > made)
    return Training(run, loop, range(first, loop.span.end_line + 1))
