"""The compute graph, laid out from the trace: values flow forward, then the gradient flows back.

Leaves are pills, data has square corners, operations are rounded boxes. A differentiable edge is
solid; one that no gradient can take is grey and dashed. An amber badge on a node is the gradient
that arrived there; on a leaf it is what `.grad` holds. Beside an edge stands what it multiplied
the gradient with, or, where a node has several, what each of them brought.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from manim import (
    PI,
    RIGHT,
    Animation,
    AnimationGroup,
    Circle,
    Create,
    DashedVMobject,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    Restore,
    Succession,
    Transform,
    Triangle,
    VGroup,
    VMobject,
    linear,
)

from gradreel.blocks.graph_fit import BADGE_TEXT, BETWEEN, COLOURS, fit, tile_of, title_of
from gradreel.blocks.graph_layout import Box
from gradreel.blocks.numbers import shape_text, short, written
from gradreel.blocks.rounded import Rounded
from gradreel.errors import SceneError
from gradreel.model import Binding, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Arrival, Flow, Graph, GraphEdge, GraphNode, Pass
from gradreel.trace.model import Value

EDGES, TRAILS, NODES, BADGES = 0, 1, 2, 3  # what lies over what
ROOMY = 72  # pixels an edge has to fall to have a number beside it
TIP = 12  # pixels between an edge's end and the frame it points at
LARGER, BESIDE = 4, 60  # of nodes that come alone: how much at most, and pixels between them


@dataclass(slots=True)
class NodeView:
    """A drawn node: its frame and text, where it is, and the badge once a gradient arrived."""

    node: GraphNode
    box: Box  # in master pixels
    frame: VMobject
    body: VGroup  # frame and texts
    tile: VGroup | None  # that of them which says what the node holds
    badge: VGroup | None = None

    @property
    def colour(self) -> str:
        return COLOURS[self.node.kind]


@dataclass(slots=True)
class EdgeView:
    edge: GraphEdge
    path: VMobject  # source to target
    picture: VGroup  # what is seen: path (or dashes) and tip
    middle: tuple[float, float]  # master pixels
    roomy: bool  # long enough for a number beside it, clear of the badge at its start
    label: VGroup | None = None  # that number, from the last pass that came by


class ComputeGraph(Block):
    """Fits itself into `zone`: left to right when it fits, else top to bottom, else without its
    earliest layers (`hidden` says how many nodes that left out)."""

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone, *, values: bool = True) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        if not values:  # names only, where something else shows what they hold
            graph = replace(graph, nodes=tuple(replace(n, value=None) for n in graph.nodes))
        fitted = fit(type_, graph, zone)
        self.graph, self.layout, self.way = fitted.graph, fitted.layout, fitted.way
        self.hidden = len(graph.nodes) - len(self.graph.nodes)
        self.nodes: dict[int, NodeView] = {}
        self.edges: dict[int, EdgeView] = {}
        self.marks = VGroup()  # badges, amber trails and numbers; on stage as they are played
        self.grown: set[int] = set()  # nodes that `grow` has shown
        self.large: list[VGroup] = []  # bodies that stand alone, to `settle`
        for edge in self.graph.edges:
            self.edges[edge.id] = self._edge(edge)
            self.edges[edge.id].picture.set_z_index(EDGES)
        for node in self.graph.nodes:
            self.nodes[node.id] = self._node(node)
            self.nodes[node.id].body.set_z_index(NODES)
        self.add(*(e.picture for e in self.edges.values()))
        self.add(*(n.body for n in self.nodes.values()))

    @property
    def order(self) -> list[int]:
        """Op nodes in the order they ran, each preceded by the inputs that first appear with it."""
        return [n.id for n in self.graph.nodes if n.kind in ("op", "detached")]

    # ------------------------------------------------------------------ animations

    def grow(self, node: int, tokens: VGroup | None = None) -> Animation:
        """An op comes into being: the inputs that are not there yet, the edges in, then the node,
        out of its code tokens. An input can also come by itself, before the op that uses it."""
        view = self.nodes[node]
        incoming = [e for e in self.edges.values() if e.edge.target == node]
        sources = dict.fromkeys(e.edge.source for e in incoming)  # one, even when used twice
        fresh = [self.nodes[s] for s in sources if s not in self.order and s not in self.grown]
        self.grown.update(sources, [node])
        steps: list[Animation] = []
        if fresh:
            arrive = [FadeIn(v.body, scale=0.85) for v in fresh]
            steps.append(AnimationGroup(*arrive, run_time=0.5))
        if incoming:
            grown = [self._draw_edge(e) for e in incoming]
            steps.append(AnimationGroup(*grown, run_time=0.45))
        if tokens is not None and len(tokens):
            flying = tokens.generate_target()
            flying.set_opacity(0.0)
            flying.scale_to_fit_width(min(tokens.width, units(view.box.width) * 0.8))
            flying.move_to(view.frame)
            arrive_op = AnimationGroup(
                Transform(tokens, flying, remover=True), FadeIn(view.body, scale=0.9), run_time=0.6
            )
        else:
            arrive_op = AnimationGroup(FadeIn(view.body, scale=0.9), run_time=0.5)
        return Succession(*steps, arrive_op)

    def enlarge(self, *nodes: int) -> None:
        """They are to come alone: side by side, as large as the zone takes, until `settle`."""
        bodies = [self.nodes[node].body.save_state() for node in nodes]
        row = VGroup(*bodies).arrange(RIGHT, buff=units(BESIDE))
        room = units(self.zone.width) / row.width, units(self.zone.height) / row.height
        row.scale(min(LARGER, *room)).move_to(point(*centre(self.zone)))
        self.large = bodies

    def settle(self) -> Animation:
        """What was enlarged takes its place in the graph."""
        return AnimationGroup(*map(Restore, self.large), run_time=0.6)

    def flow_back(self, number: int) -> list[Animation]:
        """One backward pass, an animation per node in the engine's order: the gradient arrives,
        then leaves along every edge that takes it."""
        back = self.graph.passes[number]
        return [self._arrive(a, back) for a in back.arrivals if a.node in self.nodes]

    def pulse(self, node: int) -> Animation:
        """A ring of light around a node."""
        view = self.nodes[node]
        ring = view.frame.copy().set_fill(opacity=0)
        ring.set_stroke(self.type.theme.colour(view.colour), width=10, opacity=0.8)
        grown = ring.copy().scale(1.12).set_stroke(width=1, opacity=0)
        return Transform(ring, grown, remover=True, run_time=0.6)

    def sweep(self, *, back: bool) -> Animation:
        """Light running through the whole graph, layer after layer: the film's poster in motion."""
        edges = sorted(self.edges.values(), key=lambda e: e.edge.target, reverse=back)
        edges = [e for e in edges if e.edge.differentiable or not back]
        runs = [self._runner(e, "backward" if back else "forward", back=back) for e in edges]
        runs = runs or [self.pulse(node) for node in self.nodes]
        return LaggedStart(*runs, lag_ratio=0.35)

    def rewind(self, *inputs: int) -> Animation:
        """Back to before the run: only these inputs are there."""
        self.grown = set(inputs)
        ops = [view.body for node, view in self.nodes.items() if node not in inputs]
        gone = [*ops, *(edge.picture for edge in self.edges.values()), *self.marks]
        return AnimationGroup(*map(FadeOut, gone), run_time=0.5)

    def fly(self, node: int, to: VMobject) -> Animation:
        """A node and its gradient go to what takes them in."""
        view = self.nodes[node]
        flying = VGroup(view.body, view.badge or VGroup()).copy()
        return Transform(flying, flying.copy().move_to(to).fade(1), remover=True)

    def under(self, node: int, zone: Zone, share: float) -> Zone:
        """The room of a zone under a node: centred, so large a share of the zone's width."""
        box, half = self.nodes[node].box, share * zone.width / 2
        top = round(box.y + box.height / 2)
        return Zone(round(box.x - half), top, round(box.x + half), zone.bottom)

    def reset(self, label: str, held: Value) -> Animation:
        """A leaf's `.grad` is set to something else, as by `zero_()`: its badge says so."""
        view = next(v for v in self.nodes.values() if v.node.label == label)
        arrival = Arrival(view.node.id, held, (), accumulates=True, after=held)
        return self._show_badge(view, self._badge(view, arrival, []))

    def hang(self, node: int, text: str, colour: str) -> Animation:
        """Another text hangs where a node's gradient does, until one arrives."""
        view = self.nodes[node]
        return self._show_badge(view, self._pill(view, text, colour))

    def take(self, node: int) -> VGroup:
        """A node's badge, to be carried elsewhere: it no longer belongs to the graph."""
        view = self.nodes[node]
        badge, view.badge = view.badge, None
        if badge is None:
            raise SceneError(f"no gradient has arrived at {view.node.label}")
        self.marks.remove(badge)
        return badge

    def doubt(self, node: int) -> Animation:
        """Question marks, where a node's gradient would be and does not come."""
        numbers = self.nodes[node].node.numbers
        text = ", ".join("?" for _ in numbers)
        return self.hang(node, f"[{text}]" if len(numbers) > 1 else text, "mistake")

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """The nodes that the voice names, and the edges it speaks of, in the snippet's graph."""
        if binding.of != "code":
            return
        colour = "backward" if binding.back else "forward"
        for node in binding.nodes:
            if view := self.nodes.get(node):
                yield Meant(view.frame, "ring", "backward" if binding.back else view.colour)
        for number in binding.edges:
            if edge := self.edges.get(number):
                yield Meant(edge.path, "run", colour, back=binding.back)

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.4)

    def _arrive(self, arrival: Arrival, back: Pass) -> Animation:
        view = self.nodes[arrival.node]
        badge = self._badge(view, arrival, self._contributions(arrival.node, back))
        show = self._show_badge(view, badge)
        flows = [self._flow(self.edges[f.edge], f) for f in arrival.flows if f.edge in self.edges]
        if not flows:
            return AnimationGroup(show, run_time=0.6)
        return Succession(AnimationGroup(show, run_time=0.4), AnimationGroup(*flows, run_time=0.8))

    def _show_badge(self, view: NodeView, badge: VGroup) -> Animation:
        old, view.badge = view.badge, badge
        self.marks.add(badge.set_z_index(BADGES))
        if old is None:
            return FadeIn(badge, scale=0.7)
        self.marks.remove(old)
        return AnimationGroup(FadeOut(old), FadeIn(badge, scale=0.7))

    def _contributions(self, node: int, back: Pass) -> list[Value]:
        """What each edge out of a node sent back to it, in the order it arrived."""
        mine = {e.id for e in self.graph.edges if e.source == node}
        return [f.gradient for a in back.arrivals for f in a.flows if f.edge in mine]

    def _flow(self, edge: EdgeView, flow: Flow) -> Animation:
        """Gradient runs an edge backwards: the edge turns amber behind the light, its number
        beside it."""
        amber = self.type.theme.colour("backward")
        trail = edge.path.copy().reverse_direction().set_stroke(amber, width=6, opacity=1)
        self.marks.add(trail.set_z_index(TRAILS))
        moves = [self._runner(edge, "backward", back=True), Create(trail, rate_func=linear)]
        text = self._flow_text(edge, flow)
        if text:
            if edge.label is not None:
                moves.append(FadeOut(edge.label))
                self.marks.remove(edge.label)
            edge.label = self._edge_label(text, edge).set_z_index(BADGES)
            self.marks.add(edge.label)
            moves.append(FadeIn(edge.label))
        return AnimationGroup(*moves)

    def _flow_text(self, edge: EdgeView, flow: Flow) -> str:
        """`4` where several edges bring gradient to one node, else the local derivative, `×14`."""
        shared = sum(e.edge.source == edge.edge.source for e in self.edges.values()) > 1
        number = flow.gradient.scalar if shared else flow.local
        if number is None or not (shared or edge.roomy):
            return ""
        return short(number) if shared else f"×{short(number)}"

    def _runner(self, edge: EdgeView, role: str, *, back: bool) -> Animation:
        paint = self.type.theme.colour(role)
        dot = VGroup(
            Circle(radius=units(26), stroke_width=0, fill_color=paint, fill_opacity=0.25),
            Circle(radius=units(11), stroke_width=0, fill_color=paint, fill_opacity=1),
        )
        return Run(dot.set_z_index(TRAILS), edge.path, back=back)

    def _edge_label(self, text: str, edge: EdgeView) -> VGroup:
        x, y = edge.middle
        label = self.type.line(text, self._em, font="code-strong", colour="backward")
        label.at(x, y - 30, "center") if self.way.sideways else label.at(x + 16, y)
        halo = label.copy().set_fill(opacity=0)
        halo.set_stroke(self.type.theme.colour("ground"), width=8, opacity=1)
        return VGroup(halo, label)

    @property
    def _em(self) -> float:
        """Pixel em of the numbers that gradients are told in."""
        return BADGE_TEXT * self.way.larger

    def _draw_edge(self, view: EdgeView) -> Animation:
        path, tip = view.picture
        if not view.edge.differentiable:
            return FadeIn(view.picture)
        return AnimationGroup(Create(path), FadeIn(tip))

    # ------------------------------------------------------------------ drawing

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Layout coordinates -> master pixels, the drawing centred in the zone."""
        width, height = self.layout.width, self.layout.height
        if self.way.sideways:
            x, y, width, height = y, x, height, width
        cx, cy = centre(self.zone)
        return cx - width / 2 + x, cy - self.way.badge / 2 - height / 2 + y

    def _box(self, node: int) -> Box:
        box = self.layout.boxes[node]
        x, y = self._at(box.x, box.y)
        width, height = (box.height, box.width) if self.way.sideways else (box.width, box.height)
        return Box(x, y, width, height)

    def _node(self, node: GraphNode) -> NodeView:
        box = self._box(node.id)
        colour = COLOURS[node.kind]
        radius = {"leaf": box.height / 2, "op": 22}.get(node.kind, 8)
        frame = Rounded(box.width, box.height, min(radius, 40))
        theme = self.type.theme
        frame.set_stroke(theme.colour(colour), width=4.5)
        frame.set_fill(theme.colour("panel"), opacity=1)
        frame.move_to(point(box.x, box.y))
        body = VGroup(frame)
        title, tile = title_of(self.type, node, self.way), tile_of(self.type, node, self.way)
        if tile is None:
            title.picture.move_to(title.picture.get_center() + point(box.x, box.y))
            body.add(title.picture)
        elif self.way.stacked:
            room = title.height + tile.height + 14 * self.way.scale
            title.picture.shift(point(box.x, box.y - room / 2 + title.height / 2))
            tile.picture.shift(point(box.x, box.y + room / 2 - tile.height / 2))
            body.add(title.picture, tile.picture)
        else:
            left = box.x - (title.width + BETWEEN + tile.width) / 2
            title.picture.shift(point(left + title.width / 2, box.y))
            tile.picture.shift(point(left + title.width + BETWEEN + tile.width / 2, box.y))
            middle = left + title.width + BETWEEN / 2
            bar = Line(point(middle, box.y - box.height / 2), point(middle, box.y + box.height / 2))
            bar.set_stroke(theme.colour(colour), width=2, opacity=0.55)
            body.add(bar, title.picture, tile.picture)
        return NodeView(node, box, frame, body, tile.picture if tile else None)

    def _edge(self, edge: GraphEdge) -> EdgeView:
        points = [self._at(x, y) for x, y in self.layout.routes[edge.id]]
        x, y = points[-1]
        points[-1] = (x - TIP, y) if self.way.sideways else (x, y - TIP)
        theme = self.type.theme
        role = "forward" if edge.differentiable else "untracked"
        path = _smooth_path(points, sideways=self.way.sideways)
        path.set_stroke(theme.colour(role), width=5, opacity=0.9)
        tip = Triangle(stroke_width=0, fill_opacity=1, color=theme.colour(role))
        tip.scale_to_fit_height(units(TIP * 1.5)).rotate(-PI / 2 if self.way.sideways else PI)
        x, y = points[-1]
        tip.move_to(point(x + TIP / 4, y) if self.way.sideways else point(x, y + TIP / 4))
        seen: VMobject = path
        if not edge.differentiable:
            seen = DashedVMobject(path, num_dashes=max(3, int(path.get_arc_length() * 5)))
        middle = pixel(path.point_from_proportion(0.5 if self.way.sideways else 0.74))
        roomy = self.way.sideways or points[-1][1] - points[0][1] > ROOMY
        return EdgeView(edge, path, VGroup(seen, tip), middle, roomy)

    def _badges(self) -> list[VGroup]:
        return [v.badge for v in self.nodes.values() if v.badge is not None]

    def _badge(self, view: NodeView, arrival: Arrival, contributions: list[Value]) -> VGroup:
        """The amber pill: the gradient here; on a leaf what `.grad` holds, with the sum that made
        it."""
        text = _badge_text(arrival, contributions)
        room = max(view.box.width * 1.2, 150)
        if self.type.width(text, self._em, "code-strong") + 40 > room:
            text = text.removeprefix("grad ")
        return self._pill(view, text, "backward")

    def _pill(self, view: NodeView, text: str, colour: str) -> VGroup:
        """What hangs on a node's lower edge, off what hangs on the others."""
        inside = self.type.line(text, self._em, font="code-strong", colour="ground")
        height = self.way.badge
        pill = Rounded(inside.advance / units(1) + 40, height, height / 2)
        theme = self.type.theme
        pill.set_stroke(theme.colour("ground"), width=5)
        pill.set_fill(theme.colour(colour), opacity=1)
        x, y = view.box.x, view.box.y + view.box.height / 2 + height / 3
        half = pill.width * 60
        x = min(max(x, self.zone.left + half), self.zone.right - half)
        pill.move_to(point(x, y))
        while any(_overlap(pill, other[0]) for other in self._badges() if other is not view.badge):
            y += height + 4
            pill.move_to(point(x, y))
        return VGroup(pill, inside.at(x, y, "center"))


class Run(Animation):
    """A light that runs along a path once and is gone; unseen before its turn comes."""

    def __init__(self, light: VGroup, path: VMobject, *, back: bool) -> None:
        super().__init__(light, introducer=True, remover=True, rate_func=linear, run_time=0.8)
        self.path, self.back = path, back
        light.move_to(path.get_end() if back else path.get_start())

    def interpolate_mobject(self, alpha: float) -> None:
        along = self.rate_func(alpha)
        self.mobject.move_to(self.path.point_from_proportion(1 - along if self.back else along))


def _overlap(one: VMobject, other: VMobject) -> bool:
    apart = abs(one.get_center() - other.get_center())
    return bool(
        apart[0] < (one.width + other.width) / 2 and apart[1] < (one.height + other.height) / 2
    )


def _smooth_path(points: list[tuple[float, float]], *, sideways: bool) -> VMobject:
    """An S from each point to the next that leaves and arrives along the drawing's direction."""
    path = VMobject()
    path.start_new_path(point(*points[0]))
    for (x0, y0), (x1, y1) in pairwise(points):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        near, far = ((x, y0), (x, y1)) if sideways else ((x0, y), (x1, y))
        path.add_cubic_bezier_curve_to(point(*near), point(*far), point(x1, y1))
    return path


def _badge_text(arrival: Arrival, contributions: list[Value]) -> str:
    """`4`, `[0, 0, 1]`, `4 + 3 = 7`, `grad 4 + 12 = 16`, or the shape of a large gradient."""
    held = arrival.after if arrival.accumulates and arrival.after is not None else arrival.gradient
    label = "grad " if arrival.accumulates else ""
    total = written(held)
    if total is None:
        return f"{label}{shape_text(held.shape)}"
    terms = [v.scalar for v in contributions] if len(contributions) > 1 else [held.scalar]
    if arrival.before is not None and any(arrival.before.data or ()):
        terms = [arrival.before.scalar, arrival.gradient.scalar]
    if len(terms) < 2 or any(t is None for t in terms):
        return f"{label}{total}"
    sum_ = " + ".join(short(t) for t in terms if t is not None)
    return f"{label}{sum_} = {total}"
