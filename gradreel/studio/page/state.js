// What the page knows, and what an event makes of it. No view, no network.

export const initial = {
  stopped: false, // the server is gone
  run: null, // of the server: another one counts and names anew
  day: null,
  selected: null, // number of the short that is looked at
  wished: null, // of the one that was chosen and is not shown yet
  records: {}, // by number: what came about a short
  error: null,
  refused: "", // what the server said to an action it would not do
  working: null,
  package: false, // there is one to open
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
  final: null, // what is asked for
  film: null, // what was made last
  cover: null,
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
  const { stills, clips, draft, film } = current(state);
  if (state.watch === "final" && film) return film;
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

// The film of a short as it lies on the disk.
function shelved(state, short, file) {
  if ((recordOf(state, short).film?.file ?? null) === (file ?? null)) return state;
  return update(state, short, { film: file ? { kind: "final", short, file, start: 0 } : null });
}

export const isAsked = (final) => final?.state === "waiting" || final?.state === "drawing";

const meanings = {
  connected: (state) => ({ ...state, stopped: false, working: null }),
  stopped: (state) => ({ ...state, stopped: true, working: null }),

  day(before, day) {
    const same = before.run === null || before.run === day.run;
    const anew = same ? {} : { records: {}, rate: 0 };
    const known = { ...before, ...anew, day, run: day.run, package: Boolean(day.package) };
    const state = day.shorts.reduce((all, { number, film }) => shelved(all, number, film), known);
    const has = (selected) => day.shorts.some(({ number }) => number === selected);
    // A save of another short is what the author wants to see now, but for one just chosen.
    const wished = has(before.wished) && day.selected !== before.wished ? before.wished : null;
    const moved = same && before.day !== null && day.selected !== before.day.selected;
    if (moved && wished === null && day.selected !== state.selected && has(day.selected)) {
      return { ...state, wished, selected: day.selected, frame: 0, rate: 0, watch: "draft" };
    }
    return { ...state, wished, selected: [state.selected, day.selected].find(has) ?? null };
  },

  short(state, short) {
    // What a final failed of may be mended by this save.
    const { final } = recordOf(state, short.short);
    const mended = isNewer(state, short) && final?.state === "failed";
    const next = update(state, short.short, { short, final: mended ? null : final });
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
    const awaited = isAsked(recordOf(state, final.short).final);
    const asked = update(state, final.short, { final });
    if (!final.file) return asked;
    const { cover } = final;
    const next = shelved(update(asked, final.short, { cover }), final.short, final.file);
    const made = { ...next, package: next.package || Boolean(final.package) };
    const play = awaited && final.short === state.selected;
    return play ? { ...made, watch: "final", frame: 0, rate: 1 } : made;
  },
};

const versions = ({ stills, clips, draft }) =>
  [...stills, ...clips, ...(draft ? [draft] : [])].map((picture) => picture.version);

const isNewer = (state, short) =>
  short.version > (recordOf(state, short.short).short?.version ?? short.version);

export const apply = (state, event) => meanings[event.kind]?.(state, event) ?? state;
