"""The formulas of functions that torch applies number by number, to be drawn as curves.

A formula is only taken for a run whose numbers lie on it, so that no curve can be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradreel.trace.model import Number

Function = Callable[[float], float]
CLOSE, SLOPE_CLOSE = 1e-4, 2e-3  # how far a float32 may lie off a formula, and off its slope
STEP = 1e-4  # of a difference quotient


@dataclass(frozen=True, slots=True)
class Formula:
    """A function of one number; `kinks` are where it has a corner, and beyond `width` to either
    side of zero it is nearly straight."""

    name: str
    curve: Function
    kinks: tuple[float, ...] = ()
    width: float = 1.5

    def slope(self, x: float) -> float:
        """The derivative, on a kink's own side of it."""
        near = min(self.kinks, key=lambda kink: abs(kink - x), default=math.inf)
        if abs(near - x) > STEP:
            return (self.curve(x + STEP) - self.curve(x - STEP)) / (2 * STEP)
        aside = STEP if x >= near else -STEP
        return (self.curve(x + aside) - self.curve(x)) / aside

    def passes(self, xs: Sequence[Number], ys: Sequence[Number]) -> bool:
        """Whether all of the points lie on the curve."""
        return _all_close(CLOSE, zip(map(self.curve, map(float, xs)), ys, strict=True))

    def leans(self, xs: Sequence[Number], slopes: Sequence[Number]) -> bool:
        """Whether it has these slopes; at a kink any will do."""
        smooth = [(float(x), s) for x, s in zip(xs, slopes, strict=True) if x not in self.kinks]
        return _all_close(SLOPE_CLOSE, ((self.slope(x), s) for x, s in smooth))


def _all_close(off: float, pairs: Iterable[tuple[float, Number]]) -> bool:
    return all(abs(a - b) <= off * max(1.0, abs(b)) for a, b in pairs)


def formula_of(operation: str, xs: Sequence[Number], ys: Sequence[Number]) -> Formula | None:
    """The formula of an operation (`relu`, `LeakyReLU`, `**2`) that made `ys` of `xs`; None if it
    is not known, or does not pass through them."""
    name = operation.replace("_", "").replace(" ", "").lower()
    formula = FORMULAS.get(name)
    if name == "leakyrelu":  # its slope is an option of the call, and seen in what it did
        slopes = [float(y) / float(x) for x, y in zip(xs, ys, strict=True) if x < 0]
        formula = Formula(operation, leaky(slopes[0]), (0.0,)) if slopes else None
    return formula if formula is not None and formula.passes(xs, ys) else None


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return max(0.0, x) + math.log1p(math.exp(-abs(x)))


def leaky(slope: float) -> Function:
    """ReLU with a slope on its negative side; 0 is ReLU itself, 1 changes nothing."""
    return lambda x: x if x > 0 else slope * x


FORMULAS: Mapping[str, Formula] = {
    formula.name: formula
    for formula in (
        Formula("sigmoid", _sigmoid, width=5.0),
        Formula("tanh", math.tanh, width=3.0),
        Formula("relu", lambda x: max(0.0, x), (0.0,)),
        Formula("relu6", lambda x: min(max(0.0, x), 6.0), (0.0, 6.0)),
        Formula("hardtanh", lambda x: min(max(-1.0, x), 1.0), (-1.0, 1.0)),
        Formula("elu", lambda x: x if x > 0 else math.expm1(x), width=3.0),
        Formula("gelu", lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2, width=3.0),
        Formula("silu", lambda x: x * _sigmoid(x), width=3.0),
        Formula("mish", lambda x: x * math.tanh(_softplus(x)), width=3.0),
        Formula("softplus", _softplus, width=5.0),
        Formula("softsign", lambda x: x / (1 + abs(x)), width=3.0),
        Formula("logsigmoid", lambda x: -_softplus(-x), width=5.0),
        Formula("abs", abs, (0.0,)),
        Formula("sin", math.sin),
        Formula("cos", math.cos),
        Formula("exp", math.exp),
        Formula("square", lambda x: x**2),
        Formula("**2", lambda x: x**2),
        Formula("**3", lambda x: x**3),
    )
}
