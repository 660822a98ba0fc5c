"""Temporary folders go with their owner, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradreel import scratch

ROOT = Path(__file__).parent.parent
OWN = """
import os, sys, time
from pathlib import Path
from gradreel import scratch
with scratch.folder(Path(sys.argv[1]), ".tmp-") as folder:
    (folder / "half.mp4").write_text("half a film")
    owner = os.getpid()
    if "fork" in sys.argv and not os.fork():
        os.close(1)
        while os.getppid() == owner:
            time.sleep(0.001)
        time.sleep(0.2)
        os._exit(0)
    print(folder, flush=True)
    sys.stdin.read()
"""


def sweep(parent: Path) -> list[Path]:
    """What is left after a sweep."""
    scratch.sweep(parent.glob(".tmp-*"))
    return list(parent.iterdir())


@pytest.mark.parametrize("child", ["", "fork"])  # with one that outlives its owner by a moment
def test_what_is_held_stays_and_what_a_killed_process_left_goes(tmp_path: Path, child: str) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWN, str(tmp_path), child],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    assert sweep(tmp_path) == [folder]
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert sweep(tmp_path) == []


def test_its_end_removes_it(tmp_path: Path) -> None:
    with scratch.folder(tmp_path, ".tmp-") as folder:
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_names_another_process_now_protects_nothing(tmp_path: Path) -> None:
    old = tmp_path / f".tmp-{os.getpid()}-abc"
    old.mkdir()
    hour = time.time() - 3600
    os.utime(old, (hour, hour))
    new = tmp_path / f".tmp-{os.getpid()}-def"  # its owner lives, and may lock it next
    new.mkdir()
    assert sweep(tmp_path) == [new]


def test_a_file_of_that_name_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / ".tmp-film").write_text("a file")
    assert sweep(tmp_path) == [tmp_path / ".tmp-film"]
