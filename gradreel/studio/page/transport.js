// Play and move, and where the film is.

import { byId } from "./dom.js";
import { current, filmAt } from "./state.js";

export function transport(store, actions) {
  const moves = {
    "beat-back": () => actions.byBeat(-1),
    "frame-back": () => actions.step(-1),
    play: actions.toggle,
    "frame-on": () => actions.step(1),
    "beat-on": () => actions.byBeat(1),
  };
  for (const [id, move] of Object.entries(moves)) byId(id).addEventListener("click", move);

  store.watch(
    (state) => [state.frame, current(state).short],
    (frame, short) => {
      byId("clock").textContent = (frame / (short?.fps ?? 30)).toFixed(2);
      byId("frames").textContent = short ? `${frame} / ${short.frames}` : "";
    },
  );
  store.watch(
    (state) => [state.rate],
    (rate) => {
      byId("play").setAttribute("aria-label", rate === 0 ? "Play" : "Pause");
      byId("play").toggleAttribute("data-playing", rate !== 0);
      byId("rate").textContent = rate === 0 || rate === 1 ? "" : `${rate}×`.replace("-", "−");
    },
  );
  // There is something to play when there is a film of the moment.
  store.watch(
    (state) => [filmAt(state, state.frame) !== null],
    (there) => {
      byId("play").disabled = !there;
    },
  );

  store.watch(
    (state) => [current(state).short],
    (short) => {
      byId("room").hidden = !short;
      if (!short) return;
      const seconds = short.frames / short.fps;
      const slack = short.beats.reduce((sum, beat) => sum + beat.slack, 0);
      byId("room-text").textContent = `${slack.toFixed(1)} s slack of ${seconds.toFixed(0)} s`;
      byId("room-part").style.setProperty("--part", 1 - slack / seconds);
    },
  );
}
