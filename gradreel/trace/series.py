"""What a loop does to scalars: their values in a run, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.trace.model import Number, Trace, Write


@dataclass(frozen=True, slots=True)
class Series:
    """A name's scalar after each iteration of a loop, and what it should come to.

    `start` is the iteration of the first value, 0 if it is from before the loop.
    """

    name: str
    values: tuple[float, ...]
    target: Number | None = None
    start: int = 1


def series_of(trace: Trace) -> tuple[Series, ...]:
    """Every scalar written in a loop of more than two iterations, losses first."""
    found: dict[str, dict[int, float]] = {}
    for step in trace.steps:
        for write in step.writes if step.loop else ():
            number = scalar_of(write)
            if number is not None and "." not in write.name:
                found.setdefault(write.name, {})[step.loop[0][1]] = number
    series = [
        Series(name, tuple(by[i] for i in sorted(by))) for name, by in found.items() if len(by) > 2
    ]
    return tuple(sorted(series, key=lambda s: "loss" not in s.name))


def series_by_round(trace: Trace, name: str) -> tuple[Series, ...]:
    """A scalar of an inner loop: one series a round of the outer loop, each called after that
    loop's variable (`lr = 1.1`)."""
    rounds: dict[int, dict[int, float]] = {}
    titles: dict[int, list[str]] = {}  # outer loop -> what its variable was, round by round
    for step in trace.steps:
        bound = [f"{w.name} = {w.text}" for w in step.writes if w.text is not None]
        titles.setdefault(step.statement, []).extend(bound[:1])
        for write in step.writes if len(step.loop) == 2 else ():
            number = scalar_of(write)
            if number is not None and write.name == name:
                rounds.setdefault(step.loop[0][1], {})[step.loop[1][1]] = number
    outer = next((step.loop[0][0] for step in trace.steps if len(step.loop) == 2), -1)
    return tuple(
        Series(title, tuple(by.values()))
        for title, by in zip(titles.get(outer, []), rounds.values(), strict=False)
    )


def scalar_of(write: Write) -> float | None:
    """The one number that was written, None if it was not one."""
    number = write.value.scalar if write.value is not None else None
    return None if number is None else float(number)
