"""Runs a snippet in a sandboxed child process and says what really happened: the `Trace`.

Nothing imported here imports torch; only the child does.
"""

from __future__ import annotations

from typing import Any

from gradreel.trace import codec
from gradreel.trace.graph import graph_of
from gradreel.trace.limits import Limits
from gradreel.trace.model import Trace
from gradreel.trace.server import Tracer

__all__ = ["Limits", "Trace", "Tracer", "from_json", "graph_of", "to_json"]


def to_json(trace: Trace) -> dict[str, Any]:
    """`trace` as plain JSON data, without loss."""
    data: dict[str, Any] = codec.encode(trace)
    return data


def from_json(data: dict[str, Any]) -> Trace:
    """The trace that `to_json` made `data` from. ValueError if it does not fit."""
    return codec.decode(Trace, data)
