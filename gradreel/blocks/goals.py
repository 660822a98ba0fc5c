"""What a fitted line should come to: the numbers that its data was made with."""

from __future__ import annotations

from dataclasses import replace

from gradreel.blocks.curve import Series
from gradreel.blocks.scatter import fit_of
from gradreel.errors import SceneError
from gradreel.trace.model import Op, Trace


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


def _constant(op: Op) -> float | None:
    """The one number that an op has beside its tensors."""
    texts = [argument.text for argument in op.inputs if argument.tensor is None]
    try:
        return float(texts[0] or "") if len(texts) == 1 else None
    except ValueError:
        return None
