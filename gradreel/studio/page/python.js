// A line of Python in colours, near enough for reading: what runs is coloured in the film itself.

import { el } from "./dom.js";

const TOKENS = new RegExp(
  [
    /(?<comment>#.*)/,
    /(?<string>[rfbRFB]?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))/,
    /\b(?<keyword>and|as|assert|break|class|continue|def|del|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b/,
    /\b(?<number>\d[\d_.]*(?:e[+-]?\d+)?)/,
    /(?<call>\b\w+)(?=\()/,
  ]
    .map((token) => token.source)
    .join("|"),
  "g",
);

export function coloured(text) {
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    parts.push(text.slice(done, match.index), el("span", { class: kind }, match[0]));
    done = match.index + match[0].length;
  }
  return [...parts, text.slice(done)];
}
