"""One backward call as a key, and under it a tank for every leaf whose `.grad` it fills."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, LaggedStart

from gradreel.blocks.bucket import Buckets, fullest
from gradreel.blocks.key import Key
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.type import Typesetter
from gradreel.trace.deposits import Deposit
from gradreel.trace.model import Number, Value


class Filling(Block):
    """`call` on the key, and the leaves of its `deposits` from the left in the order of the graph.
    The tanks are not there until they are filled."""

    def __init__(
        self, type_: Typesetter, call: str, deposits: Iterable[Deposit], zone: Zone
    ) -> None:
        super().__init__()
        self.zone = zone
        ordered = sorted(deposits, key=lambda deposit: deposit.node or 0)
        self.deposits = {deposit.leaf: deposit for deposit in ordered}
        above, low = zone.rows(1, 5, gap=0)
        most = fullest(*(deposit.after for deposit in ordered))
        self.key = Key(type_, call, above)
        names: dict[str, Value | None] = {f"{leaf}.grad": None for leaf in self.deposits}
        self.tanks = Buckets(type_, names, low, most=most)
        self.add(self.key, self.tanks)

    def fill(self) -> None:
        """All at once, for a picture that begins with it."""
        for leaf, deposit in self.deposits.items():
            self.tanks.of(leaf).fill(deposit)

    def pour(self, leaf: str) -> Animation:
        """The gradient of one leaf falls into its tank."""
        return self.tanks.of(leaf).take(self.deposits[leaf])

    def pour_all(self) -> Animation:
        """Those of all leaves, one soon after the other."""
        return LaggedStart(*map(self.pour, self.deposits), lag_ratio=0.25)

    def recall(self, leaf: str, held: Number) -> Animation:
        """What a leaf holds stands over its tank."""
        name, number = f"{leaf} = ", short(held)
        runs = (name, "code", "forward"), (number, "code-strong", "forward")
        return self.tanks.of(leaf).write(*runs)

    def leave_tanks(self) -> Animation:
        """The key goes, and what was in the tanks."""
        return AnimationGroup(self.key.leave(), self.tanks.none())
