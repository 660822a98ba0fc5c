// The author's sentences with the line each stands on, and the program's own. The word that is heard
// is lit.

import { button, byId, el, lineButton } from "./dom.js";
import { current, wordAt } from "./state.js";

export function script(store, actions) {
  const sheet = byId("script");

  store.watch(
    (state) => [current(state).short],
    (short) => sheet.replaceChildren(...(short?.script ?? []).map((part) => sentence(part, short))),
  );

  let lit = null;
  store.watch(
    (state) => [state.frame, current(state).short, state.tab],
    (frame, short) => {
      const number = wordAt(short, frame);
      const word = number < 0 ? null : sheet.querySelector(`[data-word="${number}"]`);
      const now = word && frame < short.words[number].end + short.fps / 3 ? word : null;
      if (now === lit) return;
      lit?.removeAttribute("data-lit");
      lit?.closest(".sentence")?.removeAttribute("data-lit");
      now?.setAttribute("data-lit", "");
      now?.closest(".sentence").setAttribute("data-lit", "");
      now?.scrollIntoView({ block: "nearest" });
      lit = now;
    },
  );

  function sentence({ part, line, words: [first, last] }, short) {
    const said = short.words.slice(first, last + 1).flatMap((word, n) => [
      " ",
      button(
        { "data-word": first + n, "data-code": word.code || null, tabindex: -1 },
        () => actions.go(word.start),
        word.text,
      ),
    ]);
    return el(
      "div",
      { class: "sentence", "data-part": part, "data-run": line === null ? "" : null },
      line === null ? el("span", { class: "line" }, "run") : lineButton(line, actions.openLine),
      el("p", {}, el("small", {}, nameOf(part)), ...said),
    );
  }
}

// `talk-2` is for programs.
function nameOf(part) {
  if (part.startsWith("run-")) return "Said of the run";
  const [name, number] = part.split("-");
  return `${name[0].toUpperCase()}${name.slice(1)}${number ? ` ${number}` : ""}`;
}
