"""What the program says of the run, in short sentences. Every number comes from the trace."""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.model import Prose
from gradreel.trace.model import Trace


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence about the run. `part` is `run-<beat>`, numbered from the second on; when room is
    short the facts of least `value` go first."""

    part: str
    prose: Prose
    value: int


def facts_of(
    trace: Trace, *, mistake: Trace | None = None, fix: Trace | None = None
) -> tuple[Fact, ...]:
    """The facts worth saying, in the order they happen."""
    del trace, mistake, fix
    return ()
