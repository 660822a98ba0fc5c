"""A tensor's `_version` as an odometer: writing in place turns it, and backward compares."""

from __future__ import annotations

from collections.abc import Iterable

from manim import (
    UP,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    LaggedStart,
    Transform,
    VGroup,
    VMobject,
)

from gradreel.blocks.numbers import short
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.blocks.wheel import Wheel
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Value

MOST = 4  # numbers shown of a tensor
PADDING = 34  # pixels
VERDICT = 0.3  # of the zone's height: where saved and found are compared
ODOMETER = 300  # pixels: its width
TITLE = 84  # pixels: the names over numbers and odometer
CELL, BETWEEN = 170, 14  # pixels: the largest cell, and the gap
CARD, FRAME, TEXT = 0, 1, 2  # what lies over what


class VersionCounter(Block):
    """A card with `name`, the first four numbers of its `value` (then it is called `name[:4]`), and
    its `version`; under the card is room for the comparison. It counts nothing itself."""

    def __init__(
        self, type_: Typesetter, name: str, value: Value, zone: Zone, *, version: int = 0
    ) -> None:
        super().__init__()
        self.type = type_
        card, self.below = zone.rows(1 - VERDICT, VERDICT, gap=28)
        inner = card.inset(PADDING)
        self.cells = Zone(inner.left, inner.top, inner.right - ODOMETER - PADDING, inner.bottom)
        self.window = Zone(inner.right - ODOMETER, inner.top + TITLE, inner.right, inner.bottom)
        self.card = panel(type_.theme, card, edge="forward").set_z_index(CARD)
        self.card.set_stroke(width=5)
        name = f"{name}[:{MOST}]" if len(value.numbers) > MOST else name
        size = type_.fit(name, "title", self.cells.width, font="code-strong")
        title = type_.line(name, size, font="code-strong", colour="forward")
        title.at(self.cells.left, inner.top + 32)
        version_ = type_.line("_version", 50, font="code-strong", colour="quiet")
        version_.at(centre(self.window)[0], inner.top + 32, "center")
        self.frames = VGroup(*(self._cell(at) for at in self._places(value)))
        self.numbers = [Wheel(text).set_z_index(TEXT) for text in self._texts(value)]
        self.frame = self._frame("edge")
        self.digit = Wheel(self._digit(version)).set_z_index(TEXT)
        self.marks = VGroup()  # the verdict
        VGroup(title, version_).set_z_index(TEXT)
        self.add(self.card, title, version_, self.frames, *self.numbers, self.frame, self.digit)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, shift=0.2 * UP, run_time=0.6)

    def bump(self, text: str, after: Value, version: int) -> Animation:
        """The in-place op `text` writes `after` over the numbers, and the odometer turns."""
        leave = self._put(VGroup(self._stamp(text)))
        turns = [w.turn(t) for w, t in zip(self.numbers, self._texts(after), strict=True)]
        return AnimationGroup(
            *leave,
            FadeIn(self.marks, scale=1.3, run_time=0.35),
            AnimationGroup(
                LaggedStart(*turns, lag_ratio=0.15),
                self.digit.turn(self._digit(version)),
                Transform(self.frame, self._frame("operation")),
                run_time=0.6,
            ),
            lag_ratio=1,
        )

    def compare(self, expected: int, found: int) -> Animation:
        """The version that backward saved against the one it finds: a check, or an alarm."""
        same = expected == found
        role = "output" if same else "mistake"
        left, middle, right = self.below.columns(1, 0.42, 1, gap=20)
        sign = self._sign(middle, role, same=same)
        saved = self._chip(left, "saved", expected, role)
        now = self._chip(right, "found", found, role)
        leave = self._put(VGroup(saved, now, sign))
        card = self.card.copy().set_stroke(self.type.theme.colour(role))
        return AnimationGroup(
            *leave,
            AnimationGroup(FadeIn(saved), FadeIn(now), run_time=0.4),
            AnimationGroup(
                FadeIn(sign, scale=1.6),
                Transform(self.frame, self._frame(role)),
                Transform(self.card, card),
                run_time=0.4,
            ),
            lag_ratio=1,
        )

    def hand_on(self, things: Iterable[VMobject]) -> Animation:
        """Copies of its numbers go to these things, one each, and are gone when they arrive."""
        pairs = zip(self.numbers, things, strict=True)
        moves = [
            Transform(number[0].copy(), number[0].copy().move_to(thing).fade(1), remover=True)
            for number, thing in pairs
        ]
        return AnimationGroup(*moves, run_time=1.4)

    def _put(self, marks: VGroup) -> list[Animation]:
        """What stands under the card from now on; how what stood there leaves."""
        old, self.marks = self.marks, marks
        self.remove(old)
        self.add(marks)
        return [FadeOut(old, run_time=0.2)] if len(old) else []

    # ------------------------------------------------------------------ drawing

    def _places(self, value: Value) -> list[Zone]:
        """The cells of the numbers, side by side under the name."""
        count = min(MOST, max(1, len(value.numbers)))
        area = self.cells
        width = min(1.7 * CELL, (area.width - BETWEEN * (count - 1)) / count)
        height = min(CELL, area.height - TITLE)
        top = (area.top + TITLE + area.bottom - height) / 2
        lefts = (area.left + n * (width + BETWEEN) for n in range(count))
        return [Zone(round(x), round(top), round(x + width), round(top + height)) for x in lefts]

    def _cell(self, at: Zone) -> Rounded:
        cell = panel(self.type.theme, at, edge="forward", tint=0.16)
        return cell.set_stroke(width=4).set_z_index(FRAME)

    def _texts(self, value: Value) -> list[Line]:
        places = self._places(value)
        texts = [short(n) for n in value.numbers[: len(places)]]
        room = places[0].width - 24
        size = min(self.type.fit(t, "hook", room, font="code-strong") for t in texts)
        size = min(size, 0.8 * places[0].height)
        return [
            self.type.line(text, size, font="code-strong").at(*centre(at), "center")
            for text, at in zip(texts, places, strict=True)
        ]

    def _frame(self, role: str) -> Rounded:
        """The odometer's window."""
        frame = panel(self.type.theme, self.window, edge=role, fill="ground")
        return frame.set_stroke(width=8).set_z_index(FRAME)

    def _digit(self, version: int) -> Line:
        size = 0.8 * self.window.height
        digit = self.type.line(short(version), size, font="code-strong", colour="text")
        return digit.at(*centre(self.window), "center")

    def _stamp(self, text: str) -> VGroup:
        """The op that writes in place."""
        size = self.type.fit(text, "title", self.below.width - 120, font="code-strong")
        line = self.type.line(text, size, font="code-strong", colour="ground")
        pill = Rounded(self.type.width(text, size, "code-strong") + 84, 104, 30)
        pill.set_stroke(width=0).set_fill(self.type.theme.colour("operation"))
        pill.move_to(point(*centre(self.below)))
        line.at(*centre(self.below), "center").set_z_index(TEXT)
        return VGroup(pill.set_z_index(FRAME), line)

    def _chip(self, at: Zone, word: str, version: int, role: str) -> VGroup:
        """`saved 0`."""
        card = panel(self.type.theme, at, edge=role, tint=0.1).set_stroke(width=5)
        y = centre(at)[1]
        label = self.type.line(word, 50, font="strong", colour="quiet").at(at.left + 36, y)
        number = self.type.line(short(version), 92, font="code-strong", colour="text")
        number.at(at.right - 44, y, "right")
        return VGroup(card.set_z_index(FRAME), *(t.set_z_index(TEXT) for t in (label, number)))

    def _sign(self, at: Zone, role: str, *, same: bool) -> VGroup:
        """A check in a green disc, `≠` in a vermillion square."""
        x, y = centre(at)
        wide = min(at.width, at.height)
        disc = Rounded(wide, wide, wide / 2 if same else 18).set_stroke(width=0)
        disc.set_fill(self.type.theme.colour(role)).move_to(point(x, y)).set_z_index(FRAME)
        sign = self.type.line(
            "✓" if same else "≠", wide * 0.72, font="code-strong", colour="ground"
        )
        return VGroup(disc, sign.at(x, y, "center").set_z_index(TEXT))
