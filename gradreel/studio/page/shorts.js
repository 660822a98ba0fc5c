// The day's shorts: state and cover of each, one of them chosen.

import { byId, el, file } from "./dom.js";
import { recordOf } from "./state.js";

const SAID = {
  new: "New",
  waiting: "Waiting",
  drawing: "Drawing",
  draft: "Draft",
  final: "Final",
  error: "Error",
};
const OF_FINAL = { waiting: "waiting", drawing: "drawing", made: "final", failed: "error" };

export function shorts(store, actions) {
  const list = byId("shorts");

  // A final that is made says more than the day knew when it was told.
  const stateOf = (state, short) =>
    OF_FINAL[recordOf(state, short.number).final?.state] ?? short.state;
  const statesOf = (state) => (state.day?.shorts ?? []).map((short) => stateOf(state, short));

  store.watch(
    (state) => [state.day, state.selected, ...statesOf(state)],
    (day, selected, ...states) => {
      if (!day) return;
      const focused = list.contains(document.activeElement) && document.activeElement.dataset.short;
      list.replaceChildren(...day.shorts.map((short, n) => entry(short, states[n], selected)));
      const reachable = list.querySelector("[aria-selected=true]") ?? list.firstElementChild;
      if (reachable) reachable.tabIndex = 0;
      if (focused) list.querySelector(`[data-short="${focused}"]`)?.focus();
      byId("day").textContent = `Day ${String(day.day).padStart(2, "0")}`;
    },
  );

  // The address remembers it, for when the page is loaded again.
  store.watch(
    (state) => [state.selected, state.day !== null],
    (selected) => {
      if (selected === null) return;
      history.replaceState(null, "", `#${selected}`);
      list.querySelector(`[data-short="${selected}"]`)?.scrollIntoView({ block: "nearest" });
    },
  );

  function entry({ number, title, cover }, state, selected) {
    const chosen = number === selected;
    return el(
      "li",
      {
        role: "option",
        "data-short": number,
        "data-state": state,
        "aria-selected": chosen,
        tabindex: -1,
      },
      cover
        ? el("img", { src: file(cover), alt: "", loading: "lazy" })
        : el("span", { class: "blank", "aria-hidden": "true" }, String(number)),
      el(
        "span",
        { class: "name" },
        el("span", { class: "title" }, el("b", {}, String(number).padStart(2, "0")), ` ${title}`),
        el("span", { class: "state" }, SAID[state] ?? state),
      ),
    );
  }

  const numberOf = (event) => event.target.closest("[data-short]")?.dataset.short;
  list.addEventListener("click", (event) => {
    if (numberOf(event)) actions.select(Number(numberOf(event)));
  });
  list.addEventListener("keydown", (event) => {
    const here = event.target.closest("[data-short]");
    const next = {
      ArrowDown: here?.nextElementSibling,
      ArrowUp: here?.previousElementSibling,
      Home: list.firstElementChild,
      End: list.lastElementChild,
    };
    if (event.key in next) {
      event.preventDefault();
      next[event.key]?.focus();
    } else if ([" ", "Enter"].includes(event.key) && here) {
      event.preventDefault();
      actions.select(Number(here.dataset.short));
    }
  });
}
