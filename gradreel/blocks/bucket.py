"""A leaf's `.grad` as a tank: gradients are poured in and add up, until somebody empties it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from manim import (
    LEFT,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    DashedVMobject,
    FadeIn,
    FadeOut,
    LaggedStart,
    LineJointType,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.blocks.drop import Drop, vapour
from gradreel.blocks.liquid import Liquid
from gradreel.blocks.numbers import shape_text, short, written
from gradreel.blocks.vessel import vessel
from gradreel.blocks.wheel import Wheel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.deposits import Deposit
from gradreel.trace.model import Number, Value

BETWEEN = 36  # pixels between tanks
SKY, NAME = 124, 86  # pixels above the tank, where gradients come from, and below it
WIDEST = 2.7  # of a tank's height
LIQUID, WALL, TEXT = 1, 2, 3  # what lies over what; drops over all of it

Run = tuple[str, str, str]  # text, font, colour role


class Bucket(Block):
    """`name` under a tank that holds `held`. With None there is no tank, only dashes where one
    would be, unless it is `kept`: then it stands there empty.

    The level is the largest magnitude in it, against `most`, which is what the fullest it will be
    holds. Liquid of negative gradient is darker and full of minus signs. What stands over the tank,
    as the sum of a pour does, stands there until the next animation.
    """

    def __init__(
        self,
        type_: Typesetter,
        name: str,
        zone: Zone,
        *,
        most: Number,
        held: Value | None = None,
        kept: bool = False,
    ) -> None:
        super().__init__()
        self.type, self.zone, self.most, self.held = type_, zone, abs(float(most)) or 1.0, held
        self.kept = kept
        height = zone.height - SKY - NAME
        width = min(zone.width, WIDEST * height)
        middle = centre(zone)[0]
        floor = zone.top + SKY + height
        self.tank = Zone(
            round(middle - width / 2), zone.top + SKY, round(middle + width / 2), round(floor)
        )
        self.liquid = Liquid(type_.theme, self.tank, self._share(held)).set_z_index(LIQUID)
        self.vessel = self._vessel(held)
        self.number = Wheel(self._number(held)).set_z_index(TEXT)
        size = type_.fit(name, "title", zone.width, font="code-strong")
        title = type_.line(name, size, font="code-strong", colour="text")
        title.at(middle, zone.bottom - 0.6 * size, "center")
        self.over, self.marked = VGroup(), VGroup()
        self.add(self.liquid, self.vessel, self.number, title)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, scale=0.94, run_time=0.6)

    def take(self, deposit: Deposit) -> Animation:
        """What a run did to it: a gradient came, or somebody emptied it or took it away."""
        if deposit.after is None:
            return self.none()
        if deposit.incoming is None:
            return self.empty(deposit.after)
        return self.pour(deposit.incoming, deposit.after)

    def pour(self, incoming: Value, after: Value) -> Animation:
        """A gradient falls in; the tank then holds `after`, and the sum is written above it."""
        drop = self._drop(incoming)
        total = self._sum(incoming, after)
        x, level = centre(self.tank)[0], self.liquid.level(self._share(self.held))
        fall = drop.fall(point(x, self.tank.bottom - level - 30))
        settle = [*self._hold(after), *self._drown()]
        if total is not None:
            settle.append(FadeIn(total, shift=units(20) * UP))
        rise = AnimationGroup(*settle, run_time=0.7)
        return AnimationGroup(*self._put_over(total), fall, rise, lag_ratio=0.85, run_time=1.4)

    def fill(self, deposit: Deposit) -> None:
        """What taking it comes to, at once: for a picture that begins with it."""
        done = self.take(deposit)
        done.begin()
        done.finish()

    def empty(self, after: Value) -> Animation:
        """`zero_()`: what was held runs out, and the tank holds `after`."""
        return AnimationGroup(*self._put_over(None), *self._hold(after), run_time=0.8)

    def none(self) -> Animation:
        """`.grad = None`: there is no tank any more, only where it was."""
        return AnimationGroup(*self._put_over(None), *self._hold(None), run_time=0.6)

    def evaporate(self, incoming: Value) -> Animation:
        """A gradient arrives where no tank keeps it, and is gone."""
        drop = self._drop(incoming)
        _, above = pixel(self.number.get_top() + drop.height / 2 * UP)  # not on the word None
        x, floor = centre(self.tank)[0], self.tank.bottom - 90
        fall = drop.fall(point(x, min(above, floor)))
        return AnimationGroup(fall, vapour(self.type, point(x, floor)), lag_ratio=0.7)

    def slosh(self) -> Animation:
        """What it holds moves, and comes to rest."""
        return self.liquid.flow(self._share(self.held), self._share(self.held))

    def nod(self) -> Animation:
        """It is a little larger for a moment."""
        return Transform(self, self.copy().scale(1.08), rate_func=there_and_back, run_time=0.6)

    def write(self, *runs: Run, tokens: VGroup | None = None) -> Animation:
        """Text over the tank, out of its code tokens."""
        row = self._row(runs)
        moves = [*self._put_over(row), FadeIn(row)]
        if tokens is not None:
            landed = tokens.copy().move_to(row).fade(1)
            moves.append(Transform(tokens, landed, remover=True))
        return AnimationGroup(*moves, run_time=0.6)

    def mark(self, held: Value, text: str) -> Animation:
        """How high that would stand, until the next pour drowns it."""
        level = Liquid(self.type.theme, self.tank, self._share(held)).surface
        dashes = DashedVMobject(level, num_dashes=40)
        dashes.set_stroke(self.type.theme.colour("mistake"), width=5)
        label = self.type.line(text, "body", font="strong", colour="mistake")
        label.next_to(dashes, UP, buff=units(12)).align_to(dashes, RIGHT).shift(units(24) * LEFT)
        self.marked = VGroup(dashes, label)
        self.add(self.marked)
        return FadeIn(self.marked, run_time=0.4)

    # ------------------------------------------------------------------ parts of them

    def _hold(self, after: Value | None) -> list[Animation]:
        """From what is held to what will be: level, number and glass."""
        changes: list[Animation] = [
            self.liquid.flow(self._share(self.held), self._share(after)),
            self.number.turn(self._number(after)),
        ]
        if (after is None) != (self.held is None):
            changes.append(Transform(self.vessel, self._vessel(after)))
        self.held = after
        return changes

    def _put_over(self, row: VGroup | None) -> list[Animation]:
        """What stood over the tank goes; what comes there next has its own animation."""
        old, self.over = self.over, row or VGroup()
        self.remove(old)
        self.add(self.over)
        return [FadeOut(old, run_time=0.2)] if len(old) else []

    def _drown(self) -> list[Animation]:
        old, self.marked = self.marked, VGroup()
        self.remove(old)
        return [FadeOut(old, run_time=0.3)] if len(old) else []

    def _drop(self, incoming: Value) -> Drop:
        return Drop(self.type, _signed(incoming), centre(self.zone)[0], self.zone.top)

    def _share(self, held: Value | None) -> float:
        """How full the tank is of it, -1 to 1."""
        return _amount(held) / self.most

    # ------------------------------------------------------------------ drawing

    def _vessel(self, held: Value | None) -> VGroup:
        whole = self.kept or held is not None
        return vessel(self.type.theme, self.tank, whole=whole).set_z_index(WALL)

    def _number(self, held: Value | None) -> VGroup:
        """What is held, readable over glass and liquid alike."""
        text = "None" if held is None else _written(held)
        colour = "untracked" if held is None else "text"
        size = self.type.fit(text, "hook", self.tank.width - 90, font="code-strong")
        line = self.type.line(text, size, font="code-strong", colour=colour)
        line.at(centre(self.tank)[0], centre(self.tank)[1], "center")
        halo = line.copy().set_fill(opacity=0)
        halo.set_stroke(self.type.theme.colour("ground"), width=22, opacity=1)
        halo.joint_type = LineJointType.ROUND  # the corners of an N would grow spikes
        return VGroup(halo, line).set_z_index(TEXT)

    def _sum(self, incoming: Value, after: Value) -> VGroup | None:
        """`4 + 12 = 16`; nothing where there was no number to add to."""
        if self.held is None:
            return None
        sign, term = _signed(incoming)[0], _signed(incoming)[1:]
        runs = (
            (f"{_written(self.held)} ", "code-strong", "text"),
            (f"{sign} {term}", "code-strong", "backward"),
            (f" = {_written(after)}", "code-strong", "text"),
        )
        return self._row(runs)

    def _row(self, runs: tuple[Run, ...]) -> VGroup:
        """Text that stands over the tank."""
        text = "".join(run[0] for run in runs)
        size = self.type.fit(text, "caption", self.zone.width, font="code-strong")
        row = self.type.row(list(runs), size)
        row.move_to(point(centre(self.zone)[0], self.zone.top + 0.6 * SKY))
        return row.set_z_index(TEXT)


class Buckets(Block):
    """Tanks side by side, by their names, with what each holds, on one scale: `most` is what the
    fullest of them will hold."""

    def __init__(
        self, type_: Typesetter, held: Mapping[str, Value | None], zone: Zone, *, most: Number
    ) -> None:
        super().__init__()
        places = zone.columns(*(1.0 for _ in held), gap=BETWEEN)
        self.buckets = {
            name: Bucket(type_, name, place, most=most, held=value)
            for (name, value), place in zip(held.items(), places, strict=True)
        }
        self.add(*self.buckets.values())

    def appear(self) -> Animation:
        return LaggedStart(
            *(b.appear() for b in self.buckets.values()), lag_ratio=0.2, run_time=0.8
        )

    def none(self) -> Animation:
        return AnimationGroup(*(bucket.none() for bucket in self.buckets.values()))

    def of(self, leaf: str) -> Bucket:
        """The tank of a leaf's gradient, where they are called so."""
        return self.buckets[f"{leaf}.grad"]


def fullest(*held: Value | None) -> Number:
    """The largest magnitude in any of them."""
    return max((abs(_amount(value)) for value in held), default=1.0)


def _amount(held: Value | None) -> float:
    """The number of largest magnitude, with its sign."""
    finite = [float(n) for n in held.numbers if math.isfinite(n)] if held is not None else []
    return max(finite, key=abs, default=0.0)


def _written(value: Value) -> str:
    return written(value) or shape_text(value.shape)


def _signed(value: Value) -> str:
    """`+12`, `−6`, `+[0, 1]`: what a gradient adds."""
    if value.scalar is not None:
        text = short(value.scalar)
        return text if text.startswith("−") else f"+{text}"
    return f"+{_written(value)}"
