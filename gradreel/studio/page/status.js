// What is at work, how long the last pictures took, and what the film is made of.

import { button, byId, el } from "./dom.js";
import { current, pictureNow } from "./state.js";

const STAGES = {
  trace: "Running the code",
  narrate: "Speaking",
  schedule: "Timing",
  shoot: "Drawing",
  assemble: "Mixing",
  verify: "Checking",
};
const KINDS = { still: "still", clip: "beat", draft: "draft" };

export function status(store, actions) {
  const line = byId("working");
  store.watch(
    (state) => [state.working],
    (working) => {
      line.hidden = !working;
      if (!working) return;
      const part = working.part ?? 0;
      line.firstElementChild.style.setProperty("--part", part);
      line.setAttribute("aria-valuenow", Math.round(part * 100));
      line.setAttribute("aria-valuetext", `${stageOf(working)}, ${Math.round(part * 100)} %`);
    },
  );
  // Stages are said, not every percent of them.
  store.watch(
    (state) => [state.working?.stage, state.working?.short],
    (stage, short) => {
      byId("say").textContent = stage ? `Short ${short}: ${STAGES[stage] ?? stage}` : "";
    },
  );

  const stageOf = ({ stage }) => STAGES[stage] ?? stage;

  store.watch(
    (state) => [
      pictureNow(state),
      current(state).short?.version,
      state.working?.short === state.selected ? state.working?.stage : undefined,
      state.day?.shorts.find(({ number }) => number === state.selected),
    ],
    (picture, version, stage, short) => {
      const outdated = short?.state === "outdated" && picture?.file === short.film;
      const old = outdated || (picture && picture.kind !== "final" && version > picture.version);
      const shown = byId("shown");
      shown.toggleAttribute("data-old", Boolean(old));
      if (stage) shown.textContent = `${STAGES[stage] ?? stage} …`;
      else shown.textContent = outdated ? "Outdated" : old ? "Before the last save" : "";
    },
  );

  store.watch(
    (state) => [current(state).took, current(state).short?.version],
    (took, version) => {
      const told = Object.keys(KINDS).filter((kind) => took[kind] && took[kind].version === version);
      byId("seconds").replaceChildren(
        ...told.map((kind) =>
          el(
            "span",
            {
              "data-took": kind,
              title: `Seconds from save to ${KINDS[kind]}`,
            },
            `${KINDS[kind]} `,
            el("b", {}, took[kind].seconds.toFixed(1)),
          ),
        ),
        ...(told.length > 0 ? [" s"] : []),
      );
    },
  );

  store.watch(
    (state) => [state.selected, current(state).short, state.day],
    (selected, short, day) => {
      const title = short?.title ?? day?.shorts.find((each) => each.number === selected)?.title;
      const number = selected === null ? "" : String(selected).padStart(2, "0");
      byId("title").textContent = title ? `${number} ${title}` : "No short yet";
      document.title = title ? `${number} ${title} · Gradreel studio` : "Gradreel studio";
      byId("about").replaceChildren(...(short && day ? about(short, day) : []));
    },
  );

  function about({ voice, pace, trace, line, scene }, { script }) {
    return [
      opens(script, line),
      opens(scene, 1),
      el("span", {}, pace ? `${voice}, ${Math.round(pace)} words a minute` : voice),
      el("span", {}, `torch ${trace.torch}`),
    ];
  }

  function opens(file, line) {
    const says = { "data-open": file, title: "Open in your editor" };
    return button(says, () => actions.open(file, line), line > 1 ? `${file}:${line}` : file);
  }
}
