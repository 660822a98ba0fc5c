"""One short that is made on another machine: what is sent, done there, and sent back.

Nothing is shared but bytes. The other machine works in a process of its own and in a folder that is
gone afterwards, with the same `batch.run` as here; what it made is checked against its digests and
gets its final names here, the film last.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from gradreel import batch, shelf
from gradreel.errors import ConfigError, GradreelError
from gradreel.model import Short
from gradreel.settings import Settings
from gradreel.twin import ROOT, moved, traits
from gradreel.voice.cast import AUTO
from gradreel.voice.narrate import written
from gradreel.voice.recorded import NAME as RECORDED
from gradreel.voice.recorded import Files

MOST = 100_000_000  # bytes of music that go along with every short
GRACE = 10.0  # seconds for a process that is told to leave
_START = "from gradreel.errand import main; main()"  # with -m, ours would be another `Return`
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a folder, whole."""

    name: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, path: Path) -> File:
        data = path.read_bytes()
        return cls(path.name, data, hashlib.sha256(data).hexdigest())

    def write(self, folder: Path) -> Path:
        """Raises `GradreelError` for a name that leads out of the folder, or other bytes than were
        sent."""
        if not _NAME.fullmatch(self.name):
            raise GradreelError(f"a file called {self.name!r} came back; it was thrown away.")
        if hashlib.sha256(self.data).hexdigest() != self.sha256:
            raise GradreelError(
                f"{self.name} came back damaged.", fix="Run the same command again."
            )
        path = folder / self.name
        with path.open("wb") as file:
            file.write(self.data)
            file.flush()
            os.fsync(file.fileno())
        return path


@dataclass(frozen=True, slots=True)
class Errand:
    """A short that is to be made, with every file of the user's that it needs; `root` is the
    checkout that its settings speak of."""

    order: batch.Order
    short: Short
    music: File | None
    recordings: tuple[File, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Return:
    """How it ended, and the files of the short's folder."""

    outcome: batch.Outcome
    files: tuple[File, ...]


# --------------------------------------------------------------------------- on this machine


def pack(order: batch.Order, short: Short) -> Errand:
    """Raises `ConfigError` for music that is too big to send and files that cannot be read."""
    settings = order.settings
    music, names = settings.sound.music, (AUTO, RECORDED)
    try:
        if music and Path(music).stat().st_size > MOST:
            raise ConfigError(
                f"sound.music: {music} has more than {MOST // 10**6} MB, too many to send to "
                "another machine with every short.",
                fix="Cut it to the length of a film, or export it as AAC.",
            )
        own = _recordings(order, short) if settings.voice.name in names else []
        sent = tuple(File.of(path) for path in own)
        sound = replace(File.of(Path(music)), name="music") if music else None
        return Errand(order, short, sound, sent, str(ROOT))
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _recordings(order: batch.Order, short: Short) -> list[Path]:
    lines = {part: () for part, _ in written(short)}
    folder = order.settings.voice.recordings
    files = Files.of(folder, order.script.day, short.number, lines)
    return [*([files.whole] if files.whole else []), *files.parts.values()]


def unpack(order: batch.Order, short: Short, back: Return) -> batch.Outcome:
    """Give the files their final names here, or raise `GradreelError` and leave things as they
    were."""
    folder = shelf.path_of(order.script, short, order.settings).parent
    if back.files:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".tmp-{os.getpid()}-", dir=folder) as work:
                drafts = [file.write(Path(work)) for file in back.files]
                for draft in sorted(drafts, key=lambda path: path.suffix == ".mp4"):
                    draft.replace(folder / draft.name)
            _settle(folder)
        except OSError as error:
            raise ConfigError(
                f"{folder} cannot be written: {error.strerror}.",
                fix="Give another folder with --out.",
            ) from error
    path = back.outcome.path
    return replace(back.outcome, short=short, path=path and folder / path.name)


def _settle(folder: Path) -> None:
    """Keep the new names even after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --------------------------------------------------------------------------- on the other machine


@contextmanager
def process(folder: Path) -> Iterator[Connection]:
    """A process that answers one question, and then leaves; or as soon as nobody listens."""
    ours, theirs = Pipe()
    with theirs:
        child = subprocess.Popen(
            [sys.executable, "-c", _START, str(theirs.fileno()), str(folder)],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the one who waits, who closes the line
        )
    try:
        with ours:
            yield ours
    finally:
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Say what there is here (`traits`), or make a short, telling of every stage."""
    line, folder = Connection(int(sys.argv[1])), Path(sys.argv[2])
    signal.signal(signal.SIGTERM, _leave)
    kind, body = line.recv()
    threading.Thread(target=_watch, args=(line,), daemon=True).start()
    try:
        answer = (
            traits(pickle.loads(body))
            if kind == "traits"
            else run(
                pickle.loads(body), folder, lambda stage: line.send(("stage", pickle.dumps(stage)))
            )
        )
        line.send(("answer", pickle.dumps(answer)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _leave(*_: object) -> NoReturn:
    raise SystemExit(1)  # unwinds, which ends the batch's own processes


def _watch(line: Connection) -> None:
    """Leave when the other end of the line has gone, its process killed or no more interested."""
    with suppress(EOFError, OSError):
        line.recv_bytes()
    os.kill(os.getpid(), signal.SIGTERM)


def run(errand: Errand, folder: Path, say: Callable[[batch.Stage], None]) -> Return:
    """Make the short in `folder`."""
    order = replace(errand.order, settings=_here(errand, folder))
    with closing(batch.run(order, [errand.short], 1)) as events:
        for event in events:
            if isinstance(event, batch.Stage):
                say(event)
            elif isinstance(event, batch.Outcome):
                outcome = event
    told = _as_there(outcome, errand.order.settings, order.settings)
    if told.error:
        return Return(told, ())
    made = shelf.path_of(order.script, errand.short, order.settings).parent
    return Return(told, tuple(File.of(path) for path in sorted(made.glob("[!.]*"))))


def _here(errand: Errand, folder: Path) -> Settings:
    """The settings with what the user sent in place of the user's own folders."""
    settings = errand.order.settings
    recordings = folder / "recordings"
    own = recordings / f"day{errand.order.script.day:02d}"
    own.mkdir(parents=True)
    for file in errand.recordings:
        file.write(own)
    music = str(errand.music.write(folder)) if errand.music else ""
    voice = settings.voice
    return replace(
        settings,
        paths=replace(settings.paths, out=folder / "out"),
        cache=replace(settings.cache, folder=Path(moved(str(settings.cache.folder), errand.root))),
        sound=replace(settings.sound, music=music),
        voice=replace(
            voice,
            recordings=recordings,
            piper=moved(voice.piper, errand.root),
            kokoro=moved(voice.kokoro, errand.root),
        ),
    )


def _as_there(outcome: batch.Outcome, there: Settings, here: Settings) -> batch.Outcome:
    """With the user's own paths in what is said."""
    places = {
        str(here.paths.out): str(there.paths.out),
        str(here.voice.recordings): str(there.voice.recordings),
        here.sound.music: there.sound.music,
    }

    def told(text: str) -> str:
        for mine, theirs in places.items():
            text = text.replace(mine, theirs) if mine else text
        return text

    if error := outcome.error:
        error.message, error.fix = told(error.message), told(error.fix)
        error.path = error.path and Path(told(str(error.path)))
    warnings = tuple(map(told, outcome.warnings))
    return replace(outcome, warnings=warnings, traceback=told(outcome.traceback))
