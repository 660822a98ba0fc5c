// What the page knows, and what an event makes of it. No view, no network.

export const initial = {
  stopped: false, // the server is gone
  day: null,
  selected: null, // number of the short that is looked at
  records: {}, // by number: what came about a short
  error: null,
  refused: "", // what the server said to an action it would not do
  working: null,
  frame: 0,
  rate: 0, // of playing: 0 is paused, below 0 goes back
  scrubbing: false,
  watch: "draft", // or "final"
  safe: 0, // of so many platforms the n-th is drawn, 0 for none
  grid: false,
  phone: false,
  muted: false,
  loop: false,
  tab: "script",
};

const blank = {
  short: null,
  stills: [],
  clips: [],
  draft: null,
  final: null,
  findings: null,
  took: {}, // by kind of picture: seconds from save to picture
};

export const recordOf = (state, number) => state.records[number] ?? blank;
export const current = (state) => recordOf(state, state.selected);

export const beatAt = (short, frame) => short?.beats.find((b) => b.start <= frame && frame < b.end);

// The word that is heard, or was last.
export function wordAt(short, frame) {
  return short ? short.words.findLastIndex((word) => word.start <= frame) : -1;
}

export const isLit = (line, frame) => line.lit.some(([from, to]) => from <= frame && frame < to);

// The newest picture there is of a moment. Of equally new ones the film comes first: it has sound.
// Stills are one frame long, so a film that plays does not stop for them.
export function pictureAt(state, frame) {
  const { stills, clips, draft, final } = current(state);
  if (state.watch === "final" && final?.file) return final;
  const found = clips.filter((clip) => clip.start <= frame && frame < clip.end);
  if (draft) found.unshift(draft);
  if (state.rate === 0 || found.length === 0) {
    found.push(...stills.filter((still) => still.frame === frame));
  }
  return found.reduce((best, each) => (best && best.version >= each.version ? best : each), null);
}

export const pictureNow = (state) => pictureAt(state, state.frame);

// What could play from a moment on.
export function filmAt(state, frame) {
  const picture = pictureAt({ ...state, rate: 1 }, frame);
  return picture?.kind === "still" ? null : picture;
}

function update(state, number, changes) {
  const record = { ...recordOf(state, number), ...changes };
  return { ...state, records: { ...state.records, [number]: record } };
}

const took = (record, { kind, seconds, version }) => ({
  ...record.took,
  [kind]: { seconds, version },
});

// Pictures of this version, and the new one instead of the one of its moment.
const kept = (pictures, event, moment) => [
  ...pictures.filter((p) => p.version === event.version && p[moment] !== event[moment]),
  event,
];

const outdated = (pictures, event) => pictures.some((p) => p.version > event.version);

const meanings = {
  // Whoever comes back may be another server, which counts and names anew.
  connected: (state) => ({
    ...state,
    stopped: false,
    records: {},
    error: null,
    working: null,
    rate: 0,
  }),
  stopped: (state) => ({ ...state, stopped: true, working: null }),

  day(state, day) {
    const has = (selected) => day.shorts.some(({ number }) => number === selected);
    // A save of another short is what the author wants to see now.
    const moved = state.day !== null && day.selected !== state.day.selected;
    if (moved && day.selected !== state.selected && has(day.selected)) {
      return { ...state, day, selected: day.selected, frame: 0, rate: 0, watch: "draft" };
    }
    return { ...state, day, selected: has(state.selected) ? state.selected : null };
  },

  short(state, short) {
    const next = update(state, short.short, { short });
    const selected = state.selected ?? short.short;
    if (selected !== short.short) return next;
    const frame = Math.min(state.frame, short.frames - 1);
    return { ...next, selected, frame, watch: isNewer(state, short) ? "draft" : state.watch };
  },

  still(state, still) {
    const record = recordOf(state, still.short);
    if (outdated(record.stills, still)) return state;
    const before = Math.max(-1, ...versions(record));
    const next = update(state, still.short, {
      stills: kept(record.stills, still, "frame"),
      took: took(record, still),
    });
    // The first picture of a change is what its author waits for: go where it is, unless the film
    // plays or the author is on the way somewhere else.
    const awaited = still.version > before && still.short === state.selected;
    if (!awaited || state.rate !== 0 || state.scrubbing) return next;
    return { ...next, frame: still.frame };
  },

  clip(state, clip) {
    const record = recordOf(state, clip.short);
    if (outdated(record.clips, clip)) return state;
    const clips = kept(record.clips, clip, "start");
    return update(state, clip.short, { clips, took: took(record, clip) });
  },

  draft(state, draft) {
    const record = recordOf(state, draft.short);
    if (record.draft && record.draft.version > draft.version) return state;
    return update(state, draft.short, { draft: { ...draft, start: 0 }, took: took(record, draft) });
  },

  findings: (state, event) => update(state, event.short, { findings: event }),
  error: (state, error) => ({ ...state, error, working: null }),
  cleared: (state) => ({ ...state, error: null }),
  working: (state, working) => ({ ...state, working }),
  idle: (state) => ({ ...state, working: null }),

  final(state, final) {
    const awaited = ["waiting", "drawing"].includes(recordOf(state, final.short).final?.state);
    const next = update(state, final.short, { final: { ...final, start: 0 } });
    const play = awaited && final.state === "made" && final.short === state.selected;
    return play ? { ...next, watch: "final", frame: 0, rate: 1 } : next;
  },
};

const versions = ({ stills, clips, draft }) =>
  [...stills, ...clips, ...(draft ? [draft] : [])].map((picture) => picture.version);

const isNewer = (state, short) =>
  short.version > (recordOf(state, short.short).short?.version ?? short.version);

export const apply = (state, event) => meanings[event.kind]?.(state, event) ?? state;
