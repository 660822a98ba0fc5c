"""The studio as a whole: what the loop and the finals tell goes to the page, what the page asks for
goes to them."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from gradreel.errors import ConfigError
from gradreel.settings import Settings
from gradreel.studio.app import serve
from gradreel.studio.asked import Action
from gradreel.studio.board import Board
from gradreel.studio.easel import Event, Look, Place, Still
from gradreel.studio.finals import Finals
from gradreel.studio.loop import ROOT, Loop
from gradreel.studio.served import Gallery


@contextmanager
def hosted(place: Place, settings: Settings, first: Look, port: int = 0) -> Iterator[str]:
    """The studio of a day, at the address that this yields."""
    desk = _Desk(settings)
    with (
        closing(Finals(place, desk.tell)) as desk.finals,
        Loop(place, place.day(settings), desk.tell, first) as desk.loop,
        serve(desk.board, desk.gallery, desk.act, port) as address,
    ):
        yield address


class _Desk:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.board, self.gallery = Board(), Gallery()
        self.loop: Loop
        self.finals: Finals
        self.sources: set[str] = set()  # files that the page was told of, and may have opened
        self.day, self.short = 0, 0

    def tell(self, event: Event) -> None:
        """What happened, with ids where it names pictures and films."""
        match event["kind"]:
            case "day":
                self.day = event["day"]
                self.sources.add(event["script"])
                event = {**event, "shorts": [self._shelved(each) for each in event["shorts"]]}
            case "short":
                self.short = event["short"]
                self.sources.add(event["scene"])
            case "error" if event["file"]:
                self.sources.add(event["file"])
        self.board.post(self._shelved(event) if event["kind"] != "error" else event)

    def act(self, action: Action) -> None:
        """What the page asks for. Raises `ConfigError` for a file that it was not told of."""
        now = time.time()
        match action:
            case {"do": "select", "short": short}:
                if short != self.short:  # a page that comes back selects what is shown already
                    self.loop.wish(Look(now, short))
            case {"do": "still", "frame": frame}:
                self.loop.wish(Still(now, frame))
            case {"do": "render", "shorts": "all"}:
                self.finals.order(())
            case {"do": "render", "shorts": numbers}:
                self.finals.order(numbers)
            case {"do": "open", "file": file, "line": line}:
                self._open(file, line)
            case {"do": "package"}:
                self._package()

    def _shelved(self, event: Event) -> Event:
        """With an id for each file that is there."""
        told = dict(event)
        for key in ("file", "cover", "film"):
            if name := told.get(key):
                told[key] = None
                with suppress(OSError):
                    told[key] = self.gallery.add(Path(name))
        if told.get("package"):
            told["package"] = True
        return told

    def _open(self, file: str, line: int) -> None:
        if file not in self.sources:
            raise ConfigError(f"{file} is none of the studio's files.")
        path, editor = ROOT / file, self.settings.studio.editor
        if editor:
            words = [
                word.replace("{file}", str(path)).replace("{line}", str(line))
                for word in shlex.split(editor)
            ]
        else:
            words = ["open" if sys.platform == "darwin" else "xdg-open", str(path)]
        try:
            subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ConfigError(
                f"{words[0]} cannot be started: {error.strerror}.",
                fix="Name your editor under [studio] in config.toml.",
            ) from error

    def _package(self) -> None:
        page = self.settings.paths.out / f"day{self.day:02d}" / "index.html"
        if not page.exists():
            raise ConfigError("there is no package yet.", fix="Render a film first.")
        webbrowser.open(page.as_uri())
