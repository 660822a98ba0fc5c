"""Finished films from the page: the batch that the command line runs, told as events."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from gradreel import batch, lock, report, shelf
from gradreel.errors import GradreelError
from gradreel.order import READY, Order, Outcome
from gradreel.publish.package import package
from gradreel.script import parse
from gradreel.studio.easel import Event, Place, error_told

# How much of a film is done when a stage begins, as most films divide their time.
BEGINS = {"trace": 0.05, "narrate": 0.08, "shoot": 0.1, "assemble": 0.95, "verify": 0.97}
SHOOTING = 0.85


class Finals:
    """Makes them one order after the other, in a thread of its own; `close` ends what is made."""

    def __init__(self, place: Place, tell: Callable[[Event], None]) -> None:
        self.place, self.tell = place, tell
        self._orders: queue.Queue[Sequence[int] | None] = queue.Queue()
        self._closing = threading.Event()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="finals")
        self._thread.start()

    def order(self, numbers: Sequence[int]) -> None:
        """Films of these shorts, of all for none."""
        for number in numbers:
            self._tell(number, "waiting")
        self._orders.put(numbers)

    def cancel(self) -> None:
        """Neither what is made nor what waits is wanted any more; what is finished stays."""
        with suppress(queue.Empty):
            while (numbers := self._orders.get_nowait()) is not None:
                for number in numbers:
                    self._tell(number, "cancelled")
        self._cancelled.set()

    def close(self) -> None:
        self._closing.set()
        self._orders.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (numbers := self._orders.get()) is not None and not self._closing.is_set():
            self._cancelled.clear()
            try:
                self._make(numbers)
            except Exception as error:  # a bug of ours may cost an order, not all to come
                told = error if isinstance(error, GradreelError) else GradreelError(repr(error))
                for number in numbers:
                    self._tell(number, "failed", error=told)

    def _make(self, numbers: Sequence[int]) -> None:
        settings = self.place.settings()
        script = parse(self.place.day(settings))
        shorts = [s for s in script.shorts if s.number in numbers or not numbers]
        folder = shelf.folder_of(script, settings)
        outcomes: list[Outcome] = []
        left = {short.number for short in shorts}
        for number in left:
            self._tell(number, "waiting")
        with (
            lock.held(folder, "the studio"),
            report.Report(folder, script, shorts) as record,
            closing(batch.run(Order(script, settings, "film"), shorts, 1)) as events,
        ):
            for event in events:
                record.hear(event)
                if isinstance(event, Outcome):
                    outcomes.append(event)
                    left.discard(event.short.number)
                    self._tell_outcome(event)
                elif event.name == READY:
                    self._tell(event.short.number, "waiting")
                else:
                    part = BEGINS.get(event.name, 0.0)
                    part += SHOOTING * event.part if event.name == "shoot" else 0.0
                    self._tell(event.short.number, "drawing", round(part, 3))
                if self._closing.is_set():
                    return
                if self._cancelled.is_set():
                    break
            events.close()
            for number in left:
                self._tell(number, "cancelled")
            page = package(script, settings, outcomes, datetime.now(UTC)).page
        for outcome in outcomes:
            self._tell_outcome(outcome, page)

    def _tell_outcome(self, outcome: Outcome, page: Path | None = None) -> None:
        if outcome.error is not None:
            self._tell(outcome.short.number, "failed", error=outcome.error)
        else:
            self._tell(outcome.short.number, "made", 1.0, outcome.path, page)

    def _tell(
        self, short: int, state: str, part: float = 0.0, film: Path | None = None,
        page: Path | None = None, error: GradreelError | None = None,
    ) -> None:  # fmt: skip
        self.tell(
            {
                "kind": "final", "short": short, "state": state, "part": part,
                "file": str(film) if film else None,
                "cover": str(film.with_name("cover.jpg")) if film else None,
                "package": str(page) if page else None,
                "error": error_told(error) if error else None,
            }
        )  # fmt: skip
