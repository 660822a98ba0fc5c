"""Tensor contents -> `Value`, and which memory holds no value yet. Runs only in the child."""

from __future__ import annotations

from typing import cast

import torch
from torch.multiprocessing.reductions import StorageWeakRef

from gradreel.trace.model import Number, Value

_FACTORIES = {
    "empty", "empty_like", "empty_strided", "empty_permuted", "new_empty", "new_empty_strided",
}  # fmt: skip
_FILLS = {
    "fill_", "zero_", "copy_", "normal_", "uniform_", "random_", "bernoulli_", "exponential_",
}  # fmt: skip


def snapshot(tensor: torch.Tensor, limit: int = Value.MAX_ELEMENTS) -> Value:
    """The contents now. `data` only up to `limit` elements, and None where unreadable: on the meta
    device, sparse, complex, quantised, or inside `vmap`."""
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    if not _readable(tensor):
        return Value(shape, dtype, None)
    plain = tensor.detach()
    if plain.numel() <= limit:
        return Value(shape, dtype, tuple(_numbers(plain.reshape(-1))))
    return Value(shape, dtype, None, _summary(plain))


def _readable(tensor: torch.Tensor) -> bool:
    return not (
        tensor.layout is not torch.strided
        or tensor.device.type != "cpu"
        or tensor.is_complex()
        or tensor.is_quantized
        or torch._C._functorch.is_functorch_wrapped_tensor(tensor)
        or type(tensor) not in (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer)
    )


def _summary(tensor: torch.Tensor) -> tuple[float, float, float, float]:
    wide = tensor.to(torch.float64)
    return (
        wide.min().item(),
        wide.max().item(),
        wide.mean().item(),
        wide.std(correction=0).item(),
    )


def _numbers(flat: torch.Tensor) -> list[Number]:
    if flat.dtype in (torch.float32, torch.float16):
        # numpy prints the shortest decimal that reads back as the same number.
        return [float(text) for text in flat.numpy().astype("U32").tolist()]
    if flat.is_floating_point() and flat.dtype is not torch.float64:
        return _shortest(flat)
    return cast("list[Number]", flat.tolist())


def _shortest(flat: torch.Tensor) -> list[Number]:
    """Shortest decimals of a type that numpy lacks (bfloat16, float8): try ever more digits."""
    numbers: list[Number] = flat.to(torch.float64).tolist()
    for index, exact in enumerate(numbers):
        for digits in range(1, 5):
            short = float(f"{exact:.{digits}g}")
            if torch.tensor(short, dtype=torch.float64).to(flat.dtype).double().item() == exact:
                numbers[index] = short
                break
    return numbers


class Unwritten:
    """Memory from `torch.empty` that nothing has written yet: its numbers are garbage.

    One mask per storage, so parameters, views and `.data` made from it are covered too.
    """

    def __init__(self) -> None:
        self._masks: dict[int, tuple[StorageWeakRef, torch.Tensor]] = {}

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether any element of `tensor` was never written."""
        if not self._masks:
            return False
        mask = self._mask(tensor)
        return mask is not None and bool(mask.any())

    def made(self, name: str, inputs: list[torch.Tensor], output: torch.Tensor) -> None:
        """Note the output of the function `name`; garbage in, garbage out."""
        if not (name in _FACTORIES or (self._masks and any(self.holds(i) for i in inputs))):
            return
        if not _readable(output) or self._mask(output) is not None:
            return
        storage = output.untyped_storage()
        size = storage.nbytes() // output.element_size()
        self._masks[storage._cdata] = (
            StorageWeakRef(storage),  # type: ignore[no-untyped-call]
            torch.ones(size, dtype=torch.bool),
        )

    def written(self, name: str, tensor: torch.Tensor, index: object, whole: bool) -> None:
        """Note that the function `name` wrote `tensor` in place: `tensor[index]` or all of it."""
        mask = self._mask(tensor) if self._masks else None
        if mask is None:
            return
        if name == "__setitem__":
            mask[index] = False  # type: ignore[index]
        elif whole or name in _FILLS:
            mask.fill_(False)

    def _mask(self, tensor: torch.Tensor) -> torch.Tensor | None:
        if not _readable(tensor):
            return None
        # The weak reference keeps the storage's address from being used again.
        entry = self._masks.get(tensor.untyped_storage()._cdata)
        if entry is None:
            return None
        return entry[1].as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())
