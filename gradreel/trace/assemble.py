"""The child's records -> `Trace`, and the comparison with the control run."""

from __future__ import annotations

import json
import platform
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from gradreel.trace.codec import decode
from gradreel.trace.limits import Limits
from gradreel.trace.model import (
    AutogradNode,
    Backward,
    End,
    Failure,
    Op,
    Output,
    Statement,
    Step,
    Tensor,
    Trace,
)

_KINDS = {
    kind.__name__: kind for kind in (Statement, Step, Tensor, Op, AutogradNode, Backward, Output)
}


@dataclass(slots=True)
class Records:
    """All that one child wrote, and how it ended."""

    of: dict[str, list[Any]]
    end: End
    outcome: dict[str, Any] | None = None
    isolation: str = ""
    warnings: list[str] = field(default_factory=list)


def read(lines: Iterable[str], status: int, *, timeout: bool, limits: Limits) -> Records:
    """Records from their lines. A last line that is cut short belongs to a killed child."""
    records = Records({name: [] for name in _KINDS}, End("killed"))
    end: End | None = None
    fault = ""
    for line in lines:
        try:
            kind, data = json.loads(line)
            if kind in _KINDS:
                records.of[kind].append(decode(_KINDS[kind], data))
            elif kind == "End":
                end = decode(End, data)
        except (ValueError, TypeError):
            continue
        match kind:
            case "outcome":
                records.outcome = data
            case "isolation":
                records.isolation = data
            case "warning":
                records.warnings.append(data)
            case "fault":
                fault = data
    records.end = end or _ended(status, timeout, limits, fault, records.of)
    return records


def assemble(source: str, seed: int, records: Records, control: str) -> Trace:
    """The trace. Records may come more than once, the later one counts."""
    of = records.of
    return Trace(
        source=source,
        seed=seed,
        torch=torch_version(),
        python=platform.python_version(),
        isolation=records.isolation,
        statements=tuple(of["Statement"]),
        steps=_by_number(of["Step"], "index"),
        tensors=_by_number(of["Tensor"], "uid"),
        ops=_by_number(of["Op"], "id"),
        nodes=_by_number(of["AutogradNode"], "id"),
        backwards=_by_number(of["Backward"], "id"),
        outputs=tuple(of["Output"]),
        end=records.end,
        control=control,
        warnings=tuple(records.warnings),
    )


def difference(traced: dict[str, Any] | None, plain: dict[str, Any] | None) -> str:
    """ "same", or a sentence saying in what the plain run differed."""
    if traced is None or plain is None:
        return "the run without the tracer did not finish"
    if traced["end"] != plain["end"] or traced["exception"] != plain["exception"]:
        return f"it ended with {_ending(plain)}, with the tracer with {_ending(traced)}"
    if traced["stdout"] != plain["stdout"] or traced["printed"] != plain["printed"]:
        return f"it printed {plain['stdout']!r:.100}, with the tracer {traced['stdout']!r:.100}"
    for name in sorted(traced["gradients"].keys() | plain["gradients"].keys()):
        if traced["gradients"].get(name) != plain["gradients"].get(name):
            return f"{name}.grad was another"
    return "same"


def torch_version() -> str:
    """Version of the installed torch, without importing it."""
    try:
        return version("torch").partition("+")[0]
    except PackageNotFoundError:
        return ""


def _by_number(records: list[Any], key: str) -> tuple[Any, ...]:
    latest = {getattr(record, key): record for record in records}
    return tuple(latest[number] for number in sorted(latest))


def _ended(
    status: int,
    timeout: bool,
    limits: Limits,
    fault: str,
    of: dict[str, list[Any]],
) -> End:
    """The end of a child that did not live to tell it; the step it began last was the one."""
    at = of["Step"][-1].statement if of["Step"] else None
    span = next((s.header for s in of["Statement"] if s.id == at), None)
    if timeout:
        message = f"stopped after {limits.seconds:g} seconds"
        return End("timeout", Failure("TimeoutError", message, span), message)
    if fault:
        return End("killed", None, f"the tracer failed: {fault}")
    number = status & 0x7F
    if number == signal.SIGXCPU:
        message = f"stopped after {limits.seconds:g} seconds of processor time"
        return End("timeout", Failure("TimeoutError", message, span), message)
    if number:
        name = signal.Signals(number).name
        return End("killed", Failure(name, f"the process was ended by {name}", span), name)
    return End("exit", None, f"the process left by itself with exit code {status >> 8}")


def _ending(outcome: dict[str, Any]) -> str:
    exception = outcome["exception"]
    if exception is None:
        return str(outcome["end"])
    return f"{exception['kind']}: {exception['message']}"
