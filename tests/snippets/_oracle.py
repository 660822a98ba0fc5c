"""Runs snippets without the tracer and measures their gradients in two other ways.

A program of its own, so that no test imports torch: reads {name: source} as JSON on stdin, writes
{name: {...}} on stdout. `named`: per backward call the gradients that `retain_grad` shows.
`differences`: per call and leaf, central differences of the root in double precision, with null
where the function has a kink.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import torch

EPSILON = 1e-6


def main() -> None:
    torch.set_num_threads(1)
    sources = json.load(sys.stdin)
    json.dump({name: measure(source) for name, source in sources.items()}, sys.stdout)


def measure(source: str) -> dict[str, Any]:
    named: list[dict[str, list[float]]] = []
    variables, text = run(source, lambda *_: None)
    run(source, lambda _, names: named.append(names), retain=True)
    leaves = {
        name: value.grad.flatten().tolist()
        for name, value in variables.items()
        if isinstance(value, torch.Tensor) and value.is_leaf and value.grad is not None
    }
    return {"stdout": text, "leaves": leaves, "named": named, "differences": differences(source)}


def run(
    source: str,
    at_backward: Callable[[torch.Tensor, dict[str, list[float]]], None],
    *,
    retain: bool = False,
) -> tuple[dict[str, Any], str]:
    """Execute a snippet; call back after each backward with what each named tensor received."""
    variables: dict[str, Any] = {"__name__": "__main__"}
    backward = torch.Tensor.backward

    def observed(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        tensors = {
            name: value
            for name, value in variables.items()
            if isinstance(value, torch.Tensor) and value.requires_grad
        }
        for tensor in tensors.values():
            if retain and not tensor.is_leaf:
                tensor.retain_grad()
        before = {n: t.grad.clone() for n, t in tensors.items() if retain and t.grad is not None}
        backward(self, *args, **kwargs)
        received = {
            name: (tensor.grad - before.get(name, 0)).flatten().tolist()
            for name, tensor in tensors.items()
            if retain and tensor.grad is not None
        }
        at_backward(self, received)

    torch.manual_seed(0)
    torch.Tensor.backward = observed
    output = io.StringIO()
    try:
        with redirect_stdout(output):
            exec(compile(source, "snippet.py", "exec"), variables)
    finally:
        torch.Tensor.backward = backward
    return variables, output.getvalue()


def differences(source: str) -> list[list[list[float | None]]]:
    """[call][leaf][element], for the calls before any leaf was changed."""
    sizes: list[int] = []
    base = roots(source, None, 0, 0.0, sizes)
    result: list[list[list[float | None]]] = [[] for _ in base]
    for leaf, size in enumerate(list(sizes)):
        for call in result:
            call.append([])
        for element in range(size):
            up = roots(source, leaf, element, EPSILON, [])
            down = roots(source, leaf, element, -EPSILON, [])
            for call, (middle, high, low) in enumerate(zip(base, up, down, strict=True)):
                right, left = (high - middle) / EPSILON, (middle - low) / EPSILON
                smooth = abs(right - left) < 1e-3 * max(1.0, abs(right))
                result[call][leaf].append((right + left) / 2 if smooth else None)
    return result


def roots(
    source: str, leaf: int | None, element: int, shift: float, sizes: list[int]
) -> list[float]:
    """The values that backward starts from, with one element of one leaf shifted, in double."""
    leaves: list[torch.Tensor] = []
    values: list[float] = []
    originals = {name: getattr(torch, name) for name in ("tensor", "randn", "linspace")}

    def wrap(factory: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        def made(*args: Any, requires_grad: bool = False, **kwargs: Any) -> torch.Tensor:
            tensor = factory(*args, **kwargs)
            tensor = tensor.double() if tensor.is_floating_point() else tensor
            if requires_grad:
                if len(leaves) == leaf:
                    tensor.view(-1)[element] += shift
                tensor.requires_grad_()
                leaves.append(tensor)
                sizes.append(tensor.numel())
                versions.append(tensor._version)
            return tensor

        return made

    versions: list[int] = []

    def note(root: torch.Tensor, _: dict[str, list[float]]) -> None:
        if [tensor._version for tensor in leaves] == versions:
            values.append(root.item())

    for name, factory in originals.items():
        setattr(torch, name, wrap(factory))
    try:
        run(source, note)
    finally:
        for name, factory in originals.items():
            setattr(torch, name, factory)
    return values


if __name__ == "__main__":
    main()
