// The film from left to right: seconds, cues and findings, beats, words, the sound. Drag it to scrub.

import { button, byId, el, placed, svg } from "./dom.js";
import { beatAt, current, wordAt } from "./state.js";

const ROWS = 4; // of words, which are wider than the time they take

export function timeline(store, actions) {
  const whole = byId("timeline");
  const head = byId("playhead");

  store.watch(
    (state) => [current(state).short],
    (short) => {
      whole.toggleAttribute("data-empty", !short);
      byId("beats").replaceChildren(...(short?.beats ?? []).map((beat) => block(beat, short)));
      byId("words").replaceChildren(...(short?.words ?? []).map((word, n) => spoken(word, n, short)));
      byId("wave").replaceChildren(...(short ? [sound(short.wave)] : []));
      head.setAttribute("aria-valuemax", short ? short.frames - 1 : 0);
      spread();
    },
  );
  store.watch(
    (state) => [current(state).short, current(state).findings],
    (short, findings) => {
      const marks = short ? [...seconds(short), ...cues(short), ...found(short, findings)] : [];
      byId("ruler").replaceChildren(...marks);
    },
  );
  store.watch((state) => [state.frame, current(state).short], move);
  new ResizeObserver(spread).observe(whole);

  function* seconds({ frames, fps }) {
    for (let second = 0; second * fps <= frames; second += 1) {
      const label = second % 5 === 0 && second * fps < frames ? `${second}` : "";
      yield placed(el("span", { class: "second" }, label), second * fps, second * fps, frames);
    }
  }

  // Those of one moment are one mark: the upper would hide the others.
  function cues({ cues: all, frames }) {
    const names = new Map();
    for (const { name, frame } of all) names.set(frame, [...(names.get(frame) ?? []), name]);
    return [...names].map(([frame, of]) => {
      const says = { title: of.join(", "), "aria-label": `Cue ${of.join(", ")}` };
      const mark = button({ class: "cue", tabindex: -1, ...says }, () => actions.go(frame));
      return placed(mark, frame, frame, frames);
    });
  }

  const found = ({ frames, version }, findings) =>
    (findings?.findings ?? []).map(({ frame, text }) => {
      const says = { title: text, "aria-label": `Finding: ${text}` };
      const old = findings.version === version ? null : "";
      const of = { class: "found", "data-old": old, tabindex: -1, ...says };
      const mark = button(of, () => actions.go(frame));
      return placed(mark, frame, frame, frames);
    });

  // Below its name a beat shows how much of it no speech fills.
  function block({ name, start, end, slack }, { frames, fps }) {
    const silent = `${slack.toFixed(1)} s without speech`;
    const made = button(
      { "data-beat": name, title: `${name}: ${silent}`, "aria-label": `Beat ${name}, ${silent}` },
      () => actions.go(start),
      el("span", { class: "name" }, name),
      el("span", { class: "slack" }, slack.toFixed(1)),
    );
    made.style.setProperty("--slack", Math.min(1, (slack * fps) / (end - start)));
    return placed(made, start, end, frames);
  }

  function spoken({ text, start, end, part, code }, number, { frames }) {
    const made = button(
      {
        "data-word": number,
        "data-code": code || null,
        "data-run": part.startsWith("run-") || null,
        tabindex: -1,
        title: text,
      },
      () => actions.go(start),
      el("span", { class: "text" }, text),
    );
    return placed(made, start, end, frames);
  }

  // Every word in the first row where it does not lie on the one before.
  function spread() {
    const { short } = current(store.state);
    const width = whole.clientWidth;
    if (!short || width === 0) return;
    const words = [...byId("words").children];
    const needs = words.map((word) => word.firstElementChild.scrollWidth + 5);
    const ends = Array(ROWS).fill(-Infinity);
    words.forEach((word, n) => {
      const from = (short.words[n].start / short.frames) * width;
      const free = ends.findIndex((end) => end <= from);
      const row = free >= 0 ? free : ends.indexOf(Math.min(...ends));
      ends[row] = Math.max(ends[row], from + needs[n]);
      word.style.setProperty("--row", row);
    });
  }

  function sound(wave) {
    const edge = (sign) =>
      wave.map((height, n) => `${n} ${(50 - sign * Math.max(0.5, height * 48)).toFixed(1)}`);
    const d = `M${edge(1).join("L")}L${edge(-1).reverse().join("L")}Z`;
    const viewBox = `0 0 ${wave.length} 100`;
    const look = { viewBox, preserveAspectRatio: "none", "aria-hidden": "true" };
    return svg("svg", look, svg("path", { d }));
  }

  let lit = [];
  function move(frame, short) {
    whole.style.setProperty("--at", short ? (frame + 0.5) / short.frames : 0);
    const beat = beatAt(short, frame);
    const word = wordAt(short, frame);
    for (const element of lit) element.removeAttribute("data-lit");
    lit = [
      byId("beats").querySelector(`[data-beat="${beat?.name}"]`),
      short && frame < short.words[word]?.end ? byId("words").children[word] : null,
    ].filter(Boolean);
    for (const element of lit) element.setAttribute("data-lit", "");
    const said = [beat?.name, short?.words[word]?.text];
    byId("now").textContent = said.filter(Boolean).join(" · ");
    head.setAttribute("aria-valuenow", frame);
    head.setAttribute(
      "aria-valuetext",
      beat ? `${(frame / short.fps).toFixed(2)} seconds, frame ${frame}, ${beat.name}` : "nothing",
    );
  }

  let rate = 0; // a film that was playing goes on where it is let go
  const at = ({ clientX }) => {
    const { left, width } = whole.getBoundingClientRect();
    return ((clientX - left) / width) * (current(store.state).short?.frames ?? 0) - 0.5;
  };
  const scrub = (event) => actions.go(at(event));
  whole.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button")) return;
    rate = store.state.rate;
    actions.pause();
    actions.scrub(true);
    whole.setPointerCapture(event.pointerId);
    scrub(event);
  });
  whole.addEventListener("pointermove", (event) => {
    if (store.state.scrubbing) scrub(event);
  });
  whole.addEventListener("lostpointercapture", () => {
    actions.scrub(false);
    if (rate !== 0) actions.play(rate);
  });
}
