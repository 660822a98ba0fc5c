"""The command line: what it says, where it says it, and the code it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gradreel.probe import verify
from gradreel.settings import load, preview

ROOT = Path(__file__).parent.parent
BAD = Path("tests") / "bad_scripts"


def render(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "render.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_help_is_quick() -> None:
    render("--help")
    started = time.monotonic()
    done = render("--help")
    assert time.monotonic() - started < 0.3
    assert done.returncode == 0
    options = "--short --all --day --preview --still --sheet --check --list --doctor --show-config"
    options += " --verify --drift --cache-clear"
    for option in f"{options} --voice --out --seed --force -j --cluster --json --debug".split():
        assert option in done.stdout


def test_list() -> None:
    done = render("--list")
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 32)
    assert lines[12] == "13 Vanishing Gradient: Sigmoid Saturation"
    assert done.stderr == ""
    short = json.loads(render("--list", "--json").stdout.splitlines()[12])
    assert short["slug"] == "13-vanishing-gradient-sigmoid-saturation"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "which short?"),
        (("--short", "3-1"), 2, "13-18,21"),
        (("--short", "x"), 2, "13-18,21"),
        (("--short", "99"), 2, "there is no short 99"),
        (("--short", "1", "--all"), 2, "choose --short or --all"),
        (("--short", "1", "--still", "3", "--sheet"), 2, "choose one of"),
        (("--verify",), 2, "which short?"),
        (("--verify", "--short", "1", "--day", "77"), 2, "there is no package of short 1"),
        (("--short", "1", "--still", "nan"), 2, "number of seconds"),
        (("--short", "1", "-j", "0"), 2, "1 to 64"),
        (("--short", "1", "--seed", "-3"), 2, "whole number"),
        (("--list", "--day", "nowhere.md"), 3, "nowhere.md: cannot be read"),
        (("--list", "--day", "77"), 3, "day77.md"),
        (("--list", "--config", "nowhere.toml"), 3, "nowhere.toml: cannot be read"),
        (("--list", "--platform", "tiktik"), 3, "no key 'tiktik'"),
        (("--short", "1", "--voice", "siri"), 3, "no voice 'siri'"),
        (("--short", "1", "--day", f"{BAD}/15-two-fences.md"), 3, "15-two-fences.md:16: There is"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], code: int, says: str) -> None:
    done = render(*arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_an_error_as_json() -> None:
    done = render("--short", "1", "--json", "--day", f"{BAD}/28b-41-lines.md")
    error, summary = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 3
    assert (error["status"], error["error"]["line"]) == ("failed", 12)
    assert error["error"]["file"].endswith("28b-41-lines.md")
    assert "41 lines" in error["error"]["message"]
    assert "summary" in summary
    assert done.stderr == ""


def test_debug_keeps_the_traceback() -> None:
    done = render("--list", "--debug", "--day", "nowhere.md")
    assert "Traceback" in done.stderr


def test_a_terminal_is_never_told_what_to_do(tmp_path: Path) -> None:
    day = tmp_path / "day04\x1b[2J.md"
    done = render("--list", "--day", str(day))
    assert "\x1b" not in done.stderr
    assert r"\x1b[2J" in done.stderr


def test_doctor() -> None:
    done = render("--doctor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ok ") == len(done.stdout.splitlines())


def test_a_missing_program_is_told_before_any_work(tmp_path: Path) -> None:
    started = time.monotonic()
    done = render("--short", "13", "--json", PATH=str(tmp_path))
    assert done.returncode == 4
    assert "ffmpeg: is not installed" in done.stdout
    assert "make setup" in done.stdout
    assert time.monotonic() - started < 2
    assert render("--doctor", PATH=str(tmp_path)).returncode == 4


def test_missing_packages_are_told_with_the_remedy(tmp_path: Path) -> None:
    """As on a machine where nothing was set up: the bare interpreter, no .venv beside render.py."""
    (tmp_path / "gradreel").symlink_to(ROOT / "gradreel")
    (tmp_path / "render.py").write_text((ROOT / "render.py").read_text())
    (tmp_path / "config.toml").write_text((ROOT / "config.toml").read_text())
    done = subprocess.run(
        [sys.executable, "-S", "render.py", "--short", "13"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_show_config() -> None:
    done = render("--show-config", "--preview", "--voice", "none")
    assert done.returncode == 0
    assert "width = 540\nheight = 960\nfps = 15" in done.stdout
    assert 'name = "none"' in done.stdout
    assert 'colours.forward = "#5FBDF2"' in done.stdout
    assert 'captions = "words"' in done.stdout
    tables = tomllib.loads(Path("config.toml").read_text("utf-8"))
    for name in ("paths", "voice", "sound", "trace", "encode", "publish", "cache"):
        for key in tables[name]:
            assert f"\n{key} = " in done.stdout, key


# --------------------------------------------------------------------------- real films


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


def records(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.film
def test_a_preview_of_short_13(out: Path) -> None:
    done = render("--short", "13", "--preview", "--json", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    short, summary = records(done)
    assert (short["short"], short["status"]) == (13, "made")
    assert set(short["stages"]) == {"trace", "narrate", "schedule", "shoot", "assemble", "verify"}
    assert summary["summary"]["failed"] == []
    film = Path(short["video"])
    folder = out / "day03" / "13-vanishing-gradient-sigmoid-saturation"
    assert film == folder / "13-vanishing-gradient-sigmoid-saturation-preview.mp4"
    assert verify(film, preview(load(ROOT / "config.toml")).platform) == ()
    assert {path.suffix for path in folder.iterdir()} == {".mp4", ".json"}


@pytest.mark.film
def test_an_unchanged_film_is_kept_and_a_damaged_one_made_anew(out: Path) -> None:
    again = render("--short", "13", "--preview", "--json", "--out", str(out))
    short = records(again)[0]
    assert short["status"] == "kept"
    film = Path(short["video"])
    assert short["voice"] == ""  # nobody had to speak
    data = film.read_bytes()
    film.write_bytes(data[:-1000])
    done = render("--short", "13", "--preview", "--json", "--out", str(out))
    assert records(done)[0]["status"] == "made"
    assert film.read_bytes() == data  # and the same film comes out


@pytest.mark.film
def test_check_draws_nothing(tmp_path: Path) -> None:
    done = render("--short", "13,20", "--check", "--json", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout
    for short in records(done)[:2]:
        assert short["status"] == "checked"
        assert sum(beat["seconds"] for beat in short["beats"]) == pytest.approx(30)
        assert 145 <= short["pace"] <= 180
        assert short["voice"]
    cues = records(done)[0]["cues"]
    assert {"part": "talk-1", "word": "sigmoid", "at": "line 4, torch.sigmoid(x), 1 edge"} in cues
    assert list(tmp_path.iterdir()) == []


@pytest.mark.film
def test_pictures(tmp_path: Path) -> None:
    for arguments in (("--sheet",), ("--still", "3.5")):
        done = render("--short", "1", "--preview", *arguments, "--out", str(tmp_path), "--json")
        assert Path(records(done)[0]["video"]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.film
def test_what_goes_wrong_in_one_short_stays_there(tmp_path: Path) -> None:
    day = tmp_path / "day05.md"
    short = """## Short {n} — {n}

**Hook**
{hook}

**Talk track**
- “It runs.”

**Code**
```python
{code}
```
"""
    codes = {1: "print(1)", 2: "x = 1\nprint(x", 3: "while True:\n    pass"}
    parts = [short.format(n=n, hook="Watch.", code=code) for n, code in codes.items()]
    parts.append(short.format(n=4, hook="Too many words to say. " * 40, code="print(4)"))
    day.write_text("\n".join(parts))
    done = render("--all", "--check", "--json", "--day", str(day), "--out", str(tmp_path))
    *shorts, summary = records(done)
    errors = {s["short"]: s.get("error") for s in shorts}
    assert done.returncode == 1
    assert errors[1] is None
    assert (errors[2]["file"], errors[2]["line"]) == (str(day), 25)
    assert "Syntax" in errors[2]["message"]
    assert errors[3]["line"] is not None
    assert "too long" in errors[4]["message"]
    assert summary["summary"]["failed"] == [2, 3, 4]
