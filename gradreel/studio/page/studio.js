// The page of the studio: events -> state -> views. Every view looks at the one state, and what the
// author does changes it through `actions`.

import { actionsOn } from "./actions.js";
import { code } from "./code.js";
import { listen } from "./events.js";
import { final } from "./final.js";
import { findings } from "./findings.js";
import { guides } from "./guides.js";
import { keys } from "./keys.js";
import { notices } from "./notices.js";
import { player } from "./player.js";
import { script } from "./script.js";
import { shortOfHash, shorts } from "./shorts.js";
import { initial } from "./state.js";
import { status } from "./status.js";
import { storeOf } from "./store.js";
import { tabs } from "./tabs.js";
import { timeline } from "./timeline.js";
import { trace } from "./trace.js";
import { transport } from "./transport.js";

const store = storeOf({ ...initial, selected: shortOfHash() });
const actions = actionsOn(store);
const views = [
  shorts, guides, transport, timeline, script, code, trace, findings, tabs, notices, status, final,
  player, keys,
];
for (const view of views) view(store, actions);
store.start();
listen(store, actions.again);
