"""Frozen dataclasses <-> plain JSON, driven by their annotations: one codec for every record.

A dataclass becomes an object with its field names, a tuple an array; nan and the infinities become
the strings "nan", "inf" and "-inf", because JSON has no numbers for them.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decoder = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """`value` as dicts, lists, strings and finite numbers."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def decode(kind: type[T], data: Any) -> T:
    """The `kind` that `encode` made `data` from. ValueError if `data` does not fit."""
    return cast(T, _decoder(cast(Any, kind))(data))


@cache
def _decoder(kind: Any) -> Decoder:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass(cast(type, kind))
    if origin is tuple:
        return _tuple(arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin in (Union, types.UnionType):
        return _union(arguments)
    return _primitive(kind)


def _dataclass(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    names = {field.name for field in fields(kind)}

    def read(data: Any) -> Any:
        if not isinstance(data, dict) or not data.keys() <= names:
            raise ValueError(f"not a {kind.__name__}: {data!r:.100}")
        try:
            return kind(**{name: _decoder(hints[name])(item) for name, item in data.items()})
        except TypeError as missing:
            raise ValueError(f"not a {kind.__name__}: {missing}") from None

    return read


def _tuple(arguments: tuple[Any, ...]) -> Decoder:
    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise ValueError(f"not an array: {data!r:.100}")
        if arguments[-1] is Ellipsis:
            item = _decoder(arguments[0])
            return tuple(item(each) for each in data)
        if len(data) != len(arguments):
            raise ValueError(f"not {len(arguments)} items: {data!r:.100}")
        return tuple(_decoder(a)(each) for a, each in zip(arguments, data, strict=True))

    return read


def _literal(choices: tuple[Any, ...]) -> Decoder:
    def read(data: Any) -> Any:
        if data not in choices:
            raise ValueError(f"{data!r:.100} is none of {choices}")
        return data

    return read


def _union(members: tuple[Any, ...]) -> Decoder:
    # Plain types first: an int must stay an int where floats are allowed too.
    plain = {member for member in members if member in (bool, int, float, str, type(None))}
    others = [_decoder(member) for member in members if member not in plain]

    def read(data: Any) -> Any:
        if type(data) in plain:
            return data
        if float in plain and isinstance(data, str):
            return _special(data)
        for other in others:
            return other(data)
        raise ValueError(f"{data!r:.100} is none of {members}")

    return read


def _primitive(kind: Any) -> Decoder:
    def read(data: Any) -> Any:
        if kind is float and isinstance(data, str):
            return _special(data)
        if type(data) is not kind and not (kind is float and type(data) is int):
            raise ValueError(f"not a {kind.__name__}: {data!r:.100}")
        return data

    return read


def _special(text: str) -> float:
    if text not in ("nan", "inf", "-inf"):
        raise ValueError(f"not a number: {text!r:.100}")
    return float(text)
