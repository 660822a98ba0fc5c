"use strict";
(() => {
  const shorts = [...document.querySelectorAll(".short")];
  const said = document.getElementById("said");

  // Ticks outlive the page. Where a browser keeps nothing for files, they live as long as it is open.
  const store = (() => {
    try {
      localStorage.setItem("gradreel", "1");
      return localStorage;
    } catch {
      const held = new Map();
      return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value) };
    }
  })();

  const tell = (text) => {
    said.textContent = text;
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => { said.textContent = ""; }, 2500);
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  for (const button of document.querySelectorAll("button[data-of]")) {
    button.addEventListener("click", async () => {
      const done = await copy(document.getElementById(button.dataset.of).textContent);
      button.focus();
      tell(done ? `${button.dataset.what} copied` : "Your browser does not let pages copy: select the text");
      button.classList.toggle("copied", done);
      setTimeout(() => button.classList.remove("copied"), 2500);
    });
  }

  const count = () => {
    let done = 0;
    for (const short of shorts) {
      const boxes = [...short.querySelectorAll("input")];
      const all = boxes.length > 0 && boxes.every((box) => box.checked);
      short.classList.toggle("done", all);
      document.querySelector(`nav a[href="#${short.id}"]`).classList.toggle("done", all);
      done += all;
    }
    document.getElementById("done").textContent = done;
  };

  for (const box of document.querySelectorAll("input[data-key]")) {
    box.checked = store.getItem(box.dataset.key) === "1";
    box.addEventListener("change", () => {
      store.setItem(box.dataset.key, box.checked ? "1" : "0");
      count();
    });
  }
  window.addEventListener("storage", (event) => {
    for (const box of document.querySelectorAll("input[data-key]")) {
      if (box.dataset.key === event.key) box.checked = event.newValue === "1";
    }
    count();
  });
  count();

  const rest = document.getElementById("rest");
  rest.addEventListener("click", () => {
    const on = document.body.classList.toggle("rest");
    rest.setAttribute("aria-pressed", on);
  });

  for (const time of document.querySelectorAll("time")) {
    if (Date.parse(time.dateTime) < Date.now()) time.parentElement.querySelector(".late").hidden = false;
  }

  // One film at a time.
  document.addEventListener("play", (event) => {
    for (const video of document.querySelectorAll("video")) if (video !== event.target) video.pause();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
    const seen = shorts.filter((short) => short.offsetParent !== null);
    const line = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 8;
    const next = event.key === "j"
      ? seen.find((short) => short.getBoundingClientRect().top > line)
      : seen.findLast((short) => short.getBoundingClientRect().top < line - 16);
    if (next) {
      next.scrollIntoView();
      next.focus({ preventScroll: true });
    }
  });
})();
