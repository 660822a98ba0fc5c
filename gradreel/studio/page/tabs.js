// One sheet of the panel at a time.

import { byId } from "./dom.js";

const NAMES = ["script", "code", "trace", "findings"];

export function tabs(store, actions) {
  store.watch(
    (state) => [state.tab],
    (chosen) => {
      for (const name of NAMES) {
        const tab = byId(`tab-${name}`);
        tab.setAttribute("aria-selected", String(name === chosen));
        tab.tabIndex = name === chosen ? 0 : -1;
        byId(name).hidden = name !== chosen;
      }
    },
  );

  for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => actions.tab(name));

  byId("tab-script").parentElement.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const next = NAMES.at((NAMES.indexOf(store.state.tab) + way) % NAMES.length);
    actions.tab(next);
    byId(`tab-${next}`).focus();
    event.preventDefault(); // not a frame on as well
  });
}
