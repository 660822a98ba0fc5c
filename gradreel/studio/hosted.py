"""The studio as a whole: what the loop and the finals tell goes to the page, what the page asks for
goes to them."""

from __future__ import annotations

import secrets
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
from gradreel.studio.app import PORT, serve
from gradreel.studio.asked import Action
from gradreel.studio.board import Board
from gradreel.studio.easel import Event, Look, Place, Still
from gradreel.studio.finals import Finals
from gradreel.studio.loop import ROOT, Loop
from gradreel.studio.served import Gallery


@contextmanager
def hosted(place: Place, settings: Settings, first: Look, port: int = PORT) -> Iterator[str]:
    """The studio of a day, at the address that this yields."""
    desk = _Desk(place, settings)
    with (
        closing(Finals(place, desk.tell)) as desk.finals,
        Loop(place, place.day(settings), desk.tell, first) as desk.loop,
        serve(desk.board, desk.gallery, desk.act, port) as address,
    ):
        yield address


class _Desk:
    def __init__(self, place: Place, settings: Settings) -> None:
        self.place, self.settings = place, settings
        self.run = secrets.token_hex(8)  # a page that comes back has to know whether it is another
        self.board, self.gallery = Board(), Gallery()
        self.loop: Loop
        self.finals: Finals
        self.sources: set[str] = set()  # files that the page was told of, and may have opened
        self.package: Path | None = None  # the day's page for uploading

    def tell(self, event: Event) -> None:
        """What happened, with ids where it names pictures and films."""
        if package := event.get("package"):
            self.package = Path(package)
        match event["kind"]:
            case "day":
                self.sources.add(event["script"])
                shorts = [self._shelved(each) for each in event["shorts"]]
                event = {**event, "run": self.run, "shorts": shorts}
            case "short":
                self.sources.add(event["scene"])
            case "error" if event["file"]:
                self.sources.add(event["file"])
            case "final" if event["error"] and event["error"]["file"]:
                self.sources.add(event["error"]["file"])
        self.board.post(self._shelved(event) if event["kind"] != "error" else event)

    def act(self, action: Action) -> None:
        """What the page asks for. Raises `ConfigError` for a file that it was not told of."""
        now = time.time()
        match action:
            case {"do": "select", "short": short}:
                self.loop.wish(Look(now, short))
            case {"do": "still", "frame": frame}:
                self.loop.wish(Still(now, frame))
            case {"do": "render", "shorts": "all"}:
                self.finals.order(())
            case {"do": "render", "shorts": numbers}:
                self.finals.order(numbers)
            case {"do": "cancel"}:
                self.finals.cancel()
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
        path, editor = ROOT / file, self._editor()
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

    def _editor(self) -> str:
        """As it is set now; while the settings are wrong, which is what it may be opened for, as it
        was set last."""
        with suppress(ConfigError):
            self.settings = self.place.settings()
        return self.settings.studio.editor

    def _package(self) -> None:
        if self.package is None or not self.package.exists():
            raise ConfigError("there is no package yet.", fix="Render a film first.")
        webbrowser.open(self.package.resolve().as_uri())
