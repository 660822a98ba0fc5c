// One state for the whole page, and views that hear of the part they look at.

const same = (a, b) => a.length === b.length && a.every((value, n) => Object.is(value, b[n]));

export function storeOf(state) {
  const watchers = [];
  let telling = false;

  // A view may change the state too: then everybody is asked again, rather than told out of order.
  const tell = () => {
    if (telling) return;
    telling = true;
    for (let before = null; before !== state; ) {
      before = state;
      for (const watcher of watchers) watcher();
    }
    telling = false;
  };

  return {
    get state() {
      return state;
    },
    change(changes) {
      state = { ...state, ...changes };
      tell();
    },
    replace(next) {
      if (next === state) return;
      state = next;
      tell();
    },
    // `look` names the values that a view is made of, as a list; the view is made anew when one of
    // them is another.
    watch(look, view) {
      let last = null;
      watchers.push(() => {
        const now = look(state);
        if (last !== null && same(last, now)) return;
        last = now;
        view(...now);
      });
    },
    start() {
      tell();
    },
  };
}
