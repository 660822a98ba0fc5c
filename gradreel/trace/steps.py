"""The run, statement by statement: `sys.settrace` with opcode events on the snippet's frames."""

from __future__ import annotations

import ast
import dis
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any, Literal

import torch

from gradreel.trace.calls import MODULE_CALL
from gradreel.trace.frames import hide_ourselves, is_ours, runs_snippet
from gradreel.trace.journal import Guard, Journal
from gradreel.trace.model import Step, Write
from gradreel.trace.scope import Names, Scope, names_of
from gradreel.trace.statements import Source

_WITHOUT_STEPS = frozenset(["<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"])

Loops = tuple[tuple[int, int], ...]
GradMode = Literal["on", "no_grad", "inference"]


@dataclass(slots=True)
class LiveStep:
    """A step that has not ended yet."""

    index: int
    statement: int
    loop: Loops
    function: str
    grad_mode: GradMode
    light: bool
    ops: list[int] = field(default_factory=list)
    backwards: list[int] = field(default_factory=list)
    failed: bool = False
    exhausted: bool = False  # a loop asked for its next item in vain


@dataclass(slots=True, eq=False)
class _Frame:
    """A running frame of the snippet."""

    frame: FrameType
    units: list[int | None]  # code unit -> statement
    first: dict[int, int]  # statement -> its first code unit
    fetches: dict[int, int]  # code unit that asks for a loop's next item -> the one to store it
    scope: Scope
    outer: Loops  # of the step that called it
    light: bool
    step: LiveStep | None = None
    unit: int = -1
    iterations: dict[int, int] = field(default_factory=dict)


class Steps:
    """Follows the snippet and writes a `Step` for each statement that ran."""

    def __init__(
        self,
        source: Source,
        journal: Journal,
        guard: Guard,
        scope: Callable[[], Scope],
        limit: int,
        full_iterations: int,
        over: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._source = source
        self._journal = journal
        self._guard = guard
        self._scope = scope
        self._limit = limit
        self._full = full_iterations
        self._over = over  # called when the limit is reached; does not return
        self._ended = ended  # called before each step's record is written
        self._names: dict[int, Names] = {}
        self._frames: list[_Frame] = []
        self._global = scope()
        self._count = 0
        self.enter_library: Callable[[FrameType], Any]  # set by the recorder

    @property
    def current(self) -> LiveStep | None:
        return self._frames[-1].step if self._frames else None

    def trace(self, frame: FrameType, _event: str, _: Any) -> Any:
        """The function for `sys.settrace`."""
        code = frame.f_code
        if runs_snippet(code):
            return None if code.co_name in _WITHOUT_STEPS else self._guard(self._enter, frame)
        back = frame.f_back
        called = back is not None and runs_snippet(back.f_code) and not is_ours(code)
        if called or code is MODULE_CALL:
            return self._guard(self.enter_library, frame)
        return None

    def _enter(self, frame: FrameType) -> Callable[..., Any]:
        units = self._source.statements_of(frame.f_code)
        first: dict[int, int] = {}
        for unit, statement in enumerate(units):
            if statement is not None:
                first.setdefault(statement, unit)
        module = frame.f_code.co_name == "<module>"
        scope = self._global if module else self._scope()
        if not module:
            scope.adopt(frame.f_locals)
        caller = self.current
        running = _Frame(
            frame,
            units,
            first,
            _fetches(frame.f_code),
            scope,
            caller.loop if caller else (),
            caller.light if caller else False,
        )
        self._frames.append(running)
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False

        def local(frame: FrameType, event: str, details: Any) -> Any:
            if event == "opcode":
                unit = frame.f_lasti >> 1
                statement = units[unit]
                step = running.step
                if statement is None:
                    return local
                if step is not None and statement == step.statement and unit > running.unit:
                    if running.unit in running.fetches:
                        step.exhausted = unit != running.fetches[running.unit]
                    running.unit = unit
                    return local
                self._guard(self._advance, running, statement, unit)
            elif event == "exception":
                hide_ourselves(details[2])
                if running.step is not None:
                    running.step.failed = True
            elif event == "return":
                self._guard(self._leave, running)
            return local

        return local

    def _advance(self, running: _Frame, statement: int, unit: int) -> None:
        """A statement begins."""
        self._finish(running)  # `running.step` is the previous statement from here on
        if self._count >= self._limit:
            self._over()
        repeated = self._iterate(running, statement, unit)
        own = tuple(
            (loop, running.iterations.get(loop, 0)) for loop in self._source.loops(statement)
        )
        code = running.frame.f_code
        running.step = LiveStep(
            self._count,
            statement,
            running.outer + own,
            "" if code.co_name == "<module>" else code.co_qualname,
            grad_mode(),
            running.light or repeated or any(n >= self._full for _, n in own),
        )
        running.unit = unit
        self._journal.emit(_record(running.step, ()))  # in case the run is ended in this step
        self._count += 1

    def _iterate(self, running: _Frame, statement: int, unit: int) -> bool:
        """Count iterations. True if `statement` is a loop's header past the full iterations."""
        source, iterations = self._source, running.iterations
        previous = running.step.statement if running.step is not None else None
        at_start = unit == running.first[statement]
        for loop in source.loops(statement):
            # `while True:` has no test to come back to: its first statement begins an iteration.
            if source.opens(loop) == statement and at_start and previous != loop:
                again = previous is not None and loop in (*source.loops(previous), previous)
                iterations[loop] = iterations.get(loop, 0) + 1 if again else 0
        node = source.nodes[statement]
        if not isinstance(node, ast.For | ast.While):
            return False
        inside = previous is not None and statement in (*source.loops(previous), previous)
        left = (
            previous is not None
            and isinstance(source.nodes[previous], ast.Break)
            and source.loops(previous)[-1] == statement
        )
        again = inside and not left and not (at_start and isinstance(node, ast.For))
        iterations[statement] = iterations.get(statement, 0) + 1 if again else 0
        return iterations[statement] >= self._full

    def close(self) -> None:
        """Write the steps that the end of the run caught in the middle."""
        for running in reversed(self._frames):
            self._finish(running)

    def _leave(self, running: _Frame) -> None:
        self._finish(running)
        if running in self._frames:
            del self._frames[self._frames.index(running) :]

    def _finish(self, running: _Frame) -> None:
        """The running statement of a frame ended: compare the names, write the step."""
        step = running.step
        if step is None:
            return
        self._ended()
        if step.statement not in self._names:
            self._names[step.statement] = names_of(self._source.nodes[step.statement])
        names = self._names[step.statement]
        self._journal.emit(_record(step, tuple(self._writes(running, names, step))))

    def _writes(self, running: _Frame, names: Names, step: LiveStep) -> list[Write]:
        if names.imports:
            return []
        namespace = running.frame.f_locals
        writes: list[Write] = []
        if not (step.exhausted or running.unit in running.fetches):
            writes += running.scope.bound(names, namespace, step.light)
        done: set[int] = set()
        for scope in dict.fromkeys((running.scope, self._global)):
            writes += scope.changed(names.mentioned, step.light, done)
        writes += running.scope.texts(names.mentioned, namespace)
        if running.scope is not self._global:
            outer = names.mentioned - namespace.keys()
            writes += self._global.texts(outer, running.frame.f_globals)
        return writes


def _record(step: LiveStep, writes: tuple[Write, ...]) -> Step:
    return Step(
        step.index,
        step.statement,
        step.loop,
        step.function,
        step.grad_mode,
        writes,
        tuple(step.ops),
        tuple(step.backwards),
        step.light,
        step.failed,
    )


@cache
def _fetches(code: CodeType) -> dict[int, int]:
    return {
        this.offset >> 1: following.offset >> 1
        for this, following in pairwise(dis.get_instructions(code))
        if this.opname == "FOR_ITER"
    }


def grad_mode() -> GradMode:
    if torch.is_inference_mode_enabled():
        return "inference"
    return "on" if torch.is_grad_enabled() else "no_grad"
