"""Save -> what changed -> wishes for the easel -> events for whoever listens.

Watches the script, the settings, the scenes and the engine. What the easel has loaded and keeps,
voices and tracer, is only loaded anew with the easel itself.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from watchfiles import Change, DefaultFilter, watch

from gradreel.studio.easel import DRAWS, ENGINE, Event, Look, Place, Wish
from gradreel.voice.recorded import ENDINGS

ROOT = ENGINE.parent
SETTLE = 60  # milliseconds in which the writes of one save come
_EASEL = (
    "import sys; sys.path.insert(0, sys.argv[1]); from gradreel.studio.easel import main; main()"
)


class Loop:
    """Use it as a context manager. `tell` is called from threads of its own."""

    def __init__(
        self, place: Place, script: Path, tell: Callable[[Event], None], first: Look
    ) -> None:
        self.place, self.script, self.tell = place, script.resolve(), tell
        self._first = first
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._easel: _Easel | None = None
        self._shown: int | None = None  # the short that another easel goes on with

    def wish(self, wish: Wish) -> None:
        with self._lock:
            if self._easel is None:
                return
            if isinstance(wish, Look):
                self._shown = wish.short or self._shown
            if self._easel.alive:
                self._easel.wish(wish)
            else:
                self._begin(wish)

    def __enter__(self) -> Loop:
        self._restart(self._first)
        ours = [ROOT / name for name in ("scenes", "gradreel", "assets")]
        alone = {self.script.parent, self.place.config.resolve().parent}
        alone -= {folder for folder in alone if any(map(folder.is_relative_to, ours))}
        for folders, whole in ((ours, True), (sorted(alone), False)):  # a home is not searched
            if folders:
                threading.Thread(target=self._watch, args=(folders, whole), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with self._lock:
            easel, self._easel = self._easel, None
        if easel is not None:
            easel.end()

    def _restart(self, wish: Wish) -> None:
        with self._lock:
            if self._stop.is_set():
                return
            if self._easel is not None:
                self._easel.end()
            self._begin(wish)

    def _begin(self, wish: Wish) -> None:
        short = wish.short if isinstance(wish, Look) else None
        self._easel = _Easel(self.place, self._heard)
        self._easel.wish(Look(wish.since, short or self._shown))

    def _heard(self, event: Event) -> None:
        if event["kind"] == "day":
            self._shown = event["selected"]
        self.tell(event)

    def _watch(self, folders: Sequence[Path], whole: bool) -> None:
        watched = _Watched(self.script, self.place.config.resolve())
        for changes in watch(
            *folders, watch_filter=watched, stop_event=self._stop, debounce=SETTLE * 4,
            step=SETTLE, rust_timeout=1000, recursive=whole,
        ):  # fmt: skip
            files = tuple(sorted({Path(name) for _, name in changes}))
            wish = Look(_saved(files), files=files)
            if any(map(_kept_loaded, files)):
                self._restart(wish)
            else:
                self.wish(wish)


class _Easel:
    """Our side of the warm process."""

    def __init__(self, place: Place, tell: Callable[[Event], None]) -> None:
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = Pipe()
        self._tell, self._ended = tell, False
        self._process = subprocess.Popen(
            (sys.executable, "-P", "-c", _EASEL, str(ROOT), str(theirs.fileno())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            process_group=0,  # Ctrl-C is for us; it is told, or hears that we are gone
        )
        theirs.close()
        self._send(place)
        threading.Thread(target=self._hear, name="easel", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wish(self, wish: Wish) -> None:
        self._send(wish)

    def _send(self, message: object) -> None:
        with suppress(OSError):
            self.pipe.send(message)

    def end(self) -> None:
        self._ended = True
        self._send(None)
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hear(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._tell(self.pipe.recv())
        if not self._ended:
            self._tell(
                {
                    "kind": "error",
                    "short": None,
                    "what": "studio",
                    "fix": "The terminal says why. It is started again with the next save.",
                    "message": "the process that draws has ended.",
                    "file": None,
                    "line": None,
                }
            )


class _Watched(DefaultFilter):
    """The author's files, what draws them, and what was recorded for them."""

    def __init__(self, script: Path, config: Path) -> None:
        super().__init__()
        self.ours = {script, config}

    def __call__(self, change: Change, name: str) -> bool:
        path = Path(name)
        if path in self.ours:
            return True
        draws = path.suffix in (".py", ".toml", *ENDINGS) and path.parent != ROOT
        return draws and super().__call__(change, name) and path.is_relative_to(ROOT)


def _kept_loaded(path: Path) -> bool:
    """Whether the easel keeps what is in it loaded."""
    if path.suffix != ".py" or not path.is_relative_to(ENGINE):
        return False
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return not any(name == each or name.startswith(f"{each}.") for each in DRAWS)


def _saved(files: Iterable[Path]) -> float:
    """When the last of them was written."""
    return max(_times(files), default=time.time())


def _times(files: Iterable[Path]) -> Iterator[float]:
    for path in files:
        with suppress(OSError):
            yield path.stat().st_mtime
