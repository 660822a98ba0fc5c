"""Whether a number on screen is one that the run, or the script, really has, and where from."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradreel.held import held_in, locals_in
from gradreel.model import Brief, Short
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace

_NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:e[-−+]?\d+)?(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number is from: the run (`code`, `mistake`, `short 20`; "" for the script), what it
    is there (`x.grad`), and the line of that run's source, 0 where it has none."""

    run: str
    what: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Every number that a film may show, in rising order, signs aside, and the origin of each."""

    numbers: tuple[float, ...]
    origins: tuple[Origin, ...] = ()

    @classmethod
    def of(cls, brief: Brief) -> Known:
        """What is in the runs, what was printed, what the author wrote, and the film's own data."""
        return cls.among(runs_of(brief), written(brief), tags_of(brief))

    @classmethod
    def among(
        cls, runs: Iterable[tuple[str, Trace]], texts: Iterable[str], tags: Iterable[str]
    ) -> Known:
        """The numbers of named runs, of the author's texts, and of what the header is set from."""
        runs = list(runs)
        found: dict[float, Origin] = {}
        for sources in (
            _of_values,
            _of_texts,
            _of_counts,
        ):  # what says most of a number comes first
            for name, run in runs:
                for number, what, line in sources(run):
                    found.setdefault(abs(number), Origin(name, what, line))
        for text in texts:
            for number, _ in numbers_in(text):
                found.setdefault(abs(number), Origin("", "the author's words"))
        for tag in tags:
            for digits in (tag, *tag):  # set letter by letter
                found.setdefault(float(digits), Origin("", "the number of a day or short"))
        known = sorted(number for number in found if math.isfinite(number))
        return cls(tuple(known), tuple(found[number] for number in known))

    def strangers(self, text: str) -> list[str]:
        """The numbers of `text` that are not known to the digits they are shown with."""
        return [shown for number, shown in numbers_in(text) if self._nearest(number, shown) is None]

    def origin(self, number: float, shown: str) -> Origin | None:
        """Where the known number is from that is nearest to a shown one; None for a stranger."""
        place = self._nearest(number, shown)
        return None if place is None else self.origins[place]

    def _nearest(self, number: float, shown: str) -> int | None:
        """The place of the known number that would be shown so, the nearest if there are more."""
        number, half = abs(number), half_digit(shown)
        first = bisect_left(self.numbers, number - half)
        last = bisect_right(self.numbers, number + half)
        near = range(first, last)
        return min(near, key=lambda place: abs(self.numbers[place] - number), default=None)


def sourced(runs: Iterable[tuple[str, Trace]]) -> Iterator[tuple[float, Origin]]:
    """Every number of named runs with its origin; what says most of a number comes first."""
    runs = list(runs)
    for sources in (_of_values, _of_texts, _of_counts):
        for name, run in runs:
            for number, what, line in sources(run):
                yield number, Origin(name, what, line)


def runs_of(brief: Brief) -> tuple[tuple[str, Trace], ...]:
    """Every run that a film may show, by name."""
    own = (
        ("code", brief.trace), ("mistake", brief.mistake), ("fix", brief.fix), ("demo", brief.demo),
    )  # fmt: skip
    others = ((f"short {other.short.number}", other.trace) for other in brief.others)
    return (*((name, run) for name, run in own if run is not None), *others)


def written(brief: Brief) -> tuple[str, ...]:
    """What the authors wrote of the shorts that a film shows."""
    return tuple(text for short in _shorts(brief) for text in _written(short))


def tags_of(brief: Brief) -> tuple[str, ...]:
    """The numbers of the day and of the shorts."""
    return (str(brief.day), *(str(short.number) for short in _shorts(brief)))


def numbers_in(text: str) -> Iterator[tuple[float, str]]:
    """The numbers in a text, as numbers and as they stand."""
    for found in _NUMBER.finditer(text):
        shown = found[0].rstrip(",_.")
        yield float(shown.replace("−", "-").replace(",", "").replace("_", "")), shown


def half_digit(shown: str) -> float:
    """How far a number may be from one that is shown with so many digits: rounding."""
    mantissa, _, exponent = shown.lower().replace("−", "-").partition("e")
    digits = len(mantissa.partition(".")[2])
    return float(0.5001 * 10.0 ** (int(exponent or 0) - digits))


def _shorts(brief: Brief) -> tuple[Short, ...]:
    return (brief.short, *(other.short for other in brief.others))


def _written(short: Short) -> Iterator[str]:
    yield from (short.title, short.hook.plain, short.mistake.plain)
    yield from (prose.plain for prose in short.talk)
    yield from (span.said for prose in short.talk for span in prose.spans)


def _of_values(run: Trace) -> Iterator[tuple[float, str, int]]:
    """Values and shapes, what flowed back, and local derivatives."""
    for held in held_in(run):
        for number in (*held.value.numbers, *(held.value.summary or ())):
            yield float(number), held.what, held.line
        for size in held.value.shape:
            yield float(size), f"shape of {held.what}", held.line
    for local in locals_in(run):
        yield local.number, local.what, local.line


def _of_texts(run: Trace) -> Iterator[tuple[float, str, int]]:
    """What was printed or raised, the source, and the version that the output panel names."""
    failure = run.end.failure
    raised = failure.span.line if failure and failure.span else 0
    texts = [(o.text, "printed", o.line) for o in run.outputs if o.stream == "stdout"]
    texts += [(run.stdout, "printed", 0)]  # a number may come in two writes
    texts += [(failure.message, "what was raised", raised)] if failure else []
    texts += [(text, "the code", n) for n, text in enumerate(run.source.splitlines(), 1)]
    texts += [(run.torch, "the version of torch", 0)]
    for text, what, line in texts:
        for number, _ in numbers_in(text):
            yield number, what, line


def _of_counts(run: Trace) -> Iterator[tuple[float, str, int]]:
    """How often things were done, and how many there are."""
    graph = graph_of(run)
    counts = (len(graph.nodes), len(graph.edges), graph.iterations)
    for count in range(max(*counts, run.source.count("\n") + 1) + 1):
        yield float(count), "a count", 0
