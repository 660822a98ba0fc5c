// A small graph in layers: what goes in comes before what it goes into.

import { svg } from "./dom.js";

const REM = 13; // of these units, in which all sizes here are, are as wide as the page's own one
const LETTER = 7; // width of one in a box, at the size that the style sheet sets
const [LEAST, MOST] = [92, 220]; // widths of a box
const HEIGHT = 66;
const [BETWEEN, BESIDE] = [36, 16]; // layers, and boxes of one layer

// `room` is in rem.
export function graph({ nodes, edges }, room, click) {
  const layers = layered(nodes, edges);
  const boxes = new Map(nodes.map((node) => [node.id, { node, width: widthOf(node) }]));
  const long = layers.reduce((sum, layer) => sum + widest(layer, boxes) + BETWEEN, -BETWEEN);
  const across = long <= room * REM;
  const [width, height] = across ? fromLeft(layers, boxes) : fromTop(layers, boxes);
  return svg(
    "svg",
    {
      viewBox: `-2 -2 ${width + 4} ${height + 4}`,
      width: `${(width + 4) / REM}rem`,
      height: `${(height + 4) / REM}rem`,
      role: "group",
      "aria-label": "Graph of the run",
    },
    svg(
      "defs",
      {},
      svg(
        "marker",
        { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
        svg("path", { d: "M0 0.5 7 4 0 7.5z" }),
      ),
    ),
    ...edges.map(([from, to]) => arrow(boxes.get(from), boxes.get(to), across)),
    ...nodes.map((node) => drawn(boxes.get(node.id), click)),
  );
}

const widest = (layer, boxes) => Math.max(...layer.map((id) => boxes.get(id).width));
const lines = ({ label, op, value, grad }) => [label, op === label ? "" : op, value, grad];
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function widthOf({ label, value, grad }) {
  const longest = Math.max(label.length, value.length, grad.length + 2);
  return Math.max(LEAST, Math.min(MOST, longest * LETTER + 24));
}

// As far from the start as the longest way there. What nothing goes into stands right before the
// first that needs it, which keeps arrows short.
function layered(nodes, edges) {
  const depth = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    for (const [from, to] of edges) depth.set(to, Math.max(depth.get(to), depth.get(from) + 1));
  }
  for (const { id } of nodes) {
    const next = edges.filter(([from]) => from === id).map(([, to]) => depth.get(to));
    const isSource = !edges.some(([, to]) => to === id);
    if (isSource && next.length > 0) depth.set(id, Math.min(...next) - 1);
  }
  const layers = [];
  for (const { id } of nodes) (layers[depth.get(id)] ??= []).push(id);
  return layers.filter(Boolean);
}

function fromLeft(layers, boxes) {
  const high = (layer) => layer.length * (HEIGHT + BESIDE) - BESIDE;
  const height = Math.max(...layers.map(high));
  let x = 0;
  for (const layer of layers) {
    let y = (height - high(layer)) / 2;
    const width = widest(layer, boxes);
    for (const id of layer) {
      Object.assign(boxes.get(id), { x, y, width });
      y += HEIGHT + BESIDE;
    }
    x += width + BETWEEN;
  }
  return [x - BETWEEN, height];
}

function fromTop(layers, boxes) {
  const wide = (layer) => layer.reduce((sum, id) => sum + boxes.get(id).width + BESIDE, -BESIDE);
  const width = Math.max(...layers.map(wide));
  layers.forEach((layer, n) => {
    let x = (width - wide(layer)) / 2;
    for (const id of layer) {
      Object.assign(boxes.get(id), { x, y: n * (HEIGHT + BETWEEN) });
      x += boxes.get(id).width + BESIDE;
    }
  });
  return [width, layers.length * (HEIGHT + BETWEEN) - BETWEEN];
}

function arrow(from, to, across) {
  const [x1, y1, x2, y2] = across
    ? [from.x + from.width, from.y + HEIGHT / 2, to.x - 1, to.y + HEIGHT / 2]
    : [from.x + from.width / 2, from.y + HEIGHT, to.x + to.width / 2, to.y - 1];
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const bend = across ? `${mx} ${y1} ${mx} ${y2}` : `${x1} ${my} ${x2} ${my}`;
  const d = `M${x1} ${y1}C${bend} ${x2} ${y2}`;
  return svg("path", { class: "edge", d, "marker-end": "url(#tip)" });
}

function drawn({ node, x, y, width }, click) {
  const most = Math.floor((width - 20) / LETTER);
  const [label, op, value, grad] = lines(node);
  const write = (text, at, kind) => svg("text", { class: kind, x: 11, y: at }, cut(text, most));
  const box = svg(
    "g",
    {
      class: "node",
      "data-node": node.id,
      "data-op": node.op,
      transform: `translate(${x} ${y})`,
      role: "button",
      tabindex: 0,
      "aria-label": `${label}, ${op}, value ${value || "none"}, gradient ${grad || "none"}`,
    },
    svg("title", {}, [label, op, value, grad && `∇ ${grad}`].filter(Boolean).join("\n")),
    svg("rect", { width, height: HEIGHT, rx: 8 }),
    svg("rect", { class: "kind", width: 3, height: HEIGHT - 16, x: 0, y: 8, rx: 1.5 }),
    write(label, 19, "label"),
    write(value || op, 38, value ? "value" : "op"),
    write(grad && `∇ ${grad}`, 56, "grad"),
  );
  box.addEventListener("click", () => click(node));
  box.addEventListener("keydown", ({ key }) => [" ", "Enter"].includes(key) && click(node));
  return box;
}
