// What the author does: moves, switches, and what the server is asked for.

import { beatAt, current, filmAt, isAsked, isLit, pictureNow, wordAt } from "./state.js";

const SETTLED = 120; // ms without a move before a still is asked for
const RATES = [-4, -2, -1, 1, 2, 4];

export function actionsOn(store) {
  let settling = null;

  async function ask(wish) {
    try {
      const answer = await fetch("/do", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gradreel": "studio" },
        body: JSON.stringify(wish),
      });
      const refused = answer.ok ? "" : (await answer.json()).error;
      store.change({ refused });
    } catch {
      store.change({ refused: "The studio did not answer." });
    }
  }

  // Where there is no picture of this version yet, the one of the moment where the author stays.
  function askForStill() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      const { selected, frame, rate } = store.state;
      const { short } = current(store.state);
      const picture = pictureNow(store.state);
      if (rate !== 0 || !short || picture?.kind === "final") return;
      if ((picture?.version ?? -1) < short.version) ask({ do: "still", short: selected, frame });
    }, SETTLED);
  }

  function go(moment) {
    const { short } = current(store.state);
    if (!short) return;
    const frame = Math.max(0, Math.min(short.frames - 1, Math.round(moment)));
    store.change({ frame, rate: filmAt(store.state, frame) ? store.state.rate : 0 });
    askForStill();
  }

  function play(rate = 1) {
    const { short } = current(store.state);
    if (!short) return;
    const atEnd = rate > 0 && store.state.frame >= short.frames - 1;
    const frame = atEnd ? 0 : store.state.frame;
    if (filmAt(store.state, frame)) store.change({ rate, frame });
  }

  const pause = () => store.change({ rate: 0 });

  // J and L: a second while paused, else one step slower or faster.
  function shuttle(way) {
    const { rate, frame } = store.state;
    const { short } = current(store.state);
    if (rate === 0) go(frame + way * (short?.fps ?? 0));
    else play(RATES[Math.max(0, Math.min(RATES.length - 1, RATES.indexOf(rate) + way))]);
  }

  function byBeat(way) {
    const { short } = current(store.state);
    if (!short) return;
    const starts = short.beats.map((beat) => beat.start);
    const { frame } = store.state;
    go(way > 0 ? (starts.find((s) => s > frame) ?? frame) : (starts.findLast((s) => s < frame) ?? 0));
  }

  // A line may be lit more than once: every click goes on to the next time.
  function goToLine(line) {
    const times = line.lit.map(([from]) => from);
    if (times.length > 0) go(times.find((time) => time > store.state.frame) ?? times[0]);
  }

  // The line of the day's file that the moment is about.
  function lineNow() {
    const { frame, tab } = store.state;
    const { short } = current(store.state);
    const lit = short.code.find((line) => isLit(line, frame));
    if (tab === "code" && lit) return lit.line;
    const word = short.words[wordAt(short, frame)];
    const part = beatAt(short, frame)?.name;
    return word?.line ?? lit?.line ?? short.script.find((s) => s.part === part)?.line ?? short.line;
  }

  function wish(short) {
    store.change({ wished: short });
    ask({ do: "select", short });
  }

  const open = (file, line) => ask({ do: "open", file, line: line ?? 1 });
  const openLine = (line) => store.state.day && open(store.state.day.script, line);
  const flip = (what) => store.change({ [what]: !store.state[what] });

  return {
    go,
    play,
    pause,
    shuttle,
    byBeat,
    goToLine,
    open,
    openLine,
    toggle: () => (store.state.rate === 0 ? play() : pause()),
    step: (frames) => {
      pause();
      go(store.state.frame + frames);
    },
    select(number) {
      if (number === store.state.selected) return;
      store.change({ selected: number, frame: 0, rate: 0, watch: "draft", loop: false });
      wish(number);
    },
    // A page that comes back wants what it looked at, whatever the studio has shown meanwhile.
    again() {
      const { selected, day } = store.state;
      if (selected !== null && selected !== day.selected) wish(selected);
    },
    openHere() {
      if (current(store.state).short) openLine(lineNow());
    },
    render() {
      const { selected } = store.state;
      if (selected === null || isAsked(current(store.state).final)) return;
      ask({ do: "render", shorts: [selected] });
    },
    renderAll: () => ask({ do: "render", shorts: "all" }),
    cancel: () => ask({ do: "cancel" }),
    package: () => ask({ do: "package" }),
    watch: (watch) => store.change({ watch }),
    tab: (tab) => store.change({ tab }),
    scrub: (scrubbing) => store.change({ scrubbing }),
    safe() {
      const platforms = store.state.day?.platforms.length ?? 0;
      store.change({ safe: (store.state.safe + 1) % (platforms + 1) });
    },
    grid: () => flip("grid"),
    phone: () => flip("phone"),
    mute: () => flip("muted"),
    loop: () => flip("loop"),
  };
}
