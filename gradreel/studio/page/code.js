// The snippet with its lines in the day's file. A line that the film lights is a way to that moment.

import { button, byId, el, lineButton } from "./dom.js";
import { coloured } from "./python.js";
import { current, isLit } from "./state.js";

export function code(store, actions) {
  const sheet = byId("code");

  store.watch(
    (state) => [current(state).short],
    (short) => sheet.replaceChildren(...(short ? [listing(short)] : [])),
  );

  store.watch(
    (state) => [state.frame, current(state).short],
    (frame, short) => {
      short?.code.forEach((line, n) => {
        sheet.firstElementChild.children[n].toggleAttribute("data-lit", isLit(line, frame));
      });
    },
  );

  const listing = (short) =>
    el("div", { class: "listing" }, ...short.code.map((line) => row(line, short)));

  function row(line, { frames }) {
    const never = line.lit.length === 0;
    const times = el(
      "span",
      { class: "when", "aria-hidden": "true" },
      ...line.lit.map(([from, to]) => {
        const mark = el("i");
        mark.style.setProperty("--from", from / frames);
        mark.style.setProperty("--span", (to - from) / frames);
        return mark;
      }),
    );
    return el(
      "div",
      { class: "row" },
      lineButton(line.line, actions.openLine),
      button(
        {
          class: "text",
          "data-line": line.line,
          "aria-disabled": never || null,
          title: never ? "Never lit" : "Go where the film lights it",
        },
        () => actions.goToLine(line),
        ...coloured(line.text),
        times,
      ),
    );
  }
}
