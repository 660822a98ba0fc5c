"""A day's batch: what is finished is found, all the rest is checked, then what is valid is made.

Everything wrong with a day is told before its first frame is drawn. The short that took longest
last time is drawn first, so that none is left running alone at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from gradreel import forecast, report, scratch, shelf
from gradreel.cache import Cache
from gradreel.crew import SCRATCH, Crew, Job
from gradreel.errors import GradreelError
from gradreel.model import Short
from gradreel.order import READY, Action, Order, Outcome, Stage

__all__ = ["Action", "Order", "Outcome", "Stage", "run"]


def run(
    order: Order, shorts: Sequence[Short], jobs: int, meanwhile: Callable[[], None] = lambda: None
) -> Generator[Stage | Outcome, None, None]:
    """Work through `shorts` with up to `jobs` processes; every short has exactly one Outcome.

    Those that are not valid come first, together, in the order of `shorts`. Closing the iterator,
    or an exception at it, ends all workers and their children. `meanwhile` is called while the
    first of them start.
    """
    folder = shelf.folder_of(order.script, order.settings)
    scratch.sweep(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))
    scratch.sweep(folder.parent.glob("day*/*/.tmp-*"))
    left: list[Short] = []
    for short, film in _found(order, shorts):
        if film is not None:
            yield Outcome(short, "kept", film)
        else:
            left.append(short)
    if not left:
        return
    with ExitStack() as stack:
        stack.callback(lambda: scratch.sweep(folder.glob("*/.tmp-*")))  # of those it ended
        crew = stack.enter_context(Crew(order, min(jobs, len(left))))
        todo = [Job(short) for short in left]
        if order.action == "film" and len(todo) > 1:
            checks = crew.work("prepare", todo)
            meanwhile()
            todo, wrong = [], {}
            for event in checks:
                if isinstance(event, Stage):
                    yield event
                elif event.error is None:
                    yield Stage(event.short, READY)
                    todo.append(Job(event.short, event.tries, event))
                else:
                    wrong[event.short.number] = event
            yield from (wrong[short.number] for short in left if short.number in wrong)
            yield from crew.work(order.action, _longest_first(todo, folder))
        else:
            events = crew.work(order.action, _longest_first(todo, folder))
            meanwhile()
            yield from events
    kept = order.settings.cache
    Cache(kept.folder, kept.limit).trim()  # the workers are ended without a last word


def _longest_first(todo: list[Job], folder: Path) -> list[Job]:
    expected = forecast.expected([job.short for job in todo], report.seconds(folder))
    return sorted(todo, key=lambda job: -expected[job.short.number])


def _found(order: Order, shorts: Sequence[Short]) -> Iterator[tuple[Short, Path | None]]:
    """Each short with its film, if that is as it would be made. What is wrong with it, a worker
    will say."""
    films = [shelf.path_of(order.script, short, order.settings) for short in shorts]
    if order.action != "film" or order.force or not any(film.exists() for film in films):
        yield from ((short, None) for short in shorts)
        return
    from gradreel.voice.cast import Cast  # the voices take a while to import

    cast = Cast(order.settings.voice)
    for short in shorts:
        film = None
        with suppress(GradreelError):
            film = shelf.kept(order.script, short, order.settings, cast)
        yield short, film
