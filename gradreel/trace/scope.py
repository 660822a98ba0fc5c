"""The names of one namespace, and what a statement changed under them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.utils.weak import TensorWeakRef

from gradreel.trace.journal import mask
from gradreel.trace.model import Value, Write
from gradreel.trace.statements import own_nodes
from gradreel.trace.tensors import Tensors, version
from gradreel.trace.values import Unwritten, snapshot

_SMALL = 16  # elements of a tensor that a light step still shows
_PARTS = 32  # tensors of a list that get names of their own
_LONG = 200  # characters of a plain value
_PLAIN = (bool, int, float, complex, str, type(None), torch.Size, torch.dtype, torch.device)


@dataclass(frozen=True, slots=True)
class Names:
    """What a statement says about names, found once by `ast`."""

    stored: tuple[str, ...]  # `y = …`, `for i in …`; also `self.w = …` with its dots
    deleted: tuple[str, ...]
    mentioned: frozenset[str]
    augmented: bool
    imports: bool


@dataclass(slots=True)
class _Entry:
    """What a name stood for when we last looked."""

    reference: TensorWeakRef
    uid: int
    version: int
    value: Value | None
    requires_grad: bool
    grad: tuple[int, int] | None  # uid and version of `.grad`


def names_of(node: ast.stmt) -> Names:
    stored: list[str] = []
    deleted: list[str] = []
    mentioned: set[str] = set()
    for part in own_nodes(node):
        if isinstance(part, ast.Name):
            {ast.Store: stored, ast.Del: deleted}.get(type(part.ctx), []).append(part.id)
            mentioned.add(part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            stored.append(ast.unparse(part))
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        stored.append(node.name)
    return Names(
        tuple(dict.fromkeys(reversed(stored))),
        tuple(deleted),
        frozenset(mentioned),
        isinstance(node, ast.AugAssign),
        isinstance(node, ast.Import | ast.ImportFrom),
    )


class Scope:
    """Compares a namespace with itself after each statement."""

    def __init__(self, tensors: Tensors, unwritten: Unwritten) -> None:
        self._tensors = tensors
        self._unwritten = unwritten
        self._entries: dict[str, _Entry] = {}
        self._plain: dict[str, str] = {}

    def adopt(self, namespace: dict[str, Any]) -> None:
        """Learn the tensors and modules a function starts with."""
        for name, value in namespace.items():
            if isinstance(value, torch.Tensor):
                self._adopt(name, value)
            elif name != "self":
                for part, tensor in _parts(value):
                    self._adopt(name + part, tensor)

    def bound(self, names: Names, namespace: dict[str, Any], light: bool) -> Iterator[Write]:
        """The names that the statement gave a value to, or took it from."""
        for name in names.deleted:
            if name not in namespace:
                self._entries.pop(name, None)
                self._plain.pop(name, None)
                yield Write(name, "delete", None, None, None)
        for name in names.stored:
            found, value = _look_up(name, namespace)
            if not found or isinstance(value, ModuleType):
                continue
            old = self._entries.get(name)
            if names.augmented and old is not None and old.reference() is value:
                continue  # changed in place: `changed` compares the contents
            yield from self._bind(name, value, light)

    def changed(self, mentioned: frozenset[str], light: bool, done: set[int]) -> Iterator[Write]:
        """What else became different: contents, flags and gradients. `done` are tensors already
        reported, under whatever name."""
        for name, entry in list(self._entries.items()):
            tensor = entry.reference()
            if tensor is None:
                del self._entries[name]
                continue
            yield from self._content(name, entry, tensor, name in mentioned, light, done)
            yield from self._gradient(name, entry, tensor, light, done)

    def texts(self, mentioned: frozenset[str], namespace: dict[str, Any]) -> Iterator[Write]:
        """Lists and dictionaries that the statement changed."""
        for name in sorted(mentioned & self._plain.keys() & namespace.keys()):
            text = describe(namespace[name])
            if text is not None and text != self._plain[name]:
                self._plain[name] = text
                yield Write(name, "mutate", None, None, None, text)

    def _adopt(self, name: str, tensor: torch.Tensor) -> None:
        self._tensors.name(tensor, name)
        self._remember(name, tensor, light=False)

    def _bind(self, name: str, value: Any, light: bool) -> Iterator[Write]:
        if isinstance(value, torch.Tensor):
            self._plain.pop(name, None)
            self._tensors.name(value, name)
            entry = self._remember(name, value, light)
            if write := self._write(name, "bind", value, entry.value, light):
                yield write
            return
        self._entries.pop(name, None)
        text = describe(value)
        self._plain[name] = text or ""
        kind = "class" if isinstance(value, type) else type(value).__name__
        yield Write(name, "bind", None, None, None, text or kind)
        for part, tensor in _parts(value):
            yield from self._bind(name + part, tensor, light)

    def _remember(self, name: str, tensor: torch.Tensor, light: bool) -> _Entry:
        old = self._entries.get(name)
        grad = old.grad if old is not None and old.reference() is tensor else self._grad(tensor)
        self._entries[name] = entry = _Entry(
            TensorWeakRef(tensor),
            self._tensors.uid(tensor),
            version(tensor),
            None if _too_big(tensor, light) else self._value(tensor),
            tensor.requires_grad,
            grad,
        )
        return entry

    def _content(
        self,
        name: str,
        entry: _Entry,
        tensor: torch.Tensor,
        mentioned: bool,
        light: bool,
        done: set[int],
    ) -> Iterator[Write]:
        now = version(tensor)
        value = entry.value
        counted, hidden = now != entry.version, False
        if counted:
            value = None if _too_big(tensor, light) else self._value(tensor)
        elif mentioned and tensor.numel() <= Value.MAX_ELEMENTS and not _too_big(tensor, light):
            value = self._value(tensor)
            hidden = entry.value is not None and _differ(value, entry.value)
        entry.value = value
        flagged = tensor.requires_grad != entry.requires_grad
        if counted or hidden or flagged:
            entry.version, entry.requires_grad = now, tensor.requires_grad
            how = "mutate" if counted or hidden else "flag"
            write = self._write(name, how, tensor, value, light)
            if write and entry.uid not in done:
                done.add(entry.uid)
                yield write

    def _gradient(
        self, name: str, entry: _Entry, tensor: torch.Tensor, light: bool, done: set[int]
    ) -> Iterator[Write]:
        grad = self._grad(tensor)
        if grad == entry.grad:
            return
        entry.grad = grad
        if -1 - entry.uid in done:  # below zero: the gradients
            return
        done.add(-1 - entry.uid)
        now = tensor.grad
        if now is None:
            yield Write(f"{name}.grad", "grad", entry.uid, entry.version, None)
            return
        self._tensors.name(now, f"{name}.grad")
        if not _too_big(now, light):
            value = self._value(now)
            yield Write(f"{name}.grad", "grad", entry.uid, entry.version, value)

    def _grad(self, tensor: torch.Tensor) -> tuple[int, int] | None:
        # Reading `.grad` of other tensors would make torch warn.
        if not tensor.is_leaf and not tensor.retains_grad:
            return None
        grad = tensor.grad
        return None if grad is None else (self._tensors.uid(grad), version(grad))

    def _write(
        self, name: str, how: Any, tensor: torch.Tensor, value: Value | None, light: bool
    ) -> Write | None:
        if _too_big(tensor, light):
            return None
        return Write(name, how, self._tensors.uid(tensor), version(tensor), value)

    def _value(self, tensor: torch.Tensor) -> Value | None:
        return None if self._unwritten.holds(tensor) else snapshot(tensor)


def _too_big(tensor: torch.Tensor, light: bool) -> bool:
    return light and tensor.numel() > _SMALL


def _differ(one: Value | None, other: Value) -> bool:
    return one != other and str(one) != str(other)  # nan is not equal to itself


def _parts(value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors inside a module, list, tuple or dictionary, with how to write them: `.weight`."""
    if isinstance(value, nn.Module):
        yield from ((f".{path}", parameter) for path, parameter in value.named_parameters())
    elif type(value) in (list, tuple, dict) and len(value) <= _PARTS:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        yield from ((f"[{key!r}]", x) for key, x in items if isinstance(x, torch.Tensor))


def describe(value: Any) -> str | None:
    """A short text for a plain value, None for an object whose repr could do anything."""
    if not _is_plain(value):
        return None
    text = mask(repr(value))
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _is_plain(value: Any) -> bool:
    if type(value) in (list, tuple, set, frozenset):
        return all(type(item) in _PLAIN for item in value)
    if type(value) is dict:
        return all(type(item) in _PLAIN for pair in value.items() for item in pair)
    return type(value) in _PLAIN


def _look_up(path: str, namespace: dict[str, Any]) -> tuple[bool, Any]:
    """The value of `name` or `name.attribute`, without running any property."""
    root, *attributes = path.split(".")
    if root not in namespace:
        return False, None
    value = namespace[root]
    for attribute in attributes:
        if isinstance(value, torch.Tensor):
            return False, None  # `.grad`, `.data` and flags are compared, not bound
        members = dict(getattr(value, "__dict__", {}))
        for kept in ("_parameters", "_buffers", "_modules"):
            members |= members.get(kept) or {}
        if attribute not in members:
            return False, None
        value = members[attribute]
    return True, value
