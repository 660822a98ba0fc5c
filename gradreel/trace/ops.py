"""Every torch function the run calls, seen as the user wrote it, becomes an `Op`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from gradreel.trace.autograd import Autograd
from gradreel.trace.calls import Call, Calls, tensors_in
from gradreel.trace.frames import call_as, caller, position, runs_snippet, snippet_frame
from gradreel.trace.journal import Guard, Journal, mask
from gradreel.trace.model import Argument, Failure, Op, Result, Span
from gradreel.trace.operands import operands_of, swapped, symbol
from gradreel.trace.statements import Source
from gradreel.trace.steps import LiveStep, Steps, grad_mode
from gradreel.trace.tensors import Tensors, version
from gradreel.trace.values import Unwritten, snapshot

_VIEWS = {"T", "mT", "H", "mH", "real", "imag", "data"}  # properties that make a tensor
_NOT_OPS = {"backward", "grad", "requires_grad_", "retain_grad", "item", "tolist", "numpy"}
_PREDICATES = {"allclose", "equal"}


@dataclass(slots=True)
class _Before:
    """An op about to run."""

    step: LiveStep
    function: str
    name: str
    frame: FrameType
    span: Span
    internal: bool
    inputs: tuple[Argument, ...]
    tensors: list[torch.Tensor]
    versions: list[int]


class Ops:
    """Makes `Op` records, and tells tensors, nodes and calls about them."""

    def __init__(
        self,
        source: Source,
        journal: Journal,
        tensors: Tensors,
        autograd: Autograd,
        unwritten: Unwritten,
        steps: Steps,
    ) -> None:
        self._source = source
        self._journal = journal
        self._tensors = tensors
        self._autograd = autograd
        self._unwritten = unwritten
        self._steps = steps
        self._count = 0
        self.calls: Calls  # set by the recorder, whose `completed` is ours

    @property
    def recording(self) -> bool:
        """Whether operations of the running step are kept: not in late iterations of a loop."""
        step = self._steps.current
        return step is not None and not step.light

    def before(
        self, function: Callable[..., Any], frame: FrameType, args: Any, kwargs: dict[str, Any]
    ) -> _Before | None:
        name = _name(function)
        step = self._steps.current
        place = snippet_frame(frame)
        if name is None or place is None or step is None or step.light:
            return None
        where = position(place)
        span = self._source.span(where)
        if span is None:
            return None
        internal = not runs_snippet(frame.f_code) or self.calls.sealed
        inputs = self._arguments(None if internal else self._source.expression(where), place, args)
        inputs += [_argument(key, "", value, self._tensors) for key, value in kwargs.items()]
        tensors = list({id(tensor): tensor for tensor in tensors_in([args, kwargs])}.values())
        for tensor in tensors:
            self._autograd.register(tensor, None)  # a row of `for row in X` comes from no op
        return _Before(
            step,
            _full_name(function, name),
            name,
            place,
            span,
            internal,
            tuple(argument for group in inputs for argument in group),
            tensors,
            [version(tensor) for tensor in tensors],
        )

    def after(self, before: _Before, args: Any, result: Any) -> None:
        known = {id(tensor) for tensor in before.tensors}
        outputs = [tensor for tensor in tensors_in(result) if id(tensor) not in known]
        changed = [
            tensor
            for tensor, old in zip(before.tensors, before.versions, strict=True)
            if version(tensor) != old
        ]
        for tensor in outputs:
            self._unwritten.made(before.name, before.tensors, tensor)
        for tensor in changed:
            index = args[1] if before.name == "__setitem__" else None
            whole = before.function.startswith("init.")
            self._unwritten.written(before.name, tensor, index, whole)
        if not outputs and not changed and before.name not in _PREDICATES:
            return
        number = self._count
        nodes = [
            node
            for tensor in [*outputs, *changed]
            for node in self._autograd.register(tensor, number)
        ]
        results = [self._result(tensor, number, False) for tensor in outputs]
        results += [self._result(tensor, number, True) for tensor in changed]
        if before.internal and (call := self.calls.collector()) is not None:
            call.used([argument for argument in before.inputs if argument.tensor is not None])
            call.made.update(result.tensor for result in results)
            call.nodes += nodes
        self._emit(before, tuple(results), None)

    def failed(self, before: _Before, error: BaseException) -> None:
        failure = Failure(type(error).__name__, mask(str(error)), before.span)
        self._emit(before, (), failure)

    def completed(self, call: Call, returned: list[torch.Tensor]) -> None:
        """A library call made `returned`: one op to the viewer."""
        step = self._steps.current
        span = self._source.span(position(call.frame)) if call.frame is not None else None
        if step is None or step.light or span is None or call.frame is None:
            return
        number = self._count
        self._count += 1
        fresh = [node for tensor in returned for node in self._autograd.register(tensor, number)]
        self._autograd.credit(call.nodes + fresh, number)
        results = tuple(self._result(tensor, number, False) for tensor in returned)
        self._journal.emit(
            Op(
                number,
                step.index,
                call.function,
                call.label,
                span,
                self._source.cut(span),
                tuple(call.inputs.values()),
                results,
                grad_mode(),
                call.module,
            )
        )
        step.ops.append(number)

    def _emit(self, before: _Before, results: tuple[Result, ...], failure: Failure | None) -> None:
        node = self._source.expression(position(before.frame))
        label = before.name if before.internal else (symbol(node, before.name) or before.name)
        self._journal.emit(
            Op(
                self._count,
                before.step.index,
                before.function,
                label,
                before.span,
                self._source.cut(before.span),
                before.inputs,
                results,
                grad_mode(),
                self.calls.module,
                before.internal,
                failure,
            )
        )
        before.step.ops.append(self._count)
        self._count += 1

    def _result(self, tensor: torch.Tensor, op: int, in_place: bool) -> Result:
        seen = self._tensors.see(tensor)
        if not in_place:
            seen.born = op
        value = None if self._unwritten.holds(tensor) else snapshot(tensor)
        return Result(seen.uid, version(tensor), in_place, value, seen.node)

    def _arguments(
        self, node: ast.AST | None, frame: FrameType, args: tuple[Any, ...]
    ) -> list[list[Argument]]:
        """The positional arguments, in the order of the source and with its names for them."""
        operands = operands_of(node, frame)
        values = list(args)
        if isinstance(node, ast.BinOp) and len(values) == 2 and swapped(node, values, frame):
            values.reverse()
        texts = [self._text(operand) for operand in operands] + [""] * len(values)
        return [
            _argument("", text, value, self._tensors)
            for text, value in zip(texts, values, strict=False)
        ]

    def _text(self, node: ast.AST | None) -> str:
        text = ast.get_source_segment(self._source.text, node) if node is not None else None
        return text if text is not None and len(text) <= 40 else ""


class OpMode(TorchFunctionMode):
    """Torch's own way to be told of every function call; each call goes on unchanged."""

    def __init__(self, ops: Ops, guard: Guard) -> None:
        super().__init__()
        self._ops = ops
        self._guard = guard

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: Any = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        frame = caller(sys._getframe(1), func)
        before = None
        if self._ops.recording:
            before = self._guard(self._ops.before, func, frame, args, kwargs)
        try:
            result = call_as(frame, func, args, kwargs)
        except BaseException as error:
            if before is not None:
                self._guard(self._ops.failed, before, error)
            raise
        if before is not None:
            self._guard(self._ops.after, before, args, result)
        return result


def _name(function: Callable[..., Any]) -> str | None:
    """The short name of an op, None if the function is none."""
    name = getattr(function, "__name__", "")
    if name == "__get__":
        name = function.__self__.__name__  # type: ignore[attr-defined]
        return name if name in _VIEWS else None
    if name in _NOT_OPS or name in ("__set__", "__delete__"):
        return None
    return name or None


def _full_name(function: Callable[..., Any], name: str) -> str:
    """`torch.relu`, `F.linear`, `Tensor.sum`, `init.normal_`."""
    module = getattr(function, "__module__", None) or ""
    qualified = getattr(function, "__qualname__", "")
    if module in ("torch.nn.functional", "torch._C._nn"):
        return f"F.{name}"
    if module == "torch.nn.init":
        return f"init.{name}"
    return f"Tensor.{name}" if "Tensor" in qualified or "getset" in qualified else f"torch.{name}"


def _argument(name: str, text: str, value: Any, tensors: Tensors) -> list[Argument]:
    found = list(tensors_in(value))
    if found:
        label = (name or text) if isinstance(value, torch.Tensor) else name
        return [Argument(label, tensors.uid(t), version(t), None) for t in found]
    if isinstance(value, bool | int | float | str | tuple) or value is None:
        return [Argument(name or text, None, None, repr(value)[:80])]
    return []
