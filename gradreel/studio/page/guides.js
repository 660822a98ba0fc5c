// What lies over the picture: the zones of a platform, a grid of thirds, the size of a phone.

import { byId, svg } from "./dom.js";

const [WIDTH, HEIGHT] = [1080, 1920];

export function guides(store, actions) {
  const layer = byId("guides");

  store.watch(
    (state) => [state.safe, state.grid, state.day],
    (safe, grid, day) => {
      const platform = day?.platforms[safe - 1];
      layer.replaceChildren(...(grid ? thirds() : []), ...(platform ? zones(platform) : []));
      layer.toggleAttribute("data-zones", Boolean(platform));
      press("safe", Boolean(platform));
      byId("safe").title = platform ? `Safe zones: ${platform.name} (S)` : "Safe zones (S)";
      press("grid", grid);
    },
  );
  for (const [id, of] of Object.entries({ phone: "phone", mute: "muted", loop: "loop" })) {
    store.watch((state) => [state[of]], (on) => press(id, on));
    byId(id).addEventListener("click", actions[id]);
  }
  store.watch((state) => [state.phone], (phone) => byId("screen").toggleAttribute("data-phone", phone));
  byId("safe").addEventListener("click", actions.safe);
  byId("grid").addEventListener("click", actions.grid);

  const press = (id, on) => byId(id).setAttribute("aria-pressed", String(on));

  const thirds = () =>
    [1, 2].flatMap((n) => [
      svg("path", { class: "third", d: `M${(WIDTH * n) / 3} 0V${HEIGHT}` }),
      svg("path", { class: "third", d: `M0 ${(HEIGHT * n) / 3}H${WIDTH}` }),
    ]);

  // What is outside the safe zone is shaded: the app's own buttons may lie there.
  function zones({ name, zones: { safe, ...others } }) {
    const [l, t, r, b] = safe;
    const outside = `M0 0H${WIDTH}V${HEIGHT}H0ZM${l} ${t}V${b}H${r}V${t}Z`;
    return [
      svg("path", { class: "outside", d: outside }),
      ...Object.entries(others).map(([zone, box]) => area(zone, box, zone)),
      area("safe", safe, `safe · ${name}`),
    ];
  }

  function area(zone, [l, t, r, b], label) {
    return svg(
      "g",
      { class: "zone", "data-zone": zone },
      svg("rect", { x: l, y: t, width: r - l, height: b - t, rx: 10 }),
      zone === "safe"
        ? svg("text", { x: l + 4, y: t - 18 }, label)
        : svg("text", { x: r - 16, y: b - 18, "text-anchor": "end" }, label),
    );
  }
}
