"""What the page asks for, checked: an action has the fields of its kind, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Action = dict[str, Any]


def asked(body: bytes) -> Action:
    """The action that a body of JSON names. Raises `ValueError`, which says what is wrong."""
    try:
        action = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("An action is JSON.") from None
    if not (
        isinstance(action, dict) and isinstance(kind := action.get("do"), str) and kind in KINDS
    ):
        raise ValueError(f"An action does one of these: {', '.join(KINDS)}.")
    fields = KINDS[kind]
    if action.keys() != {"do", *fields}:
        raise ValueError(f"{kind} has these fields: {', '.join(fields) or 'none'}.")
    for name, fits in fields.items():
        if not fits(action[name]):
            raise ValueError(f"{name} is not what {kind} takes.")
    return action


def _number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1_000_000  # `True` is an `int` as well


def _shorts(value: Any) -> bool:
    return value == "all" or (isinstance(value, list) and all(map(_number, value)) and value != [])


def _file(value: Any) -> bool:
    return isinstance(value, str) and value != "" and value.isprintable()


KINDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "select": {"short": _number},
    "still": {"short": _number, "frame": _number},
    "open": {"file": _file, "line": _number},
    "render": {"shorts": _shorts},
    "cancel": {},
    "package": {},
}
