"""The names of a run, and what they were given last."""

from __future__ import annotations

from gradreel.trace.model import Trace, Write


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


def _is_number(text: str | None) -> bool:
    return text is not None and (text in {"True", "False"} or text.lstrip("-")[:1].isdigit())
