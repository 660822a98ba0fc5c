// The keyboard: what each key does, and the help that lists them.

import { byId, el } from "./dom.js";

const CONTROLS = "button, [role=option], [role=button]";

export function keys(store, actions) {
  const help = byId("help");
  const ask = () => (help.open ? help.close() : help.showModal());
  byId("ask").addEventListener("click", ask);
  byId("help-close").addEventListener("click", ask);

  const table = [
    [[" "], "Space", "Play or pause", actions.toggle],
    [["j"], "J", "Back a second; playing: slower, then back", () => actions.shuttle(-1)],
    [["k"], "K", "Pause", actions.pause],
    [["l"], "L", "On a second; playing: faster", () => actions.shuttle(1)],
    [["ArrowLeft"], "←", "Back by a frame", () => actions.step(-1)],
    [["ArrowRight"], "→", "On by a frame", () => actions.step(1)],
    [["Shift+ArrowLeft"], "Shift ←", "Back by a beat", () => actions.byBeat(-1)],
    [["Shift+ArrowRight"], "Shift →", "On by a beat", () => actions.byBeat(1)],
    [["b"], "B", "Loop the beat", actions.loop],
    [["m"], "M", "Mute", actions.mute],
    [["s"], "S", "Safe zones, one platform after the other", actions.safe],
    [["g"], "G", "Grid", actions.grid],
    [["p"], "P", "Size of a phone", actions.phone],
    [["e"], "E", "Open the line in your editor", actions.openHere],
    [["r"], "R", "Render the final", actions.render],
    [["?", "Shift+?"], "?", "These keys", ask],
  ];
  const does = new Map(table.flatMap(([names, , , act]) => names.map((name) => [name, act])));
  byId("keys").append(
    ...table.map(([, shown, what]) => {
      const caps = shown.split(" ").map((key) => el("kbd", {}, key));
      return el("div", {}, el("dt", {}, ...caps), el("dd", {}, what));
    }),
  );

  // A click is no move of the focus: the next key is the player's, whatever was clicked.
  document.addEventListener("mousedown", (event) => {
    if (!event.target.closest(CONTROLS)) return;
    event.preventDefault();
    document.activeElement.blur();
  });

  // What is typed into, and what a focused control does with a key itself, is not ours.
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");
  const isPressed = ({ key, target }) => key === " " && target.closest(CONTROLS);

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || isPressed(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = does.get(event.shiftKey ? `Shift+${key}` : key);
    if (!act || (help.open && act !== ask)) return;
    event.preventDefault();
    act();
  });
}
