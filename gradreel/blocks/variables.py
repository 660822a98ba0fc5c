"""The named tensors of a run that computes nothing: what they hold, and whether they are
tracked."""

from __future__ import annotations

from manim import UP, Animation, FadeIn, LaggedStart, VGroup

from gradreel.blocks.panel import panel
from gradreel.blocks.tensor_grid import tensor_tile
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import point
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Trace, Write

LETTERS = 16  # of a name; more are cut
GAP = 22  # pixels
SHORTEST = 104  # pixels a card needs


class Variables(Block):
    """One card a binding, from the top of `zone` down; as tall as fits, up to `tallest` pixels."""

    def __init__(
        self,
        type_: Typesetter,
        trace: Trace,
        bindings: list[Write],
        zone: Zone,
        *,
        tallest: float = 190,
    ) -> None:
        super().__init__()
        self.type, self.trace = type_, trace
        found = bindings[: max(1, int((zone.height + GAP) / (SHORTEST + GAP)))]
        height = min(tallest, (zone.height - GAP * (len(found) - 1)) / max(1, len(found)))
        self.cards: dict[str, VGroup] = {}
        for number, write in enumerate(found):
            top = zone.top + number * (height + GAP)
            at = Zone(zone.left, round(top), zone.right, round(top + height))
            self.cards[write.name] = self._card(write, at)
        self.add(*self.cards.values())

    def appear(self) -> Animation:
        return LaggedStart(
            *(FadeIn(c, shift=0.25 * UP) for c in self.cards.values()), lag_ratio=0.3
        )

    def _card(self, write: Write, zone: Zone) -> VGroup:
        tensor = next((t for t in self.trace.tensors if t.uid == write.tensor), None)
        tracked = tensor is not None and tensor.requires_grad
        colour = "forward" if tracked else "untracked"
        y = (zone.top + zone.bottom) / 2
        card = panel(self.type.theme, zone, edge=colour)
        shown = write.name if len(write.name) <= LETTERS else write.name[: LETTERS - 1] + "…"
        name = self.type.line(shown, 52, font="code-strong", colour=colour)
        group = VGroup(card, name.at(zone.left + 44, y))
        right = zone.right - 44
        if tensor is None:
            text = (write.text or "")[:24]
            group.add(self.type.line(text, 46, font="code").at(right, y, "right"))
            return group
        tile = tensor_tile(self.type, write.value, colour="text", size=46, tallest=46)
        if tile is not None:
            at = point(right - tile.width / 2, y - 20)
            group.add(tile.picture.shift(at))
        flag = self.type.line(f"requires_grad={tracked}", "small", font="code", colour=colour)
        group.add(flag.at(right, y + 32, "right"))
        return group
