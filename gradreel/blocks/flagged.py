"""A tensor and its flag: only behind a switch that is on does a history begin."""

from __future__ import annotations

from manim import UP, Animation, AnimationGroup, FadeIn, TransformFromCopy

from gradreel.blocks.history import History
from gradreel.blocks.switch import Switch
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Tensor, Value

ROWS = (3.4, 1.8, 0.8)  # heights: the switch, the tensor with its history, what it is used as
USE = 60  # pixel em


class Flagged(Block):
    """Down `zone`: the switch of a tensor's `requires_grad`, the tensor with its history, and what
    such a tensor is `used_as`."""

    def __init__(
        self, type_: Typesetter, tensor: Tensor, value: Value, used_as: str, zone: Zone
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        above, middle, foot = zone.rows(*ROWS, gap=10)
        on = tensor.requires_grad
        self.switch = Switch(type_, "requires_grad", on, above)
        self.history = History(type_, tensor.names[0], value, middle, tracked=on)
        self.label = type_.line(used_as, USE, font="display", colour=self.history.colour)
        self.add(self.switch, self.history, self.label.at(*centre(foot), "center"))

    def split_off(self, switch: Switch) -> Animation:
        """Its switch comes out of another one."""
        mine = self.switch
        return AnimationGroup(
            TransformFromCopy(switch.picture, mine.picture), FadeIn(mine[1:]), lag_ratio=0.3
        )

    def tell_use(self) -> Animation:
        return FadeIn(self.label, shift=0.2 * UP)
