// The film as it is published: asked for, waited for, looked at.

import { byId } from "./dom.js";
import { current, isAsked } from "./state.js";

export function final(store, actions) {
  byId("render").addEventListener("click", actions.render);
  byId("render-all").addEventListener("click", actions.renderAll);
  byId("cancel").addEventListener("click", actions.cancel);
  byId("package").addEventListener("click", actions.package);
  byId("watch-draft").addEventListener("click", () => actions.watch("draft"));
  byId("watch-final").addEventListener("click", () => actions.watch("final"));

  store.watch(
    (state) => [state.watch, current(state).film !== null],
    (watch, there) => {
      byId("watch-final").disabled = !there;
      byId("watch-draft").setAttribute("aria-pressed", String(watch === "draft"));
      byId("watch-final").setAttribute("aria-pressed", String(watch === "final"));
    },
  );

  store.watch(
    (state) => [state.package],
    (there) => {
      byId("package").disabled = !there;
      byId("package").title = there ? "" : "Render a film first";
    },
  );

  // One line for all that is asked for: the parts of each, and how many there are.
  store.watch(
    (state) => [state.records],
    (records) => {
      const finals = Object.values(records).map((r) => r.final).filter(Boolean);
      const open = finals.filter(isAsked);
      const drawing = open.find(({ state }) => state === "drawing");
      byId("final").hidden = open.length === 0;
      byId("final-part").style.setProperty("--part", drawing?.part ?? 0);
      const waiting = open.length - (drawing ? 1 : 0);
      const percent = drawing && `Final ${drawing.short}: ${Math.round((drawing.part ?? 0) * 100)} %`;
      const left = waiting > 0 && `${waiting} waiting`;
      byId("final-state").textContent = [percent, left].filter(Boolean).join(" · ");
    },
  );
}
