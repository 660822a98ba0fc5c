"""Numbers as a viewer reads them: three significant digits, a real minus, no trailing noise."""

from __future__ import annotations

import math

from gradreel.trace.model import Number, Value

FEW = 6  # up to so many elements a tensor is written out; above, it is drawn
LONG = 26  # characters a written tensor may have


def short(number: Number) -> str:
    """`0.2`, `-6`, `0.00665`, `4.54e-5`, `True`: what is shown of one traced number."""
    if isinstance(number, bool):
        return str(number)
    if isinstance(number, float) and not math.isfinite(number):
        return str(number).replace("-", "−")
    if isinstance(number, int) or (number == int(number) and abs(number) < 1e6):
        return str(int(number)).replace("-", "−")
    text = f"{number:.3g}"
    if "e" in text:
        digits, exponent = text.split("e")
        text = f"{digits}e{int(exponent)}"
    return text.replace("-", "−")


def written(value: Value | None) -> str | None:
    """A scalar or a short vector as text, None for what has to be drawn or was not read."""
    if value is None or value.data is None:
        return None
    if len(value.data) == 1:  # a scalar, or one number in as many brackets as it has dimensions
        depth = len(value.shape)
        return "[" * depth + short(value.data[0]) + "]" * depth
    if len(value.data) > FEW or len(value.shape) > 1:
        return None
    text = "[" + ", ".join(short(n) for n in value.data) + "]"
    return text if len(text) <= LONG else None


def shape_text(shape: tuple[int, ...]) -> str:
    """`3×4`, `5` for a vector of five, `scalar`."""
    return "×".join(map(str, shape)) if shape else "scalar"
