"""Shorts on other machines: a real scheduler, real workers, and what happens when one goes."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from films import tone

from gradreel import batch, cluster, errand, shelf, twin
from gradreel.errors import ConfigError, EnvironmentMissing, GradreelError
from gradreel.model import Script
from gradreel.order import Order, Outcome, Stage
from gradreel.script import parse
from gradreel.settings import Settings, load
from gradreel.voice.cast import Cast

ROOT = Path(__file__).parent.parent
SHORT = """## Short {n} — Number {n}

**Hook**
Watch it.

**Talk track**
- “It runs.”

**Code**
```python
print({n})
```
"""
DASK = (sys.executable, "-m", "dask")
pytestmark = pytest.mark.film


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Script:
    path = tmp_path_factory.mktemp("day") / "day05.md"
    path.write_text("\n".join(SHORT.format(n=n) for n in (1, 2, 3)))
    return parse(path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    usual = load(ROOT / "config.toml")
    return replace(
        usual,
        paths=replace(usual.paths, out=tmp_path / "out"),
        cache=replace(usual.cache, folder=tmp_path / "cache"),
        platform=replace(usual.platform, width=108, height=192, fps=10, seconds=8),
        voice=replace(usual.voice, name="none"),
    )


# --------------------------------------------------------------------------- machines


@dataclass
class Machine:
    process: subprocess.Popen[bytes]
    log: Path
    address: str


class Machines:
    """A scheduler and workers on the loopback. Workers keep their files in `scratch`."""

    def __init__(self, scratch: Path, *options: str) -> None:
        self.scratch, self.options = scratch, options
        self.started: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            ROOT, "Scheduler at", "scheduler", "--host", "127.0.0.1", "--port", "0",
            "--dashboard-address", "127.0.0.1:0",
        )  # fmt: skip

    @property
    def address(self) -> str:
        return self.scheduler.address

    def worker(self, *options: str, at: Path = ROOT, wait: bool = True) -> Machine:
        says = "Registered to" if wait else ""
        return self._start(
            at, says, "worker", self.address, "--nthreads", "1", "--no-dashboard",
            "--local-directory", str(self.scratch), *options,
        )  # fmt: skip

    def _start(self, at: Path, says: str, *command: str) -> Machine:
        log = self.scratch / f"{len(self.started)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*DASK, *command, *self.options],
                cwd=at,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        until(lambda: says in log.read_text(), f"{command[0]} to start", log)
        found = re.search(r"(?:Scheduler|Start worker) at: +(\S+)", log.read_text())
        return Machine(process, log, found[1] if found else "")

    def errands(self) -> list[str]:
        """The processes on these machines that make something."""
        found = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = process.read_text()
            except OSError:
                continue
            if "gradreel.errand" in line and str(self.scratch) in line:
                found.append(line)
        return found

    def end(self) -> None:
        for process in reversed(self.started):  # the scheduler last: workers say goodbye to it
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(true: Callable[[], object], what: str, log: Path | None = None) -> None:
    limit = time.monotonic() + 60
    while not true():
        if time.monotonic() > limit:
            raise AssertionError(f"waited for {what}: {log.read_text() if log else ''}")
        time.sleep(0.05)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler."""
    (tmp_path / "scratch").mkdir()
    machines = Machines(tmp_path / "scratch")
    yield machines
    machines.end()


def said_of(events: list[Stage | Outcome], number: int, stage: str) -> list[str]:
    """Where a short came to a stage."""
    names = [e.name for e in events if isinstance(e, Stage) and e.short.number == number]
    return [name.partition(" on ")[2] for name in names if name.startswith(f"{stage} ")]


# --------------------------------------------------------------------------- a day


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
def test_a_killed_worker_costs_only_the_short_it_was_at(
    machines: Machines, day: Script, settings: Settings, tmp_path: Path
) -> None:
    doomed, stays = machines.worker("--no-nanny"), machines.worker()
    events: list[Stage | Outcome] = []
    victim = 0
    for event in cluster.run(Order(day, settings, "film"), day.shorts, machines.address):
        events.append(event)
        at_work = isinstance(event, Stage) and event.name.startswith("shoot on ")
        if not victim and at_work and doomed.address.endswith(event.name.partition(" on ")[2]):
            victim = event.short.number
            os.kill(doomed.process.pid, signal.SIGKILL)
    outcomes = {e.short.number: e for e in events if isinstance(e, Outcome)}
    assert len([e for e in events if isinstance(e, Outcome)]) == len(day.shorts)
    assert [outcomes[n].status for n in (1, 2, 3)] == ["made"] * 3
    for number in outcomes:
        began = said_of(events, number, "trace")
        assert len(began) == (2 if number == victim else 1), "done once, or twice if it was lost"
        assert stays.address.endswith(began[-1])
    until(lambda: not machines.errands(), "the lost worker's own process to leave")

    # the same as here, to the byte, and known to be so
    here = replace(
        settings,
        paths=replace(settings.paths, out=tmp_path / "here"),
        cache=replace(settings.cache, max_gb=0),
    )
    short = day.shorts[victim - 1]
    (*_, local) = batch.run(Order(day, here, "film"), [short], 1)
    assert isinstance(local, Outcome)
    assert local.path is not None
    there = shelf.path_of(day, short, settings)
    assert files(local.path.parent) == files(there.parent)
    cast = Cast(settings.voice)
    assert all(shelf.kept(day, short, settings, cast) for short in day.shorts)
    again = list(cluster.run(Order(day, settings, "film"), day.shorts, "tcp://nobody:1"))
    assert [e.status for e in again if isinstance(e, Outcome)] == ["kept"] * 3


def files(folder: Path) -> dict[str, str]:
    """Names, and digests of all but what tells seconds, and the record with its digest."""
    varies = (f"{folder.name}.json", "qc.json")
    return {
        str(path.relative_to(folder)): ""
        if path.name.endswith(varies)
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
def test_what_nobody_wants_any_more_is_ended_and_a_late_worker_is_used(
    machines: Machines, day: Script, settings: Settings
) -> None:
    order = Order(day, settings, "check")
    events = cluster.run(order, day.shorts[:1], machines.address, patience=60)
    machines.worker("--no-nanny", wait=False)
    assert isinstance(next(events), Stage)
    assert machines.errands()
    events.close()
    until(lambda: not machines.errands(), "the worker to give up")
    (*_, last) = cluster.run(order, day.shorts[:1], machines.address)
    assert isinstance(last, Outcome)
    assert last.status == "checked"
    assert {beat for beat, _, _ in last.beats} >= {"hook", "code", "output"}


def test_without_the_scheduler_what_is_finished_stays_and_the_rest_is_told(
    machines: Machines, day: Script, settings: Settings
) -> None:
    machines.worker()
    outcomes = []
    for event in cluster.run(Order(day, settings, "check"), day.shorts, machines.address):
        if isinstance(event, Outcome):
            outcomes.append(event)
            machines.scheduler.process.kill()
    assert [outcome.short.number for outcome in outcomes] == [1, 2, 3]
    assert [outcome.status for outcome in outcomes] == ["checked", "failed", "failed"]
    for outcome in outcomes[1:]:
        assert outcome.error is not None
        assert outcome.error.exit_code == 1
        assert f"the scheduler {machines.address} is gone" in outcome.error.message
        assert "go on" in outcome.error.fix


# --------------------------------------------------------------------------- who may work


def test_workers_that_would_make_other_films_are_refused_by_name(
    machines: Machines, day: Script, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    for folder in ("gradreel", "scenes", "assets"):
        shutil.copytree(ROOT / folder, other / folder, ignore=shutil.ignore_patterns("*.pyc"))
    with (other / "gradreel" / "encode.py").open("a") as file:
        file.write("# of yesterday\n")
    (other / "scenes" / "day05").mkdir()
    (other / "scenes" / "day05" / "short_02.py").write_text("")
    stranger = machines.worker("--no-nanny", at=other)
    lost = machines.worker("--no-nanny", at=tmp_path)
    told: list[str] = []
    events = cluster.run(
        Order(day, settings, "film"), day.shorts, machines.address, tell=told.append, patience=2
    )
    with pytest.raises(EnvironmentMissing) as caught:
        list(events)
    differs = "gradreel/encode.py differs, scenes/day05/short_02.py is not here"
    assert f"worker {stranger.address} is not used: {differs}" in told
    (why,) = (text for text in told if lost.address in text)
    assert "No module named 'gradreel'" in why
    assert differs in caught.value.message
    assert caught.value.exit_code == 4
    assert not settings.paths.out.exists()


def test_differences_are_told_in_words() -> None:
    here = {"manim": "0.22.0", "ffmpeg": "ffmpeg version 5.1", "gradreel/a.py": "1", "a/b": "2"}
    there = {"manim": "0.21.0", "ffmpeg": "ffmpeg version 5.1", "gradreel/a.py": "3", "c/d": "4"}
    assert twin.differences(here, there) == (
        "manim 0.21.0, here 0.22.0",
        "gradreel/a.py differs",
        "a/b is not there",
        "c/d is not here",
    )
    assert twin.differences(here, {}) == (
        "manim missing, here 0.22.0",
        "ffmpeg missing, here version 5.1",
        "gradreel/a.py is not there",
        "a/b is not there",
    )


def test_a_model_is_looked_for_at_the_same_place_of_the_other_checkout() -> None:
    assert twin.moved("/home/me/reel/models/voice.onnx", "/home/me/reel") == str(
        twin.ROOT / "models" / "voice.onnx"
    )
    assert twin.moved("/models/voice.onnx", "/home/me/reel") == "/models/voice.onnx"
    assert twin.moved("", "/home/me/reel") == ""


# --------------------------------------------------------------------------- what cannot begin


def test_nobody_there_is_told_soon(machines: Machines, day: Script, settings: Settings) -> None:
    order = Order(day, settings, "film")
    with pytest.raises(EnvironmentMissing, match="no worker has come to tcp://"):
        list(cluster.run(order, day.shorts, machines.address, patience=1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(EnvironmentMissing, match="there is no scheduler at tcp://") as caught:
            list(cluster.run(order, day.shorts, address))
    assert caught.value.exit_code == 4
    assert "dask scheduler" in caught.value.fix


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_tls_and_the_command_line(tmp_path: Path, day: Script, settings: Settings) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=gradreel", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    files = ("--tls-ca-file", str(cert), "--tls-cert", str(cert), "--tls-key", str(key))
    (tmp_path / "scratch").mkdir()
    machines = Machines(tmp_path / "scratch", *files)
    order, shorts = Order(day, settings, "check"), day.shorts[:1]
    try:
        assert machines.address.startswith("tls://")
        machines.worker("--no-nanny")
        done = subprocess.run(
            [sys.executable, "render.py", "--short", "1", "--check", "--json", "--voice", "none",
             "--day", str(day.path), "--out", str(tmp_path),
             "--cluster", machines.address, "--cluster-tls", f"{cert},{cert},{key}"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        short, summary = map(json.loads, done.stdout.splitlines())
        assert (short["short"], short["status"], short["voice"]) == (1, "checked", "none")
        assert summary["summary"]["failed"] == []
        assert done.stderr == ""
        plain = machines.address.replace("tls:", "tcp:")
        with pytest.raises(EnvironmentMissing, match="does not answer as a scheduler") as caught:
            list(cluster.run(order, shorts, plain))
        assert "--cluster-tls" in caught.value.fix
        with pytest.raises(ConfigError, match="--cluster-tls cannot be used"):
            list(cluster.run(order, shorts, machines.address, cluster.Tls(cert, key, key)))
        gone = cluster.Tls(cert, tmp_path / "no.pem", key)
        with pytest.raises(ConfigError, match="is not there"):
            list(cluster.run(order, shorts, machines.address, gone))
    finally:
        machines.end()


def test_without_the_extra_it_is_refused_with_the_line_that_installs_it(
    day: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None if name == "distributed" else 1)
    with pytest.raises(EnvironmentMissing, match="needs the package distributed") as caught:
        list(cluster.run(Order(day, settings, "film"), day.shorts, "tcp://127.0.0.1:1"))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert extras["cluster"] == [cluster.PACKAGE]
    assert cluster.PACKAGE in extras["dev"]
    assert caught.value.fix.endswith(f"pip install {cluster.PACKAGE}")
    assert find_spec("distributed") is not None  # the tests above have used it


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--cluster", "host:8786"), "tcp://HOST:8786"),
        (("--cluster", "tcp://host"), "tcp://HOST:8786"),
        (("--cluster", "tls://host:8786"), "go together"),
        (("--cluster", "tcp://host:8786", "--cluster-tls", "a,b,c"), "go together"),
        (("--cluster", "tls://host:8786", "--cluster-tls", "a,b"), "three files"),
        (("--cluster", "tcp://host:8786", "-j", "2"), "as its workers are many"),
        (("--cluster-tls", "a,b,c"), "needs --cluster"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], says: str) -> None:
    done = subprocess.run(
        [sys.executable, "render.py", "--all", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert says in done.stderr


# --------------------------------------------------------------------------- what is sent


def test_what_comes_back_stays_in_its_folder_and_is_whole(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"a film").hexdigest()
    for name in ("../13.mp4", "/tmp/13.mp4", ".hidden", "a/b", "", "..", "13\n.mp4", "13\x1b.mp4"):
        with pytest.raises(GradreelError, match="it was thrown away"):
            errand.File(name, b"a film", digest).write(tmp_path)
    with pytest.raises(GradreelError, match="came back damaged"):
        errand.File("13.mp4", b"a fi1m", digest).write(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert errand.File("13.mp4", b"a film", digest).write(tmp_path).read_bytes() == b"a film"


def test_a_damaged_return_leaves_the_old_film(day: Script, settings: Settings) -> None:
    order, short = Order(day, settings, "film", force=True), day.shorts[0]
    film = shelf.path_of(day, short, settings)
    film.parent.mkdir(parents=True)
    film.write_bytes(b"yesterday's")
    good = errand.File("cover.jpg", b"new", hashlib.sha256(b"new").hexdigest())
    bad = errand.File(film.name, b"half", hashlib.sha256(b"whole").hexdigest())
    back = errand.Return(Outcome(short, "made", Path("/there") / film.name), (good, bad))
    with pytest.raises(GradreelError, match="damaged"):
        errand.unpack(order, short, back)
    assert film.read_bytes() == b"yesterday's"
    assert [path.name for path in film.parent.iterdir()] == [film.name]


def test_recordings_and_music_are_sent_and_errors_speak_of_ours(
    day: Script, settings: Settings, tmp_path: Path
) -> None:
    recording = tmp_path / "mine" / "day05" / "01.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"no sound")
    music = tone(tmp_path / "my music (1).wav", 3)
    settings = replace(
        settings,
        voice=replace(settings.voice, name="recorded", recordings=tmp_path / "mine"),
        sound=replace(settings.sound, music=str(music)),
    )
    packed = errand.pack(Order(day, settings, "check"), day.shorts[0])
    there = tmp_path / "there"
    there.mkdir()
    with errand.process(there) as line:
        line.send(("make", pickle.dumps(packed)))
        while (message := line.recv())[0] != "answer":
            pass
    assert not there.exists()
    error = pickle.loads(message[1]).outcome.error
    assert error.path == recording  # with the music it was content
    assert "cannot be read as sound" in error.message
    assert str(there) not in str(error)


def test_music_that_is_too_big_is_not_sent(
    day: Script, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "music.wav"
    music.write_bytes(b"12345")
    monkeypatch.setattr(errand, "MOST", 4)
    order = Order(day, replace(settings, sound=replace(settings.sound, music=str(music))), "film")
    with pytest.raises(ConfigError, match=r"music\.wav has more than"):
        errand.pack(order, day.shorts[0])
