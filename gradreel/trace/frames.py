"""Python frames: which ones run the snippet, and calling an op as if the snippet's line did."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from itertools import islice
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

from gradreel.trace.statements import Position

SNIPPET = "snippet.py"  # the name the snippet's code has in warnings and tracebacks
_PASS_ON = "<op>"
_OURS = os.path.dirname(__file__)
_OVERRIDES = os.path.join("torch", "overrides.py")


def runs_snippet(code: CodeType) -> bool:
    return code.co_filename == SNIPPET and code.co_name != _PASS_ON


def is_ours(code: CodeType) -> bool:
    """Whether this is the tracer's code, which is no part of the run."""
    return code.co_filename.startswith(_OURS) or code.co_name == _PASS_ON


def caller(frame: FrameType, function: Any) -> FrameType:
    """The frame that called the torch `function` which now arrives in `frame`."""
    own = getattr(function, "__code__", None)
    while frame.f_back is not None and (
        is_ours(frame.f_code)
        or frame.f_code is own
        or frame.f_code.co_filename.endswith(_OVERRIDES)
    ):
        frame = frame.f_back
    return frame


def hide_ourselves(traceback: TracebackType | None) -> None:
    """Take the tracer's frames out of a traceback, and the call of torch they were reached by, so
    that a snippet which prints it prints what it would without the tracer."""
    kept: list[TracebackType] = []
    hidden = False
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if is_ours(code):
            hidden = True
        else:
            if hidden:
                while kept and kept[-1].tb_frame.f_code.co_filename.endswith(_OVERRIDES):
                    kept.pop()
                if len(kept) > 1 and kept[-1].tb_frame.f_code is code:
                    kept.pop()
            hidden = False
            kept.append(traceback)
        traceback = traceback.tb_next
    if hidden:
        while len(kept) > 1 and kept[-1].tb_frame.f_code.co_filename.endswith(_OVERRIDES):
            kept.pop()
    for here, following in zip(kept, [*kept[1:], None], strict=False):
        here.tb_next = following


def snippet_frame(frame: FrameType | None = None) -> FrameType | None:
    """The innermost frame of the snippet at or above `frame`, or above the caller."""
    found = frame or sys._getframe(1)
    while not runs_snippet(found.f_code):
        if found.f_back is None:
            return None
        found = found.f_back
    return found


def position(frame: FrameType) -> Position:
    """Where in the source `frame` is just now, in bytes."""
    return _position(frame.f_code, frame.f_lasti)


@cache
def _position(code: CodeType, offset: int) -> Position:
    return next(islice(code.co_positions(), offset // 2, None))


def call_as(frame: FrameType, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """`function(*args, **kwargs)`, with `frame`'s file, line and module as the place of the call.

    A warning is thus reported, and counted as a repetition, just as without the tracer.
    """
    code = _pass_on(frame.f_code.co_filename, frame.f_lineno or 1)
    return FunctionType(code, frame.f_globals)(function, args, kwargs)


@cache
def _pass_on(filename: str, line: int) -> CodeType:
    template = lambda function, args, kwargs: function(*args, **kwargs)  # noqa: E731
    return template.__code__.replace(
        co_filename=filename, co_firstlineno=line, co_name=_PASS_ON, co_qualname=_PASS_ON
    )
