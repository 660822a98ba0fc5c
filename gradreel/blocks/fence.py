"""A fence around what autograd does not record: `torch.no_grad()`."""

from __future__ import annotations

from manim import (
    UP,
    Animation,
    AnimationGroup,
    Create,
    DashedVMobject,
    FadeIn,
    Line,
    Transform,
    VGroup,
    VMobject,
)

from gradreel.blocks.grey import Colours
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter

TAG = 80  # pixels: height of the label on the upper edge
RADIUS = 44
ROOM = 46  # pixels between a fence and what it stands around
NARROW = 32  # the same at least, for what is laid out in it
WIDEST_GATE = 150  # pixels
DASH, GAP = 34, 20  # pixels
LAWN, POSTS, LABEL = -2, 5, 6  # what lies over what: the rest is between


class Fence(Block):
    """A dashed fence along the edges of `zone`, a `label` on it, a gate in either side.

    It is shut when it appears. What is `inside` is grey while it is shut.
    """

    def __init__(
        self,
        type_: Typesetter,
        zone: Zone,
        *,
        label: str = "torch.no_grad()",
        inside: VMobject | None = None,
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.inside = Colours(inside if inside is not None else VGroup())
        yard = Zone(zone.left, zone.top + TAG // 2, zone.right, zone.bottom)
        self.gate = min(WIDEST_GATE, yard.height // 4)
        grey = type_.theme.colour("untracked")
        self.lawn = Rounded(yard.width, yard.height, RADIUS).move_to(point(*centre(yard)))
        self.lawn.set_stroke(width=0).set_fill(grey, opacity=0.1).set_z_index(LAWN)
        self.posts = VGroup(self._half(yard, yard.top), self._half(yard, yard.bottom))
        self.posts.set_stroke(grey, width=7).set_z_index(POSTS)
        self.gates = self._gates(is_open=False)
        self.tag = self._tag(label)
        self.add(self.lawn, self.posts, self.gates, self.tag)

    @classmethod
    def around(cls, type_: Typesetter, *inside: VMobject, label: str = "torch.no_grad()") -> Fence:
        """A fence around pictures."""
        group = VGroup(*inside)
        left, top = pixel(group.get_corner((-1, 1, 0)))
        right, bottom = pixel(group.get_corner((1, -1, 0)))
        zone = Zone(round(left), round(top) - TAG, round(right), round(bottom))
        return cls(type_, zone.inset(-ROOM), label=label, inside=group)

    @property
    def room(self) -> Zone:
        """For what is laid out in it: under the label, clear of posts and gates."""
        return self.zone.inset(NARROW).below(self.zone.top + TAG)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """It is drawn around, and what is inside turns grey."""
        return AnimationGroup(
            FadeIn(self.tag, shift=0.2 * UP),
            *(Create(half) for half in self.posts),
            FadeIn(VGroup(self.lawn, self.gates)),
            self.inside.fade(),
            run_time=0.9,
        )

    def open(self) -> Animation:
        """The gates slide up, and what is inside has its colours again."""
        return AnimationGroup(
            Transform(self.gates, self._gates(is_open=True)),
            self.inside.restore(),
            run_time=0.6,
        )

    def shut(self) -> Animation:
        """The gates slide down, and what is inside turns grey."""
        return AnimationGroup(
            Transform(self.gates, self._gates(is_open=False)),
            self.inside.fade(),
            run_time=0.6,
        )

    # ------------------------------------------------------------------ drawing

    def _half(self, yard: Zone, edge: int) -> VMobject:
        """The dashes from the left gate around the upper or lower edge to the right gate."""
        middle = centre(yard)[1]
        inward = 1 if edge < middle else -1
        post = middle - inward * self.gate / 2
        bend = edge + inward * RADIUS
        path = VMobject().start_new_path(point(yard.left, post))
        path.add_line_to(point(yard.left, bend))
        path.add_quadratic_bezier_curve_to(point(yard.left, edge), point(yard.left + RADIUS, edge))
        path.add_line_to(point(yard.right - RADIUS, edge))
        path.add_quadratic_bezier_curve_to(point(yard.right, edge), point(yard.right, bend))
        path.add_line_to(point(yard.right, post))
        dashes = round(path.get_arc_length() / units(DASH + GAP))
        return DashedVMobject(path, num_dashes=dashes, dashed_ratio=DASH / (DASH + GAP))

    def _gates(self, *, is_open: bool) -> VGroup:
        """The left and right gate: bars in the gaps, or slid up behind the posts and lit."""
        zone = self.zone
        middle = (zone.top + TAG // 2 + zone.bottom) / 2 - (self.gate if is_open else 0)
        role = "forward" if is_open else "untracked"
        bars = VGroup()
        for x in (zone.left, zone.right):
            bar = Line(point(x, middle - self.gate / 2), point(x, middle + self.gate / 2))
            bars.add(bar.set_stroke(self.type.theme.colour(role), width=16))
        return bars.set_z_index(POSTS)

    def _tag(self, label: str) -> VGroup:
        zone, theme = self.zone, self.type.theme
        size = self.type.fit(label, "title", zone.width - 2 * RADIUS - 60, font="code-strong")
        text = self.type.line(label, size, font="code-strong", colour="text")
        x, y = centre(zone)[0], zone.top + TAG / 2
        sign = Rounded(self.type.width(label, size, "code-strong") + 60, TAG, TAG / 2, stroke=5)
        sign.set_stroke(theme.colour("untracked")).set_fill(theme.colour("panel"), opacity=1)
        return VGroup(sign.move_to(point(x, y)), text.at(x, y, "center")).set_z_index(LABEL)
