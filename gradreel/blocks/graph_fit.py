"""How a compute graph is made to fit: what its nodes say, how large they are, which way it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradreel.blocks.graph_layout import Layout, lay_out
from gradreel.blocks.tensor_grid import Drawing, tensor_tile
from gradreel.model import Zone
from gradreel.stage.space import units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.graph import Graph, GraphNode

BADGE = 46  # pixels: least height of a gradient badge; it hangs on the lower edge of its node
BADGE_TEXT = 32  # pixel em of what stands in it
BETWEEN = 40  # pixels between title and value side by side
COLOURS = {
    "leaf": "forward",
    "data": "untracked",
    "constant": "untracked",
    "op": "operation",
    "detached": "untracked",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to draw: text scale, direction, title above or beside the value, least gaps (px)."""

    scale: float
    sideways: bool
    stacked: bool
    across: float
    along: float

    @property
    def larger(self) -> float:
        """How much badges and the numbers on edges grow with the graph."""
        return min(1.5, max(1.0, 0.9 * self.scale))

    @property
    def badge(self) -> float:
        """Height of a badge, in pixels."""
        return BADGE * self.larger


@dataclass(frozen=True, slots=True)
class Fitted:
    """The part of a graph that is drawn, where it goes, and how."""

    graph: Graph
    layout: Layout
    way: Way


def title_of(type_: Typesetter, node: GraphNode, way: Way) -> Drawing:
    """What the node is called: its variable in its own colour, the operation in violet."""
    named = node.label.isidentifier() or node.kind != "op"
    if named and node.sign:
        runs = [
            (f"{_shortened(node.label, 12)} = ", "code", "text"),
            (_doing(node), "code-strong", "operation"),
        ]
    elif named:
        colour = "forward" if node.kind == "leaf" else "text"
        runs = [(_shortened(node.label, 14), "code-strong", colour)]
    else:
        text = node.label if len(node.label) <= 10 else node.sign or node.label
        runs = [(_shortened(text, 14), "code-strong", "operation")]
    size = type_.theme.size("node") * way.scale
    row = type_.row(runs, size)
    width = row.advance / units(1)
    row.shift((-units(width / 2), -units(HALF_CAP * size), 0))
    return Drawing(row, width, size)


def _doing(node: GraphNode) -> str:
    """What a named op does: `x**2` when that is short, else `relu`, or `… + 1` for a long left
    side, `… × …` for two long sides."""
    if node.sign[:1].isalpha():
        return _shortened(node.sign, 17)
    if len(node.text) <= 10:
        return node.text
    two = len(node.sign) == 1 and not node.text.startswith(node.sign)
    return _shortened(f"… {node.sign} …" if two else f"… {node.sign}", 17)


def _shortened(text: str, most: int) -> str:
    """At most so many characters; of a dotted name the last two parts (`fc.weight`)."""
    if len(text) > most or text.count(".") > 1:
        parts = text.split(".")
        text = ".".join(parts[-2:]) if all(p.isidentifier() for p in parts) else text
    return text if len(text) <= most else text[: most - 1] + "…"


def tile_of(type_: Typesetter, node: GraphNode, way: Way) -> Drawing | None:
    """What the node holds; nothing where the run's value was not kept."""
    colour = "forward" if node.kind == "leaf" else "text"
    size = type_.theme.size("value") * way.scale
    tallest = (88 if way.stacked else 46) * way.scale
    return tensor_tile(type_, node.value, colour=colour, size=size, tallest=tallest)


def _node_size(type_: Typesetter, node: GraphNode, way: Way) -> tuple[float, float]:
    """Width and height of a node's frame, in pixels."""
    title, tile, scale = title_of(type_, node, way), tile_of(type_, node, way), way.scale
    if tile is None:
        return title.width + 56 * scale, title.height + 44 * scale
    if way.stacked:
        width = max(title.width, tile.width) + 52 * scale
        return max(width, 150), title.height + tile.height + 64 * scale
    height = max(title.height, tile.height) + 20 * scale
    return title.width + BETWEEN + tile.width + 56 * scale, height


# How a graph is tried, the best way first. The gap below a node always has room for its badge.
WAYS = (
    Way(2.1, sideways=True, stacked=True, across=100, along=150),
    Way(2.1, sideways=False, stacked=True, across=80, along=130),
    Way(1.7, sideways=True, stacked=True, across=90, along=130),
    Way(1.9, sideways=False, stacked=False, across=70, along=104),
    Way(1.7, sideways=False, stacked=True, across=66, along=112),
    Way(1.5, sideways=False, stacked=False, across=56, along=88),
    Way(1.35, sideways=True, stacked=True, across=76, along=110),
    Way(1.35, sideways=False, stacked=True, across=56, along=96),
    Way(1.15, sideways=True, stacked=True, across=66, along=100),
    Way(1.15, sideways=False, stacked=True, across=48, along=84),
    Way(1.2, sideways=False, stacked=False, across=44, along=72),
    Way(1.0, sideways=True, stacked=True, across=60, along=76),
    Way(1.0, sideways=False, stacked=True, across=40, along=72),
    Way(1.0, sideways=True, stacked=True, across=56, along=60),
    Way(1.0, sideways=False, stacked=True, across=28, along=62),
    Way(0.92, sideways=False, stacked=True, across=24, along=52),
    Way(1.0, sideways=False, stacked=False, across=30, along=58),
    Way(0.92, sideways=False, stacked=False, across=22, along=42),
)
WIDEST_GAP = 190  # pixels: layers are spread to fill the zone, but no further apart than this


def fit(type_: Typesetter, graph: Graph, zone: Zone) -> Fitted:
    """As large as `zone` allows; what no way of drawing can hold loses its earliest operations."""
    measured: dict[tuple[int, float, bool], tuple[float, float]] = {}

    def size(node: GraphNode, way: Way) -> tuple[float, float]:
        key = (node.id, way.scale, way.stacked)
        if key not in measured:
            measured[key] = _node_size(type_, node, way)
        return measured[key]

    while True:
        edges = [(e.id, e.source, e.target) for e in graph.edges]
        for way in WAYS:
            sizes = {n.id: size(n, way) for n in graph.nodes}
            wide: float = zone.width
            long: float = zone.height - way.badge  # the last node's badge hangs below it
            if way.sideways:
                wide, long = long, wide
                sizes = {n: (height, width) for n, (width, height) in sizes.items()}
            layout = lay_out(sizes, edges, across=way.across, along=way.along, within=wide)
            if (layout.width <= wide and layout.height <= long) or len(graph.nodes) <= 1:
                gaps = max(1, layout.layers - 1)
                spread = min(WIDEST_GAP, way.along + (long - layout.height) / gaps)
                layout = lay_out(sizes, edges, across=way.across, along=spread, within=wide)
                return Fitted(graph, layout, way)
        graph = _without_first_op(graph)


def _without_first_op(graph: Graph) -> Graph:
    """Leave out the earliest operation and what only it used; the end of the graph is what is
    differentiated."""
    ops = [n.id for n in graph.nodes if n.kind in ("op", "detached")]
    gone = {ops[0] if ops else graph.nodes[0].id}
    kept = [e for e in graph.edges if e.source not in gone and e.target not in gone]
    used = {e.source for e in kept} | {e.target for e in kept}
    nodes = tuple(n for n in graph.nodes if n.id in used or (n.id in ops and n.id not in gone))
    return replace(graph, nodes=nodes, edges=tuple(kept))
