"""The line that a loop fits to data: its parameters, iteration by iteration, and what they should
come to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradreel.errors import SceneError
from gradreel.trace.model import Op, Trace
from gradreel.trace.series import Series, scalar_of


@dataclass(frozen=True, slots=True)
class Fit:
    """A line's slope and intercept before a loop and after each of its iterations."""

    slope: Series
    intercept: Series

    @property
    def last(self) -> int:
        """The number of iterations: 0 is the line before the first."""
        return len(self.slope.values) - 1


def fit_of(trace: Trace) -> Fit | None:
    """The `W` and `b` (any case, `weight` and `bias`, attributes too) that a loop changes; None
    without such a loop, or where they are not one number each."""
    slope, intercept = (_history(trace, names) for names in ("w|weight", "b|bias"))
    if slope is None or intercept is None or len(slope.values) != len(intercept.values):
        return None
    return Fit(slope, intercept)


def goals_of(trace: Trace) -> tuple[Series, Series]:
    """Slope and intercept of `fit_of`, their targets read off the ops that made the data: 2 and 1
    of `2 * X + 1`.

    Raises `SceneError` for a run that fits no line, or whose data is not made like that.
    """
    fit = fit_of(trace)
    made = [(op, constant) for op in trace.ops if (constant := _constant(op)) is not None]
    for scaled, slope in made:
        results = {output.tensor for output in scaled.outputs}
        for shifted, intercept in made:
            inputs = {argument.tensor for argument in shifted.inputs}
            if fit and (scaled.label, shifted.label) == ("*", "+") and results & inputs:
                return replace(fit.slope, target=slope), replace(fit.intercept, target=intercept)
    raise SceneError("the run fits no line to data made as `2 * X + 1`")


def _history(trace: Trace, names: str) -> Series | None:
    """What a name was before the loop that writes it, and after each iteration."""
    before: dict[str, float] = {}
    after: dict[str, dict[tuple[int, ...], float]] = {}
    for step in trace.steps:
        for write in step.writes:
            number = scalar_of(write)
            if number is None or not re.fullmatch(rf"(?:.*\.)?(?:{names})", write.name, re.I):
                continue
            if step.loop:
                iteration = tuple(n for _, n in step.loop)
                after.setdefault(write.name, {})[iteration] = number
            elif write.name not in after:
                before[write.name] = number
    for name in before.keys() & after.keys():
        return Series(name, (before[name], *after[name].values()), start=0)
    return None


def _constant(op: Op) -> float | None:
    """The one number that an op has beside its tensors."""
    texts = [argument.text for argument in op.inputs if argument.tensor is None]
    try:
        return float(texts[0] or "") if len(texts) == 1 else None
    except ValueError:
        return None
