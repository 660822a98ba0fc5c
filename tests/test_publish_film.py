"""One real film, small and short, through the real pipeline to its package and back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradreel import lock, report

ROOT = Path(__file__).parent.parent
DAY = """# Day 05 — Tests of Tensors

## Short 01 — A Derivative

**Hook**
Watch it.

**Talk track**
- “It runs.”

**Code**
```python
import torch

x = torch.tensor(3.0, requires_grad=True)
(x * x).backward()
print("dy/dx:", x.grad.item())
```
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of one short, and a config for films of the size of a stamp."""
    home = tmp_path_factory.mktemp("home")
    small = (ROOT / "config.toml").read_text("utf-8")
    for key, value in (("width", 108), ("height", 192), ("fps", 10), ("seconds", 14)):
        head, table, rest = small.partition("[platforms.default]")
        small = head + table + re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", rest, count=1)
    (home / "config.toml").write_text(small, "utf-8")
    (home / "day05.md").write_text(DAY, "utf-8")
    return home


def render(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    where = ("--config", str(home / "config.toml"), "--out", str(home / "out"), "--voice", "none")
    return subprocess.run(
        [sys.executable, "render.py", *where, *arguments],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def make(home: Path) -> list[dict[str, Any]]:
    done = render(home, "--all", "--json", "--day", str(home / "day05.md"))
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def verify(home: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = render(home, "--json", *arguments)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture(scope="module")
def folder(home: Path) -> Path:
    short, summary = make(home)
    assert short["status"] == "made"
    assert Path(summary["summary"]["package"]) == home / "out" / "day05" / "index.html"
    return Path(short["video"]).parent


@pytest.mark.film
def test_a_film_is_recorded_as_it_was_made(folder: Path) -> None:
    record = json.loads((folder / "trace.json").read_text())
    texts = {shown["text"]: shown for shown in record["shown"]}
    assert texts["dy/dx: 6.0"]["numbers"] == [
        {"shown": "6.0", "origin": {"run": "code", "what": "x.grad", "line": 4}}
    ]
    assert texts["It runs."]["spoken"]
    assert all(number["origin"] for shown in record["shown"] for number in shown["numbers"])
    quality = json.loads((folder / "qc.json").read_text())
    assert quality["measured"]["video"]["width"] == 108
    assert quality["film"]["output"] == "dy/dx: 6.0\n"
    assert set(quality["stages"]) >= {"trace", "narrate", "shoot", "verify"}
    assert (folder / "transcript.txt").read_text().startswith("Watch it.\n")
    described = (folder / "description.txt").read_text("utf-8")
    assert "It really prints:\ndy/dx: 6.0\n" in described


@pytest.mark.film
def test_a_second_run_makes_nothing_and_changes_nothing(home: Path, folder: Path) -> None:
    def found() -> dict[Path, tuple[bytes, int]]:
        files = {path for path in folder.parent.rglob("*") if path.is_file()}
        files -= {folder.parent / name for name in (lock.NAME, report.NAME)}  # of the run itself
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = found()
    assert make(home)[0]["status"] == "kept"
    assert found() == before


@pytest.mark.film
@pytest.mark.usefixtures("folder")
def test_a_film_is_verified_by_its_package_alone(home: Path) -> None:
    day = home / "day05.md"
    day.rename(home / "gone.md")
    code, (verdict, summary), _ = verify(home, "--verify", "--short", "1", "--day", "5")
    assert (code, verdict["status"], summary["summary"]["holds"]) == (0, "holds", 1)
    assert verdict["numbers"] > 3
    code, (_, summary), _ = verify(home, "--drift")
    assert (code, summary["summary"]["holds"]) == (0, 1)
    code, _, _ = verify(home, "--verify", "--short", "2", "--day", "5")
    assert code == 2
    (home / "gone.md").rename(day)


@pytest.mark.film
def test_what_does_not_hold_is_told_with_its_place(home: Path, folder: Path) -> None:
    path = folder / "trace.json"
    whole = path.read_text()
    path.write_text(whole.replace('"dy/dx: 6.0', '"dy/dx: 6.5'))
    done = render(home, "--drift")
    assert done.returncode == 5
    assert "day 05 short 01 does not hold: 1 number on screen, 1 difference" in done.stdout
    assert "shown 6.5, now 6.0 (x.grad, code line 4)" in done.stdout
    assert "printed (code line 5): 'dy/dx: 6.5' then, 'dy/dx: 6.0' now" in done.stdout
    assert "trace.json is not what the manifest says" in done.stdout
    path.write_text(whole)
