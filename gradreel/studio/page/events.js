// Server-sent events -> state. Says when the server is gone, and comes back by itself.

import { apply } from "./state.js";

const AGAIN = 1000; // ms between two tries; the browser's own pause is three times as long
const GONE = 2000; // ms without a connection before it is told: a restart may be quicker

export function listen(store, connected) {
  let source = null;
  let gone = null;
  let lost = false;

  const take = (event) => store.replace(apply(store.state, event));

  const connect = () => {
    source = new EventSource("/events");
    source.addEventListener("open", () => {
      clearTimeout(gone);
      gone = null;
      if (lost) take({ kind: "connected" });
      lost = false;
      connected();
    });
    source.addEventListener("message", ({ data }) => take(JSON.parse(data)));
    source.addEventListener("error", () => {
      source.close();
      lost = true;
      gone ??= setTimeout(() => take({ kind: "stopped" }), GONE);
      setTimeout(connect, AGAIN);
    });
  };

  connect();
}
