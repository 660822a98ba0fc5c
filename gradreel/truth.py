"""Whether a number on screen is one that the run, or the script, really has."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from gradreel.model import Brief, Short
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace, Value

_NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:e[-−+]?\d+)?(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Known:
    """Every number that a film may show, in rising order, signs aside."""

    numbers: tuple[float, ...]

    @classmethod
    def of(cls, brief: Brief) -> Known:
        """What is in the runs, what was printed, what the author wrote, and the film's own data."""
        shorts = (brief.short, *(other.short for other in brief.others))
        texts = chain(
            (text for run in brief.runs for text in (run.source, run.stdout, run.torch)),
            (run.end.failure.message for run in brief.runs if run.end.failure),
            (text for short in shorts for text in _written(short)),
        )
        found = {abs(n) for run in brief.runs for n in _of_run(run)}
        found |= {abs(n) for text in texts for n, _ in _in(text)}
        tagged = [str(brief.day), *(str(short.number) for short in shorts)]
        found |= {float(digits) for tag in tagged for digits in (tag, *tag)}  # set letter by letter
        return cls(tuple(sorted(n for n in found if math.isfinite(n))))

    def strangers(self, text: str) -> list[str]:
        """The numbers of `text` that are not known to the digits they are shown with."""
        return [shown for number, shown in _in(text) if not self._has(abs(number), shown)]

    def _has(self, number: float, shown: str) -> bool:
        mantissa, _, exponent = shown.lower().replace("−", "-").partition("e")
        digits = len(mantissa.partition(".")[2])
        half = 0.5001 * 10 ** (int(exponent or 0) - digits)  # rounding to the digits shown
        near = bisect_left(self.numbers, number - half)
        return near < len(self.numbers) and self.numbers[near] <= number + half


def _in(text: str) -> Iterator[tuple[float, str]]:
    """The numbers in a text, as numbers and as they stand."""
    for found in _NUMBER.finditer(text):
        shown = found[0].rstrip(",_.")
        yield float(shown.replace("−", "-").replace(",", "").replace("_", "")), shown


def _written(short: Short) -> Iterator[str]:
    yield from (short.title, short.hook.plain, short.mistake.plain)
    yield from (prose.plain for prose in short.talk)
    yield from (span.said for prose in short.talk for span in prose.spans)


def _of_run(run: Trace) -> Iterator[float]:
    """Values and shapes, what flowed back, local derivatives, and how often things were done."""
    visits = [visit for backward in run.backwards for visit in backward.visits]
    values: Iterable[Value | None] = chain(
        (write.value for step in run.steps for write in step.writes),
        (result.value for op in run.ops for result in op.outputs),
        (value for visit in visits for value in (*visit.arriving, *visit.contributions)),
        (value for visit in visits for value in (visit.before, visit.after)),
    )
    for value in values:
        if value is not None:
            yield from map(float, value.numbers)
            yield from map(float, value.summary or ())
            yield from map(float, value.shape)
    graph = graph_of(run)
    flows = (flow for back in graph.passes for each in back.arrivals for flow in each.flows)
    yield from (flow.local for flow in flows if flow.local is not None)
    counts = (len(graph.nodes), len(graph.edges), graph.iterations)
    yield from map(float, range(max(*counts, run.source.count("\n") + 1) + 1))
