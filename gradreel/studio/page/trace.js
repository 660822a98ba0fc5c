// What the run did: the graph, values and gradients, what was printed or raised.

import { byId, el } from "./dom.js";
import { graph } from "./graph.js";
import { current, isLit } from "./state.js";

export function trace(store, actions) {
  const sheet = byId("trace");
  let drawnAt = 0;

  store.watch((state) => [current(state).short, state.tab === "trace"], draw);
  new ResizeObserver(() => {
    if (sheet.clientWidth !== drawnAt) draw(current(store.state).short, store.state.tab === "trace");
  }).observe(sheet);

  store.watch(
    (state) => [state.frame, current(state).short, state.tab],
    (frame, short) => {
      for (const box of sheet.querySelectorAll("[data-node]")) {
        const node = short?.trace.nodes.find(({ id }) => String(id) === box.dataset.node);
        const line = short?.code[node?.line - 1];
        box.toggleAttribute("data-lit", Boolean(line && isLit(line, frame)));
      }
    },
  );

  function draw(short, visible) {
    drawnAt = sheet.clientWidth;
    if (!visible || !short) {
      sheet.replaceChildren();
      return;
    }
    const { nodes, gradients, output, error } = short.trace;
    const goTo = ({ line }) => line && actions.goToLine(short.code[line - 1]);
    const drawn =
      nodes.length > 0 &&
      el("div", { class: "graph" }, graph(short.trace, drawnAt / rem() - 3, goTo));
    const arrived = gradients.map(({ name, value }) => [name, value]);
    const values = nodes.map((node) => [node.label, node.value, node.grad, lineOf(node, short)]);
    const told = [
      ...part("Raised", error && el("pre", { class: "raised" }, error)),
      ...part("Output", output && el("pre", { class: "output" }, output)),
      ...part("Gradients, as they arrived", arrived.length > 0 && table(["name", "gradient"], arrived)),
      ...part("Values", values.length > 0 && table(["name", "value", "gradient", "line"], values)),
    ];
    const columns = [part("Graph", drawn), told].filter((column) => column.length > 0);
    sheet.replaceChildren(...columns.map((column) => el("section", {}, ...column)));
    if (columns.length === 0) sheet.append(el("p", { class: "none" }, "Nothing ran."));
  }

  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const lineOf = ({ line }, short) => String(short.code[line - 1]?.line ?? "");
  const part = (name, made) => (made ? [el("h2", {}, name), made] : []);

  const cellOf = (heads) => (text, n) => el("td", { "data-of": heads[n] }, text);
  const table = (heads, rows) =>
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cellOf(heads))))),
    );
}
