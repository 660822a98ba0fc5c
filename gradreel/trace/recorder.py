"""Wires the parts of the tracer together around one run of a snippet. Runs only in the child."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import Any

from gradreel.trace.autograd import Autograd, Engine
from gradreel.trace.calls import Calls
from gradreel.trace.frames import SNIPPET, position, runs_snippet, snippet_frame
from gradreel.trace.journal import Guard, Journal, mask
from gradreel.trace.model import Failure, Output, Span
from gradreel.trace.ops import OpMode, Ops
from gradreel.trace.scope import Scope
from gradreel.trace.statements import Position, Source
from gradreel.trace.steps import Steps
from gradreel.trace.streams import StreamName
from gradreel.trace.tensors import Tensors
from gradreel.trace.values import Unwritten


class Recorder:
    """Records while it is entered. `over` ends the process when the steps are used up."""

    def __init__(
        self,
        source: Source,
        journal: Journal,
        namespace: dict[str, Any],
        *,
        steps: int,
        full_iterations: int,
        over: Callable[[], None],
    ) -> None:
        self._source = source
        self._journal = journal
        self._guard = Guard(journal)
        self._tensors = Tensors(journal)
        self._autograd = Autograd(journal, self._guard, self._tensors)
        self._output: Output | None = None
        unwritten = Unwritten()
        self._steps = Steps(
            source,
            journal,
            self._guard,
            lambda: Scope(self._tensors, unwritten),
            steps,
            full_iterations,
            over,
            self._flush_output,
        )
        self._ops = Ops(source, journal, self._tensors, self._autograd, unwritten, self._steps)
        self._calls = Calls(self._guard, self._tensors, namespace, self._ops.completed)
        self._ops.calls = self._calls
        self._steps.enter_library = self._calls.enter
        self._stack = ExitStack()

    def __enter__(self) -> Recorder:
        self._stack.enter_context(Engine(self._guard, self._autograd, self._begin, self._fail))
        self._stack.enter_context(OpMode(self._ops, self._guard))
        sys.settrace(self._steps.trace)
        return self

    def __exit__(self, *_: object) -> None:
        if sys.gettrace() != self._steps.trace and not self._guard.passive:
            self._journal.note("warning", "the snippet ended tracing: later steps are missing")
        sys.settrace(None)
        self._stack.close()

    def close(self) -> None:
        """Write what is known only at the end."""
        self._guard(self._steps.close)
        self._flush_output()
        self._guard(self._tensors.flush)

    def write(self, stream: StreamName, text: str) -> None:
        """The snippet wrote `text`; pieces of one line of code become one Output."""
        if not text:
            return
        frame, step = snippet_frame(), self._steps.current
        index = step.index if step is not None else 0
        line = frame.f_lineno if frame is not None else self._output.line if self._output else 1
        last = self._output
        if last and (last.step, last.line, last.stream) == (index, line, stream):
            self._output = Output(index, line, stream, last.text + text)
            return
        self._flush_output()
        self._output = Output(index, line, stream, text)

    def _flush_output(self) -> None:
        if self._output is not None:
            last = self._output
            self._journal.emit(Output(last.step, last.line, last.stream, mask(last.text)))
        self._output = None

    def _begin(self, roots: Sequence[Any]) -> bool:
        """A backward call reaches the engine. False if it is not to be recorded."""
        frame, step = snippet_frame(), self._steps.current
        if frame is None or step is None or step.light:
            return False
        span = self._source.span(position(frame))
        if span is None:
            return False
        record = self._autograd.begin(step.index, span, self._source.cut(span), roots)
        step.backwards.append(record.id)
        return True

    def _fail(self, error: BaseException) -> Failure:
        frame = snippet_frame()
        span = self._source.span(position(frame)) if frame is not None else None
        return Failure(type(error).__name__, mask(str(error)), span)


def failure_of(error: BaseException, source: Source | None) -> Failure:
    """The exception, and the innermost place in the snippet that it came through."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == SNIPPET:
        return Failure(kind, error.msg, _syntax_span(error))
    span = None
    traceback = error.__traceback__
    while traceback is not None and source is not None:
        code: Any = traceback.tb_frame.f_code
        if runs_snippet(code):
            here = source.span(_at(traceback.tb_frame, traceback.tb_lasti))
            if here is not None and source.cut(here):  # a function's first instruction has no text
                span = here
        traceback = traceback.tb_next
    if isinstance(error, RecursionError):  # "… in comparison" would only say where it was noticed
        return Failure(kind, "maximum recursion depth exceeded", span)
    return Failure(kind, mask(str(error)), span)


def _at(frame: FrameType, offset: int) -> Position:
    return list(frame.f_code.co_positions())[offset // 2]


def _syntax_span(error: SyntaxError) -> Span | None:
    if not error.lineno:
        return None
    column = max((error.offset or 1) - 1, 0)
    end_line = error.end_lineno or error.lineno
    end = (error.end_offset or 0) - 1
    if end_line == error.lineno:
        end = max(end, column + 1)
    return Span(error.lineno, column, end_line, max(end, 0))
