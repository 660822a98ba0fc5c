// Shows the newest picture there is of the moment, and lets time pass while a film plays.

import { byId, el, file } from "./dom.js";
import { Film } from "./film.js";
import { beatAt, current, filmAt, pictureNow, recordOf } from "./state.js";

export function player(store) {
  const screen = byId("frame");
  const film = new Film(screen, { shown: onScreen, ended, broken });
  let still = el("img", { id: "still", alt: "", hidden: "" });
  let passing = false;
  let wanted = null; // the newest picture that was asked for: what comes later than it is too late
  screen.insertBefore(still, byId("guides"));

  store.watch(
    (state) => [pictureNow(state), current(state).short?.fps, state.selected],
    (picture, fps, selected) => {
      if (fps) film.fps = fps;
      if (picture) show(picture);
      else if (wanted && wanted.short !== selected) clear();
    },
  );
  store.watch((state) => [state.frame], (frame) => film.seek(frame));
  store.watch(
    (state) => [state.rate],
    (rate) => {
      film.play(rate);
      // It has gone on since it was looked at last.
      if (rate === 0 && isClock()) store.change({ frame: momentOf(film) });
      if (rate === 0 || passing) return;
      passing = true;
      requestAnimationFrame(pass);
    },
  );
  store.watch((state) => [state.muted], (muted) => film.mute(muted));

  // While the next film is loaded, the one on the screen goes on.
  function isClock() {
    const { state } = store;
    const ours = film.picture?.short === state.selected && current(state).short !== null;
    return ours && still.hidden && film.has(state.frame) && !film.video.seeking;
  }
  const momentOf = ({ frame }) => Math.min(current(store.state).short.frames - 1, frame);

  // The last good picture stays until the next one is decoded.
  async function show(picture) {
    wanted = picture;
    if (picture.kind !== "still") {
      film.show(picture, file(picture.file), () => store.state.frame);
      if (film.picture?.file === picture.file) onScreen(picture);
      return;
    }
    const next = el("img", { id: "still", alt: `Frame ${picture.frame}`, src: file(picture.file) });
    try {
      await next.decode();
    } catch {
      return;
    }
    if (wanted !== picture) return;
    still.replaceWith(next);
    still = next;
    tell(picture);
  }

  function onScreen(picture) {
    if (wanted?.file !== picture.file) return;
    film.picture = { ...film.picture, ...picture };
    film.seek(store.state.frame);
    still.hidden = true;
    tell(picture);
  }

  // What is really seen, for whoever measures: the version, and of what kind the picture is.
  function tell({ kind, version }) {
    const { dataset } = document.documentElement;
    dataset.picture = kind;
    if (version === undefined) delete dataset.version;
    else dataset.version = version;
    screen.dataset.picture = kind;
    byId("empty").hidden = true;
  }

  function clear() {
    wanted = null;
    still.hidden = true;
    byId("empty").hidden = false;
    delete screen.dataset.picture;
    delete document.documentElement.dataset.picture;
    delete document.documentElement.dataset.version;
  }

  // A file that is gone is no picture any more; the next newest takes its place.
  function broken(picture) {
    const { state } = store;
    const record = recordOf(state, picture.short);
    const without = {
      ...record,
      clips: record.clips.filter((clip) => clip.file !== picture.file),
      draft: record.draft?.file === picture.file ? null : record.draft,
      film: record.film?.file === picture.file ? null : record.film,
    };
    store.change({ rate: 0, records: { ...state.records, [picture.short]: without } });
  }

  // Forward the film is the clock. Back, where no browser plays, wall time is.
  let since = null;
  function pass(time) {
    const { rate, frame, loop } = store.state;
    const { short } = current(store.state);
    const elapsed = time - (since ?? time);
    passing = rate !== 0 && Boolean(short);
    since = passing ? time : null;
    if (!passing) return;
    requestAnimationFrame(pass);
    if (!isClock()) return;
    if (rate < 0) {
      const back = Math.max(1, Math.round((elapsed / 1000) * short.fps * -rate));
      store.change(frame > back ? { frame: frame - back } : { frame: 0, rate: 0 });
      return;
    }
    const next = momentOf(film);
    const beat = beatAt(short, frame);
    if (loop && beat && next >= beat.end) store.change({ frame: beat.start });
    else if (next !== frame) store.change({ frame: next });
  }

  // A clip is followed by what there is of the next beat, or by itself.
  function ended() {
    const { state } = store;
    const { short } = current(state);
    if (state.rate <= 0 || !short) return;
    const { kind, start, end } = film.picture;
    const beat = beatAt(short, state.frame);
    if (state.loop && beat) again(beat.start);
    else if (kind !== "clip" || end >= short.frames) {
      store.change({ rate: 0, frame: short.frames - 1 });
    } else {
      again(filmAt(state, end) ? end : start);
    }
  }

  function again(frame) {
    store.change({ frame });
    film.seek(frame);
    film.play(store.state.rate);
  }
}
