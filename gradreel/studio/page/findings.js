// What the lint found and the program warns of; a finding is a way to its moment.

import { button, byId, el } from "./dom.js";
import { current } from "./state.js";

export function findings(store, actions) {
  const sheet = byId("findings");
  const count = byId("count");

  store.watch(
    (state) => [current(state).short, current(state).findings],
    (short, found) => {
      const all = found?.findings ?? [];
      const warnings = short?.warnings ?? [];
      const fresh = found && found.version === short?.version;
      const old = all.length > 0 && !fresh;
      count.hidden = all.length + warnings.length === 0;
      count.textContent = String(all.length + warnings.length);
      count.toggleAttribute("data-old", old);
      sheet.replaceChildren(
        ...(old ? [el("p", { class: "none" }, "Before the last save:")] : []),
        ...all.map(({ frame, text }) =>
          button(
            { class: "finding", "data-frame": frame },
            () => actions.go(frame),
            el("span", { class: "moment" }, `${(frame / (short?.fps ?? 30)).toFixed(1)} s`),
            el("span", {}, text),
          ),
        ),
        ...warnings.map((text) =>
          el("p", { class: "finding" }, el("span", { class: "moment" }, "note"), el("span", {}, text)),
        ),
      );
      if (sheet.childElementCount > 0) return;
      const none = fresh ? "Nothing a viewer could not read." : "Not looked at yet.";
      sheet.append(el("p", { class: "none" }, none));
    },
  );
}
