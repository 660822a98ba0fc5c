"""Where the nodes and edges of a compute graph go: layers by depth, few crossings, routed edges.

The classic layered drawing (Sugiyama, Tagawa and Toda 1981) in its three steps: layers by longest
path, order within a layer by the barycentre of the neighbours, then coordinates. An edge that
passes layers gets a bend in each, so it goes around nodes and not through them. Pure geometry in
pixels; knows nothing of torch or Manim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 8  # barycentre passes; these graphs settle in three or four
BEND = 26  # breadth of an edge passing through a layer


@dataclass(frozen=True, slots=True)
class Box:
    """A node's rectangle by its middle, in pixels from the drawing's top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by node id and, per edge id, the points it passes from source to target (box edges at
    the ends)."""

    boxes: dict[int, Box]
    routes: dict[int, tuple[tuple[float, float], ...]]
    width: float
    height: float
    layers: int


def lay_out(
    sizes: Mapping[int, tuple[float, float]],
    edges: Sequence[tuple[int, int, int]],
    *,
    across: float = 40,
    along: float = 64,
    within: float = float("inf"),
) -> Layout:
    """Top to bottom. `sizes` gives (width, height) by node id in forward order; `edges` are (id,
    source, target) and point forward. `across` and `along` are the least gaps within and between
    layers; the drawing keeps to `within` pixels across if its widest layer does."""
    layer = _layers(list(sizes), edges)
    count = max(layer.values(), default=-1) + 1
    # Chains of bends stand in for long edges while ordering. Their keys are (edge, layer).
    links: list[tuple[object, object]] = []
    chains: dict[int, list[object]] = {}
    rows: list[list[object]] = [[] for _ in range(count)]
    for node in sizes:
        rows[layer[node]].append(node)
    for edge, source, target in edges:
        chain: list[object] = [source]
        for between in range(layer[source] + 1, layer[target]):
            chain.append((edge, between))
            rows[between].append((edge, between))
        chain.append(target)
        chains[edge] = chain
        links += pairwise(chain)
    _order(rows, links)

    breadth = {key: sizes[key][0] if isinstance(key, int) else BEND for row in rows for key in row}
    x = _across(rows, links, breadth, across)
    _pull_in(rows, x, breadth, within)
    heights = [max((sizes[k][1] for k in row if isinstance(k, int)), default=0.0) for row in rows]
    tops = [sum(heights[:i]) + along * i for i in range(count)]
    middle = [top + height / 2 for top, height in zip(tops, heights, strict=True)]

    left = min((x[k] - breadth[k] / 2 for k in x), default=0.0)
    boxes = {n: Box(x[n] - left, middle[layer[n]], *sizes[n]) for n in sizes}
    depth = {key: i for i, row in enumerate(rows) for key in row}
    routes = {}
    for edge, source, target in edges:
        bends = [(x[k] - left, middle[depth[k]]) for k in chains[edge][1:-1]]
        routes[edge] = _ends(
            boxes[source], boxes[target], bends, _slot(edge, target, edges, x, chains)
        )
    return Layout(
        boxes,
        routes,
        max((x[k] + breadth[k] / 2 for k in x), default=0.0) - left,
        (tops[-1] + heights[-1]) if count else 0.0,
        count,
    )


def _layers(nodes: list[int], edges: Sequence[tuple[int, int, int]]) -> dict[int, int]:
    """Longest path from the inputs; an input then moves down to just above its first user."""
    layer = dict.fromkeys(nodes, 0)
    for node in nodes:  # forward order: every source is done before its targets
        above = [layer[s] for _, s, t in edges if t == node]
        layer[node] = max(above, default=-1) + 1
    for node in nodes:
        if not any(t == node for _, _, t in edges):
            below = [layer[t] for _, s, t in edges if s == node]
            layer[node] = min(below, default=1) - 1
    return layer


def _order(rows: list[list[object]], links: list[tuple[object, object]]) -> None:
    """Sort each row by the mean place of its neighbours, sweeping down and up."""
    up: dict[object, list[object]] = {}
    down: dict[object, list[object]] = {}
    for source, target in links:
        down.setdefault(source, []).append(target)
        up.setdefault(target, []).append(source)
    for sweep in range(SWEEPS):
        neighbours = up if sweep % 2 == 0 else down
        for row in rows if sweep % 2 == 0 else reversed(rows):
            # Places as shares of their row, so that rows of different lengths compare.
            share = {key: (i + 0.5) / len(r) for r in rows for i, key in enumerate(r)}
            near = {key: neighbours.get(key, [key]) for key in row}
            mean = {key: sum(share[n] for n in near[key]) / len(near[key]) for key in row}
            row.sort(key=mean.__getitem__)


def _across(
    rows: list[list[object]],
    links: list[tuple[object, object]],
    breadth: Mapping[object, float],
    gap: float,
) -> dict[object, float]:
    """Middles on the x axis: pulled towards the neighbours, pushed apart to the gap, in turns."""
    x: dict[object, float] = {}
    for row in rows:
        total = sum(breadth[k] for k in row) + gap * (len(row) - 1)
        at = -total / 2
        for key in row:
            x[key] = at + breadth[key] / 2
            at += breadth[key] + gap
    near: dict[object, list[object]] = {}
    for source, target in links:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    for sweep in range(SWEEPS * 2):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wish = [sum(x[n] for n in near[k]) / len(near[k]) if k in near else x[k] for k in row]
            for key, place in zip(row, _apart(row, wish, breadth, gap), strict=True):
                x[key] = place
    return x


def _pull_in(
    rows: list[list[object]],
    x: dict[object, float],
    breadth: Mapping[object, float],
    within: float,
) -> None:
    """Shift rows that drifted to a side back under the widest one, so that the drawing is at most
    `within` wide whenever every row is."""
    spans = [
        (min(x[k] - breadth[k] / 2 for k in row), max(x[k] + breadth[k] / 2 for k in row))
        for row in rows
    ]
    low, high = max(spans, key=lambda s: s[1] - s[0], default=(0.0, 0.0))
    margin = max(0.0, within - (high - low)) / 2
    for row, (left, right) in zip(rows, spans, strict=True):
        shift = max(0.0, low - margin - left) - max(0.0, right - high - margin)
        for key in row:
            x[key] += shift


def _apart(
    row: list[object], wish: list[float], breadth: Mapping[object, float], gap: float
) -> list[float]:
    """The places nearest to the wishes that keep order and gaps (blocks of equal pull are
    averaged)."""
    blocks: list[tuple[float, int]] = []  # (mean of wish minus offset, members)
    offsets = [0.0]
    for a, b in pairwise(row):
        offsets.append(offsets[-1] + (breadth[a] + breadth[b]) / 2 + gap)
    for want, offset in zip(wish, offsets, strict=True):
        blocks.append((want - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (m1, n1), (m2, n2) = blocks[-2:]
            blocks[-2:] = [((m1 * n1 + m2 * n2) / (n1 + n2), n1 + n2)]
    means = [mean for mean, members in blocks for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _slot(
    edge: int,
    target: int,
    edges: Sequence[tuple[int, int, int]],
    x: Mapping[object, float],
    chains: Mapping[int, list[object]],
) -> float:
    """Where along the target's upper side the edge arrives, -0.5 to 0.5, ordered as the edges
    come in."""
    incoming = sorted((e for e, _, t in edges if t == target), key=lambda e: (x[chains[e][-2]], e))
    return (incoming.index(edge) + 1) / (len(incoming) + 1) - 0.5


def _ends(
    source: Box, target: Box, bends: list[tuple[float, float]], slot: float
) -> tuple[tuple[float, float], ...]:
    arrive = (target.x + slot * target.width * 0.8, target.y - target.height / 2)
    first = bends[0] if bends else arrive
    lean = max(-0.35, min(0.35, (first[0] - source.x) / max(source.width, 1)))
    leave = (source.x + lean * source.width, source.y + source.height / 2)
    return (leave, *bends, arrive)
