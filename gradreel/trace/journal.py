"""Where the child writes what it saw, one JSON line per record, and the guard around its own code.

Each line is written at once, so that whatever ends the child leaves all the lines before it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import torch

from gradreel.trace.codec import encode

P = ParamSpec("P")
R = TypeVar("R")

_home = ["~"]
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{6,}")


def mask(text: str) -> str:
    """`text` without what changes from run to run: addresses, and the temporary folder."""
    return _ADDRESS.sub("0x…", text).replace(_home[0], "~")


def hide(folder: str) -> None:
    """Let `mask` write this folder as "~"."""
    _home[0] = folder


class Journal:
    """Writes records to a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def emit(self, record: Any) -> None:
        """Write a dataclass of the trace."""
        self.note(type(record).__name__, encode(record))

    def note(self, kind: str, data: Any) -> None:
        line = json.dumps([kind, data], ensure_ascii=True) + "\n"
        os.write(self._descriptor, line.encode())


class Guard:
    """Runs the tracer's code so that a fault in it can never look like an error of the snippet.

    Tensors are read without being recorded. After the first fault the tracer goes passive: the
    snippet runs on, unrecorded, and the trace says why.
    """

    def __init__(self, journal: Journal) -> None:
        self.passive = False
        self._journal = journal

    def __call__(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        if self.passive:
            return None
        try:
            with torch._C.DisableTorchFunction():
                return work(*args, **kwargs)
        except RecursionError:
            return None  # the snippet's own recursion left no room to look; its error comes next
        except Exception as fault:
            self.passive = True
            message = f"tracer: {type(fault).__name__}: {fault} (in {_place(fault)})"
            with suppress(OSError):
                self._journal.note("warning", message)
            return None


def _place(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
