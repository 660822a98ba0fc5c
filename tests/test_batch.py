"""A day's batch with real processes: whatever one short does or suffers, all others are made, and
the same command finishes what was interrupted."""

from __future__ import annotations

import os
import pty
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest
from days import Project

pytestmark = [
    pytest.mark.film,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.copied(tmp_path)


SELF = "import os, signal, time\nfrom pathlib import Path\n"
DIES = SELF + "os.kill(os.getpid(), signal.SIGKILL)"
DIES_ONCE = (
    SELF
    + """
if not Path(__file__).with_suffix(".once").exists():
    Path(__file__).with_suffix(".once").touch()
    os._exit(0)
"""
)
IS_WRONG = "raise ValueError('a mistake of the author')"


def dying_ffmpeg(project: Project, number: int) -> Path:
    """A folder with an ffmpeg that is killed once while it encodes the sound of a short."""
    fake = project.home / "bin" / "ffmpeg"
    fake.parent.mkdir()
    fake.write_text(f"""#!/bin/sh
case "$*" in *aac*/{number:02d}-*) mkdir {fake}.once 2>/dev/null && kill -9 $$;; esac
PATH=${{PATH#*:}} exec ffmpeg "$@"
""")
    fake.chmod(0o755)
    return fake.parent


def test_what_goes_wrong_in_one_short_stays_there(project: Project) -> None:
    project.day(
        *("# a plan", "# a plan", "# a plan", "# a plan", "x = 1\nprint(x"),
        scenes={2: DIES, 3: DIES_ONCE, 4: IS_WRONG},
    )
    path = f"{dying_ffmpeg(project, 1)}{os.pathsep}{project.environment['PATH']}"
    done = project.render("--all", "-j", "2", env={**project.environment, "PATH": path})
    report = project.report()
    told = {n: (short["status"], short["tries"]) for n, short in report.items()}
    assert told == {
        1: ("made", 2), 2: ("failed", 3), 3: ("made", 2), 4: ("failed", 1), 5: ("failed", 1),
    }  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "SIGKILL" in report[2]["error"]["message"]
    assert report[2]["error"]["kind"] == "WorkerLost"
    assert report[2]["error"]["stage"] == "trace"
    assert "tried again: ffmpeg was ended by SIGKILL" in report[1]["warnings"]
    assert any("its process ended with 0" in warning for warning in report[3]["warnings"])
    assert report[4]["error"]["file"].endswith("scenes/day01/short_04.py")
    assert report[4]["error"]["kind"] == "SceneError"
    assert (report[5]["error"]["line"], report[5]["error"]["stage"]) == (64, "trace")
    # what is wrong is told at once, in order, before anything is drawn
    failed = [line for line in done.stderr.splitlines() if line.startswith("short ")]
    assert [line[:8] for line in failed] == ["short 02", "short 04", "short 05"]
    lines = done.stdout.splitlines()
    assert {line[:8] for line in lines[:2]} == {"01 made ", "03 made "}
    (row,) = [line for line in lines if line.startswith("   05  failed")]
    assert "day01.md:64: the code of short 05 cannot be shown" in row
    project.assert_sane(swept=True)


def test_who_takes_too_long_or_stands_still_is_ended(tmp_path: Path) -> None:
    project = Project.copied(tmp_path, timeout=5)
    project.day(
        *("# a plan", "# a plan", "# a plan"),
        scenes={
            2: SELF + "time.sleep(1000)",
            3: SELF + "os.kill(os.getpid(), signal.SIGSTOP)",
        },
    )
    done = project.render("--short", "2,3", "-j", "2", "--json")
    assert done.returncode == 1
    for short in project.report().values():
        assert (short["status"], short["tries"]) == ("failed", 2)
        assert short["error"]["kind"] == "TimedOut"
        assert "it took longer than 5 s and was ended in" in short["error"]["message"]
    project.assert_sane(swept=True)


KILLS = 10  # in each of two projects


def kill_and_resume(project: Project, seed: int) -> None:
    """Kill a batch at random moments and go on until that is done; a film that is there keeps its
    inode and its time, and at most the one in work is made again."""
    chance = random.Random(seed)
    kept: dict[Path, tuple[int, int]] = {}
    kills = 0
    while kills < KILLS:
        process = project.start("--all")
        if killed := wait_for(project, process, chance.choice(MOMENTS), len(kept)):
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            kills += 1
        process.communicate(timeout=300)
        project.assert_sane(swept=not killed)
        films = {path: path.stat() for path in project.out.glob("*/*.mp4")}
        found = {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in films.items()}
        assert kept.items() <= found.items()
        statuses = [short["status"] for short in project.report().values()]
        if killed:
            done = {"made", "kept", "in work", "not started"}
            assert set(statuses) <= done
            assert statuses.count("in work") <= 1
        else:
            assert process.returncode == 0
            assert set(statuses) <= {"made", "kept"}
        kept = found
        if len(kept) == SHORTS:
            gone = chance.choice(list(kept))
            gone.unlink()
            del kept[gone]
    done = project.render("--all")
    assert done.returncode == 0, done.stderr
    assert len(project.report()) == SHORTS
    project.assert_sane(swept=True)


SHORTS = 3
MOMENTS = ("start", "start", "in work", ".tmp-*", ".tmp-*/silent.mp4", ".tmp-*/film.mp4", "made")


def wait_for(project: Project, process: subprocess.Popen[str], moment: str, films: int) -> bool:
    """Whether a batch came to a moment before it was done."""
    if moment == "start":
        time.sleep(0.7)
    until = time.monotonic() + 120
    while process.poll() is None:
        assert time.monotonic() < until
        found = {
            "start": lambda: True,
            "in work": lambda: "in work" in {s["status"] for s in project.report().values()},
            "made": lambda: len(list(project.out.glob("*/*.mp4"))) > films,
        }.get(moment, lambda: any(project.out.glob(f"*/{moment}")))
        if found():
            return True
        time.sleep(0.01)
    return False


def test_the_same_command_goes_on_after_kill_9_at_any_moment(tmp_path: Path) -> None:
    projects = [Project.copied(tmp_path / name) for name in ("one", "two", "calm")]
    for project in projects:
        project.day(*["# a plan"] * SHORTS)
    with ThreadPoolExecutor(2) as both:
        list(both.map(kill_and_resume, projects[:2], (1, 2)))
    assert projects[2].render("--all").returncode == 0
    for number in range(1, SHORTS + 1):
        one, two, calm = (project.film(number) for project in projects)
        assert one.read_bytes() == two.read_bytes() == calm.read_bytes()


def stopped(project: Project, moment: str, *numbers: signal.Signals) -> tuple[int, str]:
    """Send signals to a batch on a terminal at a moment. Its exit code, and all that it said."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "render.py", "--all"],
        cwd=project.home,
        env=project.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    with ThreadPoolExecutor(1) as aside, os.fdopen(ours, "rb", buffering=0) as terminal:
        said = aside.submit(everything, terminal)
        assert wait_for(project, process, moment, 0)
        for number in numbers:
            os.killpg(process.pid, number)  # as a terminal does
        code = process.wait(10)
        return code, said.result().decode()


def everything(terminal: IO[bytes]) -> bytes:
    """What is said until the last process lets go of the terminal."""
    said = b""
    with suppress(OSError):
        while more := terminal.read(10_000):
            said += more
    return said


@pytest.mark.parametrize(
    ("moment", "numbers", "code"),
    [
        ("start", [signal.SIGHUP], 129),
        ("in work", [signal.SIGINT], 130),
        (".tmp-*", [signal.SIGTERM], 143),
        (".tmp-*/silent.mp4", [signal.SIGINT, signal.SIGINT], 130),
    ],
)
def test_ctrl_c_leaves_nothing_and_nobody(
    project: Project, moment: str, numbers: list[signal.Signals], code: int
) -> None:
    project.day("# a plan", "print(2)")
    ended, said = stopped(project, moment, *numbers)
    assert ended == code
    assert "Stopped. Run the same command again to go on." in said
    assert "Traceback" not in said
    assert "in work" not in {short["status"] for short in project.report().values()}
    project.assert_sane(swept=True)


def test_a_second_batch_on_the_same_day_is_told_who_works_there(project: Project) -> None:
    project.day("# a plan", "# a plan")
    first = project.start("--all")
    assert wait_for(project, first, "in work", 0)
    second = project.render("--short", "2", "--force")
    assert second.returncode == 6
    assert f"process {first.pid} on" in second.stderr
    assert "render.py --all" in second.stderr
    assert second.stdout == ""
    looks = project.render("--short", "2", "--check")  # changes nothing, so it may
    assert looks.returncode == 0, looks.stderr
    first.kill()
    first.communicate()


def test_where_nothing_changed_nothing_is_done(project: Project) -> None:
    project.day("# a plan", "# a plan")
    assert project.render("--all").returncode == 0
    films = [project.film(number) for number in (1, 2)]
    before = [(film.stat().st_ino, film.stat().st_mtime_ns) for film in films]
    report = project.report()
    process = project.start("--all")
    began: set[str] = set()
    while process.poll() is None:
        began |= {command for command in project.alive().values() if "gradreel.worker" in command}
    assert process.communicate()[0].splitlines()[-1] == "2 of 2 shorts are done."
    assert began == set()
    assert [(film.stat().st_ino, film.stat().st_mtime_ns) for film in films] == before
    kept = {number: {**entry, "status": "kept"} for number, entry in report.items()}
    assert project.report() == kept
