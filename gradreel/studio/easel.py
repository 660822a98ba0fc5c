"""The warm process: what costs seconds to load is loaded once, and every picture is drawn by a fork
of it, which a newer wish simply ends.

Wishes come through a pipe, events go back through it: dicts as the page gets them, but with paths
of files where the page has their ids. Modules that draw are loaded anew when one of them changes.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from gradreel import shelf
from gradreel.cache import Cache
from gradreel.errors import GradreelError, SceneError, ScriptError, origin
from gradreel.model import Brief, Script, Short
from gradreel.runs import Runs
from gradreel.script import parse
from gradreel.settings import Settings, line_of, load, platforms
from gradreel.studio.changed import edited, focus, rewritten
from gradreel.trace import Tracer
from gradreel.voice.cast import Cast

KEPT = 3  # versions of each short whose pictures stay
ENGINE = Path(__file__).resolve().parents[1]
Event = dict[str, Any]
# What draws, with all that is built on it. The rest stays: voices and traces are warm there.
DRAWS = (
    "gradreel.blocks", "gradreel.cover", "gradreel.fingerprint", "gradreel.footage",
    "gradreel.lint", "gradreel.pipeline", "gradreel.shelf", "gradreel.shoot", "gradreel.stage",
    "gradreel.storyboard", "gradreel.studio.draft", "gradreel.studio.told",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What the author works on: a settings file and a day's script, and how the settings of the
    command line differ."""

    config: Path
    script: Path | None
    platform: str = "default"
    voice: str = ""
    out: Path | None = None

    def settings(self) -> Settings:
        settings = load(self.config, self.platform)
        if self.voice:
            settings = replace(settings, voice=replace(settings.voice, name=self.voice))
        if self.out:
            settings = replace(settings, paths=replace(settings.paths, out=self.out))
        return settings

    def day(self, settings: Settings) -> Path:
        return self.script or settings.paths.script


@dataclass(frozen=True, slots=True)
class Look:
    """Show a short, None for the one that is shown. `files` were saved, if any, at `since`, as
    `time.time()` counts."""

    since: float
    short: int | None = None
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Still:
    """Show one frame of the selected short."""

    since: float
    frame: int


Wish = Look | Still


class Newer(Exception):
    """Another wish has come; this one's work is done with."""


def main() -> None:
    sys.dont_write_bytecode = True  # two saves within a second would share it
    pipe: Connection[Any, Any] = Connection(int(sys.argv[2]))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        place: Place = pipe.recv()
        with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="gradreel-studio-") as work:
            Easel(place, pipe, Path(work), stack).serve()


class Easel:
    def __init__(
        self, place: Place, pipe: Connection[Any, Any], work: Path, stack: ExitStack
    ) -> None:
        self.place, self.pipe, self.work, self.stack = place, pipe, work, stack
        self.settings: Settings | None = None
        self.script: Script | None = None
        self.runs: Runs | None = None
        self.number: int | None = None
        self.version = int(time.time())  # goes on rising when another process takes over
        self.versions: dict[int, list[int]] = {}  # by short, the newest last
        self.outdated: dict[Path, int] = {}  # films that would come out otherwise, by their time
        self.brief: Brief | None = None
        self.storyboard = ""  # its scene's source
        self.at = 0  # the frame that was shown last
        self.wish: Wish | None = None
        self.todo: list[Callable[[], None]] = []  # what the last look has still to show

    def serve(self) -> None:
        while True:
            with suppress(Newer):
                if self.wish or self.pipe.poll() or not self.todo:
                    wish, self.wish = self.wish or self._heard(), None
                    self._try(lambda: self._fulfil(self._newest(wish)))  # noqa: B023
                else:
                    self._try(self.todo[0])  # `Newer` leaves it for later
                    del self.todo[:1]
                if not self.todo:
                    self.say(kind="idle")

    def say(self, **event: object) -> None:
        self.pipe.send(event)

    def _heard(self) -> Wish:
        """The next wish. Raises `EOFError` at the end."""
        wish: Wish | None = self.pipe.recv()
        if wish is None:
            raise EOFError
        return wish

    # ------------------------------------------------------------------ what is wished for

    def _newest(self, wish: Wish) -> Wish:
        """The last of those that wait; what changed for the earlier ones counts as well."""
        while self.pipe.poll():
            later = self._heard()
            if isinstance(wish, Look) and isinstance(later, Look):
                later = replace(
                    later, short=later.short or wish.short, files=(*wish.files, *later.files)
                )
            elif isinstance(wish, Look):
                continue  # a frame of a film that is about to change
            wish = later
        return wish

    def _try(self, work: Callable[[], None]) -> None:
        """Whatever goes wrong is told, and ends what the look has still to show."""
        try:
            work()
        except (Newer, EOFError):
            raise
        except Exception as error:  # of ours, or of a block that is being written
            self.todo.clear()
            told = _told(error)
            if isinstance(told, SceneError) and not told.fix:
                told.fix = self._suspicion()
            self.say(kind="error", short=self.number, **error_told(told))

    def _suspicion(self) -> str:
        """What a scene may have stumbled over: a run that is not as it was."""
        brief = self.brief
        failure = brief and brief.trace.end.failure
        if brief is None or not failure:
            return ""
        line = brief.short.code.line + failure.span.line - 1 if failure.span else brief.short.line
        place = f"{_near(self.script.path)}:{line}" if self.script else ""
        return f"The code raised {failure.kind} at {place}: {failure.message}"

    def _fulfil(self, wish: Wish) -> None:
        if isinstance(wish, Still):
            self._still(wish.frame, wish.since)
        else:
            self._look(wish)

    def _look(self, wish: Look) -> None:
        self.todo.clear()
        if any(path.is_relative_to(ENGINE) for path in wish.files):
            forget(DRAWS)  # scenes are read anew for every picture
        before, script = self.brief, self._read(wish)
        short = next(short for short in script.shorts if short.number == self.number)
        self.say(kind="working", short=short.number, stage="trace", part=0.0)
        with self._production() as made:
            pipeline = importlib.import_module("gradreel.pipeline")
            told = importlib.import_module("gradreel.studio.told")
            watch = pipeline.Watch()
            self.version += 1
            folder = self.work / str(self.version)
            folder.mkdir()
            with self._chosen("voice", "name"):
                made.cast.speaker(script.day, short)
            brief = made.prepare(short, folder, watch)
            scene = made.scene_of(short)
            self.brief = brief
            self.say(
                kind="short", short=short.number, version=self.version,
                **told.short_told(brief, _near(scene), (*script.warnings, *watch.warnings)),
            )  # fmt: skip
            storyboard = scene.read_text("utf-8")
            if before is None or before.short.number != short.number:
                self.at = focus(None, brief, None, None)
            else:
                self.at = focus(before, brief, self.at, edited(self.storyboard, storyboard))
            self.storyboard = storyboard
        self._still(self.at, wish.since)
        self.say(kind="cleared")
        self.versions.setdefault(short.number, []).append(self.version)
        self._tidy()
        self.todo = [
            lambda: self._clip(made, brief, scene, folder, wish.since),
            lambda: self._film(made, brief, scene, folder, wish.since),
            self._compare,
        ]

    def _tidy(self) -> None:
        """The page may still play what came before of each short, but nothing older."""
        for versions in self.versions.values():
            del versions[:-KEPT]
        kept = {version for versions in self.versions.values() for version in versions}
        for path in self.work.iterdir():
            version = re.match(r"\d+", path.name)
            if version and int(version[0]) not in kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _read(self, wish: Look) -> Script:
        """The settings and the script as they are now, and which short is meant."""
        self.settings = self.place.settings()
        self.number = wish.short or self.number  # also if it has to wait for a script without fault
        old, self.script = self.script, parse(self.place.day(self.settings))
        known = [short.number for short in self.script.shorts]
        found = rewritten(old, self.script, wish.files)
        if wish.short is None and found and self.number not in found:
            self.number = found[0]
        if self.number is None or (self.number not in known and wish.short is not None):
            self.number = known[0]
        if self.number not in known:
            raise ScriptError(
                f"short {self.number} is not in the script any more.",
                fix="\n".join((*self.script.warnings, "Bring it back, or choose another.")),
                path=self.script.path,
                line=self.brief.short.line if self.brief else None,  # where it stood
            )
        self._tell_day()
        return self.script

    def _tell_day(self) -> None:
        assert self.script is not None
        assert self.settings is not None
        told = importlib.import_module("gradreel.studio.told")
        day = told.day_told(self.script, platforms(self.place.config))
        states = {short.number: self._state(short) for short in self.script.shorts}
        for each in day["shorts"]:
            each.update(states[each["number"]])
        day["script"] = str(_near(self.script.path))  # wherever the program was started
        package = shelf.folder_of(self.script, self.settings) / "index.html"
        day["package"] = str(package) if package.exists() else None
        self.say(kind="day", selected=self.number, **day)

    def _compare(self) -> None:
        """Which films would come out otherwise now. It takes a while, so pictures come first."""
        assert self.script is not None
        assert self.settings is not None
        fresh = importlib.import_module("gradreel.shelf")  # it has the digests of what was saved
        cast = Cast(self.settings.voice)
        before, self.outdated = self.outdated, {}
        for short in self.script.shorts:
            film = shelf.path_of(self.script, short, self.settings)
            if film.exists() and not fresh.kept(self.script, short, self.settings, cast):
                self.outdated[film] = film.stat().st_mtime_ns
        if self.outdated != before:
            self._tell_day()

    def _state(self, short: Short) -> Event:
        """Whether there is a film, and whether it was found to be outdated."""
        assert self.script is not None
        assert self.settings is not None
        film = shelf.path_of(self.script, short, self.settings)
        cover = film.with_name("cover.jpg")
        there = film.exists()
        old = there and self.outdated.get(film) == film.stat().st_mtime_ns
        return {
            "state": "outdated" if old else "final" if there else "new",
            "cover": str(cover) if cover.exists() else None,
            "film": str(film) if there else None,
        }

    @contextmanager
    def _chosen(self, *key: str) -> Iterator[None]:
        """What goes wrong with a choice of the settings is told with its line."""
        try:
            yield
        except GradreelError as error:
            if error.path is None and not self.place.voice:
                error.path, error.line = self.place.config, line_of(self.place.config, *key)
            raise

    @contextmanager
    def _production(self) -> Iterator[Any]:
        """A day in the making, with the tracer and the voices that are warm."""
        assert self.script is not None
        assert self.settings is not None
        settings = self.settings
        if self.runs is None or self.runs.settings != settings.trace:
            tracer = self.stack.enter_context(Tracer(settings.trace.limits))
            cache = Cache(settings.cache.folder, settings.cache.limit)
            self.runs = self.stack.enter_context(Runs(tracer, cache, settings.trace))
            self.runs.warm()
        pipeline = importlib.import_module("gradreel.pipeline")
        with pipeline.Production.opened(self.script, settings, self.runs) as made:
            yield made

    # ------------------------------------------------------------------ pictures

    def _still(self, frame: int, since: float) -> None:
        brief = self.brief
        if brief is None:
            return
        assert self.script is not None
        scene = shelf.scene_of(self.script, brief.short)
        target = self.work / f"{self.version}-{frame}-{time.time_ns()}.png"
        draft = importlib.import_module("gradreel.studio.draft")
        self._forked(lambda _: draft.still(brief, scene, frame, target))
        self._show("still", since, target, frame=frame)

    def _clip(self, made: Any, brief: Brief, scene: Path, folder: Path, since: float) -> None:
        """The beat that is looked at."""
        draft = importlib.import_module("gradreel.studio.draft")
        beat = next(b for b in brief.timeline.beats if b.start <= self.at < b.end)
        span, clip = (beat.start, beat.end), folder / "clip.mp4"
        self._forked(lambda _: draft.clip(brief, scene, span, made.settings.encode, clip))
        self._show("clip", since, clip, start=beat.start, end=beat.end)

    def _film(self, made: Any, brief: Brief, scene: Path, folder: Path, since: float) -> None:
        """The whole draft, and beside it what the lint finds."""
        draft = importlib.import_module("gradreel.studio.draft")
        number = brief.short.number

        def film(say: Callable[[Event], None]) -> None:
            pipeline = importlib.import_module("gradreel.pipeline")

            def progress(stage: str, part: float) -> None:
                say({"kind": "working", "short": number, "stage": stage, "part": round(part, 2)})

            draft.film(made, brief, scene, folder, pipeline.Watch(progress))

        def lint(say: Callable[[Event], None]) -> None:
            found = draft.findings(brief, scene)
            say({"kind": "findings", "short": number, "version": self.version, "findings": found})

        self._forked(film, lint)
        self._show("draft", since, folder / "draft.mp4")

    def _show(self, kind: str, since: float, file: Path, **more: object) -> None:
        assert self.brief is not None
        self.say(
            kind=kind, short=self.brief.short.number, version=self.version, file=str(file),
            seconds=round(time.time() - since, 2), **more,
        )  # fmt: skip

    def _forked(self, *works: Callable[[Callable[[Event], None]], None]) -> None:
        """Do these, each in a process of its own; raises what they raise, and `Newer` as soon as
        another wish comes."""
        children = [Child(work) for work in works]
        try:
            while waiting := [child for child in children if not child.done]:
                for ready in wait([self.pipe, *(child.pipe for child in waiting)]):
                    if ready is self.pipe:
                        self.wish = self._heard()
                        raise Newer
                    child = next(child for child in waiting if child.pipe is ready)
                    if (event := child.hear()) is not None:
                        self.pipe.send(event)
        finally:
            for child in children:
                child.end()


class Child:
    """A fork of this process that does one thing, in a process group of its own."""

    def __init__(self, work: Callable[[Callable[[Event], None]], None]) -> None:
        from multiprocessing import Pipe

        self.done = False
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = Pipe(duplex=False)
        self.number = os.fork()
        if self.number == 0:
            _work(work, theirs)
        with suppress(OSError):
            os.setpgid(self.number, self.number)  # it does the same: whoever is first
        theirs.close()

    def hear(self) -> Event | None:
        """The next event, None at its end. Raises what ended it."""
        try:
            said = self.pipe.recv()
        except EOFError:
            self.done = True
            raise GradreelError("the process that drew it ended without a word.") from None
        if isinstance(said, Exception):
            raise said
        self.done = said is None
        return said  # type: ignore[no-any-return]

    def end(self) -> None:
        """With all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.number, signal.SIGKILL)
        self.pipe.close()
        with suppress(ChildProcessError):
            os.waitpid(self.number, 0)


def _work(work: Callable[[Callable[[Event], None]], None], pipe: Connection[Any, Any]) -> None:
    """In the fork: nothing of the parent's is cleaned up here, and it never returns."""
    code = 0
    try:
        os.setpgid(0, 0)
        work(pipe.send)
        pipe.send(None)
    except BaseException as error:
        code = 1
        with suppress(Exception):
            pipe.send(error if isinstance(error, GradreelError) else _told(error))
    os._exit(code)


def forget(names: Iterable[str]) -> None:
    """The next import of these modules reads their files again."""
    wanted = tuple(names)
    for name in list(sys.modules):
        if name.startswith("scenes_") or any(
            name == each or name.startswith(f"{each}.") for each in wanted
        ):
            del sys.modules[name]
    for name in wanted:  # a package keeps its modules as attributes
        parent, _, own = name.rpartition(".")
        with suppress(AttributeError, KeyError):
            delattr(sys.modules[parent], own)
    importlib.invalidate_caches()


def _told(error: BaseException) -> GradreelError:
    """An error of a module that is being written, with the innermost line of ours."""
    if isinstance(error, GradreelError):
        return error
    path, line = origin(error, ENGINE, shelf.SCENES)
    return GradreelError(f"{type(error).__name__}: {error}", path=path, line=line)


def error_told(error: GradreelError) -> Event:
    """An error as the page is told of it."""
    what = re.sub("(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error"))
    return {
        "what": what.lower() or "error",
        "message": error.message,
        "fix": error.fix,
        "file": str(_near(error.path)) if error.path else None,
        "line": error.line,
    }


def _near(path: Path) -> Path:
    """As seen from the project, if it lies in it."""
    with suppress(ValueError):
        return path.resolve().relative_to(shelf.SCENES.parent)
    return path


if __name__ == "__main__":
    main()
