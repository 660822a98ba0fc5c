"""Numbers of a run, rounded for the ear. What is said is what is shown, and "about" if rounded."""

from __future__ import annotations

import math

from gradreel.trace.model import Number, Value


def rounded(*numbers: Number, digits: int = 3) -> list[str]:
    """Each with at most `digits` significant digits, two below 0.1: `16`, `0.0066`. The first that
    lost anything begins with "about"."""
    texts = [_rounded(number, digits) for number in numbers]
    first = next((index for index, (_, inexact) in enumerate(texts) if inexact), -1)
    return [f"about {text}" if index == first else text for index, (text, _) in enumerate(texts)]


def figures(value: Value, digits: int = 3) -> str:
    """All numbers of a small tensor: `about 0, 0.25`."""
    texts = [_rounded(number, digits) for number in value.data or ()]
    about = "about " if any(inexact for _, inexact in texts) else ""
    return about + ", ".join(text for text, _ in texts)


def shape(value: Value) -> str:
    """`4 by 2`."""
    return " by ".join(map(str, value.shape))


def _rounded(number: Number, digits: int) -> tuple[str, bool]:
    if isinstance(number, bool):
        return str(number), False
    if math.isnan(number) or math.isinf(number):
        return str(number).replace("inf", "infinity").replace("-", "−"), False
    if number == int(number) and abs(number) < 10_000:
        return str(int(number)).replace("-", "−"), False
    if abs(number) < 0.1:
        digits = min(digits, 2)
    while digits < 4 and abs(number) < 1 <= abs(float(f"{number:.{digits}g}")):
        digits += 1  # 0.995 must not become 1
    text = f"{number:.{digits}g}"
    if "e" in text and 1e-5 <= abs(number) < 1e6:
        text = f"{float(text):f}".rstrip("0").rstrip(".")
    mantissa, _, power = text.partition("e")
    shown = f"{mantissa}e{int(power)}" if power else mantissa
    return shown.replace("-", "−"), float(text) != number
