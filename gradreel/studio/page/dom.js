// Elements with attributes and text. Text is always text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const el = (tag, attributes = {}, ...children) =>
  filled(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

export function button(attributes, click, ...children) {
  const made = el("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", click);
  return made;
}

// The number of a line in the day's file is the way to it.
export const lineButton = (line, open) =>
  button(
    { class: "line", title: "Open in your editor", "aria-label": `Open line ${line} in your editor` },
    () => open(line),
    String(line),
  );

// Where something is in time, as a part of the whole, for the style sheet.
export function placed(element, start, end, frames) {
  element.style.setProperty("--from", start / frames);
  element.style.setProperty("--span", (end - start) / frames);
  return element;
}

export const file = (id) => `/file/${encodeURIComponent(id)}`;
