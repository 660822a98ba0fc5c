"""Many shorts in a few processes: what one of them does, or suffers, never costs another.

Each worker is a process with its own process group and its own pipe. A worker that dies takes only
its own short with it; a new one goes on with the rest.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, set_start_method
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Literal

from gradreel import shelf
from gradreel.binding import Told, told
from gradreel.cache import Cache
from gradreel.errors import EnvironmentMissing, GradreelError
from gradreel.model import Script, Short
from gradreel.runs import Runs
from gradreel.settings import Settings
from gradreel.trace.server import Tracer
from gradreel.voice.cast import Cast

Action = Literal["film", "check", "still", "sheet"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of every short of a batch. `moment` is the second of a still."""

    script: Script
    settings: Settings
    action: Action
    moment: float | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A short has come to a stage."""

    short: Short
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one short ended. `seconds` is what it took, `stages` how that divides."""

    short: Short
    status: Literal["made", "kept", "checked", "failed"]
    path: Path | None = None
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    voice: str = ""
    pace: float = 0.0  # words a minute; 0 where nothing was spoken anew
    beats: tuple[tuple[str, float, float], ...] = ()  # (name, seconds, silent seconds)
    cues: tuple[Told, ...] = ()
    error: GradreelError | None = None
    traceback: str = ""


def run(order: Order, shorts: Sequence[Short], jobs: int) -> Generator[Stage | Outcome, None, None]:
    """Work through `shorts` with up to `jobs` processes; every short has exactly one Outcome.

    Closing the iterator, or an exception at it, ends all workers and their children.
    """
    waiting = deque(shorts)
    if order.action == "film" and not order.force:
        cast, waiting = Cast(order.settings.voice), deque()
        for short in shorts:
            if (film := _kept(order, short, cast)) is not None:
                yield Outcome(short, "kept", film)
            else:
                waiting.append(short)
    crew: dict[Connection, _Worker] = {}
    try:
        while waiting or crew:
            while waiting and len(crew) < jobs:
                worker = _Worker(order)
                crew[worker.pipe] = worker
                worker.start(waiting.popleft())
            for pipe in wait(list(crew)):
                assert isinstance(pipe, Connection)
                worker = crew[pipe]
                message = worker.hear()
                yield message
                if isinstance(message, Outcome):
                    if waiting and worker.alive:
                        worker.start(waiting.popleft())
                    else:
                        worker.end()
                        del crew[pipe]
    finally:
        for worker in crew.values():
            worker.kill()


def _kept(order: Order, short: Short, cast: Cast) -> Path | None:
    """Its film, if that is as it would be made. What is wrong with it, a worker will say."""
    try:
        return shelf.kept(order.script, short, order.settings, cast)
    except GradreelError:
        return None


class _Worker:
    """The coordinator's side of one process."""

    def __init__(self, order: Order) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, order), daemon=False
        )
        self.process.start()
        theirs.close()
        self.alive = True
        self.short: Short

    def start(self, short: Short) -> None:
        self.short = short
        self.began = time.monotonic()
        with suppress(OSError):  # it died while idle: hear() will say so
            self.pipe.send(short)

    def hear(self) -> Stage | Outcome:
        try:
            message: Stage | Outcome = self.pipe.recv()
        except (EOFError, OSError):
            self.alive = False
            self.kill()
            code = self.process.exitcode or 0
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
            return Outcome(
                self.short,
                "failed",
                seconds=round(time.monotonic() - self.began, 3),
                error=GradreelError(f"its process {how}.", fix="Run the same command again."),
            )
        return message

    def end(self) -> None:
        """Let it go home."""
        with suppress(OSError):
            self.pipe.send(None)
        self.pipe.close()
        self.process.join(10)
        self.kill()

    def kill(self) -> None:
        """End it and what it started."""
        if self.process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()


# --------------------------------------------------------------------------- in the worker


def _work(pipe: Connection, order: Order) -> None:
    """A worker's life: one short after another until None comes or the coordinator is gone."""
    with suppress(OSError):
        os.setpgid(0, 0)  # Ctrl-C reaches the coordinator, who ends this whole group
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - libraries chat, we do not
    settings = order.settings
    set_start_method("fork", force=True)  # so that no library leaves semaphores when it is killed
    with (
        ExitStack() as stack,
        Tracer(settings.trace.limits) as tracer,
        suppress(EOFError, BrokenPipeError, ConnectionResetError),
    ):
        cache = Cache(settings.cache.folder, settings.cache.limit)
        runs = Runs(tracer, cache, settings.trace)
        desk = _Desk(order, pipe, stack, runs)
        while (short := pipe.recv()) is not None:
            runs.expect(short)  # torch is imported while we import Manim
            pipe.send(desk.outcome(short))


class _Desk:
    """Does what is ordered, one short at a time, and turns every failure into an Outcome."""

    def __init__(self, order: Order, pipe: Connection, stack: ExitStack, runs: Runs) -> None:
        self.order = order
        self.pipe = pipe
        self.stack = stack
        self.runs = runs
        self.production: Any = None  # opened with the first short, inside its error handling

    def outcome(self, short: Short) -> Outcome:
        started = time.monotonic()
        outcome = Outcome(short, "failed")
        watch = None
        try:
            from gradreel.pipeline import Watch  # heavy: only workers draw

            watch = Watch(lambda stage: self.pipe.send(Stage(short, stage)))
            outcome = self._made(short, watch)
        except Exception as error:
            outcome = replace(outcome, error=_told(error), traceback=traceback.format_exc())
        return replace(
            outcome,
            seconds=round(time.monotonic() - started, 3),
            voice=watch.voice if watch else "",
            pace=watch.pace if watch else 0.0,
            stages=watch.stages if watch else {},
            warnings=tuple(dict.fromkeys(watch.warnings)) if watch else (),
        )

    def _made(self, short: Short, watch: Any) -> Outcome:
        from gradreel.pipeline import Production

        order = self.order
        if self.production is None:
            opened = Production.opened(order.script, order.settings, self.runs)
            self.production = self.stack.enter_context(opened)
        production: Production = self.production
        match order.action:
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


def _told(error: Exception) -> GradreelError:
    """Any failure as one of our own: a foreign import is a missing package, the rest is a bug."""
    if isinstance(error, GradreelError):
        return error
    if isinstance(error, ImportError) and not (error.name or "").startswith("gradreel"):
        return EnvironmentMissing(f"{error}.", fix="Run: make setup")
    return GradreelError(f"{type(error).__name__}: {error}", fix="Run again with --debug.")
