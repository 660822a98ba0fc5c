"""One batch at a time on a folder, and no lock that outlives its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradreel import lock
from gradreel.errors import Busy, ConfigError

ROOT = Path(__file__).parent.parent
HOLD = """
import sys
from pathlib import Path
from gradreel import lock
with lock.held(Path(sys.argv[1]), "a batch"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input ends; it has it when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_at_once_who_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "day03"
    with holder(folder) as first:
        with pytest.raises(Busy) as caught, lock.held(folder, "another"):
            raise AssertionError("both have it")
        assert f"process {first.pid} on {os.uname().nodename}, since 20" in caught.value.message
        assert caught.value.message.endswith(": a batch.")
        assert caught.value.exit_code == 6
        with lock.held(tmp_path / "out" / "day04", "another"):
            pass  # another day is free
        first.communicate("")
    with lock.held(folder, "another"):
        pass


def test_a_killed_holder_leaves_nothing_to_remove(tmp_path: Path) -> None:
    for _ in range(3):
        with holder(tmp_path) as first:
            first.send_signal(signal.SIGKILL)
            first.wait()
            with lock.held(tmp_path, "the next"):
                pass


def test_of_many_at_once_one_has_it(tmp_path: Path) -> None:
    """None sees a lock that is half taken, or one that nobody has."""
    code = """
import sys
from pathlib import Path
from gradreel import lock
from gradreel.errors import Busy
turns = 0
while turns < 50:
    try:
        with lock.held(Path(sys.argv[1]), "a batch"):
            Path(sys.argv[1], "inside").mkdir()
            Path(sys.argv[1], "inside").rmdir()
            turns += 1
    except Busy as busy:
        assert "another batch works on" in str(busy)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    many = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate()[1] for process in many] == [b""] * 3
    assert [process.returncode for process in many] == [0] * 3


def test_whatever_the_file_says_it_is_only_text(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        for text in ("", "{", "[]", '{"process": 1}', "\x00"):
            (tmp_path / lock.NAME).write_text(text)
            with pytest.raises(Busy, match="it has just begun"), lock.held(tmp_path, "another"):
                pass
        first.communicate("")


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ConfigError, match="cannot be written"), lock.held(tmp_path / "out", ""):
        pass
