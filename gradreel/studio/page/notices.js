// What is wrong, where, and what to do about it. The last good picture stays meanwhile.

import { button, byId, el } from "./dom.js";

const SHOWN = 6000; // ms that a refused action is told

export function notices(store, actions) {
  const error = byId("error");
  store.watch(
    (state) => [state.error, state.selected],
    (wrong, selected) => {
      error.hidden = !wrong;
      error.replaceChildren(...(wrong ? told(wrong, selected) : []));
    },
  );

  const failed = byId("failed");
  store.watch(
    (state) => Object.values(state.records).map((r) => r.final).filter((f) => f?.state === "failed"),
    (...wrong) => {
      failed.hidden = wrong.length === 0;
      failed.replaceChildren(
        ...wrong.flatMap(({ short, error }) => told({ ...error, short, what: "final film" }, null)),
      );
    },
  );

  function told({ what, short, message, fix, file, line }, selected) {
    const where = line ? `${file}:${line}` : file;
    const whose = typeof short === "number" && short !== selected ? `Short ${short} · ${what}` : what;
    return [
      el(
        "p",
        { class: "where" },
        el("span", { class: "what" }, whose),
        ...(file ? [opens(where, file, line)] : []),
      ),
      el("p", { class: "message" }, message),
      ...(fix ? [el("p", { class: "fix" }, fix)] : []),
    ];
  }

  const opens = (where, file, line) => {
    const says = { "data-open": where, title: "Open in your editor" };
    return button(says, () => actions.open(file, line), where);
  };

  const stopped = byId("stopped");
  store.watch(
    (state) => [state.stopped],
    (gone) => {
      stopped.hidden = !gone;
      if (!gone) return;
      const fix = "Start it again with python render.py --studio; this page comes back by itself.";
      stopped.replaceChildren(
        el("p", { class: "message" }, "The studio has stopped."),
        el("p", { class: "fix" }, fix),
      );
    },
  );

  const refused = byId("refused");
  let fading = null;
  store.watch(
    (state) => [state.refused],
    (why) => {
      refused.hidden = !why;
      refused.textContent = why;
      clearTimeout(fading);
      if (why) fading = setTimeout(() => store.change({ refused: "" }), SHOWN);
    },
  );
}
