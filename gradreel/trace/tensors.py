"""Small numbers for tensor objects, in the order they were first seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils.weak import TensorWeakRef, WeakIdKeyDictionary

from gradreel.trace.journal import Journal
from gradreel.trace.model import Tensor


@dataclass(slots=True)
class Seen:
    """What is known of one tensor object; outlives the object."""

    uid: int
    reference: Callable[[], torch.Tensor | None]
    shape: tuple[int, ...]
    dtype: str
    requires_grad: bool = False
    is_leaf: bool = True
    retains_grad: bool = False
    names: list[str] = field(default_factory=list)
    born: int | None = None
    node: int | None = None
    slot: int = 0

    def record(self) -> Tensor:
        return Tensor(
            self.uid,
            tuple(self.names),
            self.shape,
            self.dtype,
            self.requires_grad,
            self.is_leaf,
            self.retains_grad,
            self.born,
            self.node,
            self.slot,
        )


class Tensors:
    """Every tensor the run has shown us. Keeps none of them alive."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._live: Any = WeakIdKeyDictionary()
        self._all: list[Seen] = []

    def see(self, tensor: torch.Tensor) -> Seen:
        """The entry of `tensor`, brought up to date."""
        seen: Seen | None = self._live.get(tensor)
        if seen is None:
            dtype = str(tensor.dtype).removeprefix("torch.")
            seen = Seen(len(self._all), TensorWeakRef(tensor), tuple(tensor.shape), dtype)
            self._all.append(seen)
            self._live[tensor] = seen
        seen.shape = tuple(tensor.shape)
        seen.requires_grad = tensor.requires_grad
        seen.is_leaf = tensor.is_leaf
        seen.retains_grad = tensor.retains_grad
        return seen

    @property
    def count(self) -> int:
        return len(self._all)

    def live(self, uid: int) -> torch.Tensor | None:
        """The tensor itself, while the snippet keeps it."""
        return self._all[uid].reference()

    def uid(self, tensor: torch.Tensor) -> int:
        return self.see(tensor).uid

    def name(self, tensor: torch.Tensor, name: str) -> None:
        """Note that `name` now stands for `tensor`."""
        seen = self.see(tensor)
        if name not in seen.names:
            seen.names.append(name)

    def flush(self) -> None:
        """Write all tensors as they are now, or were when they died."""
        for tensor in list(self._live.keys()):
            self.see(tensor)
        for seen in self._all:
            self._journal.emit(seen.record())


def version(tensor: torch.Tensor) -> int:
    """How often the tensor was changed in place. Inference tensors do not count."""
    return 0 if tensor.is_inference() else tensor._version
