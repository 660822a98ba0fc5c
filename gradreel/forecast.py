"""How long a batch will still take: from what its shorts took last time, and from how it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from gradreel.model import Short
from gradreel.order import READY, START, Outcome, Stage

DRAWN = 0.1  # of the frames, before which drawing says nothing about the whole
AFTER = 1.3  # of the time for drawing: sound and verification follow it


def expected(shorts: Sequence[Short], last: Mapping[int, float]) -> dict[int, float]:
    """A number for each short that orders them by the time they will take.

    One that was never made is expected in the middle: over Day 03 neither the length of its code,
    its words nor its scene tells how long drawing takes (rank correlations of -0.1 to 0.3).
    """
    typical = median(last.values()) if last else 0.0
    return {short.number: last.get(short.number, typical) for short in shorts}


class Forecast:
    """Hears what a batch of `shorts` in `jobs` processes does, and says when it will be done.

    `last` is what shorts took last time, in seconds by number; all times are those of one clock.
    """

    def __init__(self, shorts: Sequence[Short], jobs: int, last: Mapping[int, float]) -> None:
        self._jobs = jobs
        self._last = last
        self._open = {short.number for short in shorts}
        self._took: dict[int, float] = {}
        self._before: dict[int, float] = {}  # seconds spent on shorts that now wait
        self._began: dict[int, float] = {}
        self._drawing: dict[int, tuple[float, float]] = {}  # since when, and the part drawn

    def hear(self, event: Stage | Outcome, now: float) -> None:
        number = event.short.number
        if isinstance(event, Outcome):
            self._open.discard(number)
            self._began.pop(number, None)
            self._drawing.pop(number, None)
            if event.status in ("made", "checked"):
                self._took[number] = sum(event.stages.values())
        elif event.name == READY:
            self._before[number] = now - self._began.pop(number, now)
        elif event.name != START:
            self._began.setdefault(number, now)
            if event.part:
                since, _ = self._drawing.get(number, (now, 0.0))
                self._drawing[number] = since, event.part
            else:
                self._drawing.pop(number, None)

    def left(self, now: float) -> float | None:
        """Seconds until the last short is done; None where nothing is known yet."""
        typical = self._typical(now) if self._open else 0.0
        if typical is None:
            return None
        free = [0.0] * max(self._jobs, len(self._began))  # a cluster has as many as it has
        waiting = []
        for number in self._open:
            whole = self._whole(number, now)
            seconds = typical if whole is None else whole
            spent = self._before.get(number, 0.0)
            if number in self._began:
                spent += now - self._began[number]
                free[free.index(min(free))] += max(0.0, seconds - spent)
            else:
                waiting.append(max(0.0, seconds - spent))
        for seconds in sorted(waiting, reverse=True):
            free[free.index(min(free))] += seconds
        return max(free)

    def _typical(self, now: float) -> float | None:
        known = [whole for n in self._open if (whole := self._whole(n, now)) is not None]
        known += self._took.values()
        return median(known) if known else None

    def _whole(self, number: int, now: float) -> float | None:
        """What a short will have taken, if something tells."""
        since, part = self._drawing.get(number, (now, 0.0))
        if part >= DRAWN:
            before = self._before.get(number, 0.0) + since - self._began[number]
            return before + (now - since) / part * AFTER
        return self._last[number] * self._pace if number in self._last else None

    @property
    def _pace(self) -> float:
        """How this batch compares with last time: another machine, more processes at once."""
        both = [number for number in self._took if number in self._last]
        before = sum(self._last[number] for number in both)
        return sum(self._took[number] for number in both) / before if before else 1.0
