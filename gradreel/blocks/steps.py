"""The idea as steps, for a short whose code is a plan in comments: one card a step, lit in turn."""

from __future__ import annotations

import re

from manim import RIGHT, Animation, AnimationGroup, FadeIn, Transform, VGroup

from gradreel.blocks.rounded import Rounded
from gradreel.model import Short, Zone
from gradreel.stage.block import Block
from gradreel.stage.prose import readable
from gradreel.stage.space import point
from gradreel.stage.type import Typesetter

MOST = 6
GAP = 20  # pixels


def steps_of(short: Short) -> tuple[str, ...]:
    """The steps a plan names: its numbered comments, else what its arrows, pluses or commas
    separate, else the clauses of the talk track."""
    comments = [
        re.sub(r"^\s*#+\s*(\d+[.)]\s*)?", "", line).strip()
        for line in short.code.text.splitlines()
        if line.strip().startswith("#")
    ]
    if len(comments) > 1:
        return _few(comments)
    plan = re.sub(r"^[^:→]{0,12}:\s*", "", comments[0]) if comments else ""
    for marks in ("→", r"\s\+\s"):
        parts = [p.strip(" .") for p in re.split(marks, plan) if p.strip(" .")]
        if len(parts) > 1:
            return _few(parts)
    spoken = [readable(p.plain).strip(" .") for p in short.talk]
    parts = [p.strip(" .") for text in spoken for p in re.split(r"→|,(?!\d)|\.\s", text)]
    return _few([p for p in parts if p])


def _few(parts: list[str]) -> tuple[str, ...]:
    return tuple(p[:1].upper() + p[1:] if re.match(r"[a-z]+(\s|$)", p) else p for p in parts[:MOST])


class Steps(Block):
    """Cards one under the other, filling `zone`, numbered in forward blue until they are lit."""

    def __init__(self, type_: Typesetter, steps: tuple[str, ...], zone: Zone) -> None:
        super().__init__()
        self.type = type_
        count = len(steps)
        height = min(150.0, (zone.height - GAP * (count - 1)) / count)
        top = zone.top + (zone.height - height * count - GAP * (count - 1)) / 2
        self.cards: list[VGroup] = []
        size = min(type_.fit(s, "title", zone.width - 220, font="strong", least=38) for s in steps)
        for number, text in enumerate(steps):
            y = top + number * (height + GAP) + height / 2
            self.cards.append(self._card(number + 1, text, zone, y, height, size))
        self.add(*self.cards)

    def appear(self) -> Animation:
        return AnimationGroup(*(FadeIn(c, shift=0.3 * RIGHT) for c in self.cards), lag_ratio=0.15)

    def light(self, number: int) -> Animation:
        """Step `number` (from 0) takes the light; the one before stays marked as done."""
        moves: list[Animation] = []
        for place, card in enumerate(self.cards):
            box = card[0]
            target = box.copy()
            lit, done = place == number, place < number
            role = "backward" if lit else "output" if done else "edge"
            target.set_stroke(self.type.theme.colour(role), width=6 if lit else 3)
            target.set_fill(
                self.type.theme.colour("backward" if lit else "panel"),
                opacity=0.16 if lit else 0.96,
            )
            moves.append(Transform(box, target))
        return AnimationGroup(*moves, run_time=0.4)

    def _card(
        self, number: int, text: str, zone: Zone, y: float, height: float, size: float
    ) -> VGroup:
        theme = self.type.theme
        box = Rounded(zone.width, height, 26)
        box.set_stroke(theme.colour("edge"), width=3).set_fill(theme.colour("panel"), opacity=0.96)
        box.move_to(point((zone.left + zone.right) / 2, y))
        digit = self.type.line(str(number), 64, font="display", colour="forward")
        label = self.type.line(text, size, font="strong")
        digit.set_z_index(1)
        label.set_z_index(1)
        return VGroup(box, digit.at(zone.left + 64, y, "center"), label.at(zone.left + 130, y))
