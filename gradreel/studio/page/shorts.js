// The day's shorts: state and cover of each, one of them chosen.

import { byId, el, file } from "./dom.js";
import { isAsked, recordOf } from "./state.js";

const SAID = {
  new: "New",
  waiting: "Waiting",
  drawing: "Drawing",
  draft: "Draft",
  final: "Final",
  outdated: "Final, outdated",
  error: "Error",
};

// The address names the short that is looked at.
export const shortOfHash = () => Number(location.hash.slice(1)) || null;

export function shorts(store, actions) {
  const list = byId("shorts");

  // What happened since says more than the day knew when it was told.
  function stateOf(state, { number, state: told, film: known }) {
    const { final, film, draft } = recordOf(state, number);
    if (isAsked(final)) return final.state;
    if (final?.state === "failed" || state.error?.short === number) return "error";
    if (film) return film.file === known ? told : "final";
    return draft && told === "new" ? "draft" : told;
  }
  const coverOf = (state, { number, cover }) => recordOf(state, number).cover ?? cover;
  const looksOf = (state) =>
    (state.day?.shorts ?? []).flatMap((short) => [stateOf(state, short), coverOf(state, short)]);

  store.watch(
    (state) => [state.day, state.selected, ...looksOf(state)],
    (day, selected, ...looks) => {
      if (!day) return;
      const focused = list.contains(document.activeElement) && document.activeElement.dataset.short;
      list.replaceChildren(
        ...day.shorts.map((short, n) => entry(short, looks[2 * n], looks[2 * n + 1], selected)),
      );
      const reachable = list.querySelector("[aria-selected=true]") ?? list.firstElementChild;
      if (reachable) reachable.tabIndex = 0;
      if (focused) list.querySelector(`[data-short="${focused}"]`)?.focus();
      byId("day").textContent = `Day ${String(day.day).padStart(2, "0")}`;
    },
  );

  // The address remembers it, for when the page is loaded again, and so does the way back.
  store.watch(
    (state) => [state.selected, state.day !== null],
    (selected) => {
      if (selected === null) return;
      if (!location.hash) history.replaceState(null, "", `#${selected}`);
      else if (shortOfHash() !== selected) location.hash = selected;
      list.querySelector(`[data-short="${selected}"]`)?.scrollIntoView({ block: "nearest" });
    },
  );

  addEventListener("hashchange", () => {
    const number = shortOfHash();
    const known = store.state.day?.shorts.some((short) => short.number === number);
    if (known) actions.select(number);
  });

  function entry({ number, title }, state, cover, selected) {
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
