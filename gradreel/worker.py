"""In a worker: one short after another, every failure turned into an Outcome.

Started by `crew`, which ends it; one that finds the coordinator gone goes as well.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing import set_start_method
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from gradreel import fingerprint
from gradreel.binding import told
from gradreel.cache import Cache
from gradreel.errors import EnvironmentMissing, GradreelError, of_storage
from gradreel.model import Short
from gradreel.order import START, Order, Outcome, Task
from gradreel.runs import Runs
from gradreel.trace.server import Tracer
from gradreel.voice import hibari
from gradreel.voice.cast import Cast

OFTEN = 0.5  # seconds between two words about how far a stage is


def main() -> None:
    number, folder = int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(number, False)
    tempfile.tempdir = folder  # the coordinator removes it, however we end
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - libraries chat, we do not
    set_start_method("fork", force=True)  # so that no library leaves semaphores when it is killed
    pipe: Connection[Any, Any] = Connection(number)
    gc.disable()  # what is imported is no garbage; looking for some takes a tenth of all imports
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        order: Order = pipe.recv()
        settings = order.settings
        cache = Cache(settings.cache.folder, settings.cache.limit)
        with (
            ExitStack() as stack,
            Tracer(settings.trace.limits) as tracer,
            Runs(tracer, cache, settings.trace) as runs,
        ):
            cast, aside = Cast(settings.voice), ThreadPoolExecutor(1)
            desk = Desk(order, stack, runs, cast)
            while True:
                task, short = pipe.recv()
                runs.expect(short)  # its code runs, and its voice gets ready, while we import Manim
                hibari.bring()
                aside.submit(cast.speaker, order.script.day, short)
                aside.submit(fingerprint.ffmpeg)  # its version, which every film depends on
                pipe.send(desk.outcome(task, short, lambda *stage: pipe.send(stage)))


class Say(Protocol):
    """Told the name of a stage and how much of it is done, 0 to 1."""

    def __call__(self, stage: str, part: float, /) -> None: ...


class Desk:
    """Does what it is told, one short at a time."""

    def __init__(self, order: Order, stack: ExitStack, runs: Runs, cast: Cast) -> None:
        self._order = order
        self._stack = stack
        self._runs = runs
        self._cast = cast
        self._production: Any = None  # opened with the first short, inside its error handling

    def outcome(self, task: Task, short: Short, say: Say) -> Outcome:
        started = time.monotonic()
        outcome = Outcome(short, "failed")
        watch = None
        try:
            if self._production is None:
                say(START, 0.0)
            from gradreel.pipeline import Watch  # heavy: only workers draw

            watch = Watch(_seldom(say))
            outcome = self._made(task, short, watch)
        except (Exception, SystemExit) as error:
            outcome = replace(
                outcome,
                error=_told(error),
                stage=watch.stage if watch else "",
                traceback=traceback.format_exc(),
            )
        return replace(
            outcome,
            seconds=round(time.monotonic() - started, 3),
            voice=watch.voice if watch else "",
            pace=watch.pace if watch else 0.0,
            stages=watch.stages if watch else {},
            warnings=tuple(dict.fromkeys(watch.warnings)) if watch else (),
        )

    def _made(self, task: Task, short: Short, watch: Any) -> Outcome:
        from gradreel.pipeline import Production

        order = self._order
        if self._production is None:
            gc.freeze()
            gc.enable()
            opened = Production.opened(order.script, order.settings, self._runs, self._cast)
            self._production = self._stack.enter_context(opened)
        production: Production = self._production
        match task:
            case "prepare":
                with tempfile.TemporaryDirectory() as folder:
                    production.prepare(short, Path(folder), watch)
                return Outcome(short, "checked")
            case "film":
                return Outcome(short, "made", production.build(short, watch))
            case "check":
                brief = production.check(short, watch)
                timeline = brief.timeline
                slack = dict(timeline.slack)
                beats = tuple(
                    (b.name, b.frames / timeline.fps, slack.get(b.name, 0.0))
                    for b in timeline.beats
                )
                return Outcome(short, "checked", beats=beats, cues=told(brief))
            case "still" | "sheet":
                return Outcome(short, "made", production.picture(short, watch, order.moment))


def _seldom(say: Say) -> Say:
    """The same, but of one stage it says nothing for a while after each word."""
    last, again = "", 0.0

    def told(stage: str, part: float, /) -> None:
        nonlocal last, again
        now = time.monotonic()
        if stage != last or now >= again:
            say(stage, part)
            last, again = stage, now + OFTEN

    return told


def _told(error: BaseException) -> GradreelError:
    """Any failure as one of our own: a foreign import is a missing package, the rest is a bug."""
    if isinstance(error, GradreelError):
        return error
    if isinstance(error, ImportError) and not (error.name or "").startswith("gradreel"):
        return EnvironmentMissing(f"{error}.", fix="Run: make setup")
    if isinstance(error, Exception) and (told := of_storage(error)) is not None:
        return told
    if isinstance(error, MemoryError):
        return GradreelError("there is not enough memory.", fix="Close something, or use -j 1.")
    return GradreelError(f"{type(error).__name__}: {error}", fix="Run again with --debug.")
