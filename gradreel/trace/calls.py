"""Library calls of the snippet that are one operation to a viewer: `fc(x)`, `F.softsign(x)`,
`Square.apply(x)`. What torch does inside them is recorded as internal; the call itself becomes an
op with the tensors that went in and came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch import nn

from gradreel.trace.frames import runs_snippet, snippet_frame
from gradreel.trace.journal import Guard
from gradreel.trace.model import Argument
from gradreel.trace.tensors import Tensors, version

_APPLY = torch.autograd.Function.apply.__code__
MODULE_CALL = nn.Module._wrapped_call_impl.__code__


@dataclass(slots=True, eq=False)
class Call:
    """A library call under way. `sealed`: snippet code run inside it belongs to its inside."""

    function: str
    label: str
    frame: FrameType | None  # of the snippet
    module: str = ""
    sealed: bool = False
    records: bool = True  # a container or a module of the snippet only lends its name
    newest: int = 0  # tensors with this uid or a later one came up inside
    inputs: dict[tuple[int, int], Argument] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    nodes: list[int] = field(default_factory=list)

    def used(self, tensors: list[Argument]) -> None:
        for argument in tensors:
            if argument.tensor is not None and argument.tensor < self.newest:
                self.inputs.setdefault((argument.tensor, argument.version or 0), argument)


class Calls:
    """The stack of library calls. `completed(call, tensors)` is told of each that returns some."""

    def __init__(
        self,
        guard: Guard,
        tensors: Tensors,
        namespace: dict[str, Any],
        completed: Callable[[Call, list[torch.Tensor]], None],
    ) -> None:
        self._guard = guard
        self._tensors = tensors
        self._namespace = namespace
        self._completed = completed
        self._stack: list[Call] = []

    @property
    def sealed(self) -> bool:
        return any(call.sealed for call in self._stack)

    @property
    def module(self) -> str:
        """Path and class of the innermost running module, or ""."""
        return next((call.module for call in reversed(self._stack) if call.module), "")

    def collector(self) -> Call | None:
        """The call that an internal op belongs to: the outermost since the snippet's own code."""
        sealed = next((call for call in self._stack if call.sealed), None)
        if sealed is not None:
            return sealed
        return self._stack[-1] if self._stack and self._stack[-1].records else None

    def enter(self, frame: FrameType) -> Callable[..., Any] | None:
        """The Python function of `frame` is called, by the snippet or as a module anywhere; returns
        a trace function for it."""
        code, given = frame.f_code, frame.f_locals
        arguments: Any = ()
        if code is MODULE_CALL:
            call, arguments = self._module(given["self"], frame), (given["args"], given["kwargs"])
        elif code is _APPLY:
            name, arguments = given["cls"].__name__, given["args"]
            call = Call(f"{name}.apply", name, frame.f_back, sealed=True)
        else:
            call = Call(code.co_qualname, code.co_name, frame.f_back)
        self._push(call, arguments)

        def local(_: FrameType, event: str, result: Any) -> Callable[..., Any]:
            if event == "return":
                self._guard(self._leave, call, result)
            return local

        frame.f_trace_lines = False
        return local

    def _module(self, module: nn.Module, frame: FrameType) -> Call:
        name = type(module).__name__
        container = isinstance(module, nn.Sequential)
        library = not runs_snippet(type(module).forward.__code__) and not container
        user = snippet_frame(frame)
        path = self._path(module, user)
        return Call(
            f"{name}.forward",
            name,
            user,
            module=f"{path}:{name}" if path else name,
            sealed=library,
            records=library,
        )

    def _push(self, call: Call, arguments: Any) -> None:
        given = list(self._arguments(arguments))
        call.newest = self._tensors.count
        call.used(given)
        self._stack.append(call)

    def _leave(self, call: Call, result: Any) -> None:
        if call not in self._stack:
            return
        del self._stack[self._stack.index(call) :]
        if not call.records or self.sealed:
            return
        returned = list(tensors_in(result))
        fresh = [t for t in returned if self._tensors.uid(t) in call.made]
        if call.sealed and not fresh:
            fresh = [t for t in returned if (self._tensors.uid(t), version(t)) not in call.inputs]
        if fresh:
            self._completed(call, fresh)

    def _arguments(self, values: Any) -> Iterator[Argument]:
        for tensor in tensors_in(values):
            yield Argument("", self._tensors.uid(tensor), version(tensor), None)

    def _path(self, module: nn.Module, frame: FrameType | None) -> str:
        """`net.0`, from the snippet's variables."""
        local = frame.f_locals if frame is not None else {}
        for variable, value in [*self._namespace.items(), *local.items()]:
            if isinstance(value, nn.Module):
                for name, part in value.named_modules():
                    if part is module:
                        return f"{variable}.{name}" if name else variable
        return ""


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors of a value, also inside lists, tuples and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()))
