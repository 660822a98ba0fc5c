"""The processes of this machine that work through the shorts of a batch.

What one short does, or suffers, never costs another. Each worker has a pipe and a process group of
its own; one that dies, stops or takes too long takes only its own short with it, and a new one goes
on. The group is led by a guard, a shell that waits for our end and then ends the group: so nothing
lives on when we are killed, not even what is stopped.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path

from gradreel import scratch
from gradreel.errors import ConfigError, GradreelError, TimedOut, WorkerLost
from gradreel.model import Short
from gradreel.order import Order, Outcome, Stage, Task

SCRATCH = "gradreel-batch-"
ROOT = Path(__file__).resolve().parent.parent
_GUARD = ("/bin/sh", "-c", "read _; kill -KILL 0")  # the read ends with whoever holds its pipe
_WORKER = "import sys; sys.path.insert(0, sys.argv[1]); from gradreel.worker import main; main()"
_LAST_WORDS = 1.0  # seconds that a process has to end by itself once its pipe is closed


@dataclass(frozen=True, slots=True)
class Job:
    """A short to work on, the number of this try, and what was done for it before."""

    short: Short
    tries: int = 1
    before: Outcome | None = None


class Crew:
    """Up to `jobs` processes, as a context manager; leaving it ends them and all they started."""

    def __init__(self, order: Order, jobs: int) -> None:
        self._order = order
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._stack = ExitStack()

    def __enter__(self) -> Crew:
        parent = Path(tempfile.gettempdir())
        try:
            self._folder = self._stack.enter_context(scratch.folder(parent, SCRATCH))
        except OSError as error:
            raise ConfigError(
                f"{parent} cannot be written: {error.strerror}.", fix="Make room, or set TMPDIR."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack:
            while self._workers:
                self._workers.pop().kill()

    def work(self, task: Task, jobs: Iterable[Job]) -> Iterator[Stage | Outcome]:
        """Do `task` for each, in this order; each has exactly one Outcome. One that fails is tried
        again, after the others, where its error says that this may help. The first ones are begun
        at once, not only when someone listens."""
        waiting = deque(jobs)
        self._assign(task, waiting)
        return self._events(task, waiting)

    def _events(self, task: Task, waiting: deque[Job]) -> Iterator[Stage | Outcome]:
        while busy := [worker for worker in self._workers if worker.job]:
            for worker in self._heard(busy):
                job = worker.job
                assert job is not None
                message = worker.message()
                if isinstance(message, Stage):
                    yield message
                    continue
                outcome = replace(message, tries=job.tries)
                if job.before is not None:
                    outcome = outcome.after(job.before)
                if outcome.error is not None and job.tries < outcome.error.tries:
                    waiting.append(Job(job.short, job.tries + 1, outcome))
                else:
                    yield outcome
            self._assign(task, waiting)

    def _assign(self, task: Task, waiting: deque[Job]) -> None:
        self._workers = [worker for worker in self._workers if worker.alive]
        for worker in self._workers:
            if waiting and worker.job is None:
                worker.start(task, waiting.popleft())
        while waiting and len(self._workers) < self._jobs:
            worker = _Worker(self._order, self._folder)
            self._workers.append(worker)  # before it starts, so that it is ended in any case
            try:
                worker.begin()
            except OSError as error:
                raise GradreelError(
                    f"no process can be started: {error.strerror}.", fix="Use fewer jobs with -j."
                ) from error
            worker.start(task, waiting.popleft())

    def _heard(self, busy: list[_Worker]) -> Iterator[_Worker]:
        """Those with something to say, else those whose time is over."""
        left = min(worker.deadline for worker in busy) - time.monotonic()
        speaking = wait([worker.pipe for worker in busy], max(0.0, left))
        for worker in busy:
            if worker.pipe in speaking or time.monotonic() > worker.deadline:
                yield worker


class _Worker:
    """The coordinator's side of one process."""

    def __init__(self, order: Order, folder: Path) -> None:
        self._order = order
        self._folder = folder
        self._guard: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stage = ""
        self._began = 0.0
        self.pipe, self._theirs = Pipe()
        self.job: Job | None = None
        self.deadline = 0.0
        self.alive = True

    def begin(self) -> None:
        """Start its process."""
        self._folder = Path(tempfile.mkdtemp(dir=self._folder))
        self._killed = _memory_kills()
        self._guard = subprocess.Popen(
            _GUARD,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C reaches the coordinator, who ends this whole group
        )
        with (self._folder / "said").open("wb") as said:
            number = self._theirs.fileno()
            self._process = subprocess.Popen(
                (sys.executable, "-P", "-c", _WORKER, str(ROOT), str(number), str(self._folder)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(number,),
                process_group=self._guard.pid,
            )
        self._theirs.close()
        with suppress(OSError):  # it died: message() will say so
            self.pipe.send(self._order)

    def start(self, task: Task, job: Job) -> None:
        self.job = job
        self._stage = ""
        self._began = time.monotonic()
        self.deadline = self._began + self._order.settings.batch.timeout
        with suppress(OSError):  # it died while idle: message() will say so
            self.pipe.send((task, job.short))

    def message(self) -> Stage | Outcome:
        """What it says, or what has become of it."""
        assert self.job is not None
        if not self.pipe.poll():
            limit = self._order.settings.batch.timeout
            self.kill()
            return self._lost(
                TimedOut(
                    f"it took longer than {limit} s and was ended {self._when}.",
                    fix="Raise `timeout` under [batch] in config.toml if it needs more.",
                )
            )
        try:
            said: tuple[str, float] | Outcome = self.pipe.recv()
        except (EOFError, OSError):
            return self._lost(
                WorkerLost(
                    f"its process {self._end()} {self._when}.", fix="Run the same command again."
                )
            )
        if isinstance(said, Outcome):
            self.job = None
            return said
        self._stage, part = said
        return Stage(self.job.short, self._stage, part)

    @property
    def _when(self) -> str:
        return f"in the stage {self._stage}" if self._stage else "before its first stage"

    def _lost(self, error: GradreelError) -> Outcome:
        assert self.job is not None
        seconds = round(time.monotonic() - self._began, 3)
        short, self.job = self.job.short, None
        return Outcome(short, "failed", seconds=seconds, error=error, stage=self._stage)

    def _end(self) -> str:
        """How its process ended."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS)
        said = (self._folder / "said").read_text(errors="replace").strip().splitlines()
        self.kill()
        code = self._process.returncode
        if code >= 0:
            return f"ended with {code}" + (f" ({said[-1]})" if said else "")
        short_of_memory = code == -signal.SIGKILL and _memory_kills() > self._killed
        why = ": the system ran out of memory" if short_of_memory else ""
        return f"was ended by {signal.Signals(-code).name}{why}"

    def kill(self) -> None:
        """End it and what it started."""
        self.alive = False
        if self._guard is not None:
            # The guard is not waited for yet, so its number still names this group.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.wait()
            assert self._guard.stdin is not None
            self._guard.stdin.close()
        if self._process is not None:
            self._process.wait()
        self.pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _memory_kills() -> int:
    """How many processes the kernel has ended for want of memory; 0 where it does not say."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/vmstat").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("oom_kill ")).split()[1])
    return 0
