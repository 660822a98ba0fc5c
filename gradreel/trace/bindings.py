"""The names of a run, and what they were given."""

from __future__ import annotations

from gradreel.trace.model import Trace, Value, Write


def last_bindings(trace: Trace) -> list[Write]:
    """The last binding of every plain name, in the order the names came; modules, functions and
    what functions bind inside are left out."""
    last: dict[str, Write] = {}
    for step in trace.steps:
        for write in step.writes:
            plain = write.name.isidentifier() and write.how == "bind" and not step.function
            if plain and (write.tensor is not None or _is_number(write.text)):
                last[write.name] = write
    return list(last.values())


def writes_to(trace: Trace, name: str) -> list[tuple[int, Value]]:
    """What was written to a name, in order, and on which line: `W.grad` too."""
    return [
        (trace.statements[step.statement].span.line, write.value)
        for step in trace.steps
        for write in step.writes
        if write.name == name and write.value is not None
    ]


def _is_number(text: str | None) -> bool:
    return text is not None and (text in {"True", "False"} or text.lstrip("-")[:1].isdigit())
