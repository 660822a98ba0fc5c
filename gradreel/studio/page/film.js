// One film on the screen. Another one takes its place when its picture is there, at the same moment
// and playing if the first one plays: the author never looks at nothing.

import { el } from "./dom.js";

export class Film {
  // `shown` is called when a film's picture is on the screen, `ended` at its last frame, `broken`
  // when it cannot be shown.
  constructor(screen, { shown, ended, broken }) {
    this.screen = screen;
    this.told = { shown, ended, broken };
    this.video = null;
    this.picture = null; // what is on the screen
    this.coming = null; // what is being loaded
    this.fps = 30;
    this.rate = 0;
    this.muted = false;
    this.wanted = null; // frame to seek to as soon as the last seek is done
  }

  get frame() {
    const { start } = this.picture;
    return start + Math.floor(this.video.currentTime * this.fps + 0.001);
  }

  // A clip is of one beat; a whole film has every moment.
  has(frame) {
    const { start, end = Infinity } = this.picture ?? { end: 0 };
    return start <= frame && frame < end;
  }

  // The middle of a frame, so that rounding never shows the one before.
  #seconds(picture, frame) {
    return (frame - picture.start + 0.5) / this.fps;
  }

  // `now()` is the frame that is wanted, asked again after loading, since a film may go on meanwhile.
  show(picture, url, now) {
    if (this.picture?.file === picture.file) this.coming = null; // back to it, before another came
    if ((this.coming ?? this.picture)?.file === picture.file) return;
    this.coming = picture;
    const video = el("video", { id: "film", playsinline: "", preload: "auto", "aria-label": "Film" });
    const stale = () => this.coming !== picture;
    video.addEventListener("error", () => {
      if (stale() && this.video !== video) return;
      if (!stale()) this.coming = null;
      this.told.broken(picture);
    });
    video.addEventListener("ended", () => this.video === video && this.told.ended());
    video.addEventListener("seeked", () => this.video === video && this.#goOn());
    const arrived = () => {
      video.removeEventListener("seeked", arrived);
      if (!stale()) this.#swap(picture, video, now());
    };
    video.addEventListener("loadeddata", () => {
      if (stale()) return;
      video.addEventListener("seeked", arrived);
      video.currentTime = this.#seconds(picture, now());
    });
    video.muted = this.muted;
    video.src = url;
  }

  #swap(picture, video, frame) {
    this.coming = null;
    if (this.video) {
      this.video.replaceWith(video);
      this.video.pause();
      this.video.removeAttribute("src");
      this.video.load(); // frees what it holds
    } else {
      this.screen.prepend(video);
    }
    this.video = video;
    this.picture = picture;
    this.wanted = null;
    this.seek(frame);
    this.play(this.rate);
    this.told.shown(picture);
  }

  seek(frame) {
    if (!this.has(frame) || this.frame === frame) return;
    this.wanted = frame;
    if (!this.video.seeking) this.#goOn();
  }

  // Seeks are slower than a hand that drags: only the newest of those that wait is done.
  #goOn() {
    if (this.wanted === null) return;
    this.video.currentTime = this.#seconds(this.picture, this.wanted);
    this.wanted = null;
  }

  play(rate) {
    this.rate = rate;
    if (!this.video) return;
    if (rate <= 0) {
      this.video.pause();
      return;
    }
    this.video.playbackRate = rate;
    // Another film may come before this one begins, which is no error.
    this.video.play().catch(() => {});
  }

  mute(muted) {
    this.muted = muted;
    if (this.video) this.video.muted = muted;
  }
}
