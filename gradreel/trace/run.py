"""One run of a snippet, in a forked child: traced, or plain as the control. Never returns."""

from __future__ import annotations

import fcntl
import linecache
import os
import random
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy
import torch

from gradreel.trace import sandbox
from gradreel.trace.codec import encode
from gradreel.trace.frames import SNIPPET
from gradreel.trace.journal import Journal, hide, mask
from gradreel.trace.limits import Limits
from gradreel.trace.model import End
from gradreel.trace.recorder import Recorder, failure_of
from gradreel.trace.statements import Source
from gradreel.trace.streams import Budget, StreamName, text_stream
from gradreel.trace.values import snapshot

_RAW = ".output"  # what was written to descriptors 1 and 2 past Python's streams


@dataclass(frozen=True, slots=True)
class Request:
    """What the parent asks for. `folder` is the only place the snippet may write to."""

    source: str
    seed: int
    traced: bool
    folder: str
    records: str
    limits: Limits


def run(request: Request) -> NoReturn:
    """Run the snippet, write the records, end the process."""
    try:
        opened = os.open(request.records, os.O_WRONLY | os.O_APPEND)
        # High up, where a snippet that closes all the usual descriptors does not reach.
        journal = Journal(fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 240))
        os.close(opened)
        try:
            _prepare(request, journal)
            _Run(request, journal).execute()
        except BaseException as fault:
            journal.note("fault", f"{type(fault).__name__}: {fault}")
    finally:
        os._exit(0)


def _prepare(request: Request, journal: Journal) -> None:
    os.setsid()
    sandbox.die_with_parent()
    os.chdir(request.folder)
    hide(request.folder)
    os.environ.update(HOME=request.folder, TMPDIR=request.folder)
    raw = os.open(_RAW, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(raw, 1)
    os.dup2(raw, 2)
    os.close(raw)
    limits = request.limits
    isolation = sandbox.enter(
        Path(request.folder), memory_bytes=limits.memory_bytes, seconds=limits.seconds
    )
    journal.note("isolation", isolation)
    torch.manual_seed(request.seed)
    random.seed(request.seed)
    numpy.random.seed(request.seed % 2**32)


class _Run:
    """A run and its outcome."""

    def __init__(self, request: Request, journal: Journal) -> None:
        self._request = request
        self._journal = journal
        self._budget = Budget(request.limits.output_bytes)
        self._recorder: Recorder | None = None
        self._stdout: list[str] = []
        self._printed = 0  # characters, also of what was not kept
        self._module = ModuleType("__main__")

    def execute(self) -> None:
        request = self._request
        lines = request.source.splitlines(keepends=True)
        linecache.cache[SNIPPET] = (len(request.source), None, lines, SNIPPET)
        sys.modules["__main__"] = self._module
        sys.argv = [SNIPPET]
        sys.stdout = sys.__stdout__ = text_stream("stdout", self._write)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = text_stream("stderr", self._write)  # type: ignore[misc]
        try:
            source = Source(request.source, SNIPPET)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._end(End("syntax", failure_of(error, None)))
        for statement in source.statements:
            self._journal.emit(statement)
        if request.traced:
            self._recorder = Recorder(
                source,
                self._journal,
                vars(self._module),
                steps=request.limits.steps,
                full_iterations=request.limits.full_iterations,
                over=self._over,
            )
        try:
            if self._recorder is None:
                exec(source.code, vars(self._module))
            else:
                with self._recorder:
                    exec(source.code, vars(self._module))
        except SystemExit as leaving:
            self._end(End("exit", None, f"exit code {mask(str(leaving.code))}"))
        except BaseException as error:
            failure = failure_of(error, source)
            self._end(End("memory" if _is_memory(error) else "raised", failure))
        self._end(End("ok"))

    def _write(self, stream: StreamName, text: str) -> None:
        kept = self._budget.take(text)
        if stream == "stdout":
            self._stdout.append(kept)
            self._printed += len(text)
        if self._recorder is not None:
            self._recorder.write(stream, kept)

    def _over(self) -> None:
        limit = self._request.limits.steps
        self._end(End("steps", None, f"stopped after {limit} steps"))

    def _end(self, end: End) -> NoReturn:
        """Write the end and the outcome, and leave without giving the snippet another word."""
        sys.settrace(None)
        with suppress(OSError):  # a snippet may remove its own folder
            raw = Path(self._request.folder, _RAW).read_bytes()
            self._write("stdout", raw[: self._request.limits.output_bytes].decode(errors="replace"))
        if self._recorder is not None:
            self._recorder.close()
        if self._budget.exceeded:
            kept = self._request.limits.output_bytes
            self._journal.note(
                "warning", f"kept the first {kept} of {self._budget.written} bytes of output"
            )
        self._journal.note("outcome", self._outcome(end))
        self._journal.emit(end)
        os._exit(0)

    def _outcome(self, end: End) -> dict[str, Any]:
        """What a run with the tracer and one without must have in common."""
        failure = end.failure
        grads = {
            name: encode(snapshot(value.grad))
            for name, value in vars(self._module).items()
            if isinstance(value, torch.Tensor) and value.is_leaf and value.grad is not None
        }
        return {
            "end": end.status,
            "stdout": mask("".join(self._stdout)),
            "printed": self._printed,
            "exception": None if failure is None else asdict(failure),
            "gradients": grads,
        }


def _is_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    )
