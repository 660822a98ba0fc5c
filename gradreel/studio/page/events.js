// Server-sent events -> state. Says when the server is gone, and comes back by itself.

import { apply } from "./state.js";

const AGAIN = 1000; // ms between two tries; the browser's own pause is three times as long
const GONE = 2000; // ms without a connection before it is told: a restart may be quicker

// `arrived` is called as soon as the page knows what the studio shows.
export function listen(store, arrived) {
  let source = null;
  let trying = null;
  let gone = null;

  const take = (event) => store.replace(apply(store.state, event));

  function connect() {
    let waiting = true;
    source = new EventSource("/events");
    source.addEventListener("open", () => {
      clearTimeout(gone);
      gone = null;
      take({ kind: "connected" });
    });
    source.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      take(event);
      if (waiting && event.kind === "day") arrived();
      waiting &&= event.kind !== "day";
    });
    source.addEventListener("error", () => {
      source.close();
      gone ??= setTimeout(() => take({ kind: "stopped" }), GONE);
      trying = setTimeout(connect, AGAIN);
    });
  }

  function leave() {
    source?.close();
    clearTimeout(trying);
    clearTimeout(gone);
    gone = null;
  }

  // A browser has six connections for all tabs. One that nobody sees does without, and is told
  // everything when it is looked at again.
  const look = () => (document.hidden ? leave() : connect());
  document.addEventListener("visibilitychange", look);
  look();
}
